"""The outcome of each enrolment, and when: finished, withdrawn, inactive, no show.

Finishing bunches before due dates, withdrawal is front-loaded, and some who miss the
horizon finish after it. Moments are UTC seconds, -1 where there is none.
"""

from dataclasses import dataclass

import numpy as np

from samples.catalogue import MODES, programmes
from samples.clock import move_to_waking_hours
from samples.cohorts import Cohort
from samples.enrolments import Enrolments
from samples.people import People
from samples.plan import DAY, Plan

HOUR = 3_600
WITHDRAWN_SHARE = 0.3  # of those who do not finish
BEFORE_START_SHARE = 0.25  # of those who withdraw
LATE_SHARE, LATE_MEAN_DAYS = 0.04, 15
NEVER_STARTED_SHARE = {"sync": 0.15, "async": 0.3, "hybrid": 0.2}
WAIVED_SHARE, EXTENDED_SHARE = 0.012, 0.02
DUE_DAYS = {"compliance": 30, "high_volume": 30, "high_stakes": 75}
EXTENSION_DAYS = 10
FAILED_SHARE = 0.15  # of those who do not finish a programme with an exam
FIRST_ATTEMPT_SHARE = 0.8


@dataclass(frozen=True)
class Outcomes:
    """One row per enrolment.

    Attributes:
        finishes_in_time: whether within the horizon, which may end after the last day.
        finished_at: when, in time or late.
        withdrawn_at: when, if at all.
        waived_at: when, if at all.
        due_at: the due date, the extended one where extended.
        is_extended: whether the due date was extended.
        participates: whether there is any activity.
        progress: the share of the content that is worked through, 0 to 1.
        failed_attempts: how often the exam is failed.
    """

    finishes_in_time: np.ndarray
    finished_at: np.ndarray
    withdrawn_at: np.ndarray
    waived_at: np.ndarray
    due_at: np.ndarray
    is_extended: np.ndarray
    participates: np.ndarray
    progress: np.ndarray
    failed_attempts: np.ndarray

    def active_until(self, cut_off: int) -> np.ndarray:
        """Return the moment after which each has no activity."""
        return np.where(self.withdrawn_at >= 0, self.withdrawn_at, cut_off)


def draw_outcomes(
    plan: Plan, people: People, enrolments: Enrolments, cohorts: list[Cohort]
) -> Outcomes:
    """Draw the outcomes in each enrolment's own mode."""
    rng = plan.stream("outcomes")
    size = len(enrolments.cohort)
    mandatory = _of_programme("is_mandatory")[enrolments.programme]
    is_waived = mandatory & (rng.random(size) < WAIVED_SHARE)
    waived_at = enrolments.enrolled_at + (rng.random(size) * 10 * DAY).astype(np.int64)
    finishes_in_time = (rng.random(size) < enrolments.rate) & ~is_waived
    due_at, extended = _due_moments(enrolments, cohorts, mandatory, rng)
    offset = people.offset_seconds[enrolments.person]
    finished_at = _finish_moments(enrolments, cohorts, due_at, offset, rng)
    finished_at = np.where(finishes_in_time, finished_at, -1)
    withdrawn_at = _withdrawal_moments(
        enrolments, finishes_in_time | is_waived, cohorts, rng
    )
    late = ~finishes_in_time & ~is_waived & (withdrawn_at < 0)
    late &= ~_is_attendance(enrolments) & (rng.random(size) < LATE_SHARE)
    after = 3 * DAY + rng.exponential(LATE_MEAN_DAYS * DAY, size)
    after_horizon = enrolments.anchor + enrolments.horizon + after.astype(np.int64)
    finished_at = np.where(late, after_horizon, finished_at)
    never = np.array([NEVER_STARTED_SHARE[mode] for mode in MODES])[enrolments.mode]
    participates = (finished_at >= 0) | (rng.random(size) >= never)
    return Outcomes(
        finishes_in_time=finishes_in_time,
        finished_at=finished_at,
        withdrawn_at=withdrawn_at,
        waived_at=np.where(is_waived, np.minimum(waived_at, plan.cut_off), -1),
        due_at=due_at,
        is_extended=extended,
        participates=participates & ~is_waived,
        progress=np.where(finished_at >= 0, 1.0, rng.beta(0.7, 1.8, size)),
        failed_attempts=_failed_attempts(
            enrolments, finished_at >= 0, participates, rng
        ),
    )


def _of_programme(name: str) -> np.ndarray:
    return np.array([getattr(p.category, name) for p in programmes()])


