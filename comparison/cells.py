"""From comparison cells to cohorts and programmes: a value and its variance each.

Cells are one row per KPI x cohort x quarter x stratum; see fct_comparison_cells.
"""

import numpy as np
import polars as pl

from comparison.audience import audience_effects, coded

PROGRAMME = ["programme_id", "delivery_mode", "block"]
COHORT = [*PROGRAMME, "cohort_id"]
COHORT_SCHEMA = {
    **dict.fromkeys(COHORT, pl.String),
    **dict.fromkeys(("people", "value", "spread"), pl.Float64),
}


def cohort_values(cells: pl.DataFrame) -> pl.DataFrame:
    """Return one row per programme x mode x cohort, at the audience of the scope.

    Columns: people, value (the observed mean less what the cohort's audience explains),
    spread (variance of one person's value).

    Args:
        cells: of one KPI, with `block`, the group inside which programmes are compared.
    """
    columns = (cells[name].to_list() for name in COHORT)
    keys, code = coded(list(zip(*columns, strict=True)))
    people, total, squares = (
        np.bincount(code, cells[name].to_numpy())
        for name in ("denominator", "value_sum", "value_sum_of_squares")
    )
    effect = np.bincount(
        code, audience_effects(cells) * cells["denominator"].to_numpy()
    )
    # (x + 1) / (n + 2): a cohort at 0 or 100 % is not certain.
    guarded = (total + 1) / (people + 2)
    moment = squares / people - (total / people) ** 2
    spread = np.where(total == squares, guarded * (1 - guarded), moment)
    return pl.DataFrame(
        {
            **dict(zip(COHORT, zip(*keys, strict=True), strict=True)),
            "people": people,
            "value": (total - effect) / people,
            "spread": spread,
        },
        schema=COHORT_SCHEMA,
    )


def programme_values(by_cohort: pl.DataFrame) -> pl.DataFrame:
    """Return one row per programme x mode.

    Columns: value; sampling, the variance that independent people would give; people;
    cohort_count; cohort_values, cohort_people and cohort_samplings, a number per cohort
    each.

    Args:
        by_cohort: as `cohort_values` returns it.
    """
    people, value, spread = (pl.col(name) for name in ("people", "value", "spread"))
    return (
        by_cohort.group_by(PROGRAMME, maintain_order=True)
        .agg(
            ((people * value).sum() / people.sum()).alias("value"),
            ((people * spread).sum() / people.sum().pow(2)).alias("sampling"),
            people.sum().alias("people"),
            pl.len().cast(pl.Int64).alias("cohort_count"),
            value.alias("cohort_values"),
            people.alias("cohort_people"),
            (spread / people).alias("cohort_samplings"),
        )
        .sort(PROGRAMME)
    )
