"""Differences between programmes: weights, variances and degrees of freedom."""

import numpy as np
import pytest
from scipy.stats import kstest, ttest_1samp, ttest_ind
from scipy.stats import t as student

from comparison.arms import Block, Pairs, Units
from comparison.estimators import (
    paired_difference,
    unpaired_difference,
)
from comparison.permutation import permutation_p_value


def of_equal_size(differences: list[float], sampling: float = 0.0) -> Pairs:
    size = np.full(len(differences), 40.0)
    return Pairs(np.array(differences), size, size, np.full(len(differences), sampling))


def test_pairs_of_equal_size_give_the_paired_t_test():
    differences = [0.05, 0.08, -0.01, 0.06, 0.03]
    found = paired_difference(of_equal_size(differences))
    expected = ttest_1samp(differences, 0)
    assert found.difference == pytest.approx(np.mean(differences))
    assert found.degrees == pytest.approx(4)
    assert found.p_value == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval()
    assert found.at_level(0.95) == pytest.approx((interval.low, interval.high))


def test_pairs_of_uneven_size_have_the_cr2_variance_of_their_weighted_mean():
    differences = np.array([0.10, -0.02, 0.05, 0.20])
    people_a, people_b = np.array([400.0, 12, 60, 25]), np.array([300.0, 15, 50, 40])
    found = paired_difference(Pairs(differences, people_a, people_b, np.zeros(4)))
    h = 1 / people_a + 1 / people_b
    weights = 1 / (h + h.mean())
    weights /= weights.sum()
    # CR2 of a weighted mean: each residual is divided by the root of 1 - its leverage.
    residuals = differences - (weights * differences).sum()
    adjusted = residuals / np.sqrt(1 - weights)
    assert found.difference == pytest.approx((weights * differences).sum())
    assert found.error**2 == pytest.approx(((weights * adjusted) ** 2).sum())
    # Satterthwaite: V is a quadratic form; its moments where the variance of a
    # programme is proportional to 1 / weight give the degrees of freedom.
    centred = np.eye(4) - np.outer(np.ones(4), weights)
    form = centred.T @ np.diag(weights**2 / (1 - weights)) @ centred
    form = form @ np.diag(1 / weights)
    assert np.trace(form) == pytest.approx(1)  # V is without bias
    assert found.degrees == pytest.approx(1 / np.trace(form @ form))


def test_a_weight_follows_from_sizes_and_not_from_the_rate_seen():
    people = np.array([30.0, 30, 300])
    first = Pairs(np.array([0.0, 0.1, 0.2]), people, people, np.array([0.0, 1, 1]))
    second = Pairs(np.array([0.0, 0.1, 0.2]), people, people, np.array([1.0, 0, 1]))
    assert paired_difference(first).difference == paired_difference(second).difference


@pytest.mark.parametrize("sampling", [0.00019, 0.0002, 0.00021])
def test_programmes_that_agree_by_chance_get_a_third_of_the_sampling_variance(
    sampling: float,
):
    differences = [0.04, 0.06, 0.05, 0.05]
    scatter = np.var(differences, ddof=1) / 4  # equal to the floor at 0.0002
    found = paired_difference(of_equal_size(differences, sampling))
    assert found.error**2 == pytest.approx(max(scatter, sampling / 3 / 4))
    assert (found.error**2 > 1.01 * scatter) == (sampling > 0.0002)


def units(values, people=40.0, sampling=0.0) -> Units:
    values = np.asarray(values, dtype=float)
    return Units(
        values, np.full(values.size, people), np.full(values.size, float(sampling))
    )


def test_units_of_equal_size_give_welchs_two_sample_t_test():
    a, b = [0.71, 0.62, 0.80, 0.55, 0.66], [0.50, 0.70, 0.61, 0.48, 0.59]
    found = unpaired_difference([Block(units(a), units(b), weight=3)])
    expected = ttest_ind(a, b, equal_var=False)
    assert found.degrees == pytest.approx(expected.df)
    assert found.degrees < 8
    alike = unpaired_difference(
        [Block(units(a), units(b), weight=3)], scatter_alike=True
    )
    assert alike.degrees == pytest.approx(8)
    assert alike.p_value == pytest.approx(ttest_ind(a, b).pvalue)
    assert found.p_value == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval()
    assert found.at_level(0.95) == pytest.approx((interval.low, interval.high))


