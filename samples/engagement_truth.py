"""What active days, hours of learning and windows of four weeks must come to."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from samples.active_weeks import local_ordinal
from samples.evidence import Truth, truth_by_mode
from samples.plan import Plan
from samples.presences import presences
from samples.simulation import Simulation
from samples.watermarks import activity_known_until

WINDOW_DAYS, SHORTEST_PRESENCE, HOUR_MS = 28, 300, 3_600_000


def truth_of_engagement(
    plan: Plan,
    made: Simulation,
    sessions: pl.DataFrame,
    days: dict[int, set[int]],
    is_rated: np.ndarray,
    over: np.ndarray,
) -> dict[str, Truth]:
    """Return the truth about active days, hours in time, and windows of four weeks.

    Args:
        plan: the sample.
        made: what was drawn.
        sessions: enrolment, last and length (ms) of learning sessions.
        days: as of `active_days`.
        is_rated: whether each enrolment is in the base of completion, in a cohort of
            which activity is known.
        over: when its time is over (UTC seconds).
    """
    groups = made.enrolments
    known = activity_known_until(plan, made)[groups.programme]
    base = is_rated & (over <= known)
    last = np.array(
        [
            local_ordinal(int(at), zone)
            for at, zone in zip(over, _zones(made), strict=True)
        ]
    )
    in_time = np.zeros(len(over))
    for row, own in days.items():
        in_time[row] = len([day for day in own if day <= last[row]])
    hours = _hours_in_time(made, sessions, last)
    is_timed = np.isin(groups.cohort, groups.cohort[hours > 0])
    timed = base & is_timed
    return {
        "active_days_per_learner": truth_by_mode(groups.mode, base, base * in_time),
        "learning_hours_per_enrolment": truth_by_mode(
            groups.mode, timed, timed * hours
        ),
        "stickiness": _stickiness(made, days, over, known),
    }


def _zones(made: Simulation) -> list[ZoneInfo]:
    names = made.people.frame["time_zone"].to_list()
    return [ZoneInfo(names[person]) for person in made.enrolments.person.tolist()]


def _hours_in_time(
    made: Simulation, sessions: pl.DataFrame, last: np.ndarray
) -> np.ndarray:
    """Return each enrolment's hours, alone and live, up to its last day in time."""
    zones = _zones(made)
    hours = np.zeros(len(last))
    own = sessions.select("enrolment", "last", "length").rows()
    for row, at, length in own:
        if local_ordinal(at // 1_000, zones[row]) <= last[row]:
            hours[row] += length / HOUR_MS
    came = presences(made)
    pairs = zip(
        made.enrolments.cohort.tolist(), made.enrolments.person.tolist(), strict=True
    )
    row_of = {pair: row for row, pair in enumerate(pairs)}
    for n in np.flatnonzero(came.is_expected & (came.seconds >= SHORTEST_PRESENCE)):
        session = int(came.session[n])
        row = row_of[made.held[session][0], int(came.person[n])]
        starts = made.held[session][1].starts
        if local_ordinal(starts, zones[row]) <= last[row]:
            hours[row] += came.seconds[n] / 3_600
    return hours


def _stickiness(
    made: Simulation, days: dict[int, set[int]], over: np.ndarray, known: np.ndarray
) -> Truth:
    """Return the active part of the four weeks in which somebody was active at all.

    A cohort begins on its first day. It ends on its last, or where that would leave no
    four weeks, with the time of the last of its enrolments; never later than is known.
    """
    groups = made.enrolments
    latest = np.zeros(len(made.cohorts), dtype=np.int64)
    np.maximum.at(latest, groups.cohort, over)
    rows = []
    for row, own in days.items():
        at = int(groups.cohort[row])
        cohort = made.cohorts[at]
        first, end, matured, seen = (
            datetime.fromtimestamp(int(moment), UTC).astimezone(cohort.zone).toordinal()
            for moment in (cohort.starts, cohort.ends, latest[at], known[row])
        )
        until = min(seen, end if end - first >= WINDOW_DAYS else matured)
        windows: dict[int, int] = {}
        for day in own:
            number = (day - first) // WINDOW_DAYS
            windows[number] = windows.get(number, 0) + 1
        rows += [
            (int(groups.mode[row]), count / WINDOW_DAYS)
            for number, count in windows.items()
            if number >= 0 and first + (number + 1) * WINDOW_DAYS - 1 <= until
        ]
    mode, share = (np.array(column) for column in zip(*rows, strict=True))
    return truth_by_mode(mode, np.ones(len(mode)), share)
