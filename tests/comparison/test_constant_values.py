"""Values that do not vary are not certain: no interval has the width 0."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from comparison import (
    Block,
    Estimate,
    ImpossibleInput,
    LifeTable,
    Pairs,
    Strata,
    Units,
    compare,
    newcombe,
    p_chart,
    paired_difference,
    restricted_mean_difference,
    standardised_difference,
    unpaired_difference,
    wilson,
)
from comparison.cells import cells_of
from comparison.gates import Comparison, compare_modes
from comparison.scope import scope_of
from comparison.trend import control_limits
from comparison.values import cohort_values
from tests.comparison.offerings import SPEC, THRESHOLDS, Offering, cells

PEOPLE = 40


def limits(found: object) -> tuple[float, float]:
    if isinstance(found, Estimate):
        return found.limits
    found = getattr(found, "adjusted", found)
    return found.low, found.high  # type: ignore[attr-defined]


def pairs(difference: float, share: float) -> Pairs:
    """Return four programmes with one difference; variances as of a share."""
    variance = 2 * share * (1 - share) / PEOPLE
    every = [PEOPLE] * 4
    return Pairs([difference] * 4, every, every, [variance] * 4)


@pytest.mark.parametrize(
    "found",
    [
        paired_difference(pairs(0.1, 0.5)),
        unpaired_difference(
            [
                Block(
                    Units([0.5] * 3, [PEOPLE] * 3, [0.25 / PEOPLE] * 3),
                    Units([0.4] * 3, [PEOPLE] * 3, [0.24 / PEOPLE] * 3),
                    weight=1,
                )
            ]
        ),
        wilson(0, 9),
        wilson(9, 9),
        newcombe(9, 9, 9, 9),
        newcombe(0, 9, 9, 9),
        standardised_difference(Strata([9, 9], [9, 9], [0, 0], [9, 9])),
    ],
)
def test_equal_rates_have_an_interval_with_a_width(found: object):
    low, high = limits(found)
    assert high - low > 0.01


def test_the_floor_is_a_third_of_the_binomial_variance():
    found = paired_difference(pairs(0.1, 0.5))
    mean_of_four = 2 * 0.25 / PEOPLE / 4
    assert found.error == pytest.approx(np.sqrt(mean_of_four / 3))
    assert paired_difference(pairs(0.1, 0.5)).p_value > 0


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (paired_difference, {"pairs": pairs(0.1, 0.0)}),
        (
            unpaired_difference,
            {
                "blocks": [
                    Block(
                        Units([5.0] * 3, [PEOPLE] * 3, [0.0] * 3),
                        Units([4.0] * 3, [PEOPLE] * 3, [0.0] * 3),
                        weight=1,
                    )
                ]
            },
        ),
        (
            restricted_mean_difference,
            {
                "a": LifeTable([1, 2], [9, 9], [0, 0]),
                "b": LifeTable([1, 2], [9, 9], [0, 0]),
                "tau": 2,
            },
        ),
    ],
)
def test_values_that_vary_nowhere_are_refused(function, arguments):
    with pytest.raises(ImpossibleInput):
        function(**arguments)


@pytest.mark.parametrize(("finished", "people"), [(0, 200), (200, 200)])
def test_limits_of_a_rate_of_0_or_100_percent_have_a_width(finished: int, people: int):
    found = control_limits(finished, people, 50)
    assert found.high - found.low > 0.01
    chart = p_chart([finished] * 4, [people] * 4)
    assert (chart.low < chart.high).all()
    assert not chart.is_outside.any()


def means(
    value_a: float, value_b: float, spread_a: float, spread_b: float
) -> pl.DataFrame:
    """Return what is found of a mean in eight programmes; spread is inside cohorts."""
    frame = cells(
        Offering(f"P{number}", mode, PEOPLE, 0, cohort_id=cohort)
        for number in range(8)
        for mode in ("sync", "async")
        for cohort in ("1", "2")
    )
    is_a = pl.col("delivery_mode") == "sync"
    value = pl.when(is_a).then(value_a).otherwise(value_b)
    spread = pl.when(is_a).then(spread_a).otherwise(spread_b)
    people = pl.col("denominator")
    return frame.with_columns(
        (people * value).alias("value_sum"),
        (people * value).alias("numerator"),
        (people * (value.pow(2) + spread)).alias("value_sum_of_squares"),
        pl.lit(None, pl.Float64).alias("unmatched_low"),
        pl.lit(None, pl.Float64).alias("unmatched_high"),
    )


def judged(*values: float) -> Comparison:
    classes = {f"P{number}": "same" for number in range(8)}
    spec = replace(SPEC, comparable_within="nothing")
    return compare_modes(spec, scope_of(means(*values)), classes, THRESHOLDS)


def test_means_that_vary_nowhere_are_not_compared():
    found = judged(5.0, 4.0, 0.0, 0.0)
    assert (found.verdict, found.estimate) == ("insufficient_programmes", None)
    assert found.is_constant


@pytest.mark.parametrize("spreads", [(0.0, 4.0), (4.0, 0.0), (4.0, 4.0)])
def test_an_arm_of_equal_values_has_the_variance_of_the_others(
    spreads: tuple[float, float],
):
    found = judged(5.0, 4.0, *spreads)
    assert found.estimate is not None
    assert not found.is_constant
    # Both cohorts of a programme: 80 people in each arm, eight programmes.
    usual = 4.0 if 0.0 not in spreads else None
    inside = cohort_values(cells_of(means(5.0, 4.0, *spreads))).spread
    assert inside.min() == pytest.approx(usual or 2.0)
    sampling = sum(4.0 if spread else 2.0 for spread in spreads) / (2 * PEOPLE) / 8
    assert found.estimate.error == pytest.approx(np.sqrt(sampling / 3))
    low, high = found.estimate.limits
    assert low < 1.0 < high


def test_an_analysts_own_values_that_vary_nowhere_are_refused():
    rows = pl.DataFrame(
        {"course": f"P{number}", "format": mode, "days": days}
        for number in range(8)
        for mode, days in (("a", 5.0), ("b", 4.0))
        for _ in range(PEOPLE)
    )
    with pytest.raises(ImpossibleInput, match="all values of a programme are equal"):
        compare(
            rows, programme="course", mode="format", value="days", thresholds=THRESHOLDS
        )
