"""The planted truth, for tests to compare Tandem's results with.

Rates are probabilities of finishing within the horizon; points are differences times
100, first mode minus second. A standardised difference is that of everybody who could
have been in either mode, if all had been in the one and in the other.
"""

from itertools import combinations
from typing import Any

import numpy as np

from samples.attendance import (
    ATTENDED,
    NO_SHOW,
    PARTIAL,
    Connections,
    ExpectedAttendance,
)
from samples.catalogue import MODES, categories, programmes
from samples.cohorts import Cohort
from samples.costs import break_even
from samples.enrolments import Enrolments
from samples.outcomes import Outcomes
from samples.people import People
from samples.plan import Plan

# A smaller difference counts as none.
NO_DIFFERENCE_POINTS = 0.5
REVERSAL = ("sync", "async")


def describe_truth(
    plan: Plan,
    people: People,
    cohorts: list[Cohort],
    enrolments: Enrolments,
    outcomes: Outcomes,
    finish: np.ndarray,
    attendance: ExpectedAttendance,
    connections: Connections,
    planted: dict[str, int],
) -> dict[str, Any]:
    """Return everything that was planted, ready for JSON."""
    return {
        "plan": {
            "enrolments": plan.enrolments,
            "seed": plan.seed,
            "as_of": plan.as_of.isoformat(),
            "unmatched": plan.unmatched,
            "quarter_starts": [day.isoformat() for day in plan.quarter_starts],
        },
        "counts": _counts(plan, people, cohorts, enrolments, outcomes, finish),
        "attendance": _attendance(cohorts, enrolments, attendance, connections),
        "statements": planted,
        "effects": _effects(enrolments, outcomes),
        "flip": _reversal(plan, enrolments, outcomes),
        "refusals": _refusals(),
        "programmes": _programmes(enrolments),
        "break_even": break_even(cohorts),
        "asks_for_erasure": people.frame["email"][int(enrolments.person[0])],
    }


def _counts(
    plan: Plan,
    people: People,
    cohorts: list[Cohort],
    enrolments: Enrolments,
    outcomes: Outcomes,
    finish: np.ndarray,
) -> dict[str, Any]:
    matured = _matured(plan, enrolments)
    in_time = (finish >= 0) & outcomes.finishes_in_time
    gone = (outcomes.withdrawn_at >= 0) & (outcomes.withdrawn_at <= plan.cut_off)
    pair = enrolments.person * 1_000 + enrolments.programme
    return {
        "people": people.learner_count,
        "facilitators": people.frame.height - people.learner_count,
        "programmes": len(programmes()),
        "cohorts": len(cohorts),
        "enrolments": len(finish),
        "enrolments_by_mode": _by_mode(enrolments.mode),
        "second_episodes": int(len(pair) - len(np.unique(pair))),
        "finished": int((finish >= 0).sum()),
        "finished_by_mode": _by_mode(enrolments.mode[finish >= 0]),
        "withdrawn": int(gone.sum()),
        "waived": int((outcomes.waived_at >= 0).sum()),
        "matured": int((matured & (outcomes.waived_at < 0)).sum()),
        "matured_finished_in_time": int((matured & in_time).sum()),
    }


def _by_mode(mode: np.ndarray) -> dict[str, int]:
    return {name: int((mode == code).sum()) for code, name in enumerate(MODES)}


def _matured(plan: Plan, enrolments: Enrolments) -> np.ndarray:
    return enrolments.anchor + enrolments.horizon <= plan.cut_off


def _attendance(
    cohorts: list[Cohort],
    enrolments: Enrolments,
    attendance: ExpectedAttendance,
    connections: Connections,
) -> dict[str, int]:
    unmatched = enrolments.is_unmatched[attendance.enrolment]
    shown = attendance.status == ATTENDED
    return {
        "sessions_held": len(np.unique(attendance.session)),
        "sessions_cancelled": sum(not s.is_held for c in cohorts for s in c.sessions),
        "sessions_moved": sum(s.is_moved for c in cohorts for s in c.sessions),
        "expected_seats": len(shown),
        "attended_seats": int(shown.sum()),
        "attended_seats_of_unmatched_people": int((shown & unmatched).sum()),
        "partial_seats": int((attendance.status == PARTIAL).sum()),
        "no_show_seats": int((attendance.status == NO_SHOW).sum()),
        "unmatched_enrolments": int(enrolments.is_unmatched.sum()),
        "unmatched_seats": int((unmatched & (attendance.status != NO_SHOW)).sum()),
        "connections": int((~connections.is_waiting).sum()),
    }


