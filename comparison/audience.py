"""What was known of people at enrolment, and how far it moves their values."""

from dataclasses import dataclass

import numpy as np

from comparison.cells import AUDIENCE, UNKNOWN, Cells
from comparison.kept import Kept
from comparison.levels import LevelColumns, less_block_means

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
    if not cells.people.sum():
        return np.zeros(cells.size)
    arrays = (cells.programme, cells.mode, cells.people, *cells.levels)
    known = _kept_audiences.result(arrays, lambda: _Audience.of(cells))
    design = known.design
    if not design.width:
        return np.zeros(cells.size)
    of_groups = np.bincount(known.group, cells.total)
    outcome = design.sums(cells.total) - known.means.T @ of_groups
    coefficients = np.linalg.solve(known.products, outcome)
    effects = design.times(coefficients)
    return effects - np.average(effects, weights=cells.people)


@dataclass(frozen=True)
class _Audience:
    """What the fit of `audience_effects` takes from the people alone.

    Attributes:
        design: a column for each level.
        group: number of the programme and mode of each cell.
        means: of the columns in each group; shape (groups, columns).
        products: of the columns less their means, with the shrinkage.
    """

    design: LevelColumns
    group: np.ndarray
    means: np.ndarray
    products: np.ndarray

    @classmethod
    def of(cls, cells: Cells) -> "_Audience":
        """Return what the fit takes from some cells."""
        design = cells.columns()
        modes = len(cells.names.modes)
        _, group = np.unique(cells.programme * modes + cells.mode, return_inverse=True)
        totals = np.bincount(group, cells.people)
        means = design.block_sums(group, cells.people) / totals[:, None]
        inside = less_block_means(
            design.products(cells.people), means * totals[:, None], totals
        )
        return cls(design, group, means, inside + SHRINKAGE * np.eye(design.width))


_kept_audiences: Kept[_Audience] = Kept()
