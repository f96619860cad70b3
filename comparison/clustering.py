"""People who learn together fare alike, so a number rests on fewer than it says."""

from dataclasses import dataclass

import numpy as np

from comparison.rates import Interval, wilson


@dataclass(frozen=True)
class Clustering:
    """How alike people of one group are.

    Attributes:
        intraclass: share of the variance that lies between groups; 0 at least.
        between: variance between groups.
        within: variance inside groups.
        size: the usual group size n0, smaller than the mean where sizes differ.
    """

    intraclass: float
    between: float
    within: float
    size: float

    @property
    def design_effect(self) -> float:
        """By how much the variance of a mean is larger than of independent people."""
        return 1 + (self.size - 1) * self.intraclass


def clustering(
    people: np.ndarray, sums: np.ndarray, squares: np.ndarray
) -> Clustering | None:
    """Return how alike people inside groups are, from the groups' sums.

    One-way analysis of variance: (MSB - MSW) / (MSB + (n0 - 1) MSW). Assumes groups
    are drawn alike; with fewer than about ten groups it is little more than a guess.
    Donner and Klar 2000, chapter 1.

    Args:
        people: by group.
        sums: sum of people's values by group.
        squares: sum of their squares by group.

    Returns:
        None for fewer than two groups, or no group with two people.
    """
    groups, total = people.size, float(people.sum())
    if groups < 2 or total <= groups:
        return None
    means = sums / people
    inside = float((squares - people * means**2).sum()) / (total - groups)
    mean = float(sums.sum()) / total
    outside = float((people * (means - mean) ** 2).sum()) / (groups - 1)
    size = (total - float((people**2).sum()) / total) / (groups - 1)
    between = max(0.0, (outside - inside) / size)
    whole = between + inside
    return Clustering(between / whole if whole else 0.0, between, inside, size)


def wilson_clustered(
    numerator: float, denominator: float, design_effect: float
) -> Interval | None:
    """Return Wilson's interval as of denominator / design_effect people."""
    effect = max(1.0, design_effect)
    return wilson(numerator / effect, denominator / effect)
