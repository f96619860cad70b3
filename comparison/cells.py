"""From comparison cells to cohorts and programmes: a value and its variance each.

Cells are one row per KPI x cohort x quarter x stratum; see fct_comparison_cells.
"""

import numpy as np
import polars as pl

from comparison.audience import explained

COHORT = ["programme_id", "delivery_mode", "block", "cohort_id"]
UNIT_SCHEMA = {
    "programme_id": pl.String,
    "delivery_mode": pl.String,
    "block": pl.String,
    "value": pl.Float64,
    "variance": pl.Float64,
    "people": pl.Float64,
    "cohort_count": pl.Int64,
}


def cohorts(cells: pl.DataFrame) -> pl.DataFrame:
    """Return one row per programme x mode x cohort, at the audience of the scope.

    Columns: people, value (as it happened, less what the cohort's audience explains),
    spread (variance of a single person's value).

    Args:
        cells: of one KPI, with `block`: what programmes are compared inside.
    """
    moved = pl.Series("moved", explained(cells)) * cells["denominator"]
    sums = (
        cells.with_columns(moved.alias("moved"))
        .group_by(COHORT)
        .agg(
            pl.col("denominator").sum().alias("people"),
            pl.col("value_sum").sum().alias("total"),
            pl.col("value_sum_of_squares").sum().alias("squares"),
            pl.col("moved").sum(),
        )
        .sort(COHORT)
    )
    # (x + 1) / (n + 2): a cohort at 0 or 100 % is not certain.
    guarded = (pl.col("total") + 1) / (pl.col("people") + 2)
    moment = pl.col("squares") / pl.col("people") - (
        pl.col("total") / pl.col("people")
    ).pow(2)
    is_rate = pl.col("total") == pl.col("squares")
    return sums.select(
        *COHORT,
        "people",
        ((pl.col("total") - pl.col("moved")) / pl.col("people")).alias("value"),
        pl.when(is_rate)
        .then(guarded * (1 - guarded))
        .otherwise(moment)
        .alias("spread"),
    )


def programmes(by_cohort: pl.DataFrame) -> pl.DataFrame:
    """Return one row per programme x mode: value, variance, people, cohort_count.

    The variance is the larger of what single people's chance gives and of how the
    cohorts really scatter about their mean (ratio estimator).
    """
    keys = ["programme_id", "delivery_mode", "block"]
    rows = []
    for key, group in by_cohort.group_by(keys, maintain_order=True):
        people = group["people"].to_numpy()
        values = group["value"].to_numpy()
        total = float(people.sum())
        value = float((people * values).sum() / total)
        by_chance = float((people * group["spread"].to_numpy()).sum()) / total**2
        rows.append(
            {
                **dict(zip(keys, key, strict=True)),
                "value": value,
                "variance": max(by_chance, _scatter(people, values, value)),
                "people": total,
                "cohort_count": group.height,
            }
        )
    return pl.DataFrame(rows, schema=UNIT_SCHEMA).sort(keys)


def _scatter(people: np.ndarray, values: np.ndarray, mean: float) -> float:
    """Return the variance of a mean of cohorts from their own scatter; 0 of one."""
    count = people.size
    if count < 2:
        return 0.0
    squares = float((people**2 * (values - mean) ** 2).sum())
    return squares / float(people.sum()) ** 2 * count / (count - 1)
