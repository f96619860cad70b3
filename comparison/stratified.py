"""Mantel and Haenszel: one difference, or one odds ratio, over strata of two groups."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from statsmodels.stats.contingency_tables import StratifiedTable

from comparison.rates import Interval
from comparison.standardisation import Arms


@dataclass(frozen=True)
class Stratified:
    """What strata say together.

    Attributes:
        difference: rate a minus rate b, weighted by n_a n_b / (n_a + n_b).
        odds_ratio: common odds ratio and its interval at 95 %.
        null_p_value: of no association in any stratum (Cochran, Mantel, Haenszel,
            without continuity correction).
        homogeneity_p_value: of one odds ratio in all strata (Breslow and Day): small
            where the difference between groups differs by stratum, which a single
            figure then hides.
    """

    difference: float
    odds_ratio: Interval
    null_p_value: float
    homogeneity_p_value: float


def mantel_haenszel(strata: Mapping[str, Arms]) -> Stratified | None:
    """Return what the strata that hold both groups say together, None without any.

    Assumes independent people inside a stratum and one odds ratio in all of them; its
    weights make it the difference for no population that can be pointed at. Mantel and
    Haenszel 1959, J. National Cancer Institute 22:719; Greenland and Robins 1985.
    """
    common = [
        arms
        for arms in strata.values()
        if arms.denominator_a > 0 and arms.denominator_b > 0
    ]
    if not common:
        return None
    tables = [
        np.array(
            [
                [arms.numerator_a, arms.denominator_a - arms.numerator_a],
                [arms.numerator_b, arms.denominator_b - arms.numerator_b],
            ]
        )
        for arms in common
    ]
    found = StratifiedTable(tables)
    low, high = found.oddsratio_pooled_confint()
    return Stratified(
        difference=_difference(common),
        odds_ratio=Interval(float(found.oddsratio_pooled), float(low), float(high)),
        null_p_value=float(found.test_null_odds(correction=False).pvalue),
        homogeneity_p_value=float(found.test_equal_odds().pvalue),
    )


def _difference(common: list[Arms]) -> float:
    """Return [sum (x_a n_b - x_b n_a) / N] / [sum n_a n_b / N]."""
    above = below = 0.0
    for arms in common:
        total = arms.denominator_a + arms.denominator_b
        above += (
            arms.numerator_a * arms.denominator_b
            - arms.numerator_b * arms.denominator_a
        ) / total
        below += arms.denominator_a * arms.denominator_b / total
    return above / below
