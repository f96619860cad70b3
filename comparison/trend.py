"""Control limits of a rate over time (p-chart)."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from comparison.inputs import SMALLEST, number, numbers, parts_of

Array = np.ndarray
SIDES = ("low", "high")
LONG_RUN = 8  # quarters in a row on one side of the centre


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
    that the audience stays the same. Montgomery 2009, section 7.2. A rate of 0 or 1 is
    not certain: its variance is that of (x + 1) / (n + 2).

    Args:
        numerator: of all quarters together.
        denominator: of all quarters together.
        people: denominator of the quarter in question.
        design_effect: factor by which clustering of people increases the variance.
    """
    centre = numerator / denominator
    spread = centre * (1 - centre)
    if not spread:
        guarded = (numerator + 1) / (denominator + 2)
        spread = guarded * (1 - guarded)
    half = 3 * sqrt(spread / people * design_effect)
    return Limits(centre, max(0.0, centre - half), min(1.0, centre + half))


@dataclass(frozen=True)
class Chart:
    """A rate over time with its limits, one entry a period in every array.

    Attributes:
        centre: rate of all periods together.
        low, high: limits of each period.
        is_outside: whether the period's rate is outside its limits.
        is_in_run: whether the period is in a run of at least eight on one side.
    """

    centre: float
    low: Array
    high: Array
    is_outside: Array
    is_in_run: Array


def p_chart(numerator: Array, denominator: Array, design_effect: float = 1.0) -> Chart:
    """Return a rate's periods with their limits and runs.

    Limits of each period as `control_limits` gives them from all periods together. Only
    a period outside its limits, or eight in a row on one side of the centre, is worth a
    comment; any other change is what chance gives. A rate at the centre ends a run. It
    misleads where one large period moves the centre, and where the audience changes.
    Montgomery 2009, Introduction to Statistical Quality Control, sections 6.2 and 7.2.

    Args:
        numerator: by period, in order.
        denominator: by period.
        design_effect: factor by which clustering of people increases the variance.

    Raises:
        ImpossibleInput: there is no period, or a period has no people.
    """
    people = numbers("denominator", denominator, SMALLEST)
    finished = parts_of("numerator", numerator, people)
    design_effect = number("design_effect", design_effect, SMALLEST)
    whole = float(finished.sum()), float(people.sum())
    limits = [control_limits(*whole, n, design_effect) for n in people]
    low, high = (np.array([getattr(one, side) for one in limits]) for side in SIDES)
    rate, centre = finished / people, whole[0] / whole[1]
    return Chart(
        centre,
        low,
        high,
        (rate < low) | (rate > high),
        _in_long_run(np.sign(rate - centre)),
    )


def _in_long_run(sides: Array) -> Array:
    """Return which entries are in a run of at least eight equal ones that are not 0."""
    starts = np.flatnonzero(np.r_[True, sides[1:] != sides[:-1]])
    lengths = np.diff(np.r_[starts, sides.size])
    is_long = (lengths >= LONG_RUN) & (sides[starts] != 0)
    return np.repeat(is_long, lengths)
