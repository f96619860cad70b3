"""Who is excused from live sessions: by the organisation, or by a reason for declining.

Where attendance is the completion rule nobody is excused, so that an excuse changes no
completion of the sample.
"""

from dataclasses import dataclass

import numpy as np

from samples.attendance import NO_SHOW, ExpectedAttendance
from samples.catalogue import programmes
from samples.cohorts import Cohort
from samples.enrolments import Enrolments
from samples.plan import Plan

PARTSTAT = ("ACCEPTED", "NEEDS-ACTION", "TENTATIVE", "DECLINED")
PARTSTAT_SHARES = (0.7, 0.18, 0.06, 0.06)
REASON_SHARE, LISTED_SHARE = 0.6, 0.15
REASONS = ("I am on leave that week", "Bin auf Dienstreise", "customer visit", "sorry")
CATEGORIES = ("illness", "leave", "work", "family", "travel", "technical", "other")


@dataclass(frozen=True)
class Answers:
    """Each enrolment's answer to all invitations of its cohort.

    Attributes:
        status: index in PARTSTAT.
        reason: index in REASONS, -1 where none is given.
    """

    status: np.ndarray
    reason: np.ndarray


def draw_answers(plan: Plan, cohorts: list[Cohort], enrolments: Enrolments) -> Answers:
    """Draw the answers; Google's calendars alone show reasons."""
    rng = plan.stream("answers")
    count = len(enrolments.cohort)
    status = rng.choice(len(PARTSTAT), count, p=PARTSTAT_SHARES)
    gives = rng.random(count) < REASON_SHARE
    reason = rng.integers(len(REASONS), size=count)
    is_google = np.array([cohort.platform == "zoom" for cohort in cohorts])
    gives &= (status == PARTSTAT.index("DECLINED")) & may_be_excused(enrolments)
    gives &= is_google[enrolments.cohort]
    return Answers(status, np.where(gives, reason, -1))


def draw_listed(
    plan: Plan, enrolments: Enrolments, attendance: ExpectedAttendance
) -> np.ndarray:
    """Draw the kind of reason by which the organisation excuses an absence, else -1."""
    rng = plan.stream("excused absences")
    count = len(attendance.session)
    is_listed = (rng.random(count) < LISTED_SHARE) & (attendance.status == NO_SHOW)
    is_listed &= may_be_excused(enrolments)[attendance.enrolment]
    return np.where(is_listed, rng.integers(len(CATEGORIES), size=count), -1)


def is_excused(
    plan: Plan,
    cohorts: list[Cohort],
    enrolments: Enrolments,
    attendance: ExpectedAttendance,
) -> np.ndarray:
    """Return which expected attendances are absences with an excuse."""
    listed = draw_listed(plan, enrolments, attendance)
    reasons = draw_answers(plan, cohorts, enrolments).reason[attendance.enrolment]
    return (attendance.status == NO_SHOW) & ((listed >= 0) | (reasons >= 0))


def may_be_excused(enrolments: Enrolments) -> np.ndarray:
    """Return which enrolments are of programmes that other things finish."""
    classes = [programme.completion_class != "attendance" for programme in programmes()]
    return np.array(classes)[enrolments.programme]
