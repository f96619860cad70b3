"""Costs and facilitators' hours: self-paced dear to make, live dear to run.

Developing a self-paced version costs several times a live one, running it a fraction
per learner; so each programme with both has a number of enrolments where they break
even. Money is in US dollars, from an invented rate card.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from samples.catalogue import MODES, programmes
from samples.cohorts import Cohort
from samples.people import People
from samples.plan import DAY, Plan
from samples.roster_files import day

DEVELOPMENT = {"sync": 9_000, "async": 42_000, "hybrid": 30_000}
AMORTISED_MONTHS = 36
FACILITATOR_RATE = 90  # an hour
SEAT = {"sync": 14.0, "async": 5.0, "hybrid": 11.0}  # platform and licences, a learner
MATERIALS = {"sync": 38.0, "async": 0.0, "hybrid": 16.0}  # rooms, travel, workbooks
COORDINATION_HOURS = {"sync": 6.0, "async": 1.5, "hybrid": 5.0}
PREPARATION, GRADING_MINUTES = 1.5, 12  # hours a session hour; minutes a tested learner
Row = Sequence[object]


def hours_of(cohort: Cohort) -> dict[str, float]:
    """Return a cohort's facilitator hours by kind."""
    category = programmes()[cohort.programme].category
    delivery = len(cohort.held) * category.session_minutes / 60
    is_tested = programmes()[cohort.programme].has_exam and cohort.is_live
    found = {
        "preparation": round(delivery * PREPARATION, 1),
        "delivery": delivery,
        "grading": round(cohort.size * GRADING_MINUTES / 60, 1) if is_tested else 0.0,
        "coordination": COORDINATION_HOURS[MODES[cohort.mode]],
    }
    return {kind: hours for kind, hours in found.items() if hours}


def running_costs(cohort: Cohort) -> dict[str, float]:
    """Return what running a cohort costs, by kind."""
    mode = MODES[cohort.mode]
    found = {
        "facilitator": sum(hours_of(cohort).values()) * FACILITATOR_RATE,
        "platform": cohort.size * SEAT[mode],
        "materials": cohort.size * MATERIALS[mode],
    }
    return {kind: round(amount, 2) for kind, amount in found.items() if amount}


def development_costs(cohorts: list[Cohort]) -> Iterator[tuple[Cohort, float]]:
    """Yield each version's development, on the first cohort that runs it."""
    seen: set[tuple[int, int]] = set()
    for cohort in sorted(cohorts, key=lambda c: (c.starts, c.cohort_id)):
        version = (cohort.programme, cohort.mode)
        if version not in seen:
            seen.add(version)
            units = programmes()[cohort.programme].category.unit_count
            mode = MODES[cohort.mode]
            yield cohort, DEVELOPMENT[mode] * (0.8 + 0.1 * units)


def cost_rows(plan: Plan, cohorts: list[Cohort]) -> Iterator[Row]:
    """Yield the rows of costs.csv: one booking each."""
    for cohort, amount in development_costs(cohorts):
        programme_id = programmes()[cohort.programme].programme_id
        booked = _booked(plan, cohort.starts - 30 * DAY)
        yield (
            programme_id,
            cohort.cohort_id,
            "development",
            round(amount, 2),
            "USD",
            booked,
            AMORTISED_MONTHS,
        )
    for cohort in cohorts:
        programme_id = programmes()[cohort.programme].programme_id
        booked = _booked(plan, cohort.starts + 20 * DAY)
        for kind, amount in running_costs(cohort).items():
            yield programme_id, cohort.cohort_id, kind, amount, "USD", booked, ""


def hour_rows(plan: Plan, people: People, cohorts: list[Cohort]) -> Iterator[Row]:
    """Yield the rows of facilitator_hours.csv."""
    email = people.frame["email"].to_list()
    for cohort in cohorts:
        programme_id = programmes()[cohort.programme].programme_id
        for kind, hours in hours_of(cohort).items():
            wait = {"preparation": -3, "grading": 15}.get(kind, 1)
            yield (
                programme_id,
                cohort.cohort_id,
                email[cohort.facilitator],
                kind,
                hours,
                _booked(plan, cohort.starts + wait * DAY),
            )


def _booked(plan: Plan, moment: int) -> date:
    return min(day(moment), plan.as_of - timedelta(days=1))


def break_even(cohorts: list[Cohort]) -> dict[str, dict[str, float]]:
    """Return, where live and self-paced run beside each other, where they break even.

    N* = (F_async - F_sync) / (v_sync - v_async), F development and v running costs an
    enrolment (kpis C24), by programme.
    """
    fixed: dict[tuple[int, int], float] = {}
    for cohort, amount in development_costs(cohorts):
        fixed[cohort.programme, cohort.mode] = amount
    found = {}
    for number, programme in enumerate(programmes()):
        if programme.modes != ("sync", "async"):
            continue
        variable = [_variable(cohorts, number, mode) for mode in (0, 1)]
        if (number, 0) in fixed and (number, 1) in fixed:
            gap = fixed[number, 1] - fixed[number, 0]
            found[programme.programme_id] = {
                "fixed_sync": fixed[number, 0],
                "fixed_async": fixed[number, 1],
                "variable_sync": round(variable[0], 2),
                "variable_async": round(variable[1], 2),
                "enrolments": round(gap / (variable[0] - variable[1]), 1),
            }
    return found


def _variable(cohorts: list[Cohort], programme: int, mode: int) -> float:
    mine = [c for c in cohorts if c.programme == programme and c.mode == mode]
    cost = sum(sum(running_costs(cohort).values()) for cohort in mine)
    return float(cost / np.maximum(1, sum(cohort.size for cohort in mine)))
