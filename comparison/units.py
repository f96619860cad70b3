"""Differences whose independent unit is the programme.

Completion differs far more between programmes than between cohorts of one; to count
learners, or cohorts, as independent finds differences where there are none.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import t as student

LEVEL = 0.95
POWER = 0.8


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


def paired(differences: np.ndarray, variances: np.ndarray) -> Estimate:
    """Return the mean of differences taken inside programmes that ran in both modes."""
    found = pooled(differences, variances, between_variance(differences, variances))
    return Estimate(found.mean, sqrt(found.variance), found.degrees)


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


def across(blocks: list[Block]) -> Estimate:
    """Return the difference of programme means inside categories, at one mix of them.

    Inside a category both arms' programmes share one variance between programmes;
    degrees of freedom after Satterthwaite.
    """
    total = sum(block.weight for block in blocks)
    difference = variance = denominator = 0.0
    for block in blocks:
        share = block.weight / total
        centred = np.concatenate(
            [
                block.values_a - block.values_a.mean(),
                block.values_b - block.values_b.mean(),
            ]
        )
        everything = np.concatenate([block.variances_a, block.variances_b])
        between = between_variance(centred, everything)
        a = pooled(block.values_a, block.variances_a, between)
        b = pooled(block.values_b, block.variances_b, between)
        difference += share * (a.mean - b.mean)
        for arm in (a, b):
            part = share**2 * arm.variance
            variance += part
            denominator += part**2 / arm.degrees
    degrees = variance**2 / denominator if denominator > 0 else 1.0
    return Estimate(difference, sqrt(variance), max(1.0, degrees))
