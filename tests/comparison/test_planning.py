"""Effect sizes, people needed and control limits, as published."""

import numpy as np
import pytest

from comparison import (
    cohens_h,
    hedges_g,
    p_chart,
    people_to_show_means,
    people_to_show_rates,
    power_for_means,
    power_for_rates,
)
from comparison.trend import control_limits


def test_people_needed_for_two_rates_equal_those_of_r():
    assert people_to_show_rates(0.5, 0.75, 0.9) == pytest.approx(76.707, abs=5e-4)
    assert people_to_show_rates(0.7, 0.8) == pytest.approx(293.151, abs=5e-4)
    assert power_for_rates(0.5, 0.75, 50) == pytest.approx(0.7402, abs=5e-5)


@pytest.mark.parametrize(("size", "people"), [(0.2, 393.4), (0.5, 63.8), (0.8, 25.5)])
def test_people_needed_for_two_means_equal_those_of_cohen(size, people):
    assert people_to_show_means(size) == pytest.approx(people, abs=0.05)


def test_hedges_g_corrects_for_small_groups():
    found = hedges_g((103, 100), (5.5, 4.5), (50, 50))
    assert found.size == pytest.approx(0.5924, abs=5e-5)
    assert found.variance == pytest.approx(0.0411, abs=5e-5)
    correction = 1 - 3 / (4 * 98 - 1)
    assert correction == pytest.approx(0.9923, abs=5e-5)
    assert found.size / correction == pytest.approx(0.5970, abs=5e-5)
    assert found.variance / correction**2 == pytest.approx(0.0418, abs=5e-5)
    assert found.high - found.size == pytest.approx(
        1.96 * found.variance**0.5, rel=1e-4
    )


@pytest.mark.parametrize("size", [0.2, 0.8])
def test_the_people_needed_have_the_power_asked_for(size):
    people = people_to_show_means(size, power=0.9, level=0.99)
    assert power_for_means(size, people, level=0.99) == pytest.approx(0.9)
    rates = people_to_show_rates(0.6, 0.6 + size / 4, power=0.9, level=0.99)
    power = power_for_rates(0.6, 0.6 + size / 4, rates, level=0.99)
    assert power == pytest.approx(0.9)


def test_a_design_effect_multiplies_the_people_needed():
    plain = people_to_show_rates(0.5, 0.6)
    assert people_to_show_rates(0.5, 0.6, design_effect=2.5) == 2.5 * plain


def test_cohens_h_of_the_same_points_is_larger_near_100_percent():
    assert cohens_h(0.95, 0.9) > 1.5 * cohens_h(0.55, 0.5)


def test_control_limits_equal_those_of_the_published_p_chart():
    found = control_limits(347, 30 * 50, 50)
    assert (found.centre, found.high, found.low) == pytest.approx(
        (0.2313, 0.4102, 0.0524), abs=5e-5
    )


def chart_of(rates: list[float]):
    people = np.full(len(rates), 200.0)
    return p_chart(np.array(rates) * people, people)


def test_a_chart_has_the_limits_of_each_period():
    people = np.array([50.0, 200, 50])
    found = p_chart(np.array([12.0, 46, 11]), people)
    assert found.centre == pytest.approx(69 / 300)
    expected = [control_limits(69, 300, n) for n in people]
    assert found.low.tolist() == [limits.low for limits in expected]
    assert found.high.tolist() == [limits.high for limits in expected]
    assert not found.is_outside.any()


def test_a_period_beyond_three_standard_errors_is_outside():
    found = chart_of([0.5, 0.5, 0.5, 0.5, 0.9, 0.5, 0.5])
    assert found.is_outside.tolist() == [False] * 4 + [True] + [False] * 2


@pytest.mark.parametrize(("length", "is_run"), [(7, False), (8, True), (9, True)])
def test_eight_periods_on_one_side_are_a_run(length, is_run):
    found = chart_of([0.52] * length + [0.48] * 3)
    assert found.is_in_run.tolist() == [is_run] * length + [False] * 3


def test_periods_at_the_centre_are_no_run():
    assert not chart_of([0.5] * 10).is_in_run.any()
