"""From comparison cells to cohorts and programmes: a value and its variance each.

Cells are one row per KPI x cohort x quarter x stratum; see fct_comparison_cells.
"""

import numpy as np
import polars as pl

from comparison.audience import audience_effects

COHORT = ["programme_id", "delivery_mode", "block", "cohort_id"]
PROGRAMME_SCHEMA = {
    "programme_id": pl.String,
    "delivery_mode": pl.String,
    "block": pl.String,
    "value": pl.Float64,
    "variance": pl.Float64,
    "sampling": pl.Float64,
    "people": pl.Float64,
    "cohort_count": pl.Int64,
}


def cohort_values(cells: pl.DataFrame) -> pl.DataFrame:
    """Return one row per programme x mode x cohort, at the audience of the scope.

    Columns: people, value (the observed mean less what the cohort's audience explains),
    spread (variance of one person's value).

    Args:
        cells: of one KPI, with `block`, the group inside which programmes are compared.
    """
    effect = pl.Series("effect", audience_effects(cells)) * cells["denominator"]
    sums = (
        cells.with_columns(effect.alias("effect"))
        .group_by(COHORT)
        .agg(
            pl.col("denominator").sum().alias("people"),
            pl.col("value_sum").sum().alias("total"),
            pl.col("value_sum_of_squares").sum().alias("squares"),
            pl.col("effect").sum(),
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
        ((pl.col("total") - pl.col("effect")) / pl.col("people")).alias("value"),
        pl.when(is_rate)
        .then(guarded * (1 - guarded))
        .otherwise(moment)
        .alias("spread"),
    )


def programme_values(by_cohort: pl.DataFrame) -> pl.DataFrame:
    """Return one row per programme x mode: PROGRAMME_SCHEMA.

    `sampling` is the variance that independent people would give; `variance` is the
    larger of it and of the observed scatter of the cohorts about their mean (ratio
    estimator).

    Args:
        by_cohort: as `cohort_values` returns it.
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
                "variance": max(by_chance, _cohort_scatter(people, values, value)),
                "sampling": by_chance,
                "people": total,
                "cohort_count": group.height,
            }
        )
    return pl.DataFrame(rows, schema=PROGRAMME_SCHEMA).sort(keys)


def _cohort_scatter(people: np.ndarray, values: np.ndarray, mean: float) -> float:
    """Return the variance of a mean of cohorts from their scatter; 0 for one cohort."""
    count = people.size
    if count < 2:
        return 0.0
    squares = float((people**2 * (values - mean) ** 2).sum())
    return squares / float(people.sum()) ** 2 * count / (count - 1)
