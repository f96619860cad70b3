"""Intervals of a rate and of the difference of two rates."""

from dataclasses import dataclass
from math import sqrt

from scipy.stats import norm


@dataclass(frozen=True)
class Interval:
    """An estimate with the limits of its interval, in the estimate's own unit."""

    estimate: float
    low: float
    high: float


def _z(level: float) -> float:
    return float(norm.ppf(0.5 + level / 2))


def wilson(
    numerator: float, denominator: float, level: float = 0.95
) -> Interval | None:
    """Return Wilson's score interval of a rate; None without a denominator.

    Assumes independent trials: for clustered people it is too narrow.
    Reference: Wilson 1927; Newcombe 1998, Statistics in Medicine 17:857, table I.
    """
    if denominator <= 0:
        return None
    z = _z(level)
    rate = numerator / denominator
    centre = (numerator + z * z / 2) / (denominator + z * z)
    spread = numerator * (denominator - numerator) / denominator + z * z / 4
    half = z / (denominator + z * z) * sqrt(max(spread, 0.0))
    return Interval(rate, max(0.0, centre - half), min(1.0, centre + half))


def newcombe(
    numerator_a: float, denominator_a: float, numerator_b: float, denominator_b: float
) -> Interval | None:
    """Return the hybrid score interval of rate a minus rate b, at 95 %.

    Assumes two independent groups of independent people. None without either group.
    Reference: Newcombe 1998, Statistics in Medicine 17:873, method 10.
    """
    a = wilson(numerator_a, denominator_a)
    b = wilson(numerator_b, denominator_b)
    if a is None or b is None:
        return None
    difference = a.estimate - b.estimate
    below = sqrt((a.estimate - a.low) ** 2 + (b.high - b.estimate) ** 2)
    above = sqrt((a.high - a.estimate) ** 2 + (b.estimate - b.low) ** 2)
    return Interval(difference, difference - below, difference + above)


def identity_bounds(
    matched: float, unmatched: float, denominator: float
) -> tuple[float, float] | None:
    """Return the rate if none, or all, of the unmatched belong in the numerator.

    Whoever could not be matched may be anybody: the truth lies between, and no interval
    of chance says where. None without a denominator. Manski 1990, American Economic
    Review 80:319.

    Args:
        matched: people in the numerator who are known to be in the denominator.
        unmatched: people in the evidence who were matched to nobody.
        denominator: people who were expected.
    """
    if denominator <= 0:
        return None
    return matched / denominator, min(1.0, (matched + unmatched) / denominator)
