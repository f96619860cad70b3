"""pub.programmes, pub.mode_mix, pub.sources and others: the context of the KPIs."""

import duckdb
import polars as pl

from publishing.hiding import counts_where, state_where

KPI_COLUMNS = (
    "kpi_id",
    "kpi_code",
    "kpi_name",
    "question",
    "numerator_words",
    "denominator_words",
    "unit",
    "direction",
    "population_words",
    "anchor",
    "margin",
    "is_headline",
    "list_order",
    "tile_slot",
    "tile_order",
    "fallback_kpi",
    "comparable_within",
    "estimator",
    "decision",
    "owner_role",
    "review_date",
    "source_fact",
    "numerator_column",
    "denominator_column",
    "since",
)

CELL_COLUMNS = (
    "cube",
    "kpi_id",
    "period_label",
    "period_start_date",
    "period_end_date",
    "trailing_quarters",
    "delivery_mode",
    "outcome_category",
    "programme_id",
    "business_unit",
    "region",
    "numerator",
    "denominator",
    "value",
    "ci_low",
    "ci_high",
    "learner_count",
    "state",
    "state_detail",
)

ENROLMENTS = """
select
    programme_id,
    outcome_category,
    delivery_mode,
    count(distinct learner_key) as learner_count,
    count(*) as enrolment_count,
from warehouse.marts.fct_enrolments
group by grouping sets ((programme_id), (outcome_category, delivery_mode))
"""

COHORTS = """
select
    cohorts.programme_id,
    cohorts.cohort_id,
    cohorts.delivery_mode,
    programmes.programme_name,
    programmes.outcome_category,
from warehouse.marts.dim_cohorts as cohorts
inner join warehouse.marts.dim_programmes as programmes using (programme_id)
"""

CATEGORIES = """
select
    outcome_category as slug,
    outcome_category_code as code,
    label,
    usual_mode,
from warehouse.marts.dim_outcome_categories
where outcome_category in (select outcome_category from warehouse.marts.dim_programmes)
order by sort_order
"""

SOURCES = """
select
    source,
    connector,
    watermark_at,
    read_count,
    landed_count,
    rejected_count,
    undated_count,
    row_count,
    case when actor_count >= $k then matched_count / actor_count end as matched_share,
    is_ended,
from warehouse.marts.dim_sources
order by source
"""

# The currency of every amount in a KPI; other currencies are in none.
CURRENCY = """
select any_value(currency) as currency from warehouse.marts.fct_costs where is_reported
"""

# The time up to which the programme that is known longest is known. A late source holds
# back the programmes and KPIs that need it, and no others.
AS_OF = """
select max(as_of) from warehouse.marts.dim_programmes
where programme_id in (select programme_id from warehouse.marts.fct_enrolments)
"""


def enrolment_counts(connection: duckdb.DuckDBPyConnection, k: int) -> pl.DataFrame:
    """Return how many enrolments every programme and every category x mode has.

    Args:
        connection: with the warehouse attached as `warehouse`.
        k: the smallest group that may be shown.

    Returns:
        programme_id, or outcome_category and delivery_mode (the others null), with
        `enrolment_count`, to the nearest k and null for fewer than k people, and state.
    """
    is_shown = pl.col("learner_count") >= k
    return (
        connection.sql(ENROLMENTS)
        .pl()
        .with_columns(
            *counts_where(is_shown, ["enrolment_count"], k), state_where(is_shown)
        )
        .drop("learner_count")
    )


def programmes(cohorts: pl.DataFrame, enrolments: pl.DataFrame) -> pl.DataFrame:
    """Return pub.programmes from the cohorts and the rounded enrolments."""
    counts = enrolments.drop_nulls("programme_id").select(
        "programme_id", "enrolment_count", "state"
    )
    return (
        cohorts.group_by("programme_id", "programme_name", "outcome_category")
        .agg(
            pl.col("delivery_mode")
            .unique()
            .sort()
            .str.join(",")
            .alias("delivery_modes"),
            pl.col("cohort_id").n_unique().cast(pl.Int64).alias("cohort_count"),
        )
        .join(counts, on="programme_id", how="left")
        .with_columns(pl.col("state").fill_null("no_data"))
        .sort("programme_id")
    )


def mode_mix(cohorts: pl.DataFrame, enrolments: pl.DataFrame) -> pl.DataFrame:
    """Return pub.mode_mix from the cohorts and the rounded enrolments."""
    place = ["outcome_category", "delivery_mode"]
    counts = enrolments.drop_nulls("delivery_mode").select(
        *place, "enrolment_count", "state"
    )
    return (
        cohorts.group_by(place)
        .agg(
            pl.col("programme_id").n_unique().cast(pl.Int64).alias("programme_count"),
            pl.col("cohort_id").n_unique().cast(pl.Int64).alias("cohort_count"),
        )
        .join(counts, on=place, how="left")
        .with_columns(pl.col("state").fill_null("no_data"))
        .sort(place)
    )
