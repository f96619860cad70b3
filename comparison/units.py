"""Differences whose independent unit is the programme.

Completion differs far more between programmes than between cohorts of one; to count
learners, or cohorts, as independent finds differences where there are none.
"""

from dataclasses import dataclass, replace
from itertools import combinations
from math import sqrt

import numpy as np
from scipy.stats import t as student

LEVEL = 0.95
POWER = 0.8
BOOTSTRAPS = 2_000
ENOUGH_TO_BOOTSTRAP = 10  # units an arm


@dataclass(frozen=True)
class Estimate:
    """A difference a minus b with what is needed to judge it, in the KPI's unit."""

    difference: float
    error: float
    degrees: float

    @property
    def limits(self) -> tuple[float, float]:
        """The interval at 95 %."""
        return self.at_level(LEVEL)

    def at_level(self, level: float) -> tuple[float, float]:
        """Return the interval at a level, from Student's t."""
        half = float(student.ppf(0.5 + level / 2, self.degrees)) * self.error
        return self.difference - half, self.difference + half

    @property
    def p_value(self) -> float:
        """Two-sided p against no difference."""
        if self.error == 0:
            return 1.0 if self.difference == 0 else 0.0
        return float(2 * student.sf(abs(self.difference / self.error), self.degrees))

    @property
    def minimum_detectable(self) -> float:
        """The difference that these data would have found four times in five."""
        quantiles = student.ppf([0.5 + LEVEL / 2, POWER], self.degrees)
        return float(quantiles.sum()) * self.error


@dataclass(frozen=True)
class Pooled:
    """A random-effects mean of several units."""

    mean: float
    variance: float
    degrees: float


def between_variance(values: np.ndarray, variances: np.ndarray) -> float:
    """Return the variance between units beyond sampling, by DerSimonian and Laird.

    Moment estimator, 0 at least. Controlled Clinical Trials 1986; 7:177.
    """
    if values.size < 2:
        return 0.0
    weights = 1 / np.maximum(variances, 1e-12)
    mean = float((weights * values).sum() / weights.sum())
    heterogeneity = float((weights * (values - mean) ** 2).sum())
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    excess = heterogeneity - (values.size - 1)
    return max(0.0, excess / scale) if scale > 0 else 0.0


def pooled(values: np.ndarray, variances: np.ndarray, between: float) -> Pooled:
    """Return the mean of units with Hartung and Knapp's variance.

    Weights 1 / (between + own variance); the variance is taken from how the units
    really scatter, never less than the weights promise. Holds its level with few units,
    where a normal interval does not. Hartung and Knapp 2001, Stat. in Medicine 20:3875.
    """
    weights = 1 / np.maximum(between + variances, 1e-12)
    share = weights / weights.sum()
    mean = float((share * values).sum())
    promised = 1 / float(weights.sum())
    degrees = values.size - 1
    if degrees < 1:
        return Pooled(mean, promised, 1.0)
    scatter = float((share * (values - mean) ** 2).sum()) / degrees
    return Pooled(mean, max(scatter, promised), float(degrees))


def paired(differences: np.ndarray, variances: np.ndarray, seed: int) -> Estimate:
    """Return the mean of differences taken inside programmes that ran in both modes.

    The programme is the unit: a difference counts as much as it is certain, on top of
    how the differences of programmes vary. From ten programmes on, the error is at
    least the bootstrap's.
    """
    between = between_variance(differences, variances)
    found = pooled(differences, variances, between)
    error = sqrt(found.variance)
    if differences.size >= ENOUGH_TO_BOOTSTRAP:
        weights = _shares(variances, between)
        error = max(error, bootstrapped([(differences, weights)], seed))
    return Estimate(found.mean, error, found.degrees)


def _shares(variances: np.ndarray, between: float) -> np.ndarray:
    weights = 1 / np.maximum(between + variances, 1e-12)
    return weights / weights.sum()


