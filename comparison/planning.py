"""Effect sizes, and the number of people that a difference needs to be detected."""

from dataclasses import dataclass
from math import asin, sqrt

from scipy.optimize import brentq
from scipy.stats import nct, norm
from scipy.stats import t as student


@dataclass(frozen=True)
class Effect:
    """A standardised mean difference and its variance."""

    size: float
    variance: float


def hedges_g(
    means: tuple[float, float],
    deviations: tuple[float, float],
    counts: tuple[int, int],
) -> Effect:
    """Return Hedges's g: the difference of two means in standard deviations.

    g = J d, J = 1 - 3 / (4 df - 1), d over the pooled deviation. For scores whose unit
    has no meaning to a reader; a difference in points or days needs no such scale.
    Assumes equal variances and independent people. Borenstein et al. 2009, chapter 4.
    """
    n_a, n_b = counts
    degrees = n_a + n_b - 2
    squares = (n_a - 1) * deviations[0] ** 2 + (n_b - 1) * deviations[1] ** 2
    plain = (means[0] - means[1]) / sqrt(squares / degrees)
    variance = (n_a + n_b) / (n_a * n_b) + plain**2 / (2 * (n_a + n_b))
    correction = 1 - 3 / (4 * degrees - 1)
    return Effect(correction * plain, correction**2 * variance)


def cohens_h(share_a: float, share_b: float) -> float:
    """Return Cohen's h, 2 asin(sqrt a) - 2 asin(sqrt b), of two shares.

    The same number of points is a larger effect near 0 or 100 %. Cohen 1988, chapter 6.
    """
    return 2 * asin(sqrt(share_a)) - 2 * asin(sqrt(share_b))


def people_to_show_rates(
    share_a: float, share_b: float, power: float = 0.8, design_effect: float = 1.0
) -> float:
    """Return the people per arm that detect a difference of two rates, two-sided 5 %.

    n = [z sqrt(2 p q) + z' sqrt(p_a q_a + p_b q_b)]^2 / (p_a - p_b)^2, p the mean
    rate, times the design effect. A normal approximation, not valid for a few people.
    Fleiss 1981, chapter 3.
    """
    mean = (share_a + share_b) / 2
    z, z_power = norm.ppf(0.975), norm.ppf(power)
    root = z * sqrt(2 * mean * (1 - mean)) + z_power * sqrt(
        share_a * (1 - share_a) + share_b * (1 - share_b)
    )
    return float(root**2 / (share_a - share_b) ** 2) * design_effect


def power_for_rates(share_a: float, share_b: float, people: float) -> float:
    """Return the power of so many people per arm to detect a difference of rates."""
    mean = (share_a + share_b) / 2
    gap = abs(share_a - share_b) * sqrt(people)
    gap -= norm.ppf(0.975) * sqrt(2 * mean * (1 - mean))
    spread = sqrt(share_a * (1 - share_a) + share_b * (1 - share_b))
    return float(norm.cdf(gap / spread))


def people_to_show_means(size: float, power: float = 0.8) -> float:
    """Return the people per arm that detect two means `size` deviations apart.

    From the noncentral t distribution, two-sided 5 %. Cohen 1988, chapter 2.
    """

    def power_gap(people: float) -> float:
        degrees = 2 * people - 2
        limit = student.ppf(0.975, degrees)
        centre = size * sqrt(people / 2)
        above = nct.sf(limit, degrees, centre)
        return float(above + nct.cdf(-limit, degrees, centre)) - power

    normal = 2 * ((norm.ppf(0.975) + norm.ppf(power)) / size) ** 2
    return float(brentq(power_gap, 2.0, 2 * normal + 10))
