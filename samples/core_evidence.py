"""What the KPIs of enrolments, tests and live sessions must be, from what was drawn.

Whom no file of a live session names is counted as the files show it: as absent, and as
not finished where attendance finishes a programme.
"""

import numpy as np
import polars as pl

from samples.attendance import ATTENDED, NO_SHOW
from samples.catalogue import programmes
from samples.events import CODE
from samples.evidence import Evidence, Truth, truth_by_mode
from samples.plan import DAY, Plan
from samples.simulation import Simulation


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return the truth of the KPIs that the main parts of the sample feed."""
    return Evidence(
        kpis=_of_enrolments(plan, made) | _of_tests(plan, made) | _of_sessions(made)
    )


def _is_rated(plan: Plan, made: Simulation) -> np.ndarray:
    """Return whose time is over, without those who were waived."""
    matured = made.enrolments.anchor + made.enrolments.horizon <= plan.cut_off
    return matured & (made.outcomes.waived_at < 0)


def _of_enrolments(plan: Plan, made: Simulation) -> dict[str, Truth]:
    enrolments, outcomes = made.enrolments, made.outcomes
    by_attendance = np.array([p.completion_class == "attendance" for p in programmes()])
    is_unseen = by_attendance[enrolments.programme] & enrolments.is_unmatched
    finished = (made.finished_at >= 0) & ~is_unseen
    in_time = finished & (made.finished_at <= enrolments.anchor + enrolments.horizon)
    starts = np.array([cohort.starts for cohort in made.cohorts])[enrolments.cohort]
    withdrawn = (outcomes.withdrawn_at >= 0) & (outcomes.withdrawn_at <= plan.cut_off)
    is_early = withdrawn & (outcomes.withdrawn_at <= starts)
    rated = _is_rated(plan, made)
    is_due = (outcomes.due_at >= 0) & (outcomes.due_at <= plan.cut_off)
    is_due &= outcomes.waived_at < 0
    bases = {
        "completion_rate": (rated, in_time),
        "completion_rate_at_start": (rated & ~is_early, in_time),
        "completion_rate_not_withdrawn": (rated & ~withdrawn, in_time),
        "withdrawal_rate": (rated, withdrawn),
        "on_time_rate": (is_due, finished & (made.finished_at <= outcomes.due_at)),
    }
    return {
        kpi_id: truth_by_mode(enrolments.mode, base, base & hit)
        for kpi_id, (base, hit) in bases.items()
    }


def _of_tests(plan: Plan, made: Simulation) -> dict[str, Truth]:
    """Return the truth about final tests, whose attempts the events hold."""
    mode, rated = made.enrolments.mode, _is_rated(plan, made)
    attempts = (
        made.events.filter(pl.col("kind").is_in([CODE["passed"], CODE["failed"]]))
        .sort("enrolment", "at")
        .group_by("enrolment", maintain_order=True)
        .agg(
            first=pl.col("kind").first() == CODE["passed"],
            any=(pl.col("kind") == CODE["passed"]).any(),
            count=pl.len(),
        )
    )
    row = attempts["enrolment"].to_numpy()
    base = rated[row]
    return {
        "pass_rate": truth_by_mode(mode[row], base, base & attempts["any"].to_numpy()),
        "first_attempt_pass_rate": truth_by_mode(
            mode[row], base, base & attempts["first"].to_numpy()
        ),
        "attempts_per_assessment": truth_by_mode(
            mode[row], base, base * attempts["count"].to_numpy()
        ),
    }


def _of_sessions(made: Simulation) -> dict[str, Truth]:
    enrolment = made.attendance.enrolment
    is_unmatched = made.enrolments.is_unmatched[enrolment]
    status = np.where(is_unmatched, NO_SHOW, made.attendance.status)
    late = _withdrawn_too_late(made)
    mode = made.enrolments.mode[np.concatenate([enrolment, late])]
    status = np.concatenate([status, np.full(len(late), NO_SHOW)])
    base = np.ones(len(status), dtype=bool)
    return {
        "attendance_rate": truth_by_mode(mode, base, status == ATTENDED),
        "no_show_rate": truth_by_mode(mode, base, status == NO_SHOW),
    }


def _withdrawn_too_late(made: Simulation) -> np.ndarray:
    """Return the enrolment of each session that it left too late to be unexpected."""
    enrolments, withdrawn = made.enrolments, made.outcomes.withdrawn_at
    found = [np.zeros(0, dtype=np.int64)]
    for cohort, session in made.held:
        left = (withdrawn > session.starts - DAY) & (withdrawn <= session.starts)
        was_there = enrolments.enrolled_at <= session.starts
        found.append(np.flatnonzero((enrolments.cohort == cohort) & left & was_there))
    return np.concatenate(found)
