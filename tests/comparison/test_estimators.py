"""Differences between programmes: their pooling, errors and coverage."""

import numpy as np
import pytest
from scipy.stats import kstest, ttest_1samp
from scipy.stats import t as student
from statsmodels.stats.meta_analysis import combine_effects

from comparison.estimators import (
    Block,
    Pairs,
    between_variance,
    bootstrapped,
    paired_difference,
    pooled,
    unpaired_difference,
    within_programmes,
)
from comparison.verdicts import q_values
from tests.comparison.permutation import permutation_p_value

FIFTEEN = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
    0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip


def test_q_values_equal_those_of_benjamini_and_hochberg_in_the_order_given():
    found = q_values(FIFTEEN)
    assert found[:5] == pytest.approx(
        [0.0015, 0.0030, 0.0095, 0.0356, 0.0603], abs=1e-4
    )
    assert sum(q <= 0.05 for q in found) == 4
    assert q_values(FIFTEEN[::-1]) == found[::-1]
    assert q_values([]) == []


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
    assert found.limits == pytest.approx((interval.low, interval.high))


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


@pytest.mark.parametrize("rate", [0.5, 0.7, 0.95])
@pytest.mark.parametrize("count", [4, 6, 12])
def test_intervals_of_uneven_pairs_are_neither_timid_nor_bold(rate: float, count: int):
    """500 draws: the coverage has a standard error of one point."""
    chance = np.random.default_rng([count, int(100 * rate)])
    covered = 0
    for _draw in range(500):
        covered += covers_zero(uneven_pairs(chance, rate, count))
    assert 0.925 <= covered / 500 <= 0.997


def uneven_pairs(chance: np.random.Generator, rate: float, count: int) -> Pairs:
    """Draw programmes that differ, with a difference of their own around 0."""
    people = np.maximum(12, np.exp(chance.normal(4.2, 1.0, (2, count)))).round()
    level = np.log(rate / (1 - rate)) + chance.normal(0, 0.5, count)
    own = chance.normal(0, 0.2, count)
    shares = []
    variances = []
    for size, sign in zip(people, (0.5, -0.5), strict=True):
        odds = level + sign * own + chance.normal(0, 0.08, count)
        finished = chance.binomial(size.astype(int), 1 / (1 + np.exp(-odds)))
        guarded = (finished + 1) / (size + 2)
        shares.append(finished / size)
        variances.append(guarded * (1 - guarded) / size)
    return Pairs(shares[0] - shares[1], *people, variances[0] + variances[1])


def covers_zero(pairs: Pairs) -> bool:
    low, high = paired_difference(pairs).limits
    return low <= 0 <= high


def test_random_effects_equal_those_of_statsmodels_where_programmes_differ():
    values = np.array([0.02, 0.15, -0.04, 0.21, 0.09])
    variances = np.array([0.0004, 0.0009, 0.0006, 0.0016, 0.0004])
    peer = combine_effects(values, variances, method_re="dl")
    between = between_variance(values, variances)
    found = pooled(values, variances, between)
    assert between == pytest.approx(peer.tau2)
    assert found.mean == pytest.approx(peer.mean_effect_re)
    assert found.variance == pytest.approx(peer.var_hksj_re)


def test_statsmodels_has_no_variance_floor_where_programmes_agree():
    values = np.array([0.050, 0.052, 0.049, 0.051])
    variances = np.full(4, 0.0009)
    peer = combine_effects(values, variances, method_re="dl")
    between = between_variance(values, variances)
    found = pooled(values, variances, between)
    assert peer.tau2 < 0 == between
    assert found.variance == pytest.approx(variances[0] / values.size)
    assert peer.var_hksj_re < found.variance / 100


def test_the_detectable_difference_is_taken_from_t():
    found = paired_difference(of_equal_size([0.1, 0.2, 0.0, 0.1]))
    quantiles = student.ppf(0.975, 3) + student.ppf(0.8, 3)
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
        units = chance.normal(0.7, 0.1, 14)
        block = Block(units[:7], np.zeros(7), units[7:], np.zeros(7), weight=1)
        p_values.append(unpaired_difference([block], seed=1).p_value)
    assert kstest(p_values, "uniform").pvalue > 0.01


def test_p_values_agree_with_the_exact_permutation_test():
    chance = np.random.default_rng(11)
    for _run in range(10):
        a, b = chance.normal(0.7, 0.1, 7), chance.normal(0.75, 0.1, 7)
        block = Block(a, np.zeros(7), b, np.zeros(7), weight=1)
        exact = permutation_p_value([(a, b)])
        assert unpaired_difference([block], seed=1).p_value == pytest.approx(
            exact, abs=0.1
        )


def test_the_bootstrap_gives_the_standard_error_and_repeats_with_its_seed():
    values = np.random.default_rng(3).normal(0, 1, 40)
    weights = np.full(40, 1 / 40)
    found = bootstrapped([(values, weights)], seed=5)
    assert found == pytest.approx(values.std() / np.sqrt(40), rel=0.05)
    assert found == bootstrapped([(values, weights)], seed=5)
    assert found != bootstrapped([(values, weights)], seed=6)


def test_a_few_programmes_are_weighted_by_their_precision():
    found = within_programmes(np.array([0.1, 0.3]), np.array([0.01, 0.04]), degrees=6)
    assert found.difference == pytest.approx((0.1 * 4 + 0.3) / 5)
    assert found.error == pytest.approx(np.sqrt(1 / 125))
    assert found.degrees == 6


@pytest.mark.parametrize("count", [4, 6, 12])
def test_intervals_between_programmes_have_their_nominal_coverage(count):
    chance = np.random.default_rng(count)
    runs, covered = 300, 0
    for _run in range(runs):
        own = np.full(count, 0.02**2)
        a, b = (chance.normal(0.7, np.hypot(0.1, 0.02), count) for _arm in "ab")
        low, high = unpaired_difference(
            [Block(a, own, b, own, weight=1)], seed=1
        ).limits
        covered += low <= 0 <= high
    assert 0.92 <= covered / runs <= 0.985
