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
    """Return one row per programme x mode: PROGRAMME_SCHEMA.

    `sampling` is the variance that independent people would give. The lists hold a
    number per cohort.

    Args:
        by_cohort: as `cohort_values` returns it.
    """
    columns = (by_cohort[name].to_list() for name in PROGRAMME)
    keys, code = coded(list(zip(*columns, strict=True)))
    people, value, spread = (
        by_cohort[name].to_numpy().astype(float)
        for name in ("people", "value", "spread")
    )
    total = np.bincount(code, people)
    members = [np.flatnonzero(code == number) for number in range(len(keys))]
    return pl.DataFrame(
        {
            **dict(zip(PROGRAMME, zip(*keys, strict=True), strict=True)),
            "value": np.bincount(code, people * value) / total,
            "sampling": np.bincount(code, people * spread) / total**2,
            "people": total,
            "cohort_count": np.bincount(code),
            "cohort_values": [value[own].tolist() for own in members],
            "cohort_people": [people[own].tolist() for own in members],
            "cohort_samplings": [(spread / people)[own].tolist() for own in members],
        },
        schema=PROGRAMME_SCHEMA,
    )
