"""When people learn: in the daytime, and seldom at weekends."""

import numpy as np

from samples.plan import DAY

HOUR = 3_600
WAKING = (7 * HOUR, 21 * HOUR)
WEEKEND_MOVED_SHARE = 0.75


def move_to_waking_hours(
    moment: np.ndarray, offset: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Move moments at night into the day, and most at weekends into the week.

    Args:
        moment: UTC seconds.
        offset: the learner's standard offset from UTC, in seconds.
        rng: the source of random numbers.
    """
    local = np.asarray(moment, dtype=np.int64) + offset
    day, clock = np.divmod(local, DAY)
    is_night = (clock < WAKING[0]) | (clock >= WAKING[1])
    drawn = WAKING[0] + rng.beta(1.6, 1.8, len(local)) * (WAKING[1] - WAKING[0])
    clock = np.where(is_night, drawn, clock)
    weekday = (day + 3) % 7
    is_moved = rng.random(len(local)) < WEEKEND_MOVED_SHARE
    day = day + np.where(is_moved & (weekday == 5), -1, 0)
    day = day + np.where(is_moved & (weekday == 6), 1, 0)
    return (day * DAY + clock).astype(np.int64) - offset
