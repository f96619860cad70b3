"""pub.programme_cohorts: the headline KPI of every cohort above k, and its live time.

A cohort has a quota of hiding of its own: it is published alone and crossed with
nothing. It is hidden by the rule for every cell, wherever its programme is hidden in an
overlapping period, and with another cohort where the hidden ones of a year are too few.
What is shown is rounded as in single quarters, so that a programme's exact cell less
its shown cohorts does not give the size of a hidden one.
"""

import duckdb
import polars as pl

from publishing.cubes import quarter_number
from publishing.disclosure.figures import Rule, describe
from publishing.disclosure.suppression import primary_reason
from publishing.hiding import replaced_where
from tandem.core.wording import render

COHORTS = """
select
    cohorts.programme_id,
    cohorts.cohort_id,
    cohorts.delivery_mode,
    cast(date_trunc('month', cohorts.starts_at) as date) as start_month_date,
    doses.session_count,
    round(2 * doses.live_hours) / 2 as live_hours
from warehouse.marts.dim_cohorts as cohorts
left join warehouse.marts.fct_cohort_doses as doses
    on
        cohorts.programme_id = doses.programme_id
        and cohorts.cohort_id = doses.cohort_id
order by cohorts.programme_id, cohorts.cohort_id
"""

# The identifiers come from the registry and are checked in DuckDB's catalogue.
RESULTS = """
select
    programme_id,
    cohort_id,
    sum("{numerator}")::double as numerator,
    sum("{denominator}")::double as denominator,
    count(distinct learner_key) as people,
    count(distinct learner_key) filter ("{numerator}" > 0) as numerator_people,
    count(distinct learner_key) filter ("{numerator}" < "{denominator}")
        as complement_people,
    cast(min("{anchor}") as date) as first_quarter_date,
    cast(max("{anchor}") as date) as last_quarter_date
from warehouse.marts."{fact}"
where "{denominator}" > 0 and "{anchor}" is not null
group by programme_id, cohort_id
"""

COLUMNS_OF_FACT = """
select column_name from duckdb_columns()
where database_name = 'warehouse' and schema_name = 'marts' and table_name = $fact
"""

COLUMNS = (
    "kpi_id",
    "programme_id",
    "cohort_id",
    "cohort_no",
    "delivery_mode",
    "start_month_date",
    "value",
    "ci_low",
    "ci_high",
    "learner_count",
    "session_count",
    "live_hours",
    "state",
    "state_detail",
)
RESULT_SCHEMA = {
    "programme_id": pl.String,
    "cohort_id": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "people": pl.Int64,
    "numerator_people": pl.Int64,
    "complement_people": pl.Int64,
    "first_quarter_date": pl.Date,
    "last_quarter_date": pl.Date,
}
YEAR = 4  # quarters of the shortest windows with exact counts
COMPLEMENTARY = {"reason": "complementary"}
DOSES = ("session_count", "live_hours")


def cohort_results(
    connection: duckdb.DuckDBPyConnection, kpis: pl.DataFrame
) -> pl.DataFrame:
    """Return numerator, denominator and people of every cohort for the headline KPI.

    Args:
        connection: with the warehouse attached as `warehouse`.
        kpis: the registry.

    Returns:
        Columns as RESULT_SCHEMA, over all quarters; no rows where the registry names no
        headline or its fact has no people.
    """
    headline = kpis.filter("is_headline").head(1)
    if headline.is_empty():
        return pl.DataFrame(schema=RESULT_SCHEMA)
    kpi = headline.row(0, named=True)
    names = {
        "numerator": kpi["numerator_column"],
        "denominator": kpi["denominator_column"],
        "anchor": kpi["anchor"],
    }
    fact = kpi["source_fact"]
    found = connection.sql(COLUMNS_OF_FACT, params={"fact": fact}).fetchall()
    needed = {"programme_id", "cohort_id", "learner_key", *names.values()}
    if not needed <= {name for (name,) in found}:
        return pl.DataFrame(schema=RESULT_SCHEMA)
    return connection.sql(RESULTS.format(fact=fact, **names)).pl().cast(RESULT_SCHEMA)


