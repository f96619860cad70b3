"""What was known of people at enrolment, as columns of a regression on cells."""

from collections.abc import Sequence

import numpy as np
import polars as pl

AUDIENCE = ("segment", "region", "language", "tenure_band", "prior_completion_band")
SHRINKAGE = 10.0  # people: a level with fewer says more of itself than of its kind


def indicators(
    cells: pl.DataFrame, names: Sequence[str] = AUDIENCE, *, every_level: bool = False
) -> np.ndarray:
    """Return a column of 0 and 1 for each level of each attribute.

    Shape (cells, levels); unknown is a level. Unless every level is asked for, an
    attribute's largest one is left out, as the one that the others are measured from.
    """
    columns = []
    for name in names:
        values = cells[name].fill_null("unknown")
        people = (
            pl.DataFrame({"level": values, "people": cells["denominator"]})
            .group_by("level")
            .agg(pl.col("people").sum())
            .sort(["people", "level"], descending=[True, False])
        )
        told = people["level"][0 if every_level else 1 :]
        columns += [(values == level).cast(pl.Float64).to_numpy() for level in told]
    return np.column_stack(columns) if columns else np.empty((cells.height, 0))


def explained(cells: pl.DataFrame) -> np.ndarray:
    """Return how far each cell's audience moves its value from the scope's mean.

    Weighted least squares of a cell's value on what was known at enrolment, with a
    constant for each programme in each mode: no difference between modes or programmes
    gets into it. Levels are shrunk as if ten people at the mean were added. The mean
    over all people is 0, so that a value less this is the value at everybody's mix:
    direct standardisation, audience effects taken as additive.

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
    effects = np.linalg.solve(
        weighted.T @ inside + SHRINKAGE * np.eye(design.shape[1]), weighted.T @ outcome
    )
    moved = design @ effects
    return moved - np.average(moved, weights=people)


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
