"""What was known of people at enrolment, as columns of a regression on cells."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

AUDIENCE = ("segment", "region", "language", "tenure_band", "prior_completion_band")
UNKNOWN = "unknown"
SHRINKAGE = 10.0  # people: the mean of a smaller level is mostly chance


def indicators(
    cells: pl.DataFrame, names: Sequence[str] = AUDIENCE, *, every_level: bool = False
) -> np.ndarray:
    """Return a column of 0 and 1 for each level of each attribute.

    Unknown is a level.

    Args:
        cells: with the attributes and `denominator`.
        names: the attributes.
        every_level: False leaves out the largest level of each attribute, from which
            the effects of the other levels are then measured.

    Returns:
        Shape (cells, levels).
    """
    people = cells["denominator"].to_numpy().astype(float)
    columns = []
    for name in names:
        if cells[name].n_unique() == 1 and not every_level:
            continue
        levels, code = coded(cells[name].to_list())
        totals = np.bincount(code, people, len(levels))
        order = sorted(range(len(levels)), key=lambda n: (-totals[n], levels[n]))
        columns += [code == level for level in order[0 if every_level else 1 :]]
    if not columns:
        return np.empty((cells.height, 0))
    return np.column_stack(columns).astype(float)


def coded(values: Sequence[Any]) -> tuple[list[Any], np.ndarray]:
    """Return the distinct values in order, and the place of each value among them.

    None counts as unknown.
    """
    known = values
    if None in values:
        known = [UNKNOWN if value is None else value for value in values]
    distinct = sorted(set(known))
    place = {value: number for number, value in enumerate(distinct)}
    return distinct, np.fromiter(map(place.__getitem__, known), np.int64, len(known))


def known_attributes(
    cells: pl.DataFrame, least: float
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the attributes that are known of enough people, and the others.

    An attribute that is known of few people cannot be held equal: almost everybody has
    the level `unknown`.

    Args:
        cells: delivery_mode, denominator and the attributes.
        least: the share of each mode's people of whom an attribute must be known.
    """
    people = pl.col("denominator")
    shares = cells.group_by("delivery_mode").agg(
        [
            (
                people.filter(pl.col(name).fill_null(UNKNOWN) != UNKNOWN).sum()
                / people.sum()
            ).alias(name)
            for name in AUDIENCE
        ]
    )
    held = tuple(
        name for name in AUDIENCE if shares.height and shares[name].min() >= least
    )
    return held, tuple(name for name in AUDIENCE if name not in held)


def audience_effects(cells: pl.DataFrame) -> np.ndarray:
    """Return how far each cell's audience moves its value from the scope's mean.

    Weighted least squares of a cell's value on what was known at enrolment, with a
    constant for each programme in each mode, so that no difference between modes or
    programmes enters the effects. Effects are shrunk as if each level had ten more
    people at the mean. The mean over all people is 0: a value less its effect is the
    value at the mix of all people (direct standardisation with additive effects).

    Args:
        cells: programme_id, delivery_mode, denominator, value_sum and the attributes.

    Returns:
        Shape (cells,), in the KPI's unit.
    """
    design = indicators(cells)
    people = cells["denominator"].to_numpy().astype(float)
    if not design.shape[1] or not people.sum():
        return np.zeros(cells.height)
    value = cells["value_sum"].to_numpy() / people
    arms = zip(cells["programme_id"], cells["delivery_mode"], strict=True)
    _names, group = coded(list(arms))
    within = _less_group_means(np.column_stack([design, value]), group, people)
    inside, outcome = within[:, :-1], within[:, -1]
    weighted = inside * people[:, None]
    coefficients = np.linalg.solve(
        weighted.T @ inside + SHRINKAGE * np.eye(design.shape[1]), weighted.T @ outcome
    )
    effects = design @ coefficients
    return effects - np.average(effects, weights=people)


def _less_group_means(
    values: np.ndarray, group: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return the columns less their weighted mean in each group, numbered from 0."""
    totals = np.bincount(group, weights)
    means = np.column_stack(
        [np.bincount(group, weights * column) / totals for column in values.T]
    )
    return values - means[group]
