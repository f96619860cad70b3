"""What was planted, for tests to score what Tandem says about it.

Rates are chances to finish within the horizon; points are differences times 100, first
mode minus second. Standardised: everybody who could have been in either mode, under
each of them.
"""

from itertools import combinations
from typing import Any

import numpy as np

from samples.attendance import ATTENDED, NO_SHOW, PARTIAL, Connections, Seats
from samples.catalogue import MODES, categories, programmes
from samples.cohorts import Cohort
from samples.costs import break_even
from samples.enrolments import Enrolments
from samples.outcomes import Outcomes
from samples.people import People
from samples.plan import Plan

# Where a difference is smaller than this the plan calls it none.
NO_DIFFERENCE_POINTS = 0.5
FLIP = ("sync", "async")


def truth(
    plan: Plan,
    people: People,
    cohorts: list[Cohort],
    enrolled: Enrolments,
    became: Outcomes,
    finish: np.ndarray,
    taken: Seats,
    connected: Connections,
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
        "counts": _counts(plan, people, cohorts, enrolled, became, finish),
        "attendance": _attendance(cohorts, enrolled, taken, connected),
        "statements": planted,
        "effects": _effects(enrolled, became),
        "flip": _flip(plan, enrolled, became),
        "refusals": _refusals(),
        "programmes": _programmes(enrolled),
        "break_even": break_even(cohorts),
        "asks_for_erasure": people.frame["email"][int(enrolled.person[0])],
    }


def _counts(
    plan: Plan,
    people: People,
    cohorts: list[Cohort],
    enrolled: Enrolments,
    became: Outcomes,
    finish: np.ndarray,
) -> dict[str, Any]:
    matured = _matured(plan, enrolled)
    in_time = (finish >= 0) & became.finishes
    gone = (became.withdrawn >= 0) & (became.withdrawn <= plan.cut_off)
    pair = enrolled.person * 1_000 + enrolled.programme
    return {
        "people": people.learner_count,
        "facilitators": people.frame.height - people.learner_count,
        "programmes": len(programmes()),
        "cohorts": len(cohorts),
        "enrolments": len(finish),
        "enrolments_by_mode": _by_mode(enrolled.mode),
        "second_episodes": int(len(pair) - len(np.unique(pair))),
        "finished": int((finish >= 0).sum()),
        "finished_by_mode": _by_mode(enrolled.mode[finish >= 0]),
        "withdrawn": int(gone.sum()),
        "waived": int((became.waived >= 0).sum()),
        "matured": int((matured & (became.waived < 0)).sum()),
        "matured_finished_in_time": int((matured & in_time).sum()),
    }


def _by_mode(mode: np.ndarray) -> dict[str, int]:
    return {name: int((mode == code).sum()) for code, name in enumerate(MODES)}


def _matured(plan: Plan, enrolled: Enrolments) -> np.ndarray:
    return enrolled.anchor + enrolled.horizon <= plan.cut_off


def _attendance(
    cohorts: list[Cohort], enrolled: Enrolments, taken: Seats, connected: Connections
) -> dict[str, int]:
    unmatched = enrolled.is_unmatched[taken.enrolment]
    shown = taken.status == ATTENDED
    return {
        "sessions_held": len(np.unique(taken.session)),
        "sessions_cancelled": sum(not s.is_held for c in cohorts for s in c.sessions),
        "sessions_moved": sum(s.is_moved for c in cohorts for s in c.sessions),
        "expected_seats": len(shown),
        "attended_seats": int(shown.sum()),
        "attended_seats_of_unmatched_people": int((shown & unmatched).sum()),
        "partial_seats": int((taken.status == PARTIAL).sum()),
        "no_show_seats": int((taken.status == NO_SHOW).sum()),
        "unmatched_enrolments": int(enrolled.is_unmatched.sum()),
        "unmatched_seats": int((unmatched & (taken.status != NO_SHOW)).sum()),
        "connections": int((~connected.is_waiting).sum()),
    }


def _effects(enrolled: Enrolments, became: Outcomes) -> list[dict[str, Any]]:
    """Return each pair of modes that a category plants, and over all categories."""
    found = []
    for slug, category in categories().items():
        for first, second in combinations(MODES, 2):
            if first in category.rates and second in category.rates:
                inside = _in_both(slug, first, second)
                effect = _standardised(enrolled, became, inside, first, second)
                found.append({"outcome_category": slug, **effect})
    for first, second in combinations(MODES, 2):
        effect = _standardised(
            enrolled, became, _in_both(None, first, second), first, second
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
    enrolled: Enrolments,
    became: Outcomes,
    inside: np.ndarray,
    first: str,
    second: str,
) -> dict[str, Any]:
    a, b = MODES.index(first), MODES.index(second)
    counted = inside[enrolled.programme] & (became.waived < 0)
    rates = enrolled.rates[counted]
    own, mode = enrolled.rate[counted], enrolled.mode[counted]
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


def _flip(plan: Plan, enrolled: Enrolments, became: Outcomes) -> dict[str, Any]:
    """Return the planted reversal: pooled one way, inside programmes the other."""
    a, b = (MODES.index(mode) for mode in FLIP)
    counted = _matured(plan, enrolled) & (became.waived < 0)
    finishes, mode = became.finishes[counted], enrolled.mode[counted]
    pooled = finishes[mode == a].mean() - finishes[mode == b].mean()
    inside = _in_both(None, *FLIP)
    effect = _standardised(enrolled, became, inside, *FLIP)
    return {
        "mode_a": FLIP[0],
        "mode_b": FLIP[1],
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


def _programmes(enrolled: Enrolments) -> list[dict[str, Any]]:
    found = []
    for number, programme in enumerate(programmes()):
        mine = enrolled.programme == number
        rates = {
            mode: round(float(enrolled.rates[mine, MODES.index(mode)].mean()), 4)
            for mode in programme.modes
        }
        found.append(
            {
                "programme_id": programme.programme_id,
                "outcome_category": programme.category.slug,
                "completion_class": programme.completion_class,
                "arrangement": programme.arrangement,
                "rates": rates,
                "enrolments": _by_mode(enrolled.mode[mine]),
            }
        )
    return found
