"""Invented offerings as comparison cells: programme, mode, people and results."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from comparison.cells import Cells, cells_of
from comparison.scope import ComparisonSpec
from comparison.verdicts import Thresholds

THRESHOLDS = Thresholds(
    fewest_people=10,
    fewest_programmes=4,
    overlap_ok=0.8,
    overlap_least=0.5,
    effective_least=0.3,
    smd_refused=0.25,
    smd_care=0.1,
    false_discovery_rate=0.1,
    attribute_known_least=0.8,
)
SPEC = ComparisonSpec("completion_rate", 0.03, "completion_class", "sync", "async")
QUARTER = date(2025, 1, 1)


@dataclass(frozen=True)
class Offering:
    """People of one segment in one cohort: how many, and how many of them finished."""

    programme_id: str
    delivery_mode: str
    people: int
    finished: float
    outcome_category: str = "leadership"
    cohort_id: str = "1"
    segment: str = "all"
    unmatched: int = 0
    quarter: date = QUARTER


def cells(offered: Iterable[Offering], kpi_id: str = "completion_rate") -> pl.DataFrame:
    """Return the comparison cells of offerings."""
    return pl.DataFrame(
        [
            {
                "kpi_id": kpi_id,
                "programme_id": offering.programme_id,
                "cohort_id": "-".join(
                    (offering.programme_id, offering.delivery_mode, offering.cohort_id)
                ),
                "delivery_mode": offering.delivery_mode,
                "outcome_category": offering.outcome_category,
                "period_start_date": offering.quarter,
                "segment": offering.segment,
                "region": "North",
                "language": "en",
                "tenure_band": "unknown",
                "prior_completion_band": "unknown",
                "learner_count": offering.people,
                "numerator": float(offering.finished),
                "denominator": float(offering.people),
                "value_sum": float(offering.finished),
                "value_sum_of_squares": float(offering.finished),
                "unmatched_low": float(max(0, offering.finished - offering.unmatched)),
                "unmatched_high": float(
                    min(offering.people, offering.finished + offering.unmatched)
                ),
            }
            for offering in offered
        ]
    )


def by_programme(offered: Iterable[Offering]) -> Cells:
    """Return the comparison cells of offerings, each programme being a block."""
    found = cells_of(cells(offered))
    return replace(found, block=found.programme)


def in_both(
    count: int, live: float, self_paced: float, people: int = 400
) -> list[Offering]:
    """Return programmes that ran in both modes, two cohorts each.

    Their levels differ by up to 20 points, their differences by up to 2.
    """
    found = []
    for number in range(count):
        level = 0.2 * (number / max(1, count - 1) - 0.5)
        wobble = 0.01 * (-1) ** number
        for mode, share in (("sync", live + wobble), ("async", self_paced - wobble)):
            found += [
                Offering(
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
    offered = []
    for mode, count in arms.items():
        for number in range(count):
            level = 0.6 + chance.normal(0, programme_sd)
            level += effect if mode == "sync" else 0.0
            odds = level + chance.normal(0, cohort_sd, cohorts)
            finished = chance.binomial(people, 1 / (1 + np.exp(-odds)))
            offered += [
                Offering(f"{mode}{number}", mode, people, int(x), cohort_id=str(n))
                for n, x in enumerate(finished)
            ]
    return cells(offered)