def _effects(enrolments: Enrolments, outcomes: Outcomes) -> list[dict[str, Any]]:
    """Return the effect of each pair of modes, by category and over all categories."""
    found = []
    for slug, category in categories().items():
        for first, second in combinations(MODES, 2):
            if first in category.rates and second in category.rates:
                inside = _in_both(slug, first, second)
                effect = _standardised(enrolments, outcomes, inside, first, second)
                found.append({"outcome_category": slug, **effect})
    for first, second in combinations(MODES, 2):
        effect = _standardised(
            enrolments, outcomes, _in_both(None, first, second), first, second
        )
        found.append({"outcome_category": "all", **effect})
    return found


def _in_both(slug: str | None, first: str, second: str) -> np.ndarray:
    """Return which programmes ran in both modes."""
    return np.array(
        [
            {first, second} <= set(p.modes) and slug in (None, p.category.slug)
            for p in programmes()
        ]
    )


def _standardised(
    enrolments: Enrolments,
    outcomes: Outcomes,
    inside: np.ndarray,
    first: str,
    second: str,
) -> dict[str, Any]:
    a, b = MODES.index(first), MODES.index(second)
    counted = inside[enrolments.programme] & (outcomes.waived_at < 0)
    rates = enrolments.rates[counted]
    own, mode = enrolments.rate[counted], enrolments.mode[counted]
    points, crude = None, None
    if counted.any():
        points = round(100 * float((rates[:, a] - rates[:, b]).mean()), 2)
        crude = round(100 * float(own[mode == a].mean() - own[mode == b].mean()), 2)
    is_real = points is not None and abs(points) > NO_DIFFERENCE_POINTS
    return {
        "mode_a": first,
        "mode_b": second,
        "same_programme_pairs": int(inside.sum()),
        "points": points,
        "crude_points_in_those": crude,
        "is_real": is_real,
    }


def _reversal(plan: Plan, enrolments: Enrolments, outcomes: Outcomes) -> dict[str, Any]:
    """Return Simpson's reversal as planted: pooled and standardised difference."""
    a, b = (MODES.index(mode) for mode in REVERSAL)
    counted = _matured(plan, enrolments) & (outcomes.waived_at < 0)
    finishes, mode = outcomes.finishes_in_time[counted], enrolments.mode[counted]
    pooled = finishes[mode == a].mean() - finishes[mode == b].mean()
    inside = _in_both(None, *REVERSAL)
    effect = _standardised(enrolments, outcomes, inside, *REVERSAL)
    return {
        "mode_a": REVERSAL[0],
        "mode_b": REVERSAL[1],
        "pooled_points": round(100 * float(pooled), 2),
        "standardised_points": effect["points"],
    }


def _refusals() -> dict[str, Any]:
    """Return the categories whose modes cannot be compared, and why."""
    only = [slug for slug, category in categories().items() if len(category.rates) == 1]
    return {
        "not_comparable_no_overlap": only,
        "not_comparable_definition": ["cohort_credential"],
        "insufficient_programmes": ["reference"],
    }


def _programmes(enrolments: Enrolments) -> list[dict[str, Any]]:
    found = []
    for number, programme in enumerate(programmes()):
        is_own = enrolments.programme == number
        rates = {
            mode: round(float(enrolments.rates[is_own, MODES.index(mode)].mean()), 4)
            for mode in programme.modes
        }
        found.append(
            {
                "programme_id": programme.programme_id,
                "outcome_category": programme.category.slug,
                "completion_class": programme.completion_class,
                "arrangement": programme.arrangement,
                "rates": rates,
                "enrolments": _by_mode(enrolments.mode[is_own]),
            }
        )
    return found
