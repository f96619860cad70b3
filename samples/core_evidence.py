"""What the KPIs of enrolments, tests and live sessions must be, from what was drawn.

Whom no file of a live session names is counted as the files show it: as absent, and as
not finished where attendance finishes a programme.
"""

from datetime import date, datetime

import numpy as np
import polars as pl

from samples.absences import is_excused
from samples.attendance import ATTENDED, NO_SHOW
from samples.catalogue import programmes
from samples.costs import cost_rows
from samples.events import CODE
from samples.evidence import Evidence, Truth, truth_by_mode
from samples.late_withdrawals import expected_attendances
from samples.outcomes import last_ends
from samples.plan import DAY, Plan
from samples.simulation import Simulation
from samples.watermarks import activity_known_until, learning_known_until

STARTS = ("initialized", "video_initialized", "video_played", "passed", "failed")


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return the truth of the KPIs that the main parts of the sample feed."""
    return Evidence(
        kpis=_of_enrolments(plan, made)
        | _of_starts(plan, made)
        | _of_times(plan, made)
        | _of_costs(plan, made)
        | _of_tests(plan, made)
        | _of_sessions(plan, made)
    )


def is_rated(plan: Plan, made: Simulation) -> np.ndarray:
    """Return whose time is over, without those who were waived."""
    over = made.enrolments.anchor + made.enrolments.horizon
    known = learning_known_until(plan, made)[made.enrolments.programme]
    return (over <= known) & (made.outcomes.waived_at < 0)


def _of_enrolments(plan: Plan, made: Simulation) -> dict[str, Truth]:
    enrolments, outcomes = made.enrolments, made.outcomes
    in_time, finished_at = finished_in_time(made), moment_of_finish(made)
    starts = np.array([cohort.starts for cohort in made.cohorts])[enrolments.cohort]
    withdrawn = (outcomes.withdrawn_at >= 0) & (outcomes.withdrawn_at <= plan.cut_off)
    is_early = withdrawn & (outcomes.withdrawn_at <= starts)
    rated = is_rated(plan, made)
    is_due = (outcomes.due_at >= 0) & (outcomes.due_at <= plan.cut_off)
    is_due &= outcomes.waived_at < 0
    bases = {
        "completion_rate": (rated, in_time),
        "completion_rate_at_start": (rated & ~is_early, in_time),
        "completion_rate_not_withdrawn": (rated & ~withdrawn, in_time),
        "withdrawal_rate": (rated, withdrawn),
        "on_time_rate": (
            is_due,
            (finished_at >= 0) & (finished_at <= outcomes.due_at),
        ),
    }
    return {
        kpi_id: truth_by_mode(enrolments.mode, base, base & hit)
        for kpi_id, (base, hit) in bases.items()
    }


def _of_starts(plan: Plan, made: Simulation) -> dict[str, Truth]:
    enrolments, in_time = made.enrolments, finished_in_time(made)
    base, started = starts_in_time(plan, made)
    return {
        "start_rate": truth_by_mode(enrolments.mode, base, base & started),
        "completion_rate_started": truth_by_mode(
            enrolments.mode, base & started, base & started & in_time
        ),
    }


def starts_in_time(plan: Plan, made: Simulation) -> tuple[np.ndarray, np.ndarray]:
    """Return whose start can be seen, their time being over, and who started in it.

    A start is own work, or a connection to a live session.
    """
    enrolments, size = made.enrolments, len(made.enrolments.mode)
    first = np.full(size, plan.cut_off + 1)
    seen = made.events.filter(pl.col("kind").is_in([CODE[kind] for kind in STARTS]))
    np.minimum.at(first, seen["enrolment"].to_numpy(), seen["at"].to_numpy() // 1_000)
    row, begin = presences(made)
    np.minimum.at(first, row, begin)
    has_evidence = np.zeros(len(made.cohorts), dtype=bool)
    has_evidence[enrolments.cohort[first <= plan.cut_off]] = True
    over = enrolments.anchor + enrolments.horizon
    known = activity_known_until(plan, made)[enrolments.programme]
    base = is_rated(plan, made) & (over <= known)
    return base & has_evidence[enrolments.cohort], first <= over


def presences(made: Simulation) -> tuple[np.ndarray, np.ndarray]:
    """Return the enrolment and the session's start (s) of each seen presence in one."""
    session = np.array([s.starts for _at, s in made.held], dtype=np.int64)
    came = (made.attendance.status != NO_SHOW) & ~made.enrolments.is_unmatched[
        made.attendance.enrolment
    ]
    return made.attendance.enrolment[came], session[made.attendance.session[came]]


