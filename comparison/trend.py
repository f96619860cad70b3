"""Control limits of a rate over time (p-chart)."""

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Limits:
    """Centre and three-sigma limits of a rate of one quarter."""

    centre: float
    low: float
    high: float


def control_limits(
    numerator: float, denominator: float, people: float, design_effect: float = 1.0
) -> Limits:
    """Return the limits between which a quarter's rate stays if nothing changes.

    centre +- 3 sqrt(centre (1 - centre) / n x design effect), within 0 to 1. Assumes
    that the audience stays the same. Montgomery 2009, section 7.2.

    Args:
        numerator: of all quarters together.
        denominator: of all quarters together.
        people: denominator of the quarter in question.
        design_effect: factor by which clustering of people increases the variance.
    """
    centre = numerator / denominator
    half = 3 * sqrt(centre * (1 - centre) / people * design_effect)
    return Limits(centre, max(0.0, centre - half), min(1.0, centre + half))
