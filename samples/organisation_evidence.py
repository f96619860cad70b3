"""Hours of learning: what they cost with learners' time, and for how many employees.

Contractors work beside the employees, some people are hired after the first quarter,
and the time of managers costs more than that of everyone else.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

import numpy as np
import polars as pl

from samples.blended_truth import accepted_modes
from samples.catalogue import MODES, programmes
from samples.core_evidence import cost_shares, moment_of_finish
from samples.evidence import Truth, truth_by_mode
from samples.organisation_files import entry_days, leave_moments
from samples.plan import Plan
from samples.roster_files import local_day
from samples.simulation import Simulation
from samples.table_rows import Row

HOURLY_COST = 40.0
OF_SEGMENTS = {"People manager": 65.0, "Senior leader": 95.0}
SHORTEST_PRESENCE = 5 * 60  # seconds in a live session that make a day active


def rate_rows() -> list[Row]:
    """Return the rows of learner_time_rates.csv."""
    rates = {"": HOURLY_COST} | OF_SEGMENTS
    return [
        {"segment": segment, "hourly_cost": cost, "currency": "USD"}
        for segment, cost in rates.items()
    ]


def truth_of_hours(
    plan: Plan,
    made: Simulation,
    sessions: pl.DataFrame,
    active: dict[int, set[int]],
) -> dict[str, Truth]:
    """Return the KPIs of hours, and of employees who learn.

    Args:
        plan: the plan of the sample.
        made: the sample.
        sessions: enrolment and length (ms) of learning sessions.
        active: as of `active_days`.
    """
    groups = made.enrolments
    hours = live_hours(made)
    own = sessions.group_by("enrolment").agg(pl.col("length").sum())
    hours[own["enrolment"].to_numpy()] += own["length"].to_numpy() / 3_600_000
    is_timed = np.zeros(len(made.cohorts), dtype=bool)
    is_timed[groups.cohort[hours > 0]] = True
    base = is_timed[groups.cohort] & (made.outcomes.waived_at < 0)
    cost = cost_shares(plan, made)
    segment = np.array(made.people.frame["segment"].to_list())[groups.person]
    rate = np.array([OF_SEGMENTS.get(name, HOURLY_COST) for name in segment])
    finished = moment_of_finish(made) >= 0
    return {
        "cost_with_learner_time": truth_by_mode(
            groups.mode, base & finished, base * (cost + hours * rate)
        ),
        "cost_per_learning_hour": truth_by_mode(groups.mode, base * hours, base * cost),
        "mode_alignment": truth_by_mode(
            groups.mode, is_timed[groups.cohort] * hours, _is_accepted(made) * hours
        ),
        **_of_employees(plan, made, hours, active),
    }


def _is_accepted(made: Simulation) -> np.ndarray:
    """Return whether each enrolment is in a mode that the reference list accepts."""
    accepted = [accepted_modes(programme) for programme in programmes()]
    pairs = zip(made.enrolments.programme, made.enrolments.mode, strict=True)
    return np.array([MODES[mode] in accepted[number] for number, mode in pairs])


def live_hours(made: Simulation) -> np.ndarray:
    """Return each enrolment's hours in its live sessions: the union of its stays."""
    stays, groups = made.connections, made.enrolments
    pairs = zip(groups.cohort.tolist(), groups.person.tolist(), strict=True)
    row_of = {pair: row for row, pair in enumerate(pairs)}
    opened = _opened(made)
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for at in np.flatnonzero(~stays.is_waiting & ~stays.is_unmatched):
        session = int(stays.session[at])
        row = row_of.get((made.held[session][0], int(stays.person[at])))
        if row is not None:
            stay = int(stays.joined[at]), int(stays.left[at])
            found.setdefault((session, row), []).append(stay)
    hours = np.zeros(len(groups.cohort))
    for (session, row), own in found.items():
        seconds = _length_of_union(own, *opened[session])
        if seconds >= SHORTEST_PRESENCE:
            hours[row] += seconds / 3_600
    return hours


def _opened(made: Simulation) -> list[tuple[int, int]]:
    """Return the part of each planned session in which anybody was there."""
    stays = made.connections
    found = []
    for number, (_at, session) in enumerate(made.held):
        own = (stays.session == number) & ~stays.is_waiting
        begins, ends = int(stays.joined[own].min()), int(stays.left[own].max())
        found.append((max(session.starts, begins), min(session.ends, ends)))
    return found


def _length_of_union(stays: list[tuple[int, int]], begins: int, ends: int) -> int:
    total, until = 0, begins
    for joined, left in sorted(stays):
        joined, left = max(joined, until), min(left, ends)
        total += max(left - joined, 0)
        until = max(until, left)
    return total


def _of_employees(
    plan: Plan, made: Simulation, hours: np.ndarray, active: dict[int, set[int]]
) -> dict[str, Truth]:
    """Return the truth of all quarters in which anybody learned."""
    person = made.enrolments.person.tolist()
    learned: dict[date, set[int]] = {}
    for row, days in active.items():
        for day in days:
            quarter = _quarter_of(date.fromordinal(day))
            learned.setdefault(quarter, set()).add(person[row])
    is_employee = ~made.people.frame["is_contractor"].to_numpy()
    spans = list(_spans(plan, made))
    employees = np.flatnonzero(is_employee).tolist()
    reached = counted = 0
    average = 0.0
    for quarter, who in learned.items():
        last = _last_day(quarter)
        if last > plan.as_of:
            continue
        for number in employees:
            entered, left = spans[number]
            days = (min(last, left) - max(quarter, entered)).days + 1
            average += max(days, 0) / ((last - quarter).days + 1)
            if entered <= last < left:
                counted += 1
                reached += number in who
    spent = float(hours[is_employee[made.enrolments.person]].sum())
    return {
        "employee_reach": _without_mode(reached, counted),
        "learning_hours_per_employee": _without_mode(spent, average),
    }


def _without_mode(numerator: float, denominator: float) -> Truth:
    """Return the sums of a KPI about people, who have no delivery mode."""
    sums = {"numerator": float(numerator), "denominator": float(denominator)}
    return {"unknown": sums}


def _spans(plan: Plan, made: Simulation) -> Iterable[tuple[date, date]]:
    """Yield each person's first and last day as an employee."""
    entered = entry_days(plan, made.people, made.enrolments)
    left = leave_moments(plan, made.people, made.enrolments)
    for first, moment in zip(entered, left.tolist(), strict=True):
        yield first, local_day(moment) if moment >= 0 else date.max


def _quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _last_day(quarter: date) -> date:
    month = quarter.month + 2
    return date(quarter.year, month, monthrange(quarter.year, month)[1])
