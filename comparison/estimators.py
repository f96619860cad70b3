"""Estimators of a difference whose independent unit is the programme.

Completion differs far more between programmes than between cohorts of one programme. An
estimator that took learners or cohorts as independent would report differences that are
not there.
"""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from scipy.stats import t as student

LEVEL = 0.95
POWER = 0.8
BOOTSTRAPS = 2_000
ENOUGH_TO_BOOTSTRAP = 10  # programmes an arm
SAMPLING_FLOOR = 1 / 3  # of the variance that sampling alone would give


@dataclass(frozen=True)
class Estimate:
    """A difference a minus b with its standard error and degrees of freedom.

    `difference` and `error` are in the KPI's unit.
    """

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
        """The difference that these data would detect with a power of 80 %."""
        quantiles = student.ppf([0.5 + LEVEL / 2, POWER], self.degrees)
        return float(quantiles.sum()) * self.error


@dataclass(frozen=True)
class Pooled:
    """A random-effects mean of several programmes."""

    mean: float
    variance: float
    degrees: float


@dataclass(frozen=True)
class Pairs:
    """Programmes that ran in both modes, one entry each in every array.

    Attributes:
        differences: value in mode a less value in mode b, in the KPI's unit.
        people_a, people_b: people in each mode.
        sampling_variances: variance of each difference if people were independent.
    """

    differences: np.ndarray
    people_a: np.ndarray
    people_b: np.ndarray
    sampling_variances: np.ndarray


def between_variance(values: np.ndarray, variances: np.ndarray) -> float:
    """Return the variance between programmes beyond sampling, never below 0.

    Moment estimator of DerSimonian and Laird 1986, Controlled Clinical Trials 7:177.
    `statsmodels.stats.meta_analysis.combine_effects` gives the same value where it is
    positive, but lets it fall below 0 where programmes are alike, which makes weights
    larger than the sampling variances allow.

    Args:
        values: one per programme.
        variances: sampling variance of each.
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
    """Return the mean of programmes with Hartung and Knapp's variance.

    Weights 1 / (between + own variance). The variance comes from the observed scatter
    of the programmes and is never smaller than the weights imply. It keeps its level
    with few programmes, where a normal interval does not. Hartung and Knapp 2001,
    Statistics in Medicine 20:3875. `combine_effects` of statsmodels has no such floor:
    programmes that happen to agree would get an interval near 0.

    Args:
        values: one per programme.
        variances: sampling variance of each.
        between: variance between programmes.
    """
    weights = 1 / np.maximum(between + variances, 1e-12)
    share = weights / weights.sum()
    mean = float((share * values).sum())
    implied = 1 / float(weights.sum())
    degrees = values.size - 1
    if degrees < 1:
        return Pooled(mean, implied, 1.0)
    scatter = float((share * (values - mean) ** 2).sum()) / degrees
    return Pooled(mean, max(scatter, implied), float(degrees))


def paired_difference(pairs: Pairs) -> Estimate:
    """Return the mean of differences taken inside programmes that ran in both modes.

    The programme is the unit. Its weight follows from the sizes of its arms alone: a
    weight from its own rate would be larger where the rate is near 0 or 1 by chance,
    and intervals then miss the difference too often. With d the differences,
    h = 1/n_a + 1/n_b, and mean h over the programmes,

        w = 1 / (h + mean h), made to add up to 1;  m = sum w d
        D = w^2 / (1 - w);  V = sum D (d - m)^2
        degrees = 1 / (sum w^2 + (sum D)^2 - sum D^2)

    V is the CR2 variance of Bell and McCaffrey 2002, Survey Methodology 28:169, and the
    degrees are Satterthwaite's for it, as in Pustejovsky and Tipton 2018, Journal of
    Business and Economic Statistics 36:672. Equal sizes give Student's paired t. V is
    at least a third of what sampling alone would give, because a few programmes may
    agree by chance.

    Args:
        pairs: at least two programmes.
    """
    h = 1 / pairs.people_a + 1 / pairs.people_b
    weights = 1 / (h + h.mean())
    weights = weights / weights.sum()
    mean = float((weights * pairs.differences).sum())
    leverage = weights**2 / (1 - weights)
    scatter = float((leverage * (pairs.differences - mean) ** 2).sum())
    sampling = float((weights**2 * pairs.sampling_variances).sum())
    information = (weights**2).sum() + leverage.sum() ** 2 - (leverage**2).sum()
    variance = max(scatter, SAMPLING_FLOOR * sampling)
    return Estimate(mean, sqrt(variance), 1 / float(information))


def _shares(variances: np.ndarray, between: float) -> np.ndarray:
    weights = 1 / np.maximum(between + variances, 1e-12)
    return weights / weights.sum()


def bootstrapped(arms: list[tuple[np.ndarray, np.ndarray]], seed: int) -> float:
    """Return the standard error of a weighted mean when programmes are resampled.

    Programmes are drawn with replacement inside their arm, 2,000 times. Unreliable with
    fewer than ten programmes. Efron and Tibshirani 1993, chapter 6.

    Args:
        arms: values and weights of each arm's programmes. The weights of an arm add up
            to the coefficient of its mean, negative for an arm that is subtracted.
        seed: of the random numbers; the same seed gives the same result.
    """
    chance = np.random.default_rng(seed)
    drawn = np.zeros(BOOTSTRAPS)
    for values, weights in arms:
        picked = chance.integers(0, values.size, (BOOTSTRAPS, values.size))
        chosen = weights[picked]
        mean = (chosen * values[picked]).sum(axis=1) / chosen.sum(axis=1)
        drawn += mean * weights.sum()
    return float(drawn.std(ddof=1))


def within_programmes(
    differences: np.ndarray, variances: np.ndarray, degrees: float
) -> Estimate:
    """Return the mean of a few programmes' differences, with cohorts as the units.

    For fewer programmes than an interval between programmes needs. The result holds for
    these programmes only.

    Args:
        differences: one per programme, in the KPI's unit.
        variances: of each, from the scatter of its cohorts.
        degrees: of freedom.
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


def unpaired_difference(blocks: list[Block], seed: int) -> Estimate:
    """Return the difference of programme means inside blocks, at one mix of blocks.

    Inside a block (an outcome category and a completion class) both arms' programmes
    share one variance between programmes. Degrees of freedom after Satterthwaite 1946,
    Biometrics Bulletin 2:110. From ten programmes an arm on, the error is at least the
    bootstrap's.

    Args:
        blocks: programmes of both arms.
        seed: of the bootstrap.
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

    Moment estimator of Hedges and Olkin 1985: the scatter of programmes about their
    arm's mean, less what sampling explains; 0 at least.
    """
    arms = (block.values_a, block.values_b)
    scatter = sum(float(((arm - arm.mean()) ** 2).sum()) for arm in arms)
    degrees = sum(arm.size for arm in arms) - len(arms)
    sampling = np.concatenate([block.variances_a, block.variances_b]).mean()
    return max(0.0, scatter / degrees - float(sampling)) if degrees else 0.0
