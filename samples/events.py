"""Visits and milestones as single events of the learning platform, in UTC milliseconds.

One row an event; `kind` is a name of `KINDS`, `visit` numbers the sitting that it
belongs to (-1: none). An event after the enrolment's last trace does not happen.
"""

import numpy as np
import polars as pl

from samples.enrolments import Enrolments
from samples.outcomes import Outcomes
from samples.plan import DAY, Plan
from samples.visits import FAIL, LESSON, PASS, VIDEO, Visits

KINDS = (
    "registered",
    "unregistered",
    "programme_completed",
    "mistaken_completion",
    "launched",
    "initialized",
    "completed",
    "passed",
    "failed",
    "terminated",
    "video_initialized",
    "video_played",
    "video_paused",
    "video_completed",
    "video_terminated",
    "experienced",
    "voided",
)
CODE = {name: code for code, name in enumerate(KINDS)}
CRASHED_SHARE, PAUSED_SHARE, UNINTRODUCED_SHARE = 0.15, 0.5, 0.01
MISTAKEN_SHARE, LIBRARY_SHARE = 0.004, 0.06
HOUR = 3_600


def finished(
    plan: Plan, enrolled: Enrolments, became: Outcomes, visits: Visits
) -> np.ndarray:
    """Return when each enrolment finishes (s), -1 where not up to the last day.

    A sitting that ran longer than planned finishes it later.
    """
    last = np.full(len(enrolled.cohort), -1, dtype=np.int64)
    ended = np.where(visits.form == VIDEO, 0, visits.at + visits.seconds + 5)
    in_way = visits.is_done & (visits.form != FAIL)
    np.maximum.at(last, visits.enrolment[in_way], ended[in_way])
    early = enrolled.anchor + enrolled.horizon - DAY
    moment = np.where(became.finishes, np.minimum(early, last), -1)
    moment = np.where(became.done >= 0, np.maximum(became.done, moment), -1)
    return np.where(moment <= plan.cut_off, moment, -1)


def events(
    plan: Plan,
    enrolled: Enrolments,
    became: Outcomes,
    visits: Visits,
    finish: np.ndarray,
    certified: np.ndarray,
) -> pl.DataFrame:
    """Return all events of enrolments, in order of time.

    Args:
        plan: the sample.
        enrolled: the enrolments.
        became: their outcomes.
        visits: their sittings.
        finish: when each finished, -1 where not.
        certified: whether the platform says so (attendance is not its business).
    """
    chance = plan.stream("events")
    parts = _milestones(enrolled, became, finish, certified, chance)
    parts += _sittings(visits, chance)
    whole = pl.concat(parts)
    until = became.until(plan.cut_off) * 1_000
    latest = pl.Series(until).gather(whole["enrolment"])
    enrolment_at = pl.Series(enrolled.enrolled * 1_000).gather(whole["enrolment"])
    happens = whole.filter(
        (pl.col("at") <= latest) & (pl.col("at") >= enrolment_at)
        | (pl.col("kind") == CODE["unregistered"])
    )
    happens = happens.filter(pl.col("at") <= plan.cut_off * 1_000)
    return happens.sort("at", "enrolment", "kind", "visit", maintain_order=True)


def _rows(
    kind: str,
    enrolment: np.ndarray,
    at: np.ndarray,
    activity: np.ndarray | int = -1,
    visit: np.ndarray | int = -1,
    seconds: np.ndarray | int = -1,
) -> pl.DataFrame:
    """Return rows of one kind; `at` and `seconds` in seconds, fractions kept."""
    size = len(enrolment)
    return pl.DataFrame(
        {
            "kind": np.full(size, CODE[kind], dtype=np.int16),
            "enrolment": enrolment.astype(np.int64),
            "activity": np.broadcast_to(activity, size).astype(np.int64),
            "visit": np.broadcast_to(visit, size).astype(np.int64),
            "at": (np.asarray(at, dtype=np.float64) * 1_000).astype(np.int64),
            "seconds": np.broadcast_to(seconds, size).astype(np.int64),
        }
    )


def _milestones(
    enrolled: Enrolments,
    became: Outcomes,
    finish: np.ndarray,
    certified: np.ndarray,
    chance: np.random.Generator,
) -> list[pl.DataFrame]:
    everyone = np.arange(len(finish))
    leavers = np.flatnonzero(became.withdrawn >= 0)
    done = np.flatnonzero((finish >= 0) & certified)
    open_ones = (became.done < 0) & (became.withdrawn < 0) & became.comes
    mistaken = np.flatnonzero(
        open_ones & (chance.random(len(finish)) < MISTAKEN_SHARE / open_ones.mean())
    )
    signed_on = enrolled.enrolled + 2 * HOUR + chance.uniform(0, 7 * HOUR, len(finish))
    wrong_at = enrolled.anchor[mistaken] + chance.uniform(2, 20, len(mistaken)) * DAY
    return [
        _rows("registered", everyone, signed_on),
        _rows("unregistered", leavers, became.withdrawn[leavers]),
        _rows("programme_completed", done, finish[done] + chance.random(len(done))),
        _rows("mistaken_completion", mistaken, wrong_at),
    ]


def _sittings(visits: Visits, chance: np.random.Generator) -> list[pl.DataFrame]:
    size = len(visits.at)
    number = np.arange(size)
    at = visits.at + np.floor(chance.random(size) * 900) / 1_000
    end, draw = at + visits.seconds, chance.random(size)
    is_video = visits.form == VIDEO
    introduced = (chance.random(size) >= UNINTRODUCED_SHARE) | ~visits.is_done
    ended = visits.is_done | (draw >= CRASHED_SHARE)

    def some(kind: str, keep: np.ndarray, when: np.ndarray) -> pl.DataFrame:
        return _rows(
            kind,
            visits.enrolment[keep],
            when[keep],
            visits.activity[keep],
            number[keep],
            np.maximum((when - at)[keep], 0).astype(np.int64),
        )

    lesson, done = visits.form == LESSON, visits.is_done
    return [
        some("launched", ~is_video & introduced, at - 3.2),
        some("initialized", ~is_video & introduced, at),
        some("completed", lesson & done, end - 4),
        some("passed", visits.form == PASS, end - 3),
        some("failed", visits.form == FAIL, end - 3),
        some("terminated", ~is_video & ended, end),
        some("video_initialized", is_video, at),
        some("video_played", is_video, at + 1.1),
        some("video_paused", is_video & (draw < PAUSED_SHARE), at + 0.4 * (end - at)),
        some("video_completed", is_video & done, end - 2),
        some("video_terminated", is_video & ended, end),
    ]


def library_visits(plan: Plan, people_count: int) -> pl.DataFrame:
    """Return pages read that belong to no programme: `enrolment` holds the person."""
    chance = plan.stream("library")
    size = round(plan.enrolments * LIBRARY_SHARE)
    at = chance.uniform(plan.first_day, plan.cut_off, size)
    person = chance.integers(0, people_count, size)
    return _rows("experienced", person, at, chance.integers(0, 4, size))