def programme_cohorts(
    cohorts: pl.DataFrame,
    results: pl.DataFrame,
    cells: pl.DataFrame,
    kpi_id: str,
    rule: Rule,
) -> pl.DataFrame:
    """Return pub.programme_cohorts.

    Args:
        cohorts: rows of COHORTS.
        results: as `cohort_results` returns them.
        cells: pub.kpi_cells.
        kpi_id: the KPI of the results, a share.
        rule: how small a group may be.

    Returns:
        One row per cohort, with its number by start within the programme. Every number
        is null unless `state` is shown; delivery mode and month are designed and stay.
    """
    years = _with_years(results, cells)
    described = describe(with_reasons(years, cells, kpi_id, rule), True, rule)
    numbered = cohorts.sort(
        "programme_id", "start_month_date", "cohort_id", nulls_last=True
    ).with_columns(
        pl.int_range(1, pl.len() + 1).over("programme_id").alias("cohort_no")
    )
    joined = numbered.join(described, on=["programme_id", "cohort_id"], how="left")
    state = pl.col("state").fill_null("immature")
    is_shown = state == "shown"
    running = {"state_detail": render("gate.immature")}
    return (
        joined.with_columns(
            pl.lit(kpi_id).alias("kpi_id"),
            *[pl.when(is_shown).then(name).alias(name) for name in DOSES],
            state.alias("state"),
            *replaced_where(state == "immature", running),
        )
        .select(COLUMNS)
        .sort("programme_id", "cohort_no")
    )


def with_reasons(
    results: pl.DataFrame, cells: pl.DataFrame, kpi_id: str, rule: Rule
) -> pl.DataFrame:
    """Add why a cohort is hidden, `reason`: null where it is shown.

    Args:
        results: with `first_year` and `last_year`.
        cells: pub.kpi_cells.
        kpi_id: the KPI of the results, a share.
        rule: how small a group may be.
    """
    hidden = cells.filter(
        (pl.col("cube") == "programme")
        & (pl.col("kpi_id") == kpi_id)
        & (pl.col("state") == "hidden")
    ).select("programme_id", "period_start_date", "period_end_date")
    overlapping = (
        results.select(
            "programme_id", "cohort_id", "first_quarter_date", "last_quarter_date"
        )
        .join(hidden, on="programme_id")
        .filter(
            (pl.col("period_start_date") <= pl.col("last_quarter_date"))
            & (pl.col("period_end_date") >= pl.col("first_quarter_date"))
        )
        .select("programme_id", "cohort_id", pl.lit(True).alias("is_covered"))
        .unique()
    )
    first = (
        results.join(overlapping, on=["programme_id", "cohort_id"], how="left")
        .with_columns(primary_reason(rule, True).alias("reason"))
        .with_columns(
            *replaced_where(
                pl.col("reason").is_null() & pl.col("is_covered").fill_null(False),
                COMPLEMENTARY,
            ),
            pl.lit(False).alias("is_exact"),
        )
        .drop("is_covered")
    )
    for year in ("first_year", "last_year"):
        first = _with_another(first, year, rule)
    return first


def _with_another(cohorts: pl.DataFrame, year: str, rule: Rule) -> pl.DataFrame:
    """Hide the smallest shown cohort of a year whose hidden ones are too few together.

    A year less its shown cohorts leaves the hidden ones together. They must be two or
    more, and as many people in all and on each side as any cell that is shown.
    """
    place = ["programme_id", year]
    is_hidden = pl.col("reason").is_not_null()

    def together(name: str) -> pl.Expr:
        return pl.when(is_hidden).then(pl.col(name)).otherwise(0).sum().over(place)

    count = is_hidden.sum().over(place)
    is_too_little = (count > 0) & (
        (count == 1)
        | (together("people") < rule.k)
        | (together("numerator_people") < rule.each_side)
        | (together("complement_people") < rule.each_side)
    )
    size = pl.when(~is_hidden).then(pl.col("people"))
    is_smallest = (size.rank("ordinal").over(place) == 1).fill_null(False)
    return cohorts.with_columns(
        replaced_where(is_too_little & is_smallest, COMPLEMENTARY)
    )


def _with_years(results: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Add the year of four quarters, counted back from the newest, of either end."""
    newest = cells.select(quarter_number("period_start_date").max()).item() or 0
    return results.with_columns(
        ((newest - quarter_number(f"{end}_quarter_date")) // YEAR).alias(f"{end}_year")
        for end in ("first", "last")
    )
