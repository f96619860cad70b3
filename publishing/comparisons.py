"""pub.mode_comparisons and pub.kpi_statistics: copied, with small groups hidden."""

import polars as pl

from publishing.disclosure.figures import round_people
from publishing.hiding import POINTS, hidden_verdict, replaced_where, state_where

TO_LINK = "people_to_link_count"
ARMS = ("learner_count_a", "learner_count_b")
LEFT_OUT = "left_out_count"
LEFT_OUT_REASONS = (
    "left_out_definition_count",
    "left_out_design_count",
    "left_out_overlap_count",
)
PEOPLE = (*ARMS, LEFT_OUT, *LEFT_OUT_REASONS, TO_LINK)

# What a comparison found, in words: null where its numbers are hidden.
FINDINGS = (
    "verdict_change",
    "evidence_strength",
    "evidence_gates",
    "held_equal",
    "not_known",
    "wording",
)

STATISTICS = """
select
    kpi_id, delivery_mode, outcome_category, programme_id, cohort_id,
    business_unit, region, period_start_date, period_end_date, statistic,
    value, learner_count,
from warehouse.marts.fct_kpi_statistics
"""

COMPARISONS = """
select comparisons.*, coalesce(verdicts.state, 'cannot_compare') as state
from warehouse.compared.fct_mode_comparisons as comparisons
left join warehouse.seeds.verdicts as verdicts using (verdict)
"""


def statistics(found: pl.DataFrame, k: int) -> pl.DataFrame:
    """Hide the statistics of fewer than k people.

    Args:
        found: rows of fct_kpi_statistics.
        k: the smallest group that may be shown.

    Returns:
        Columns as pub.kpi_statistics. The number of people behind a statistic is not
        published: the groups overlap, and subtracting their sizes would give smaller
        ones.
    """
    is_shown = pl.col("learner_count") >= k
    return found.with_columns(
        pl.when(is_shown).then("value").alias("value"),
        state_where(is_shown),
    ).drop("learner_count")


def comparisons(found: pl.DataFrame, cells: pl.DataFrame, k: int) -> pl.DataFrame:
    """Hide every comparison with an arm that is small, or hidden in the cubes.

    Args:
        found: rows of compared.fct_mode_comparisons with `state`.
        cells: pub.kpi_cells; an arm is a cell of mode, or of mode x category.
        k: the smallest group that may be shown.

    Returns:
        The same columns. Numbers are null where hidden, and rounded (people to the
        nearest 2k, the rest to two decimals) in windows whose cells are rounded.
    """
    if found.is_empty():
        return found
    small = pl.any_horizontal([pl.col(name).is_between(1, k - 1) for name in ARMS])
    must_hide = small | pl.col("arm_hidden") | (pl.col("verdict") == "suppressed")
    marked = _with_hidden_arms(found, cells).with_columns(
        must_hide.fill_null(False).alias("must_hide")
    )
    numbers = [
        name for name, kind in found.schema.items() if kind.is_float() or name in PEOPLE
    ]
    # Comparisons of an earlier version lack the newest columns until the next run.
    findings = [name for name in FINDINGS if name in found.columns]
    replaced = dict.fromkeys(findings) | hidden_verdict(k) | {"state": "hidden"}
    return (
        marked.with_columns(
            *[
                pl.when(~pl.col("must_hide"))
                .then(pl.when("is_exact").then(name).otherwise(_rounded(name, k)))
                .alias(name)
                for name in numbers
            ],
            *replaced_where(pl.col("must_hide"), replaced),
        )
        .with_columns(_without_small_left_out(k))
        .select(found.columns)
    )


def _without_small_left_out(k: int) -> list[pl.Expr]:
    """Return the counts of people left out, hidden where they are fewer than k.

    The reasons add up to the total, so that a small one hides all of them.
    """

    def is_small(name: str) -> pl.Expr:
        return pl.col(name).is_between(1, k - 1).fill_null(False)

    hides = pl.any_horizontal([is_small(name) for name in LEFT_OUT_REASONS])
    return [
        pl.when(~is_small(LEFT_OUT)).then(LEFT_OUT).alias(LEFT_OUT),
        *[pl.when(~hides).then(name).alias(name) for name in LEFT_OUT_REASONS],
    ]


def _rounded(name: str, k: int) -> pl.Expr:
    if name in PEOPLE:
        is_empty = pl.col(name) == 0
        return pl.when(is_empty).then(0).otherwise(round_people(name, k)).cast(pl.Int64)
    return pl.col(name).round(POINTS)


def _with_hidden_arms(found: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Add `arm_hidden`, and `is_exact`: whether the window's cells are not rounded."""
    arms = cells.filter(
        pl.col("cube").is_in(["mode", "mode_category"]) & (pl.col("state") == "hidden")
    ).select(
        "kpi_id",
        "outcome_category",
        "period_end_date",
        "trailing_quarters",
        pl.col("delivery_mode").alias("mode"),
        pl.lit(True).alias("is_hidden"),
    )
    on = ["kpi_id", "outcome_category", "period_end_date", "trailing_quarters"]
    keyed = found.with_columns(pl.col("trailing_quarters").cast(pl.Int64))
    for side in ("a", "b"):
        keyed = keyed.join(
            arms.rename({"mode": f"mode_{side}", "is_hidden": f"hidden_{side}"}),
            on=[*on, f"mode_{side}"],
            how="left",
        )
    window = ["period_end_date", "trailing_quarters"]
    exact = cells.filter(pl.col("denominator").is_not_null()).select(window).unique()
    keyed = keyed.join(
        exact.with_columns(pl.lit(True).alias("is_exact")), on=window, how="left"
    ).with_columns(pl.col("is_exact").fill_null(False))
    either = pl.col("hidden_a").fill_null(False) | pl.col("hidden_b").fill_null(False)
    return keyed.with_columns(either.alias("arm_hidden"))