def moment_of_finish(made: Simulation) -> np.ndarray:
    """Return when each enrolment is seen to finish (s), -1 where it is not.

    Attendance finishes a programme when its last session ends.
    """
    by_attendance = np.array([p.completion_class == "attendance" for p in programmes()])
    of_enrolments = by_attendance[made.enrolments.programme]
    last = last_ends(made.cohorts)[made.enrolments.cohort]
    moment = np.where(of_enrolments, last, made.finished_at)
    is_seen = ~(of_enrolments & made.enrolments.is_unmatched)
    return np.where((made.finished_at >= 0) & is_seen, moment, -1)


def finished_in_time(made: Simulation) -> np.ndarray:
    """Return which enrolments are seen to finish within their horizon."""
    until = made.enrolments.anchor + made.enrolments.horizon
    moment = moment_of_finish(made)
    return (moment >= 0) & (moment <= until)


def _of_times(plan: Plan, made: Simulation) -> dict[str, Truth]:
    """Return the truth about whole local days to finish, else the whole horizon."""
    enrolments, rated = made.enrolments, is_rated(plan, made)
    days, finished_at = enrolments.horizon // DAY, moment_of_finish(made)
    for row in np.flatnonzero(rated & finished_in_time(made)):
        zone = made.cohorts[enrolments.cohort[row]].zone
        begin, end = (
            datetime.fromtimestamp(int(moment), zone).replace(tzinfo=None)
            for moment in (enrolments.anchor[row], finished_at[row])
        )
        days[row] = min(max((end - begin).days, 0), days[row])
    return {"time_to_completion": truth_by_mode(enrolments.mode, rated, rated * days)}


def _of_costs(plan: Plan, made: Simulation) -> dict[str, Truth]:
    """Return the truth about costs up to the last day, and all who finished by then."""
    is_finished = (made.outcomes.waived_at < 0) & (moment_of_finish(made) >= 0)
    share = cost_shares(plan, made)
    return {
        "cost_per_completion": truth_by_mode(made.enrolments.mode, is_finished, share)
    }


def cost_shares(plan: Plan, made: Simulation) -> np.ndarray:
    """Return each enrolment's share of the costs up to the last day."""
    enrolments = made.enrolments
    is_counted = made.outcomes.waived_at < 0
    last = plan.as_of.year * 12 + plan.as_of.month - 1
    cohort_of = {cohort.cohort_id: at for at, cohort in enumerate(made.cohorts)}
    number = {p.programme_id: at for at, p in enumerate(programmes())}
    share = np.zeros(len(enrolments.mode))
    for row in cost_rows(plan, made.cohorts):
        programme_id, cohort_id, _kind, _basis, amount, _currency, booked, months = row
        day = date.fromisoformat(str(booked)[:10])
        spread = int(months or 1)
        posted = min(max(last - (day.year * 12 + day.month - 1) + 1, 0), spread)
        own = is_counted & (enrolments.programme == number[str(programme_id)])
        if cohort_id:
            own &= enrolments.cohort == cohort_of[str(cohort_id)]
        if own.any():
            share[own] += float(str(amount)) / spread * posted / own.sum()
    return share


def _of_tests(plan: Plan, made: Simulation) -> dict[str, Truth]:
    """Return the truth about final tests, whose attempts the events hold."""
    mode, rated = made.enrolments.mode, is_rated(plan, made)
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


def _of_sessions(plan: Plan, made: Simulation) -> dict[str, Truth]:
    attendance = expected_attendances(made)
    enrolment = attendance.enrolment
    base = ~is_excused(plan, made.cohorts, made.enrolments, attendance)
    is_unmatched = made.enrolments.is_unmatched[enrolment]
    status = np.where(is_unmatched, NO_SHOW, attendance.status)
    mode = made.enrolments.mode[enrolment]
    return {
        "attendance_rate": truth_by_mode(mode, base, status == ATTENDED),
        "no_show_rate": truth_by_mode(mode, base, base & (status == NO_SHOW)),
    }
