"""When people learn: by day, and seldom at weekends."""

import numpy as np

from samples.plan import DAY

HOUR = 3_600
WAKING = (7 * HOUR, 21 * HOUR)
WEEKEND_SHIFTED_SHARE = 0.75


def waking_hours(
    moment: np.ndarray, offset: np.ndarray, chance: np.random.Generator
) -> np.ndarray:
    """Move moments of the night into the day, most of a weekend's into the week.

    Args:
        moment: UTC seconds.
        offset: the learner's standard offset from UTC, in seconds.
        chance: random numbers.
    """
    local = np.asarray(moment, dtype=np.int64) + offset
    day, clock = np.divmod(local, DAY)
    sleeps = (clock < WAKING[0]) | (clock >= WAKING[1])
    drawn = WAKING[0] + chance.beta(1.6, 1.8, len(local)) * (WAKING[1] - WAKING[0])
    clock = np.where(sleeps, drawn, clock)
    weekday = (day + 3) % 7
    shifted = chance.random(len(local)) < WEEKEND_SHIFTED_SHARE
    day = day + np.where(shifted & (weekday == 5), -1, 0)
    day = day + np.where(shifted & (weekday == 6), 1, 0)
    return (day * DAY + clock).astype(np.int64) - offset
