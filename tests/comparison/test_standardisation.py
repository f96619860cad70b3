"""Standardised differences against published reversals, and on the open data set."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparison.standardisation import Arms, standardise
from comparison.stratified import mantel_haenszel
from tests.comparison.published import (
    BERKELEY,
    KIDNEY_STONES,
    oulad_students,
    withdrawals_by_gender,
)


def test_berkeley_reverses_once_departments_are_held_still():
    found = standardise(BERKELEY)
    assert found is not None
    assert found.crude.estimate == pytest.approx(0.1416, abs=5e-5)
    assert found.rate_a == pytest.approx(0.3873, abs=5e-5)
    assert found.rate_b == pytest.approx(0.4300, abs=5e-5)
    assert found.adjusted.estimate == pytest.approx(-0.0426, abs=5e-5)
    assert found.is_direction_flipped


def test_the_size_of_a_standardised_difference_depends_on_the_target_population():
    women = {name: arms.denominator_b for name, arms in BERKELEY.items()}
    found = standardise(BERKELEY, women)
    assert found is not None
    assert found.adjusted.estimate == pytest.approx(-0.0011, abs=5e-5)


def test_mantel_haenszel_gives_what_was_published_of_berkeley():
    found = mantel_haenszel(BERKELEY)
    assert found is not None
    odds = found.odds_ratio
    assert (odds.estimate, odds.low, odds.high) == pytest.approx(
        (0.9047, 0.7719, 1.0603), abs=5e-5
    )
    assert found.difference == pytest.approx(-0.0184, abs=5e-5)
    assert found.null_p_value == pytest.approx(0.2169, abs=5e-5)
    assert found.homogeneity_p_value == pytest.approx(0.0021, abs=5e-5)


def test_kidney_stones_reverse_but_not_beyond_chance():
    found = standardise(KIDNEY_STONES)
    assert found is not None
    crude = found.crude.estimate
    assert crude == pytest.approx(0.7800 - 0.8257, abs=1e-4)
    assert (found.rate_a, found.rate_b) == pytest.approx((0.8325, 0.7789), abs=5e-5)
    interval = found.adjusted
    assert (interval.estimate, interval.low, interval.high) == pytest.approx(
        (0.0537, -0.0122, 0.1195), abs=1e-4
    )
    assert found.is_direction_flipped
    assert not found.is_strong


def test_women_withdraw_less_overall_and_more_in_most_modules_of_the_open_data():
    strata = withdrawals_by_gender()
    found = standardise(strata)
    assert found is not None
    crude, adjusted = found.crude, found.adjusted
    assert (crude.estimate, crude.low, crude.high) == pytest.approx(
        (-0.0124, -0.0225, -0.0023), abs=5e-5
    )
    assert (adjusted.estimate, adjusted.low, adjusted.high) == pytest.approx(
        (0.0295, 0.0164, 0.0426), abs=5e-5
    )
    assert found.is_direction_flipped
    assert found.is_strong
    above = [
        arms.numerator_a / arms.denominator_a > arms.numerator_b / arms.denominator_b
        for arms in strata.values()
    ]
    assert sum(above) == 6
    assert oulad_students().height == 32_593


def test_mantel_haenszel_agrees_on_the_open_data():
    found = mantel_haenszel(withdrawals_by_gender())
    assert found is not None
    odds = found.odds_ratio
    assert (odds.estimate, odds.low, odds.high) == pytest.approx(
        (1.1695, 1.1024, 1.2405), abs=5e-5
    )
    assert found.homogeneity_p_value == pytest.approx(0.0051, abs=5e-5)


counts = st.integers(1, 400).flatmap(
    lambda people: st.tuples(st.integers(0, people), st.just(people))
)


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=6))
def test_a_group_standardised_to_its_own_mix_is_as_it_happened(cells):
    strata = {str(n): Arms(*a, *b) for n, (a, b) in enumerate(cells)}
    own = {name: arms.denominator_a for name, arms in strata.items()}
    found = standardise(strata, own)
    assert found is not None
    crude = sum(a.numerator_a for a in strata.values()) / sum(own.values())
    assert found.rate_a == pytest.approx(crude)


def test_strata_that_only_one_group_is_in_are_left_out_and_none_is_no_answer():
    alone = Arms(5, 10, 0, 0)
    assert standardise({"alone": alone}) is None
    assert mantel_haenszel({"alone": alone}) is None
    found = standardise({"alone": alone, "both": Arms(5, 10, 2, 10)})
    assert found is not None
    assert found.adjusted.estimate == pytest.approx(0.3)
