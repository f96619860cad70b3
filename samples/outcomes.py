"""What became of each enrolment, and when: finished, withdrew, faded, never came.

Deadlines pull finishing towards themselves, withdrawal is front-loaded, and some who
miss the horizon finish after it. Moments are UTC seconds, -1 where there is none.
"""

from dataclasses import dataclass

import numpy as np

from samples.catalogue import MODES, programmes
from samples.clock import waking_hours
from samples.cohorts import Cohort
from samples.enrolments import Enrolments
from samples.people import People
from samples.plan import DAY, Plan

HOUR = 3_600
WITHDRAWN_SHARE, BEFORE_START_SHARE = 0.3, 0.25  # of those who do not finish; of them
LATE_SHARE, LATE_MEAN_DAYS = 0.04, 15
NEVER_CAME_SHARE = {"sync": 0.15, "async": 0.3, "hybrid": 0.2}
WAIVED_SHARE, EXTENDED_SHARE = 0.012, 0.02
DUE_DAYS = {"compliance": 30, "high_volume": 30, "high_stakes": 75}
EXTENSION_DAYS = 10
FAILED_SHARE = 0.15  # of those who do not finish where an exam decides
FIRST_ATTEMPT_SHARE = 0.8


@dataclass(frozen=True)
class Outcomes:
    """A row per enrolment.

    `finishes` says within the horizon (potentially after the last day); `done` is when
    they finish, early or late; `progress` the share of the way that others get.
    """

    finishes: np.ndarray
    done: np.ndarray
    withdrawn: np.ndarray
    waived: np.ndarray
    due: np.ndarray
    is_extended: np.ndarray
    comes: np.ndarray
    progress: np.ndarray
    failed_attempts: np.ndarray

    def until(self, cut_off: int) -> np.ndarray:
        """Return the moment after which each leaves no trace."""
        return np.where(self.withdrawn >= 0, self.withdrawn, cut_off)


def outcomes(
    plan: Plan, people: People, enrolled: Enrolments, cohorts: list[Cohort]
) -> Outcomes:
    """Draw the outcomes under each enrolment's own mode."""
    chance = plan.stream("outcomes")
    size = len(enrolled.cohort)
    mandatory = _of_programme("is_mandatory")[enrolled.programme]
    is_waived = mandatory & (chance.random(size) < WAIVED_SHARE)
    waived = enrolled.enrolled + (chance.random(size) * 10 * DAY).astype(np.int64)
    finishes = (chance.random(size) < enrolled.rate) & ~is_waived
    due, extended = _due(enrolled, cohorts, mandatory, chance)
    offset = people.offset_seconds[enrolled.person]
    done = _done(enrolled, cohorts, due, offset, chance)
    done = np.where(finishes, done, -1)
    withdrawn = _withdrawn(enrolled, finishes | is_waived, cohorts, chance)
    late = ~finishes & ~is_waived & (withdrawn < 0)
    late &= ~_is_attendance(enrolled) & (chance.random(size) < LATE_SHARE)
    after = 3 * DAY + chance.exponential(LATE_MEAN_DAYS * DAY, size)
    after_horizon = enrolled.anchor + enrolled.horizon + after.astype(np.int64)
    done = np.where(late, after_horizon, done)
    never = np.array([NEVER_CAME_SHARE[mode] for mode in MODES])[enrolled.mode]
    comes = (done >= 0) | (chance.random(size) >= never)
    return Outcomes(
        finishes=finishes,
        done=done,
        withdrawn=withdrawn,
        waived=np.where(is_waived, np.minimum(waived, plan.cut_off), -1),
        due=due,
        is_extended=extended,
        comes=comes & ~is_waived,
        progress=np.where(done >= 0, 1.0, chance.beta(0.7, 1.8, size)),
        failed_attempts=_failed_attempts(enrolled, done >= 0, comes, chance),
    )


def _of_programme(name: str) -> np.ndarray:
    return np.array([getattr(p.category, name) for p in programmes()])


def _is_attendance(enrolled: Enrolments) -> np.ndarray:
    classes = np.array([p.completion_class == "attendance" for p in programmes()])
    return classes[enrolled.programme]


def last_ends(cohorts: list[Cohort]) -> np.ndarray:
    """Return when the last held session of each cohort ends, -1 without sessions."""
    return np.array(
        [max((s.actual_ends for s in one.held), default=-1) for one in cohorts]
    )


