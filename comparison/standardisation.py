"""Rates as they would be if both groups had the same mix."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from scipy.stats import norm

from comparison.rates import Interval, newcombe
from comparison.verdicts import is_direction_reversed


@dataclass(frozen=True)
class Arms:
    """Numerator and denominator of both groups in one stratum."""

    numerator_a: float
    denominator_a: float
    numerator_b: float
    denominator_b: float


@dataclass(frozen=True)
class Standardised:
    """A crude and a standardised difference of a minus b, in shares.

    `is_direction_flipped` holds where the two point in opposite directions and both are
    more than half a point and half a standard error; `is_strong` where, besides, both
    intervals leave 0 out.
    """

    crude: Interval
    adjusted: Interval
    rate_a: float
    rate_b: float
    is_direction_flipped: bool
    is_strong: bool


def standardise(
    strata: Mapping[str, Arms], target: Mapping[str, float] | None = None
) -> Standardised | None:
    """Return the difference with both groups at the mix of a target population.

    rate_m = sum of w_s x_ms / n_ms over the strata that hold both groups, w_s the
    target's share; variance = sum of w_s^2 p(1 - p) / n, with (x + 1) / (n + 2) for p
    in a stratum at 0 or 100 %, which is not certain. Assumes that within a stratum the
    groups are alike, and independent people: for modes, see `units`. Says nothing of
    strata that only one group is in. Fleiss 1981, chapter 14.

    Args:
        strata: counts by stratum.
        target: people by stratum; None is both groups together.

    Returns:
        None if no stratum holds both groups.
    """
    common = {
        name: arms
        for name, arms in strata.items()
        if arms.denominator_a > 0 and arms.denominator_b > 0
    }
    if not common:
        return None
    people = {
        name: arms.denominator_a + arms.denominator_b
        if target is None
        else target.get(name, 0.0)
        for name, arms in common.items()
    }
    total = sum(people.values())
    rate_a = rate_b = variance = 0.0
    for name, arms in common.items():
        weight = people[name] / total
        rate_a += weight * arms.numerator_a / arms.denominator_a
        rate_b += weight * arms.numerator_b / arms.denominator_b
        spread = _variance(arms.numerator_a, arms.denominator_a)
        spread += _variance(arms.numerator_b, arms.denominator_b)
        variance += weight**2 * spread
    error = sqrt(variance)
    half = float(norm.ppf(0.975)) * error
    difference = rate_a - rate_b
    adjusted = Interval(difference, difference - half, difference + half)
    crude = _crude(strata)
    flipped = is_direction_reversed(crude.estimate, difference, error)
    strong = flipped and _leaves_out_zero(crude) and _leaves_out_zero(adjusted)
    return Standardised(crude, adjusted, rate_a, rate_b, flipped, strong)


def _variance(numerator: float, denominator: float) -> float:
    share = numerator / denominator
    if share in {0.0, 1.0}:
        share = (numerator + 1) / (denominator + 2)
    return share * (1 - share) / denominator


def _crude(strata: Mapping[str, Arms]) -> Interval:
    every = strata.values()
    found = newcombe(
        sum(arms.numerator_a for arms in every),
        sum(arms.denominator_a for arms in every),
        sum(arms.numerator_b for arms in every),
        sum(arms.denominator_b for arms in every),
    )
    assert found is not None  # a common stratum has people in both groups
    return found


def _leaves_out_zero(interval: Interval) -> bool:
    return interval.low > 0 or interval.high < 0
