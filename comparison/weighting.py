"""Two groups made alike by a model: of the outcome, or of who is in which group.

Agreement checks for a standardised difference: where the answers differ by more than
a standard error, the result depends on the model.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.linalg import lstsq
from scipy.stats import norm

from comparison.inputs import (
    LARGEST,
    SMALLEST,
    ImpossibleInput,
    answers_or_refuses,
    columns,
    flags,
    level_of,
    numbers,
    switch,
)

Array = np.ndarray


@dataclass(frozen=True)
class Potential:
    """Mean outcomes of everybody in group a, of everybody in group b, and a minus b."""

    mean_a: float
    mean_b: float
    difference: float


@answers_or_refuses
def g_formula(
    outcome: Array,
    in_a: Array,
    covariates: Array,
    interactions: Array | None = None,
    *,
    is_share: bool = False,
) -> Potential:
    """Return the difference of everybody in group a and everybody in group b.

    A regression of the outcome on the group, what was known before, and products of
    the group with some of it; its predictions for everybody in either group, averaged
    (standardisation to both groups together). A model with a constant for each stratum
    in each group gives `standardised_difference` exactly. Assumes that nothing else
    decides both the group and the outcome, and that the model holds where only one
    group has people: check `inverse_probability`'s effective people first. Hernan and
    Robins 2020, Causal Inference: What If, chapter 13.

    Args:
        outcome: by person.
        in_a: 1 or True for people of group a.
        covariates: shape (people, columns), without constant and group.
        interactions: shape (people, columns): columns that the group is multiplied
            with; None for no products.
        is_share: whether the outcome is 0 or 1: then the model is logistic.

    Raises:
        ImpossibleInput: a number is not possible, a group has nobody, or no model fits.
    """
    limits = (0, 1) if switch("is_share", is_share) else (-LARGEST, LARGEST)
    y = numbers("outcome", outcome, *limits)
    group = _two_groups(in_a, y.size, fewest=1).astype(float)
    known = columns("covariates", covariates, y.size)
    products = np.empty((y.size, 0))
    if interactions is not None:
        products = columns("interactions", interactions, y.size)

    def design(of_group: Array) -> Array:
        constant, own = np.ones(group.size), of_group[:, None]
        return np.column_stack([constant, own, own * products, known])

    predict = _logistic_model if is_share else _linear_model
    predicted = predict(y, design(group))
    mean_a, mean_b = (
        float(predicted(design(np.full(group.size, arm))).mean()) for arm in (1.0, 0.0)
    )
    if not np.isfinite([mean_a, mean_b]).all():
        words = "leave out columns that tell the outcome"
        raise ImpossibleInput("no model fits", "covariates", words)
    return Potential(mean_a, mean_b, mean_a - mean_b)


def _two_groups(in_a: object, size: int, fewest: int) -> Array:
    """Return who is in group a, where both groups have enough people."""
    group = flags("in_a", in_a, size)
    if min(group.sum(), (~group).sum()) < fewest:
        words = f"give at least {fewest} of either"
        raise ImpossibleInput("a group has too few people", "in_a", words)
    return group


def _linear_model(outcome: Array, design: Array) -> Callable[[Array], Array]:
    slopes = lstsq(design, outcome, lapack_driver="gelsy")[0]
    return lambda asked: asked @ slopes


def _logistic_model(outcome: Array, design: Array) -> Callable[[Array], Array]:
    from statsmodels.api import GLM, families  # takes seconds to import

    return GLM(outcome, design, families.Binomial()).fit().predict


@dataclass(frozen=True)
class Weighted:
    """A difference of weighted means, and how much is left of the people.

    Attributes:
        difference: mean a minus mean b.
        error: robust standard error, the weights taken as known.
        low, high: normal interval.
        weights: by person.
        effective_a, effective_b: people that the weighted group is worth.
        effective_share: the smaller of effective people / people of both groups; the
            gates refuse a comparison below `effective_least`.
        largest_smd: largest standardised mean difference of the covariates, weighted.
    """

    difference: float
    error: float
    low: float
    high: float
    weights: Array
    effective_a: float
    effective_b: float
    effective_share: float
    largest_smd: float


@answers_or_refuses
def inverse_probability(
    outcome: Array,
    in_a: Array,
    propensity: Array,
    covariates: Array,
    *,
    is_stabilised: bool = False,
    level: float = 0.95,
) -> Weighted:
    """Return the difference of means weighted by 1 / probability of the own group.

    w = 1 / e in group a, 1 / (1 - e) in group b, times the group's share where
    stabilised; means are divided by the sum of weights (Hajek). Assumes that nothing
    else decides both the group and the outcome. It misleads where few people carry the
    weight: read `effective_share` before the difference. Hernan and Robins 2020,
    chapter 12; Kish 1965 for the effective people.

    Args:
        outcome: by person.
        in_a: 1 or True for people of group a.
        propensity: probability of group a, by person, from what was known before.
        covariates: shape (people, columns), to check the balance of.
        is_stabilised: whether weights are multiplied by the group's share.
        level: of the interval.

    Raises:
        ImpossibleInput: a number is not possible, a group has one person, or its
            outcome does not vary.
    """
    y, level = numbers("outcome", outcome), level_of(level)
    switch("is_stabilised", is_stabilised)
    group = _two_groups(in_a, y.size, fewest=2)
    known = columns("covariates", covariates, y.size)
    chance = numbers("propensity", propensity, SMALLEST, 1 - SMALLEST, size=y.size)
    if any(np.ptp(y[arm]) == 0 for arm in (group, ~group)):
        words = "give outcomes that differ in either group; equal ones are not certain"
        raise ImpossibleInput("all outcomes of a group are equal", "outcome", words)
    own = np.where(group, chance, 1 - chance)
    share = np.where(group, group.mean(), 1 - group.mean())
    weights = (share if is_stabilised else 1.0) / own
    means, variances, effective, kept = [], [], [], []
    for arm in (group, ~group):
        w = weights[arm]
        mean = float(np.average(y[arm], weights=w))
        means.append(mean)
        variances.append(float((w**2 * (y[arm] - mean) ** 2).sum() / w.sum() ** 2))
        effective.append(float(w.sum() ** 2 / (w**2).sum()))
        kept.append(effective[-1] / float(arm.sum()))
    difference, error = means[0] - means[1], sqrt(sum(variances))
    half = float(norm.ppf(0.5 + level / 2)) * error
    smd = _standardised(known, group, weights)
    return Weighted(
        difference=difference,
        error=error,
        low=difference - half,
        high=difference + half,
        weights=weights,
        effective_a=effective[0],
        effective_b=effective[1],
        effective_share=min(kept),
        largest_smd=float(np.abs(smd).max(initial=0.0)),
    )


@answers_or_refuses
def standardised_differences(
    covariates: Array, in_a: Array, weights: Array | None = None
) -> Array:
    """Return each covariate's mean difference in standard deviations.

    (mean_a - mean_b) / sqrt((s_a^2 + s_b^2) / 2), weighted means and variances; 0 for a
    column that does not vary. It does not see differences in spread or shape. Austin
    2009, Statistics in Medicine 28:3083.

    Args:
        covariates: shape (people, columns).
        in_a: 1 or True for people of group a.
        weights: by person; None for equal ones.

    Raises:
        ImpossibleInput: a number is not possible, or a group has one person.
    """
    size = flags("in_a", in_a).size
    w = np.ones(size)
    if weights is not None:
        w = numbers("weights", weights, SMALLEST, size=size)
    known = columns("covariates", covariates, size)
    return _standardised(known, _two_groups(in_a, size, fewest=2), w)


def _standardised(x: Array, group: Array, w: Array) -> Array:
    x = x - x[0]  # a column that does not vary is then exactly 0
    means, variances = [], []
    for arm in (group, ~group):
        mean = np.average(x[arm], axis=0, weights=w[arm])
        scale = w[arm].sum() - (w[arm] ** 2).sum() / w[arm].sum()
        squares = (w[arm][:, None] * (x[arm] - mean) ** 2).sum(axis=0)
        means.append(mean)
        variances.append(squares / scale)
    spread = np.sqrt((variances[0] + variances[1]) / 2)
    gap = means[0] - means[1]
    return np.divide(gap, spread, out=np.zeros_like(gap), where=spread > 0)
