"""pub.kpi_waterfall: how many rows lead to the base of a KPI, and why others do not.

Only for the whole organisation and where the value itself is shown. Counts are to the
nearest k. How many of the base reached the value is in pub.kpi_cells alone.
"""

import polars as pl

from publishing.hiding import counts_where, state_where

WATERFALL = """
select
    waterfall.kpi_id,
    waterfall.period_start_date,
    waterfall.step,
    waterfall.step_no,
    max(kpis.source_fact) = 'fct_enrolments' as is_of_enrolments,
    sum(if(step in ('all', 'base'), remaining_row_count, removed_row_count))::bigint
        as row_count,
    sum(if(step in ('all', 'base'), remaining_learner_count, removed_learner_count))
        ::bigint as people,
    max(if(step in ('all', 'base'), remaining_learner_count, removed_learner_count))
        ::bigint as most_people,
from warehouse.marts.fct_kpi_waterfall as waterfall
inner join warehouse.seeds.kpis as kpis using (kpi_id)
where waterfall.period_start_date is not null and waterfall.step != 'value'
group by all
order by all
"""

# In how many enrolments one person is at most.
MOST_ENROLMENTS = """
select coalesce(max(enrolment_count), 1) from (
    select count(*) as enrolment_count
    from warehouse.marts.fct_enrolments
    group by learner_key
)
"""

WINDOW = ("kpi_id", "trailing_quarters", "period_label", "period_end_date")
COLUMNS = (*WINDOW, "step", "step_no", "row_count", "state")
ENDS = 2  # the reviewed quarter is the newest with a comparison: one of these
OTHER, OTHER_NO = "other", 7.5  # reasons that are hidden alone: before the base


def waterfall(
    found: pl.DataFrame, cells: pl.DataFrame, most_enrolments: int, k: int
) -> pl.DataFrame:
    """Return the steps from all rows to the base in the newest windows of each KPI.

    Rows of several programmes and quarters are summed, and one person may be in many of
    them. How many people are behind a sum is not known, but no fewer than in its
    largest part, and no fewer than their sum divided by the parts that one person can
    be in. That least number decides what is hidden.

    Reasons that are hidden one by one are given together, as `other`. Where these are
    too few as well, all rows are hidden, from which they would follow.

    Args:
        found: rows of WATERFALL.
        cells: pub.kpi_cells.
        most_enrolments: in how many enrolments one person is at most.
        k: the smallest group that may be shown.

    Returns:
        Columns as pub.kpi_waterfall. A count is null where fewer than k people may be
        behind it.
    """
    whole = cells.filter((pl.col("cube") == "all") & (pl.col("state") == "shown"))
    newest = whole["period_end_date"].unique().sort(descending=True).head(ENDS)
    windows = whole.filter(pl.col("period_end_date").is_in(newest.implode())).select(
        *WINDOW, pl.col("period_start_date").alias("first_date")
    )
    in_window = pl.col("period_start_date").is_between("first_date", "period_end_date")
    alone = _summed(found.join(windows, on="kpi_id").filter(in_window))
    is_reason = ~pl.col("step").is_in(["all", "base"])
    joins_others = is_reason & ~_is_shown(most_enrolments, k)
    steps = _summed(
        alone.with_columns(
            pl.when(joins_others).then(pl.lit(OTHER)).otherwise("step").alias("step"),
            pl.when(joins_others).then(OTHER_NO).otherwise("step_no").alias("step_no"),
        )
    ).with_columns(_is_shown(most_enrolments, k).alias("is_shown"))
    is_exposed = ((pl.col("step") == OTHER) & ~pl.col("is_shown")).any().over(WINDOW)
    is_shown = pl.col("is_shown") & ~((pl.col("step") == "all") & is_exposed)
    return (
        steps.sort(*WINDOW, "step_no")
        .with_columns(
            *counts_where(is_shown, ["row_count"], k),
            state_where(is_shown),
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(WINDOW).alias("step_no"),
        )
        .select(COLUMNS)
    )


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by(*WINDOW, "step", "is_of_enrolments").agg(
        pl.col("step_no").first().cast(pl.Float64),
        pl.col("row_count").sum(),
        pl.col("people").sum(),
        pl.col("most_people").max(),
    )


def _is_shown(most_enrolments: int, k: int) -> pl.Expr:
    """Return of which steps k people or nobody are behind the count."""
    one = pl.when("is_of_enrolments").then(1).otherwise("trailing_quarters")
    spread = (pl.col("people") / (one * most_enrolments)).ceil()
    people = pl.max_horizontal("most_people", spread)
    return (people >= k) | (pl.col("row_count") == 0)
