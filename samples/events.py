"""Visits and milestones as single events of the learning platform, in UTC milliseconds.

One row per event: `kind` is an index in KINDS, `visit` the number of the visit that it
belongs to (-1: none). There is no event after an enrolment's last activity.
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
CRASHED_SHARE, PAUSED_SHARE, UNINITIALIZED_SHARE = 0.15, 0.5, 0.01
MISTAKEN_SHARE, LIBRARY_SHARE = 0.004, 0.06
HOUR = 3_600


def finish_moments(
    plan: Plan, enrolments: Enrolments, outcomes: Outcomes, visits: Visits
) -> np.ndarray:
    """Return when each enrolment finishes (s), -1 where not by the last day.

    A visit that lasts longer than planned makes it finish later.
    """
    last = np.full(len(enrolments.cohort), -1, dtype=np.int64)
    ended = np.where(visits.visit_type == VIDEO, 0, visits.at + visits.seconds + 5)
    in_way = visits.is_done & (visits.visit_type != FAIL)
    np.maximum.at(last, visits.enrolment[in_way], ended[in_way])
    early = enrolments.anchor + enrolments.horizon - DAY
    moment = np.where(outcomes.finishes_in_time, np.minimum(early, last), -1)
    moment = np.where(
        outcomes.finished_at >= 0, np.maximum(outcomes.finished_at, moment), -1
    )
    return np.where(moment <= plan.cut_off, moment, -1)


def build_events(
    plan: Plan,
    enrolments: Enrolments,
    outcomes: Outcomes,
    visits: Visits,
    finish: np.ndarray,
    is_certified: np.ndarray,
) -> pl.DataFrame:
    """Return all events of enrolments, in order of time.

    Args:
        plan: the sample.
        enrolments: the enrolments.
        outcomes: their outcomes.
        visits: their visits.
        finish: when each finished, -1 where not.
        is_certified: whether the platform reports that it is finished; where attendance
            is the completion rule, it does not.
    """
    rng = plan.stream("events")
    parts = _milestones(enrolments, outcomes, finish, is_certified, rng)
    parts += _visit_events(visits, rng)
    whole = pl.concat(parts)
    until = outcomes.active_until(plan.cut_off) * 1_000
    latest = pl.Series(until).gather(whole["enrolment"])
    enrolment_at = pl.Series(enrolments.enrolled_at * 1_000).gather(whole["enrolment"])
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
    """Return rows of one kind. `at` and `seconds` are in seconds, with fractions."""
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
    enrolments: Enrolments,
    outcomes: Outcomes,
    finish: np.ndarray,
    is_certified: np.ndarray,
    rng: np.random.Generator,
) -> list[pl.DataFrame]:
    everyone = np.arange(len(finish))
    withdrawn = np.flatnonzero(outcomes.withdrawn_at >= 0)
    completed = np.flatnonzero((finish >= 0) & is_certified)
    is_open = (
        (outcomes.finished_at < 0) & (outcomes.withdrawn_at < 0) & outcomes.participates
    )
    mistaken = np.flatnonzero(
        is_open & (rng.random(len(finish)) < MISTAKEN_SHARE / is_open.mean())
    )
    signed_on = (
        enrolments.enrolled_at + 2 * HOUR + rng.uniform(0, 7 * HOUR, len(finish))
    )
    wrong_at = enrolments.anchor[mistaken] + rng.uniform(2, 20, len(mistaken)) * DAY
    return [
        _rows("registered", everyone, signed_on),
        _rows("unregistered", withdrawn, outcomes.withdrawn_at[withdrawn]),
        _rows(
            "programme_completed",
            completed,
            finish[completed] + rng.random(len(completed)),
        ),
        _rows("mistaken_completion", mistaken, wrong_at),
    ]


def _visit_events(visits: Visits, rng: np.random.Generator) -> list[pl.DataFrame]:
    size = len(visits.at)
    number = np.arange(size)
    at = visits.at + np.floor(rng.random(size) * 900) / 1_000
    end, draw = at + visits.seconds, rng.random(size)
    is_video = visits.visit_type == VIDEO
    is_initialized = (rng.random(size) >= UNINITIALIZED_SHARE) | ~visits.is_done
    ended = visits.is_done | (draw >= CRASHED_SHARE)

    def of_visits(kind: str, keep: np.ndarray, when: np.ndarray) -> pl.DataFrame:
        return _rows(
            kind,
            visits.enrolment[keep],
            when[keep],
            visits.activity[keep],
            number[keep],
            np.maximum((when - at)[keep], 0).astype(np.int64),
        )

    lesson, completed = visits.visit_type == LESSON, visits.is_done
    return [
        of_visits("launched", ~is_video & is_initialized, at - 3.2),
        of_visits("initialized", ~is_video & is_initialized, at),
        of_visits("completed", lesson & completed, end - 4),
        of_visits("passed", visits.visit_type == PASS, end - 3),
        of_visits("failed", visits.visit_type == FAIL, end - 3),
        of_visits("terminated", ~is_video & ended, end),
        of_visits("video_initialized", is_video, at),
        of_visits("video_played", is_video, at + 1.1),
        of_visits(
            "video_paused", is_video & (draw < PAUSED_SHARE), at + 0.4 * (end - at)
        ),
        of_visits("video_completed", is_video & completed, end - 2),
        of_visits("video_terminated", is_video & ended, end),
    ]


def library_visits(plan: Plan, people_count: int) -> pl.DataFrame:
    """Return reads of library pages, in no programme; `enrolment` is the person."""
    rng = plan.stream("library")
    size = round(plan.enrolments * LIBRARY_SHARE)
    at = rng.uniform(plan.first_day, plan.cut_off, size)
    person = rng.integers(0, people_count, size)
    return _rows("experienced", person, at, rng.integers(0, 4, size))
