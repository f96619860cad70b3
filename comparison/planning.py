"""Effect sizes, and the number of people that a difference needs to be detected."""

from dataclasses import dataclass
from math import asin, sqrt

from scipy.optimize import brentq
from scipy.stats import nct, norm
from scipy.stats import t as student

from comparison.inputs import (
    SMALLEST,
    ImpossibleInput,
    answers_or_refuses,
    level_of,
    number,
    numbers,
    share,
)

LARGEST_EFFECT = 1e3  # standard deviations
SMALLEST_EFFECT = 1e-6


@dataclass(frozen=True)
class Effect:
    """A standardised mean difference, its variance and its interval."""

    size: float
    variance: float
    low: float
    high: float


@answers_or_refuses
def hedges_g(
    means: tuple[float, float],
    deviations: tuple[float, float],
    counts: tuple[int, int],
    level: float = 0.95,
) -> Effect:
    """Return Hedges's g: the difference of two means in standard deviations.

    g = J d, J = 1 - 3 / (4 df - 1), d over the pooled deviation; variance
    J^2 [(n_a + n_b) / (n_a n_b) + d^2 / (2 (n_a + n_b))], normal interval. For scores
    whose unit has no meaning to a reader; a difference in points or days needs no such
    scale. Assumes equal variances and independent people. It misleads where one group
    was selected: a narrow spread makes any difference look large. Borenstein et al.
    2009, Introduction to Meta-Analysis, chapter 4.

    Raises:
        ImpossibleInput: a group has fewer than 2 people, or nothing varies.
    """
    means = numbers("means", means, size=2).tolist()
    deviations = numbers("deviations", deviations, 0, size=2).tolist()
    n_a, n_b = numbers("counts", counts, 2, size=2).tolist()
    if max(deviations) <= SMALLEST * max(map(abs, means)):
        raise ImpossibleInput("nothing varies", "deviations", "give numbers above 0")
    degrees = n_a + n_b - 2
    squares = (n_a - 1) * deviations[0] ** 2 + (n_b - 1) * deviations[1] ** 2
    plain = (means[0] - means[1]) / sqrt(squares / degrees)
    correction = 1 - 3 / (4 * degrees - 1)
    variance = (n_a + n_b) / (n_a * n_b) + plain**2 / (2 * (n_a + n_b))
    variance *= correction**2
    size = correction * plain
    half = float(norm.ppf(0.5 + level_of(level) / 2)) * sqrt(variance)
    return Effect(size, variance, size - half, size + half)


def cohens_h(share_a: float, share_b: float) -> float:
    """Return Cohen's h, 2 asin(sqrt a) - 2 asin(sqrt b), of two shares.

    The same number of points is a larger effect near 0 or 100 %. Cohen 1988, chapter 6.
    """
    share_a, share_b = share("share_a", share_a), share("share_b", share_b)
    return 2 * asin(sqrt(share_a)) - 2 * asin(sqrt(share_b))


def people_to_show_rates(
    share_a: float,
    share_b: float,
    power: float = 0.8,
    design_effect: float = 1.0,
    level: float = 0.95,
) -> float:
    """Return the people per arm that detect a difference of two rates, two-sided.

    n = [z sqrt(2 p q) + z' sqrt(p_a q_a + p_b q_b)]^2 / (p_a - p_b)^2, p the mean
    rate, times the design effect. A normal approximation, not valid for a few people.
    It misleads where programmes differ: more people in the same programmes then add
    little (`intraclass`). Fleiss 1981, chapter 3.

    Raises:
        ImpossibleInput: both shares are equal, or a number is not possible.
    """
    share_a, share_b = share("share_a", share_a), share("share_b", share_b)
    design_effect = number("design_effect", design_effect, SMALLEST)
    power = _power(power, level)
    if abs(share_a - share_b) < SMALLEST_EFFECT:
        raise ImpossibleInput("it is that of share_a", "share_b", "give another share")
    mean = (share_a + share_b) / 2
    z, z_power = norm.ppf(0.5 + level / 2), norm.ppf(power)
    root = z * sqrt(2 * mean * (1 - mean)) + z_power * sqrt(
        share_a * (1 - share_a) + share_b * (1 - share_b)
    )
    return float(root**2 / (share_a - share_b) ** 2) * design_effect


def power_for_rates(
    share_a: float, share_b: float, people: float, level: float = 0.95
) -> float:
    """Return the power of so many people per arm to detect a difference of rates.

    The inverse of `people_to_show_rates`, with its assumptions.
    """
    share_a, share_b = share("share_a", share_a), share("share_b", share_b)
    people, level = number("people", people, SMALLEST), level_of(level)
    mean = (share_a + share_b) / 2
    gap = abs(share_a - share_b) * sqrt(people)
    gap -= norm.ppf(0.5 + level / 2) * sqrt(2 * mean * (1 - mean))
    spread = sqrt(share_a * (1 - share_a) + share_b * (1 - share_b))
    if spread < SMALLEST:  # all or nobody in either arm
        return float(gap > 0)
    return float(norm.cdf(gap / spread))


def power_for_means(size: float, people: float, level: float = 0.95) -> float:
    """Return the power of so many people per arm to detect two means.

    `size` is their difference in standard deviations. From the noncentral t
    distribution, two-sided. Assumes equal variances and independent people. Cohen
    1988, Statistical Power Analysis, chapter 2.
    """
    size = number("size", size, -LARGEST_EFFECT, LARGEST_EFFECT)
    degrees = 2 * number("people", people, 2) - 2
    limit = student.ppf(0.5 + level_of(level) / 2, degrees)
    centre = abs(size) * sqrt(people / 2)
    if centre > 20 * limit + 40:  # where nct is nan and what it lacks rounds to 0
        return 1.0
    above = nct.sf(limit, degrees, centre)
    return min(1.0, float(above + nct.cdf(-limit, degrees, centre)))


def people_to_show_means(size: float, power: float = 0.8, level: float = 0.95) -> float:
    """Return the people per arm that detect two means `size` deviations apart.

    The inverse of `power_for_means`, with its assumptions; at least 2.
    """
    size = abs(number("size", size, -LARGEST_EFFECT, LARGEST_EFFECT))
    if size < SMALLEST_EFFECT:
        raise ImpossibleInput("it is no difference", "size", "give one that is not 0")
    power = _power(power, level)
    if power_for_means(size, 2.0, level) >= power:
        return 2.0
    normal = 2 * ((norm.ppf(0.5 + level / 2) + norm.ppf(power)) / size) ** 2
    return float(
        brentq(lambda n: power_for_means(size, n, level) - power, 2.0, 2 * normal + 10)
    )


def _power(power: object, level: float) -> float:
    """Return a power, which is above that without any difference."""
    least = 1 - level_of(level)
    words = f"give a share above {least:.4g} and below 1; 0.8 is 80 %"
    found = number("power", power, least, 1, words)
    if not least < found < 1:
        raise ImpossibleInput("it is not possible", "power", words)
    return found
