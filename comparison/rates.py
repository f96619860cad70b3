"""Intervals of a rate and of the difference of two rates."""

from dataclasses import dataclass
from math import sqrt

from scipy.stats import norm

from comparison.inputs import SMALLEST, level_of, number


@dataclass(frozen=True)
class Interval:
    """An estimate with the limits of its interval, in the estimate's own unit."""

    estimate: float
    low: float
    high: float

    @property
    def leaves_out_zero(self) -> bool:
        """Whether 0 lies outside the limits."""
        return self.low > 0 or self.high < 0


def wilson(
    numerator: float, denominator: float, level: float = 0.95
) -> Interval | None:
    """Return Wilson's score interval of a rate; None without a denominator.

    centre = (x + z^2/2) / (n + z^2), half = z / (n + z^2) sqrt(x (n - x) / n + z^2/4).
    Assumes independent people. It misleads for people who learn together: divide both
    numbers by the design effect (`intraclass`) first. Wilson 1927, JASA 22:209;
    Newcombe 1998, Statistics in Medicine 17:857.

    Raises:
        ImpossibleInput: the numerator is below 0 or above the denominator.
    """
    denominator = number("denominator", denominator, 0)
    words = f"give 0 to {denominator:g}, the denominator"
    numerator = number("numerator", numerator, 0, denominator, words)
    z = float(norm.ppf(0.5 + level_of(level) / 2))
    if denominator < SMALLEST:
        return None
    centre = (numerator + z * z / 2) / (denominator + z * z)
    spread = numerator * (denominator - numerator) / denominator + z * z / 4
    half = z / (denominator + z * z) * sqrt(max(spread, 0.0))
    rate = numerator / denominator
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return Interval(rate, min(low, rate), max(high, rate))  # at 0 and 1 they round


def newcombe(
    numerator_a: float,
    denominator_a: float,
    numerator_b: float,
    denominator_b: float,
    level: float = 0.95,
) -> Interval | None:
    """Return the hybrid score interval of rate a minus rate b.

    With Wilson's limits (l, u) of both rates and d their difference: from
    d - sqrt((p_a - l_a)^2 + (u_b - p_b)^2) to d + sqrt((u_a - p_a)^2 + (p_b - l_b)^2).
    None without either group. Assumes two independent groups of independent people, so
    it is too narrow for cohorts. Newcombe 1998, Statistics in Medicine 17:873, method
    10. The interval method="score" of statsmodels is nan at and near the boundary.
    """
    a = wilson(numerator_a, denominator_a, level)
    b = wilson(numerator_b, denominator_b, level)
    if a is None or b is None:
        return None
    difference = a.estimate - b.estimate
    below = sqrt((a.estimate - a.low) ** 2 + (b.high - b.estimate) ** 2)
    above = sqrt((a.high - a.estimate) ** 2 + (b.estimate - b.low) ** 2)
    return Interval(difference, difference - below, difference + above)
