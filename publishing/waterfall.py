"""pub.kpi_waterfall: how many rows of a fact lead to the base of a KPI, and why others do not.

Only for the whole organisation and where the value itself is shown. Counts are to the
nearest k. How many of the base reached the value is in pub.kpi_cells alone.
"""

import polars as pl

WATERFALL = """
select
    waterfall.kpi_id,
    waterfall.period_start_date,
    waterfall.step,
    waterfall.step_no,
    max(kpis.source_fact) = 'fct_enrolments' as is_of_enrolments,
    sum(waterfall.removed_row_count)::bigint as removed_count,
    sum(waterfall.remaining_row_count)::bigint as remaining_count,
    sum(waterfall.removed_learner_count)::bigint as removed_people,
    sum(waterfall.remaining_learner_count)::bigint as remaining_people,
    max(waterfall.removed_learner_count)::bigint as most_removed,
    max(waterfall.remaining_learner_count)::bigint as most_remaining,
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

SIDES = ("removed", "remaining")
WINDOW = ("kpi_id", "trailing_quarters", "period_label", "period_end_date")
COLUMNS = (*WINDOW, "step", "step_no", "removed_count", "remaining_count", "state")
ENDS = 2  # the reviewed quarter is the newest with a comparison: one of these


def waterfall(
    found: pl.DataFrame, cells: pl.DataFrame, most_enrolments: int, k: int
) -> pl.DataFrame:
    """Return the steps from all rows to the base in the newest windows of each KPI.

    Rows of several programmes and quarters are summed, and one person may be in many of
    them. How many people are behind a sum is not known, but no fewer than in its
    largest part, and no fewer than their sum divided by the parts that one person can
    be in. That least number decides what is hidden.

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
    parts = (
        pl.when("is_of_enrolments").then(1).otherwise("trailing_quarters")
        * most_enrolments
    )
    summed = (
        found.join(windows, on="kpi_id")
        .filter(
            pl.col("period_start_date").is_between("first_date", "period_end_date")
        )
        .group_by(*WINDOW, "step", "step_no", "is_of_enrolments")
        .agg(
            *[pl.col(f"{side}_count").sum() for side in SIDES],
            *[pl.col(f"{side}_people").sum() for side in SIDES],
            *[pl.col(f"most_{side}").max() for side in SIDES],
        )
    )
    return (
        summed.with_columns(
            _rounded(side, parts, k).alias(f"{side}_count") for side in SIDES
        )
        .with_columns(
            pl.when(pl.col("removed_count").is_null())
            .then(pl.lit("hidden"))
            .otherwise(pl.lit("shown"))
            .alias("state")
        )
        .select(COLUMNS)
        .sort(*WINDOW, "step_no")
    )


def _rounded(side: str, parts: pl.Expr, k: int) -> pl.Expr:
    """Return the rows of a side to the nearest k; null for too few people."""
    count = pl.col(f"{side}_count")
    people = pl.max_horizontal(
        f"most_{side}", (pl.col(f"{side}_people") / parts).ceil().cast(pl.Int64)
    )
    nearest = ((count / k).round() * k).cast(pl.Int64)
    return pl.when(count == 0).then(0).when(people >= k).then(nearest)
