"""Intervals of rates against the tables that they were published with."""

import pytest

from comparison.clustering import wilson_clustered
from comparison.rates import identity_bounds, newcombe, wilson


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_what_newcombe_printed_in_1998(numerator, denominator, low, high):
    found = wilson(numerator, denominator)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_a_difference_of_rates_has_the_interval_of_method_ten(counts, low, high):
    found = newcombe(*counts)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_there_is_no_interval_without_people():
    assert wilson(0, 0) is None
    assert newcombe(1, 2, 0, 0) is None
    assert identity_bounds(0, 3, 0) is None


def test_people_who_learn_together_widen_the_interval():
    alone, together = wilson(50, 100), wilson_clustered(50, 100, 2.0)
    assert alone is not None
    assert together is not None
    assert together.estimate == alone.estimate
    assert together.high - together.low > 1.3 * (alone.high - alone.low)


def test_unmatched_people_leave_a_rate_between_two_bounds():
    assert identity_bounds(60, 15, 100) == pytest.approx((0.6, 0.75))
    assert identity_bounds(90, 15, 100) == pytest.approx((0.9, 1.0))
