"""Costs and facilitators' hours: self-paced is costly to develop, live to run.

Developing a self-paced version costs several times as much as a live one, and running
it a fraction per learner, so each programme with both has a number of enrolments at
which they break even. Money is in US dollars, from an invented rate card.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from samples.catalogue import MODES, programmes
from samples.cohorts import Cohort
from samples.people import People
from samples.plan import DAY, Plan
from samples.roster_files import local_day

DEVELOPMENT = {"sync": 9_000, "async": 42_000, "hybrid": 30_000}
AMORTISED_MONTHS = 36
FACILITATOR_RATE = 90  # per hour
# Per learner: licences with the platform; materials with rooms and travel.
LICENCES = {"sync": 14.0, "async": 5.0, "hybrid": 11.0}
MATERIALS = {"sync": 38.0, "async": 0.0, "hybrid": 16.0}
# Hours of administration and of work on content, by mode.
OTHER_HOURS = {
    "administration": {"sync": 4.0, "async": 1.0, "hybrid": 3.0},
    "content": {"sync": 2.0, "async": 9.0, "hybrid": 6.0},
}
COORDINATION_HOURS = {"sync": 6.0, "async": 1.5, "hybrid": 5.0}
PREPARATION = 1.5  # hours per hour of session
GRADING_MINUTES = 12  # per learner with a final test
Row = Sequence[object]


def facilitator_hours(cohort: Cohort) -> dict[str, float]:
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
    """Return the running costs of a cohort, by kind."""
    mode = MODES[cohort.mode]
    found = {
        "facilitator": sum(facilitator_hours(cohort).values()) * FACILITATOR_RATE,
        "platform": cohort.size * LICENCES[mode],
        "materials": cohort.size * MATERIALS[mode],
    }
    return {kind: round(amount, 2) for kind, amount in found.items() if amount}


def development_costs(cohorts: list[Cohort]) -> Iterator[tuple[Cohort, float]]:
    """Yield each version's development cost, with the first cohort that runs it."""
    seen: set[tuple[int, int]] = set()
    for cohort in sorted(cohorts, key=lambda c: (c.starts, c.cohort_id)):
        version = (cohort.programme, cohort.mode)
        if version not in seen:
            seen.add(version)
            units = programmes()[cohort.programme].category.unit_count
            mode = MODES[cohort.mode]
            yield cohort, DEVELOPMENT[mode] * (0.8 + 0.1 * units)


def cost_rows(plan: Plan, cohorts: list[Cohort]) -> Iterator[Row]:
    """Yield the rows of costs.csv, one per booking."""
    for cohort, amount in development_costs(cohorts):
        programme_id = programmes()[cohort.programme].programme_id
        booked = _booked(plan, cohort.starts - 30 * DAY)
        yield (
            programme_id,
            cohort.cohort_id,
            "development",
            "fixed",
            round(amount, 2),
            "USD",
            booked,
            AMORTISED_MONTHS,
        )
    for cohort in cohorts:
        programme_id = programmes()[cohort.programme].programme_id
        booked = _booked(plan, cohort.starts + 20 * DAY)
        for kind, amount in running_costs(cohort).items():
            basis = "per_person"
            yield programme_id, cohort.cohort_id, kind, basis, amount, "USD", booked, ""


def hour_rows(plan: Plan, people: People, cohorts: list[Cohort]) -> Iterator[Row]:
    """Yield the rows of facilitator_hours.csv."""
    email = people.frame["email"].to_list()
    for cohort in cohorts:
        programme_id = programmes()[cohort.programme].programme_id
        for kind, hours in facilitator_hours(cohort).items():
            wait = {"preparation": -3, "grading": 15}.get(kind, 1)
            yield (
                programme_id,
                cohort.cohort_id,
                email[cohort.facilitator],
                kind,
                hours,
                _booked(plan, cohort.starts + wait * DAY),
            )
        for kind, by_mode in OTHER_HOURS.items():
            hours, day = by_mode[MODES[cohort.mode]], _booked(plan, cohort.starts)
            who = email[cohort.facilitator]
            yield programme_id, cohort.cohort_id, who, kind, hours, day


def _booked(plan: Plan, moment: int) -> date:
    return min(local_day(moment), plan.as_of - timedelta(days=1))


def break_even(cohorts: list[Cohort]) -> dict[str, dict[str, float]]:
    """Return at how many enrolments live and self-paced cost the same, by programme.

    N* = (F_async - F_sync) / (v_sync - v_async), with F the development cost and v the
    running cost per enrolment (KPI C24); for programmes with both modes.
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
    own = [c for c in cohorts if c.programme == programme and c.mode == mode]
    cost = sum(sum(running_costs(cohort).values()) for cohort in own)
    return float(cost / np.maximum(1, sum(cohort.size for cohort in own)))
