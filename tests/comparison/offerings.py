"""Invented offerings as comparison cells: who was taught what, how, and how it went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from comparison.scope import Question
from comparison.verdicts import Thresholds

LIMITS = Thresholds(
    fewest_people=10,
    fewest_programmes=4,
    overlap_ok=0.8,
    overlap_least=0.5,
    effective_least=0.3,
    smd_refused=0.25,
    smd_care=0.1,
    false_discovery_rate=0.1,
)
QUESTION = Question("completion_rate", 0.03, "completion_class", "sync", "async")
QUARTER = date(2025, 1, 1)


@dataclass(frozen=True)
class Taught:
    """One cohort's people of one segment: how many, and how many of them finished."""

    programme_id: str
    delivery_mode: str
    people: int
    finished: float
    outcome_category: str = "leadership"
    cohort_id: str = "1"
    segment: str = "all"
    unmatched: int = 0
    quarter: date = QUARTER


def cells(taught: Iterable[Taught], kpi_id: str = "completion_rate") -> pl.DataFrame:
    """Return the comparison cells of what was taught."""
    return pl.DataFrame(
        [
            {
                "kpi_id": kpi_id,
                "programme_id": one.programme_id,
                "cohort_id": f"{one.programme_id}-{one.delivery_mode}-{one.cohort_id}",
                "delivery_mode": one.delivery_mode,
                "outcome_category": one.outcome_category,
                "period_start_date": one.quarter,
                "segment": one.segment,
                "region": "North",
                "language": "en",
                "tenure_band": "unknown",
                "prior_completion_band": "unknown",
                "learner_count": one.people,
                "numerator": float(one.finished),
                "denominator": float(one.people),
                "value_sum": float(one.finished),
                "value_sum_of_squares": float(one.finished),
                "unmatched_low": float(max(0, one.finished - one.unmatched)),
                "unmatched_high": float(min(one.people, one.finished + one.unmatched)),
            }
            for one in taught
        ]
    )


def in_both(
    count: int, live: float, self_paced: float, people: int = 400
) -> list[Taught]:
    """Return programmes that ran in both modes, two cohorts each.

    Their levels differ by up to 20 points, their differences by up to 2.
    """
    found = []
    for number in range(count):
        level = 0.2 * (number / max(1, count - 1) - 0.5)
        wobble = 0.01 * (-1) ** number
        for mode, share in (("sync", live + wobble), ("async", self_paced - wobble)):
            found += [
                Taught(
                    f"P{number}",
                    mode,
                    people,
                    round(people * (share + level)),
                    cohort_id=cohort,
                )
                for cohort in ("1", "2")
            ]
    return found


def random_offerings(
    chance: np.random.Generator,
    arms: dict[str, int],
    cohorts: int = 4,
    people: int = 40,
    effect: float = 0.0,
    programme_sd: float = 0.5,
    cohort_sd: float = 0.13,
) -> pl.DataFrame:
    """Return programmes of one category in one mode each, logit-normal levels.

    `effect` is what live adds to everybody's log odds.
    """
    taught = []
    for mode, count in arms.items():
        for number in range(count):
            level = 0.6 + chance.normal(0, programme_sd)
            level += effect if mode == "sync" else 0.0
            odds = level + chance.normal(0, cohort_sd, cohorts)
            finished = chance.binomial(people, 1 / (1 + np.exp(-odds)))
            taught += [
                Taught(f"{mode}{number}", mode, people, int(x), cohort_id=str(n))
                for n, x in enumerate(finished)
            ]
    return cells(taught)
