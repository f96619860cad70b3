"""pub.pilots: where each kept plan stands, with the results of small groups hidden."""

import polars as pl

from publishing.hiding import (
    hidden_verdict,
    replaced_where,
    rounded_where,
    state_where,
)

PILOTS = "select * from warehouse.compared.fct_pilots order by plan_id"
NUMBERS = ("adjusted_difference", "ci_low", "ci_high")
COLUMNS = (
    "plan_id",
    "kpi_id",
    "outcome_category",
    "mode_a",
    "mode_b",
    "first_start_date",
    "last_start_date",
    "answer_date",
    "planned_cohort_count",
    "cohort_count",
    "status",
    "verdict",
    *NUMBERS,
    "wording_key",
    "sentence",
    "state",
)


def pilots(found: pl.DataFrame, k: int) -> pl.DataFrame:
    """Hide the result of a pilot of which one mode has fewer than k people.

    Args:
        found: rows of compared.fct_pilots.
        k: the smallest group that may be shown.

    Returns:
        Columns as pub.pilots. How many people came is not published.
    """
    people = ("learner_count_a", "learner_count_b")
    has_result = pl.col("status").is_in(["answered", "stopped"])
    is_small = pl.min_horizontal(people) < k
    is_hidden = has_result & (is_small | (pl.col("verdict") == "suppressed"))
    is_hidden = is_hidden.fill_null(False)
    return found.with_columns(
        *rounded_where(~is_hidden, NUMBERS),
        *replaced_where(is_hidden, hidden_verdict(k)),
        state_where(~is_hidden),
    ).select(COLUMNS)