def test_units_of_uneven_size_have_the_cr2_variance_of_a_regression():
    values = np.array([0.9, 0.4, 0.7, 0.5, 0.6, 0.2, 0.45])
    people = np.array([400.0, 12, 60, 25, 30, 300, 15])
    in_a = np.array([1, 1, 1, 0, 0, 0, 0.0])
    a, b = (
        Units(values[arm], people[arm], np.zeros(int(arm.sum())))
        for arm in (in_a == 1, in_a == 0)
    )
    found = unpaired_difference([Block(a, b, weight=1)])
    # Weighted least squares on the arm, with the working variance 1/n + mean 1/n.
    working = 1 / people + (1 / people).mean()
    design = np.column_stack([in_a, 1 - in_a])
    bread = np.linalg.inv(design.T @ (design / working[:, None]))
    slopes = bread @ design.T @ (values / working)
    hat = design @ bread @ design.T / working
    residuals = (values - design @ slopes) / np.sqrt(1 - np.diag(hat))
    meat = design / working[:, None] * residuals[:, None]
    cr2 = bread @ meat.T @ meat @ bread
    contrast = np.array([1.0, -1])
    assert found.difference == pytest.approx(contrast @ slopes)
    assert found.error**2 == pytest.approx(contrast @ cr2 @ contrast)
    # Satterthwaite: the moments of V, a quadratic form, under the working variances.
    score = contrast @ bread @ design.T / working / np.sqrt(1 - np.diag(hat))
    form = np.diag(score**2)
    centred = (np.eye(7) - hat) @ np.diag(working) @ (np.eye(7) - hat).T
    product = form @ centred
    of_sizes = np.trace(product) ** 2 / np.trace(product @ product)
    alike = unpaired_difference([Block(a, b, weight=1)], scatter_alike=True)
    assert alike.degrees == pytest.approx(of_sizes)
    # Welch: of the variances seen, each with the degrees of its arm.
    parts, degrees = [], []
    for mine in (in_a == 1, in_a == 0):
        own = np.ix_(mine, mine)
        arm = form[own] @ centred[own]
        degrees.append(np.trace(arm) ** 2 / np.trace(arm @ arm))
        parts.append(contrast @ bread @ meat[mine].T @ meat[mine] @ bread @ contrast)
    seen = sum(parts) ** 2 / sum(
        v**2 / df for v, df in zip(parts, degrees, strict=True)
    )
    assert found.degrees == pytest.approx(min(of_sizes, seen))


def test_an_arm_without_scatter_has_the_degrees_of_its_sizes():
    block = Block(units([0.5] * 4, 40, 0.001), units([0.4] * 4, 40, 0.001), weight=1)
    found = unpaired_difference([block])
    assert found.degrees == pytest.approx(6)
    assert found.error > 0


def test_blocks_count_by_their_weight():
    one = Block(units([0.6, 0.7]), units([0.5, 0.4]), weight=30)
    other = Block(units([0.2, 0.3]), units([0.2, 0.3]), weight=10)
    assert unpaired_difference([one, other]).difference == pytest.approx(0.2 * 0.75)


@pytest.mark.parametrize("sampling", [0.00074, 0.00075, 0.00076])
def test_units_that_agree_by_chance_get_a_third_of_the_sampling_variance(sampling):
    a, b = [0.51, 0.53, 0.52, 0.54, 0.50], [0.49, 0.47, 0.48, 0.46, 0.50]
    scatter = 2 * np.var(a, ddof=1) / 5  # equal to the floor at 0.00075
    block = Block(units(a, 40, sampling), units(b, 40, sampling), weight=1)
    found = unpaired_difference([block])
    assert found.error**2 == pytest.approx(max(scatter, 2 * sampling / 3 / 5))


def test_the_detectable_difference_is_taken_from_t():
    found = paired_difference(of_equal_size([0.1, 0.2, 0.0, 0.1]))
    quantiles = student.ppf(0.9875, 3) + student.ppf(0.8, 3)
    assert found.minimum_detectable == pytest.approx(quantiles * found.error)
    assert found.minimum_detectable > 2.8 * found.error


def test_the_smallest_p_value_of_four_against_four_is_two_in_seventy():
    low, high = np.arange(4.0), np.arange(4.0) + 100
    assert permutation_p_value([(low, high)]) == pytest.approx(2 / 70)
    assert permutation_p_value([(low[:3], high[:3])]) == pytest.approx(2 / 20)


def test_p_values_without_an_effect_are_uniform():
    chance = np.random.default_rng(7)
    p_values = []
    for _run in range(300):
        drawn = chance.normal(0.7, 0.1, 14)
        block = Block(units(drawn[:7]), units(drawn[7:]), weight=1)
        p_values.append(unpaired_difference([block]).p_value)
    assert kstest(p_values, "uniform").pvalue > 0.01


def test_p_values_agree_with_the_exact_permutation_test():
    chance = np.random.default_rng(11)
    for _run in range(10):
        a, b = chance.normal(0.7, 0.1, 7), chance.normal(0.75, 0.1, 7)
        exact = permutation_p_value([(a, b)])
        found = unpaired_difference([Block(units(a), units(b), weight=1)])
        assert found.p_value == pytest.approx(exact, abs=0.1)


def test_drawn_assignments_agree_with_counted_ones(monkeypatch: pytest.MonkeyPatch):
    chance = np.random.default_rng(12)
    blocks = [(chance.normal(0, 1, 5), chance.normal(0.7, 1, 6)) for _block in "ab"]
    exact = permutation_p_value(blocks)
    monkeypatch.setattr("comparison.permutation.MOST_ASSIGNMENTS", 0)
    drawn = permutation_p_value(blocks, draws=20_000, seed=3)
    assert drawn == pytest.approx(exact, abs=4 * np.sqrt(exact / 20_000))
    assert drawn == permutation_p_value(blocks, draws=20_000, seed=3)
    far = [(np.arange(9.0), np.arange(9.0) + 100)]
    assert permutation_p_value(far, draws=99) == pytest.approx(1 / 100)
