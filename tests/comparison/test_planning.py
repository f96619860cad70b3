"""Effect sizes, people needed and control limits, as published."""

import pytest

from comparison.planning import (
    cohens_h,
    hedges_g,
    people_to_show_means,
    people_to_show_rates,
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


def test_cohens_h_of_the_same_points_is_larger_near_100_percent():
    assert cohens_h(0.95, 0.9) > 1.5 * cohens_h(0.55, 0.5)


def test_control_limits_equal_those_of_the_published_p_chart():
    found = control_limits(347, 30 * 50, 50)
    assert (found.centre, found.high, found.low) == pytest.approx(
        (0.2313, 0.4102, 0.0524), abs=5e-5
    )
