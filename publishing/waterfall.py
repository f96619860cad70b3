"""pub.kpi_waterfall: how many rows lead to the base of a KPI, and why others do not.

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
    steps = _summed(found.join(windows, on="kpi_id").filter(in_window), "step")
    steps = steps.with_columns(_shown(most_enrolments, k))
    is_reason = ~pl.col("step").is_in(["all", "base"])
    hidden = steps.filter(is_reason & (pl.col("state") == "hidden"))
    others = _summed(
        hidden.with_columns(
            pl.lit(OTHER).alias("step"), pl.lit(OTHER_NO).alias("step_no")
        ),
        "step",
    )
    others = others.with_columns(_shown(most_enrolments, k))
    too_few = others.filter(pl.col("state") == "hidden").select(*WINDOW)
    is_exposed = pl.col("step") == "all"
    shown = pl.concat(
        [steps.join(hidden, on=[*WINDOW, "step"], how="anti"), others]
    ).sort(*WINDOW, "step_no")
    exposed = shown.filter(is_exposed).join(too_few, on=WINDOW, how="semi")
    return (
        pl.concat(
            [
                shown.join(exposed, on=[*WINDOW, "step"], how="anti"),
                exposed.with_columns(pl.lit("hidden").alias("state")),
            ]
        )
        .with_columns(
            pl.when(pl.col("state") == "shown")
            .then(((pl.col("row_count") / k).round() * k).cast(pl.Int64))
            .alias("row_count")
        )
        .sort(*WINDOW, "step_no")
        .with_columns(
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(WINDOW).alias("step_no")
        )
        .select(COLUMNS)
    )


def _summed(rows: pl.DataFrame, step: str) -> pl.DataFrame:
    return rows.group_by(*WINDOW, step, "is_of_enrolments").agg(
        pl.col("step_no").first().cast(pl.Float64),
        pl.col("row_count").sum(),
        pl.col("people").sum(),
        pl.col("most_people").max(),
    )


def _shown(most_enrolments: int, k: int) -> pl.Expr:
    """Return the state of steps: shown where k people or nobody are behind them."""
    one = pl.when("is_of_enrolments").then(1).otherwise("trailing_quarters")
    spread = (pl.col("people") / (one * most_enrolments)).ceil()
    people = pl.max_horizontal("most_people", spread)
    is_shown = (people >= k) | (pl.col("row_count") == 0)
    words = pl.when(is_shown).then(pl.lit("shown")).otherwise(pl.lit("hidden"))
    return words.alias("state")