def bootstrapped(arms: list[tuple[np.ndarray, np.ndarray]], seed: int) -> float:
    """Return the standard error of a weighted mean when whole units are drawn anew.

    Units are drawn with replacement inside their arm, 2,000 times. Says little of fewer
    than ten units. Efron and Tibshirani 1993, chapter 6.

    Args:
        arms: values and weights of each arm's units; weights of an arm add up to what
            its mean counts for, below 0 for an arm that is taken away.
        seed: the same seed, the same answer.
    """
    chance = np.random.default_rng(seed)
    drawn = np.zeros(BOOTSTRAPS)
    for values, weights in arms:
        picked = chance.integers(0, values.size, (BOOTSTRAPS, values.size))
        chosen = weights[picked]
        mean = (chosen * values[picked]).sum(axis=1) / chosen.sum(axis=1)
        drawn += mean * weights.sum()
    return float(drawn.std(ddof=1))


def permutation_p_value(blocks: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Return the exact two-sided p of a difference of means, labels swapped in blocks.

    Every way to deal the two labels over the units of each block is counted. Needs no
    distribution; 3 against 3 cannot fall below 0.1. Fisher 1935.

    Args:
        blocks: values of both arms, block by block.
    """
    totals = np.zeros(1)
    for a, b in blocks:
        units = np.concatenate([a, b])
        dealt = np.array(list(combinations(range(units.size), a.size)))
        in_a = units[dealt].mean(axis=1)
        in_b = (units.sum() - in_a * a.size) / b.size
        totals = np.add.outer(totals, (in_a - in_b) * units.size).ravel()
    seen = sum((a.mean() - b.mean()) * (a.size + b.size) for a, b in blocks)
    return float((np.abs(totals) >= abs(seen) - 1e-12).mean())


def within_programmes(
    differences: np.ndarray, variances: np.ndarray, degrees: float
) -> Estimate:
    """Return the mean of a few programmes' differences, cohorts being the units.

    For fewer programmes than an interval between programmes needs. It speaks of these
    programmes only. `variances` come from how cohorts scatter inside each.
    """
    weights = 1 / np.maximum(variances, 1e-12)
    mean = float((weights * differences).sum() / weights.sum())
    return Estimate(mean, sqrt(1 / float(weights.sum())), degrees)


@dataclass(frozen=True)
class Block:
    """Programmes of one category: value and sampling variance each, by arm."""

    values_a: np.ndarray
    variances_a: np.ndarray
    values_b: np.ndarray
    variances_b: np.ndarray
    weight: float


def across(blocks: list[Block], seed: int) -> Estimate:
    """Return the difference of programme means inside blocks, at one mix of blocks.

    Inside a block (a category of programmes that finish alike) both arms' programmes
    share one variance between programmes; degrees of freedom after Satterthwaite. From
    ten programmes an arm on, the error is at least the bootstrap's.
    """
    total = sum(block.weight for block in blocks)
    difference = variance = denominator = 0.0
    arms: list[tuple[np.ndarray, np.ndarray]] = []
    for block in blocks:
        share = block.weight / total
        between = _between_programmes(block)
        a = pooled(block.values_a, block.variances_a, between)
        b = pooled(block.values_b, block.variances_b, between)
        arms.append((block.values_a, share * _shares(block.variances_a, between)))
        arms.append((block.values_b, -share * _shares(block.variances_b, between)))
        difference += share * (a.mean - b.mean)
        for arm in (a, b):
            part = share**2 * arm.variance
            variance += part
            denominator += part**2 / arm.degrees
    degrees = variance**2 / denominator if denominator > 0 else 1.0
    found = Estimate(difference, sqrt(variance), max(1.0, degrees))
    fewest = min(
        sum(block.values_a.size for block in blocks),
        sum(block.values_b.size for block in blocks),
    )
    if fewest < ENOUGH_TO_BOOTSTRAP:
        return found
    return replace(found, error=max(found.error, bootstrapped(arms, seed)))


def _between_programmes(block: Block) -> float:
    """Return the variance between programmes that both arms of a block share.

    Moment estimator of Hedges and Olkin: how programmes scatter about their arm's mean
    less what sampling explains, 0 at least.
    """
    arms = (block.values_a, block.values_b)
    scatter = sum(float(((arm - arm.mean()) ** 2).sum()) for arm in arms)
    degrees = sum(arm.size for arm in arms) - len(arms)
    sampling = np.concatenate([block.variances_a, block.variances_b]).mean()
    return max(0.0, scatter / degrees - float(sampling)) if degrees else 0.0