def _is_attendance(enrolments: Enrolments) -> np.ndarray:
    classes = np.array([p.completion_class == "attendance" for p in programmes()])
    return classes[enrolments.programme]


def last_ends(cohorts: list[Cohort]) -> np.ndarray:
    """Return when the last held session of each cohort ends, -1 without sessions."""
    return np.array([max((s.actual_ends for s in c.held), default=-1) for c in cohorts])


def _due_moments(
    enrolments: Enrolments,
    cohorts: list[Cohort],
    mandatory: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return each due moment (-1 without one), and whether it was extended."""
    days = np.array([DUE_DAYS.get(p.category.slug, 0) for p in programmes()])
    starts = np.array([c.starts for c in cohorts])[enrolments.cohort]
    due_at = starts + days[enrolments.programme] * DAY + 17 * HOUR
    extended = mandatory & (rng.random(len(due_at)) < EXTENDED_SHARE)
    due_at = due_at + np.where(extended, EXTENSION_DAYS * DAY, 0)
    return np.where(mandatory, due_at, -1), extended


def _finish_moments(
    enrolments: Enrolments,
    cohorts: list[Cohort],
    due_at: np.ndarray,
    offset: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw when each would finish, at least two days before its horizon ends."""
    size = len(due_at)
    latest = enrolments.anchor + enrolments.horizon - 3 * DAY
    last = last_ends(cohorts)[enrolments.cohort]
    floor = np.where(last >= 0, np.maximum(last, enrolments.anchor), enrolments.anchor)
    after_sessions = floor + rng.gamma(1.6, 1.6 * DAY, size)
    beta = rng.beta(1.3, 2.2, size)
    at_own_pace = floor + DAY / 2 + beta * np.maximum(latest - floor - DAY / 2, 0)
    around_due = np.maximum(
        _around_due_dates(enrolments, due_at, rng), floor + 2 * HOUR
    )
    sync = enrolments.mode == MODES.index("sync")
    finished_at = np.where(
        sync, after_sessions, np.where(due_at >= 0, around_due, at_own_pace)
    )
    finished_at = move_to_waking_hours(np.minimum(finished_at, latest), offset, rng)
    finished_at = np.maximum(finished_at, floor + HOUR).astype(np.int64)
    return np.where(_is_attendance(enrolments), last, finished_at)


def _around_due_dates(
    enrolments: Enrolments, due_at: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draw finish moments around due dates: a peak just before, a tail after."""
    size = len(due_at)
    kind = rng.random(size)
    length = np.maximum(due_at - enrolments.anchor, 2 * DAY)
    spike = due_at - rng.exponential(1.1 * DAY, size)
    earlier = enrolments.anchor + rng.uniform(0.04, 1, size) * length
    later = due_at + rng.exponential(3.5 * DAY, size)
    drawn = np.where(kind < 0.5, spike, np.where(kind < 0.86, earlier, later))
    return np.maximum(drawn, enrolments.anchor + 6 * HOUR)


def _withdrawal_moments(
    enrolments: Enrolments,
    stays: np.ndarray,
    cohorts: list[Cohort],
    rng: np.random.Generator,
) -> np.ndarray:
    size = len(stays)
    leaves = ~stays & (rng.random(size) < WITHDRAWN_SHARE)
    starts = np.array([c.starts for c in cohorts])[enrolments.cohort]
    notice = np.maximum(starts - enrolments.enrolled_at, 0)
    before = (rng.random(size) < BEFORE_START_SHARE) & (notice > 3 * DAY)
    ahead = enrolments.enrolled_at + DAY + rng.random(size) * (notice - 2 * DAY)
    later = enrolments.anchor + DAY + rng.beta(0.8, 2.4, size) * enrolments.horizon
    moment = np.where(before, ahead, later).astype(np.int64)
    return np.where(leaves, moment, -1)


def _failed_attempts(
    enrolments: Enrolments,
    passes: np.ndarray,
    participates: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw how often an exam is failed: before passing, or without passing."""
    has_exam = np.array([p.has_exam for p in programmes()])[enrolments.programme]
    draw = rng.random(len(passes))
    twice = 1 - (1 - FIRST_ATTEMPT_SHARE) / 5
    before = np.where(draw < FIRST_ATTEMPT_SHARE, 0, np.where(draw < twice, 1, 2))
    for_good = np.where(participates & (draw < FAILED_SHARE), 1 + (draw < 0.05), 0)
    return np.where(has_exam, np.where(passes, before, for_good), 0)
