"""What was known of people at enrolment, as columns of a regression on cells."""

from collections.abc import Sequence

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
    columns = []
    for name in names:
        values = cells[name].fill_null(UNKNOWN)
        people = (
            pl.DataFrame({"level": values, "people": cells["denominator"]})
            .group_by("level")
            .agg(pl.col("people").sum())
            .sort(["people", "level"], descending=[True, False])
        )
        levels = people["level"][0 if every_level else 1 :]
        columns += [(values == level).cast(pl.Float64).to_numpy() for level in levels]
    return np.column_stack(columns) if columns else np.empty((cells.height, 0))


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
    group = (
        cells.select(pl.struct("programme_id", "delivery_mode").rank("dense"))
        .to_series()
        .to_numpy()
    )
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
    """Return the columns less their weighted mean in each group."""
    _, code = np.unique(group, return_inverse=True)
    totals = np.bincount(code, weights)
    means = np.column_stack(
        [np.bincount(code, weights * column) / totals for column in values.T]
    )
    return values - means[code]
