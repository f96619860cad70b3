"""From comparison cells to cohorts and programmes: a value and its variance each.

Cells are one row per KPI x cohort x quarter x stratum; see fct_comparison_cells.
"""

import polars as pl

from comparison.audience import audience_effects

COHORT = ["programme_id", "delivery_mode", "block", "cohort_id"]
PROGRAMME_SCHEMA = {
    "programme_id": pl.String,
    "delivery_mode": pl.String,
    "block": pl.String,
    "value": pl.Float64,
    "sampling": pl.Float64,
    "people": pl.Float64,
    "cohort_count": pl.Int64,
    "cohort_values": pl.List(pl.Float64),
    "cohort_people": pl.List(pl.Float64),
    "cohort_samplings": pl.List(pl.Float64),
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

    `sampling` is the variance that independent people would give. The lists hold a
    number per cohort.

    Args:
        by_cohort: as `cohort_values` returns it.
    """
    keys = ["programme_id", "delivery_mode", "block"]
    people, value, spread = (pl.col(name) for name in ("people", "value", "spread"))
    return (
        by_cohort.group_by(keys, maintain_order=True)
        .agg(
            ((people * value).sum() / people.sum()).alias("value"),
            ((people * spread).sum() / people.sum().pow(2)).alias("sampling"),
            people.sum().cast(pl.Float64),
            pl.len().cast(pl.Int64).alias("cohort_count"),
            value.alias("cohort_values"),
            people.cast(pl.Float64).alias("cohort_people"),
            (spread / people).alias("cohort_samplings"),
        )
        .select(pl.col(name).cast(kind) for name, kind in PROGRAMME_SCHEMA.items())
        .sort(keys)
    )