def _due(
    enrolled: Enrolments,
    cohorts: list[Cohort],
    mandatory: np.ndarray,
    chance: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return each due moment (-1 without one), and whether it was put off."""
    days = np.array([DUE_DAYS.get(p.category.slug, 0) for p in programmes()])
    starts = np.array([one.starts for one in cohorts])[enrolled.cohort]
    due = starts + days[enrolled.programme] * DAY + 17 * HOUR
    extended = mandatory & (chance.random(len(due)) < EXTENDED_SHARE)
    due = due + np.where(extended, EXTENSION_DAYS * DAY, 0)
    return np.where(mandatory, due, -1), extended


def _done(
    enrolled: Enrolments,
    cohorts: list[Cohort],
    due: np.ndarray,
    offset: np.ndarray,
    chance: np.random.Generator,
) -> np.ndarray:
    """Draw when those who finish in time do, at least two days within the horizon."""
    size = len(due)
    latest = enrolled.anchor + enrolled.horizon - 3 * DAY
    last = last_ends(cohorts)[enrolled.cohort]
    floor = np.where(last >= 0, np.maximum(last, enrolled.anchor), enrolled.anchor)
    after_sessions = floor + chance.gamma(1.6, 1.6 * DAY, size)
    beta = chance.beta(1.3, 2.2, size)
    at_own_pace = floor + DAY / 2 + beta * np.maximum(latest - floor - DAY / 2, 0)
    bunched = np.maximum(_bunched(enrolled, due, chance), floor + 2 * HOUR)
    sync = enrolled.mode == MODES.index("sync")
    done = np.where(sync, after_sessions, np.where(due >= 0, bunched, at_own_pace))
    done = waking_hours(np.minimum(done, latest), offset, chance)
    done = np.maximum(done, floor + HOUR).astype(np.int64)
    return np.where(_is_attendance(enrolled), last, done)


def _bunched(
    enrolled: Enrolments, due: np.ndarray, chance: np.random.Generator
) -> np.ndarray:
    """Draw finishing around a due date: a spike before it, a tail after it."""
    size = len(due)
    kind = chance.random(size)
    length = np.maximum(due - enrolled.anchor, 2 * DAY)
    spike = due - chance.exponential(1.1 * DAY, size)
    earlier = enrolled.anchor + chance.uniform(0.04, 1, size) * length
    later = due + chance.exponential(3.5 * DAY, size)
    drawn = np.where(kind < 0.5, spike, np.where(kind < 0.86, earlier, later))
    return np.maximum(drawn, enrolled.anchor + 6 * HOUR)


def _withdrawn(
    enrolled: Enrolments,
    stays: np.ndarray,
    cohorts: list[Cohort],
    chance: np.random.Generator,
) -> np.ndarray:
    size = len(stays)
    leaves = ~stays & (chance.random(size) < WITHDRAWN_SHARE)
    starts = np.array([one.starts for one in cohorts])[enrolled.cohort]
    notice = np.maximum(starts - enrolled.enrolled, 0)
    before = (chance.random(size) < BEFORE_START_SHARE) & (notice > 3 * DAY)
    ahead = enrolled.enrolled + DAY + chance.random(size) * (notice - 2 * DAY)
    later = enrolled.anchor + DAY + chance.beta(0.8, 2.4, size) * enrolled.horizon
    moment = np.where(before, ahead, later).astype(np.int64)
    return np.where(leaves, moment, -1)


def _failed_attempts(
    enrolled: Enrolments,
    passes: np.ndarray,
    comes: np.ndarray,
    chance: np.random.Generator,
) -> np.ndarray:
    """Draw how often an exam is failed: before passing, or for good."""
    has_exam = np.array([p.has_exam for p in programmes()])[enrolled.programme]
    draw = chance.random(len(passes))
    twice = 1 - (1 - FIRST_ATTEMPT_SHARE) / 5
    before = np.where(draw < FIRST_ATTEMPT_SHARE, 0, np.where(draw < twice, 1, 2))
    for_good = np.where(comes & (draw < FAILED_SHARE), 1 + (draw < 0.05), 0)
    return np.where(has_exam, np.where(passes, before, for_good), 0)
