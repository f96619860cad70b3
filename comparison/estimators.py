"""Estimators of a difference whose independent unit is the programme.

Completion differs far more between programmes than between cohorts of one programme. An
estimator that took learners or cohorts as independent would report differences that are
not there.
"""

from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np
from scipy.special import stdtr, stdtrit

from comparison.arms import Block, Pairs
from comparison.inputs import (
    ImpossibleInput,
    answers_or_refuses,
    level_of,
    record_of,
    switch,
)
from comparison.repeated_looks import LOOK_LEVEL

LEVEL = LOOK_LEVEL  # of the interval that is shown and that decides
POWER = 0.8
ROUNDING = 1e-12  # of a value: what is smaller is not a spread
SAMPLING_FLOOR = 1 / 3  # of the variance that sampling alone would give

Array = np.ndarray


@dataclass(frozen=True)
class Estimate:
    """A difference a minus b with its standard error and degrees of freedom.

    `difference` and `error` are in the KPI's unit.
    """

    difference: float
    error: float
    degrees: float

    @cached_property
    def limits(self) -> tuple[float, float]:
        """The interval of one look, at `LOOK_LEVEL`."""
        return self.at_level(LEVEL)

    def at_level(self, level: float) -> tuple[float, float]:
        """Return the interval at a level, from Student's t."""
        half = float(stdtrit(self.degrees, 0.5 + level_of(level) / 2)) * self.error
        return self.difference - half, self.difference + half

    def is_inside(self, margin: float) -> bool:
        """Return whether the interval of one look lies inside a margin around 0."""
        low, high = self.limits
        return -margin < low and high < margin

    def has_no_error(self, values: Array) -> bool:
        """Return whether nothing varies but the last digits of these values."""
        return self.error <= ROUNDING * float(np.abs(values).max(initial=0.0))

    @property
    def p_value(self) -> float:
        """Two-sided p against no difference."""
        if self.error == 0:
            return 1.0 if self.difference == 0 else 0.0
        return float(2 * stdtr(self.degrees, -abs(self.difference / self.error)))

    @property
    def minimum_detectable(self) -> float:
        """The difference that one look at these data detects with a power of 80 %."""
        quantiles = stdtrit(self.degrees, [0.5 + LEVEL / 2, POWER])
        return float(quantiles.sum()) * self.error


@dataclass(frozen=True)
class Moments:
    """A difference, its variance and degrees of freedom.

    Numbers, or arrays with one entry for each of many data sets of the same design.
    """

    difference: Array
    variance: Array
    degrees: Array

    def estimate(self) -> Estimate:
        """Return the estimate of one data set."""
        return Estimate(
            float(self.difference), sqrt(self.variance), float(self.degrees)
        )


