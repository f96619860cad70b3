"""Contracts for seats, measures of the business itself, and hours of work."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from samples.catalogue import MODES, Programme, programmes
from samples.core_evidence import moment_of_finish
from samples.costs import OTHER_HOURS, cost_rows, facilitator_hours
from samples.evidence import Evidence, Truth
from samples.learning_sessions import codes, recorded_events
from samples.plan import Plan
from samples.self_paced_evidence import INITIATED
from samples.simulation import Simulation
from samples.table_rows import Row

SEATED = "microlearning"  # self-paced alone, so that a platform's licences serve it
SEATS_SHARE = 0.8
CONTRACT_QUARTERS, OUTCOME_QUARTERS = 5, 4
MEASURED_EVERY = 3
ISOLATION, CONFIDENCE, BENEFIT = 0.4, 0.8, 30_000


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return contracts and business outcomes, and the KPIs that follow."""
    contracts, of_contracts = _contracts(plan, made)
    outcomes, of_outcomes = _outcomes(plan, made)
    return Evidence(
        {"contracts": contracts, "business_outcomes": outcomes},
        kpis=of_contracts | of_outcomes | _of_other_hours(plan, made),
    )


def _of_other_hours(plan: Plan, made: Simulation) -> dict[str, Truth]:
    """Return the hours for each completion, of cohorts whose time is over."""
    enrolments = made.enrolments
    is_over = enrolments.anchor + enrolments.horizon <= plan.cut_off
    counted = made.outcomes.waived_at < 0
    finished = moment_of_finish(made) >= 0
    found: dict[str, Truth] = {
        f"{kind}_hours_per_completion": {} for kind in OTHER_HOURS
    }
    for number, cohort in enumerate(made.cohorts):
        own = counted & (enrolments.cohort == number)
        if own.any() and is_over[own].all():
            mode = MODES[cohort.mode]
            for kind, hours in OTHER_HOURS.items():
                truth = found[f"{kind}_hours_per_completion"]
                sums = truth.setdefault(mode, {"numerator": 0.0, "denominator": 0.0})
                sums["numerator"] += hours[mode]
                sums["denominator"] += float(finished[own].sum())
    return found | _of_facilitators(made, is_over, counted, finished)


def _of_facilitators(
    made: Simulation, is_over: np.ndarray, counted: np.ndarray, finished: np.ndarray
) -> dict[str, Truth]:
    """Return completions and learners beside the hours of facilitators."""
    completions: Truth = {}
    learners: Truth = {}
    for number, cohort in enumerate(made.cohorts):
        own = counted & (made.enrolments.cohort == number)
        hours = sum(facilitator_hours(cohort).values())
        if hours and own.any() and is_over[own].all():
            first, second = (
                found.setdefault(
                    MODES[cohort.mode], {"numerator": 0.0, "denominator": 0.0}
                )
                for found in (completions, learners)
            )
            first["numerator"] += hours
            first["denominator"] += float(finished[own].sum())
            second["numerator"] += float(own.sum())
            second["denominator"] += hours
    return {
        "facilitator_hours_per_completion": completions,
        "learners_per_facilitator_hour": learners,
    }


def _contracts(plan: Plan, made: Simulation) -> tuple[list[Row], dict[str, Truth]]:
    """Sell seats for four in five of the learners that a programme ever has."""
    starts = plan.quarter_starts[-1 - CONTRACT_QUARTERS : -1]
    active = _active_learners(plan, made)
    rows: list[Row] = []
    used, paid = 0, 0
    for number, programme in enumerate(programmes()):
        if programme.category.slug != SEATED:
            continue
        people = np.unique(made.enrolments.person[made.enrolments.programme == number])
        seats = max(1, round(len(people) * SEATS_SHARE))
        rows.append(
            {
                "contract_id": f"LIC-{programme.programme_id}",
                "programme_id": programme.programme_id,
                "seats": seats,
                "starts_on": starts[0],
                "ends_on": plan.as_of,
            }
        )
        for quarter in range(CONTRACT_QUARTERS):
            used += len(active.get((number, starts[quarter]), set()))
            paid += seats
    truth = {"async": {"numerator": float(used), "denominator": float(paid)}}
    return rows, {"seats_used_share": truth}


