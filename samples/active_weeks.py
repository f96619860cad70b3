"""The weeks in which learners were active, by their own clocks."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from samples.attendance import NO_SHOW
from samples.evidence import Truth, truth_by_mode
from samples.simulation import Simulation

LONG_STREAK, WEEK = 4, 7


def live_days(made: Simulation) -> list[tuple[int, int]]:
    """Return enrolment and UTC seconds of the first join of each session attended."""
    stays = made.connections
    first: dict[tuple[int, int], int] = {}
    for session, person, joined, is_waiting in zip(
        stays.session.tolist(),
        stays.person.tolist(),
        stays.joined.tolist(),
        stays.is_waiting.tolist(),
        strict=True,
    ):
        key = (session, person)
        if not is_waiting:
            first[key] = min(joined, first.get(key, joined))
    seats = made.attendance
    came = np.flatnonzero(seats.status != NO_SHOW)
    return [
        (row, first[session, int(made.enrolments.person[row])])
        for session, row in zip(
            seats.session[came].tolist(), seats.enrolment[came].tolist(), strict=True
        )
    ]


def active_days(made: Simulation, moments: pl.DataFrame) -> dict[int, set[int]]:
    """Return the days (since 0001-01-01) on which each enrolment was active.

    Args:
        made: the sample.
        moments: enrolment and `at` (UTC ms) of self-paced activity.
    """
    zones = made.people.frame["time_zone"].to_list()
    person = made.enrolments.person.tolist()
    found: dict[int, set[int]] = {}
    own = zip(moments["enrolment"].to_list(), moments["at"].to_list(), strict=True)
    live = ((row, at * 1_000) for row, at in live_days(made))
    for row, at in (*own, *live):
        zone = ZoneInfo(zones[person[row]])
        found.setdefault(row, set()).add(local_ordinal(at // 1_000, zone))
    return found


def local_ordinal(at: int, zone: ZoneInfo) -> int:
    """Return the number of a local day (since 0001-01-01) of a moment (UTC seconds)."""
    return datetime.fromtimestamp(at, UTC).astimezone(zone).toordinal()


def truth_of_weeks(
    made: Simulation,
    days: dict[int, set[int]],
    is_rated: np.ndarray,
    over: np.ndarray,
    left: np.ndarray,
) -> tuple[dict[str, Truth], np.ndarray]:
    """Return the truth about active weeks and long streaks, and who was active.

    Active are the rated with a day of activity in time.

    Args:
        made: the sample.
        days: as of `active_days`.
        is_rated: whether each enrolment is in the base of completion and measured.
        over: when its time is over (UTC seconds).
        left: when it finished or withdrew (UTC seconds), -1 for neither.
    """
    groups = made.enrolments
    zones = made.people.frame["time_zone"].to_list()
    size = len(groups.mode)
    open_weeks, active, streak = (np.zeros(size, dtype=np.int64) for _ in range(3))
    is_long_enough, is_active = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    for row in np.flatnonzero(is_rated).tolist():
        zone = ZoneInfo(zones[int(groups.person[row])])
        first = local_ordinal(int(groups.anchor[row]), zone)
        last = local_ordinal(int(over[row]), zone)
        weeks = (last - first) // WEEK
        if left[row] >= 0:
            gone = local_ordinal(int(left[row]), zone)
            weeks = max(min(weeks, (gone - first) // WEEK + 1), 0)
        own = sorted(day for day in days.get(row, ()) if day <= last)
        open_weeks[row], is_long_enough[row] = weeks, last - first >= 7 * LONG_STREAK
        numbers = {(day - first) // WEEK for day in own}
        active[row] = len(numbers & set(range(weeks)))
        is_active[row] = bool(own)
        streak[row] = _longest({(day - 1) // WEEK for day in own})
    base = is_rated & is_long_enough
    kpis = {
        "weekly_active_share": truth_by_mode(groups.mode, open_weeks, active),
        "long_streak_share": truth_by_mode(
            groups.mode, base, base & (streak >= LONG_STREAK)
        ),
    }
    return kpis, is_active


def _longest(weeks: set[int]) -> int:
    ordered, best, run = sorted(weeks), min(len(weeks), 1), 1
    for before, week in pairwise(ordered):
        run = run + 1 if week == before + 1 else 1
        best = max(best, run)
    return best