@answers_or_refuses
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
    agree by chance. It misleads where programmes with a large difference are the large
    ones: the mean is then theirs. `make bench-truth` prints coverage, width and power.

    Args:
        pairs: at least two programmes.

    Raises:
        ImpossibleInput: there is one programme only, a number is not possible, or
            nothing says how exact the difference is.
    """
    record_of("pairs", pairs, Pairs).check()
    found = paired_moments(pairs).estimate()
    return _with_scatter(found, pairs.differences, "Pairs")


def paired_moments(pairs: Pairs) -> Moments:
    """Return the moments of `paired_difference`; programmes are the last axis."""
    h = 1 / pairs.people_a + 1 / pairs.people_b
    working = h + h.mean(axis=-1, keepdims=True)
    found = _Mean.of(pairs.differences, working, pairs.sampling_variances)
    variance = np.maximum(found.scatter, SAMPLING_FLOOR * found.sampling)
    return Moments(found.mean, variance, found.degrees)


@answers_or_refuses
def unpaired_difference(
    blocks: list[Block], *, scatter_alike: bool = False
) -> Estimate:
    """Return the difference of the arms' means inside blocks, at one mix of blocks.

    For programmes against programmes of one outcome category and completion class, and
    for the cohorts of a few programmes, each programme being a block. The same
    principles as `paired_difference`: in an arm of a block, with h = 1/n and mean h
    over both arms,

        w = 1 / (h + mean h), made to add up to 1;  m = sum w y
        D = w^2 / (1 - w);  V = sum D (y - m)^2

    The difference is the sum of share x (m_a - m_b) over blocks, its variance the sum
    of share^2 (V_a + V_b). Degrees after Satterthwaite 1946, Biometrics Bulletin 2:110:
    the smaller of what the sizes alone give (the variance of a unit being proportional
    to h + mean h) and of what the variances seen give, as Welch 1947, Biometrika 34:28,
    has them. The first alone is bold where one arm's units differ more than the
    other's; the second alone where one arm has few units. Equal sizes and equal numbers
    of units give Welch's t. Cohorts of one programme scatter alike in both modes: the
    sizes then are enough, and equal ones give Student's t. The variance is at least a
    third of what sampling alone would give. It misleads where the units of one arm were
    better before: nothing here makes programmes alike that are not.

    Args:
        blocks: at least two units in each arm of each block.
        scatter_alike: whether the units of both arms scatter alike, as cohorts of one
            programme do.

    Raises:
        ImpossibleInput: there is one unit only in an arm, a number is not possible, or
            nothing says how exact the difference is.
    """
    if not isinstance(blocks, list | tuple) or not blocks:
        words = "give [Block(...)]"
        raise ImpossibleInput("there is no list of blocks", "blocks", words)
    for block in blocks:
        record_of("blocks", block, Block).check()
    values = [arm.values for block in blocks for arm in (block.a, block.b)]
    switch("scatter_alike", scatter_alike)
    found = unpaired_moments(blocks, scatter_alike=scatter_alike).estimate()
    return _with_scatter(found, np.concatenate(values), "Units")


def _with_scatter(found: Estimate, values: Array, where: str) -> Estimate:
    """Return the estimate, unless its error is only that of rounding."""
    if found.has_no_error(values):
        raise ImpossibleInput(
            "all values are equal and have no variance",
            f"{where}.sampling_variances",
            "give variances above 0; equal values alone are not certain",
        )
    return found


def unpaired_moments(blocks: list[Block], *, scatter_alike: bool = False) -> Moments:
    """Return the moments of `unpaired_difference`; units are the last axis."""
    total = sum(block.weight for block in blocks)
    difference = scatter = sampling = np.zeros(())
    expected = expected_squares = seen_squares = np.zeros(())
    for block in blocks:
        share = block.weight / total
        h = [1 / arm.people for arm in (block.a, block.b)]
        usual = np.concatenate(h, axis=-1).mean(axis=-1, keepdims=True)
        for sign, own, arm in zip((1, -1), h, (block.a, block.b), strict=True):
            found = _Mean.of(arm.values, own + usual, arm.sampling_variances)
            difference = difference + sign * share * found.mean
            sampling = sampling + share**2 * found.sampling
            seen, working = share**2 * found.scatter, share**2 * found.working
            scatter = scatter + seen
            seen_squares = seen_squares + seen**2 / found.degrees
            expected = expected + working
            expected_squares = expected_squares + working**2 / found.degrees
    variance = np.maximum(scatter, SAMPLING_FLOOR * sampling)
    degrees = expected**2 / expected_squares
    if not scatter_alike:
        of_sizes = np.array(np.broadcast_to(degrees, scatter.shape), dtype=float)
        is_seen = seen_squares > 0
        seen = np.divide(scatter**2, seen_squares, out=of_sizes.copy(), where=is_seen)
        degrees = np.minimum(of_sizes, seen)
    return Moments(difference, variance, degrees)


@dataclass(frozen=True)
class _Mean:
    """A weighted mean of units with the parts of its variance.

    Attributes:
        mean: of the values.
        scatter: its CR2 variance, from how the units scatter about it.
        sampling: its variance if people were independent.
        working: its variance if the units had their working variances.
        degrees: Satterthwaite's for `scatter`, under the working variances.
    """

    mean: Array
    scatter: Array
    sampling: Array
    working: Array
    degrees: Array

    @staticmethod
    def of(values: Array, working: Array, sampling: Array) -> "_Mean":
        """Return the mean weighted by 1 / working variance; units are the last axis."""
        precision = 1 / working
        total = precision.sum(axis=-1)
        w = precision / total[..., None]
        mean = (w * values).sum(axis=-1)
        leverage = w**2 / (1 - w)
        information = (w**2).sum(axis=-1) + leverage.sum(axis=-1) ** 2
        information = information - (leverage**2).sum(axis=-1)
        return _Mean(
            mean=mean,
            scatter=(leverage * (values - mean[..., None]) ** 2).sum(axis=-1),
            sampling=(w**2 * sampling).sum(axis=-1),
            working=1 / total,
            degrees=1 / information,
        )