def _active_learners(plan: Plan, made: Simulation) -> dict[tuple[int, date], set[int]]:
    """Return who was active, by programme and quarter of the learner's own date."""
    zones = made.people.frame["time_zone"].to_list()
    events = recorded_events(plan, made)
    events = events.filter(pl.col("kind").is_in(codes(INITIATED)))
    found: dict[tuple[int, date], set[int]] = {}
    for enrolment, at in events.select("enrolment", "at").iter_rows():
        programme = int(made.enrolments.programme[enrolment])
        if programmes()[programme].category.slug == SEATED:
            person = int(made.enrolments.person[enrolment])
            moment = datetime.fromtimestamp(at / 1_000, UTC)
            day = moment.astimezone(ZoneInfo(zones[person])).date()
            quarter = max((s for s in plan.quarter_starts if s <= day), default=None)
            if quarter is not None:
                found.setdefault((programme, quarter), set()).add(person)
    return found


def _outcomes(plan: Plan, made: Simulation) -> tuple[list[Row], dict[str, Truth]]:
    """Report a measure of every third programme, half of them with a benefit."""
    rng = plan.stream("business outcomes")
    costs = _costs_of_quarters(plan, made)
    rows: list[Row] = []
    plans: Truth = {}
    returns: Truth = {}
    for number, programme in enumerate(programmes()):
        is_only_live = programme.modes == ("sync",)
        if number % MEASURED_EVERY and not is_only_live:
            continue
        for start in plan.quarter_starts[-1 - OUTCOME_QUARTERS : -1]:
            actual = round(float(rng.uniform(7, 12)), 1)
            row: Row = {
                "programme_id": programme.programme_id,
                "metric": "orders per week",
                "quarter": start,
                "planned_value": 10,
                "actual_value": actual,
            }
            _add(plans, programme, actual / 10, 1)
            if number % 2 == 0 or is_only_live:
                row |= {
                    "benefit_amount": BENEFIT,
                    "currency": "USD",
                    "isolation_share": ISOLATION,
                    "isolation_method": "trend line",
                    "confidence_share": CONFIDENCE,
                }
                cost = costs.get((programme.programme_id, start), 0.0)
                if cost > 0:
                    _add(returns, programme, BENEFIT * ISOLATION * CONFIDENCE, cost)
            rows.append(row)
    return rows, {"business_outcome_vs_plan": plans, "benefit_cost_ratio": returns}


def _add(
    truth: Truth, programme: Programme, numerator: float, denominator: float
) -> None:
    """Add to the sums of the mode that a programme is usually delivered in."""
    sums = truth.setdefault(programme.modes[-1], {"numerator": 0.0, "denominator": 0.0})
    sums["numerator"] += numerator
    sums["denominator"] += denominator


def _costs_of_quarters(plan: Plan, made: Simulation) -> dict[tuple[str, date], float]:
    """Return what was spent by programme and quarter, spread over months."""
    found: dict[tuple[str, date], float] = {}
    for row in cost_rows(plan, made.cohorts):
        programme_id, _cohort, _kind, _basis, amount, _currency, booked, months = row
        month = date.fromisoformat(str(booked)[:10]).replace(day=1)
        spread = int(str(months or 1))
        for _month in range(spread):
            if month > plan.as_of:
                break
            start = max((s for s in plan.quarter_starts if s <= month), default=None)
            if start is not None:
                key = (str(programme_id), start)
                found[key] = found.get(key, 0.0) + float(str(amount)) / spread
            month = (month + timedelta(days=31)).replace(day=1)
    return found
