"""What was known of people at enrolment, and how far it moves their values."""

import numpy as np

from comparison.cells import AUDIENCE, UNKNOWN, Cells
from comparison.levels import less_block_means

SHRINKAGE = 10.0  # people: the mean of a smaller level is mostly chance


def known_attributes(
    cells: Cells, least: float
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the attributes that are known of enough people, and the others.

    An attribute that is known of few people cannot be held equal: almost everybody has
    the level `unknown`.

    Args:
        cells: of one KPI.
        least: the share of each mode's people of whom an attribute must be known.
    """
    everybody = np.bincount(cells.mode, cells.people)
    held = []
    for name, level, names in zip(
        AUDIENCE, cells.levels, cells.names.levels, strict=True
    ):
        unknown = names.index(UNKNOWN) if UNKNOWN in names else -1
        known = np.bincount(cells.mode, cells.people * (level != unknown))
        shares = known[everybody > 0] / everybody[everybody > 0]
        if shares.size and shares.min() >= least:
            held.append(name)
    return tuple(held), tuple(name for name in AUDIENCE if name not in held)


def audience_effects(cells: Cells) -> np.ndarray:
    """Return how far each cell's audience moves its value from the scope's mean.

    Weighted least squares of a cell's value on what was known at enrolment, with a
    constant for each programme in each mode, so that no difference between modes or
    programmes enters the effects. Effects are shrunk as if each level had ten more
    people at the mean. The mean over all people is 0: a value less its effect is the
    value at the mix of all people (direct standardisation with additive effects).

    Args:
        cells: of one KPI.

    Returns:
        Shape (cells,), in the KPI's unit.
    """
    design = cells.columns()
    if not design.width or not cells.people.sum():
        return np.zeros(cells.size)
    _, group = np.unique(
        cells.programme * len(cells.names.modes) + cells.mode, return_inverse=True
    )
    totals = np.bincount(group, cells.people)
    means = design.block_sums(group, cells.people) / totals[:, None]
    inside = less_block_means(
        design.products(cells.people), means * totals[:, None], totals
    )
    outcome = design.sums(cells.total) - means.T @ np.bincount(group, cells.total)
    coefficients = np.linalg.solve(inside + SHRINKAGE * np.eye(design.width), outcome)
    effects = design.times(coefficients)
    return effects - np.average(effects, weights=cells.people)
