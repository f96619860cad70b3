"""Programmes against their own past and against others, where no cell is hidden."""

from datetime import date

import polars as pl

from publishing.hiding import POINTS, rounded_where

CHANGES = """
select * from warehouse.compared.fct_programme_changes
order by kpi_id, programme_id, period_end_date
"""
PLACEBO = """
select * from warehouse.compared.fct_placebo_results
order by kpi_id, design
"""
BENCHMARKS = """
select * from warehouse.compared.fct_programme_benchmarks
order by kpi_id, programme_id
"""
YEAR = 4  # quarters
MEASURED = ("standardised_change", "ci_low", "ci_high", "limit_low", "limit_high")
COLUMNS = (
    "kpi_id",
    "programme_id",
    "period_label",
    "period_end_date",
    "value",
    "value_before",
    *MEASURED,
    "standardised_to",
    "change_state",
    "state",
)
BENCHMARK_NUMBERS = ("benchmark", "difference", "ci_low", "ci_high", "covered_share")
BENCHMARK_COLUMNS = (
    "kpi_id",
    "programme_id",
    "outcome_category",
    "period_label",
    "period_end_date",
    "trailing_quarters",
    "value",
    "benchmark",
    "difference",
    "ci_low",
    "ci_high",
    "own_share",
    "covered_share",
    "reason",
    "state",
)
FEWEST_OTHERS = 2  # one other programme's rate would be the benchmark itself
TWENTIETH = 0.05


def programme_changes(found: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Hide every change of which a year is hidden in the cubes.

    Values are those of the cubes, and what was calculated beside them is given to two
    decimals, so that nothing here is more exact than a published cell.

    Args:
        found: rows of compared.fct_programme_changes.
        cells: pub.kpi_cells.

    Returns:
        Columns as pub.programme_changes. Numbers are null unless state is `shown`.
    """
    years = _years_of_programmes(cells)
    before = years.select(
        "kpi_id",
        "programme_id",
        pl.col("period_start_date").dt.offset_by("1y").alias("period_start_date"),
        pl.col("value").alias("value_before"),
        pl.col("state").alias("state_before"),
    )
    on = ["kpi_id", "programme_id", "period_start_date"]
    joined = (
        found.drop("value", "value_before")
        .join(years, on=on, how="inner")
        .join(before, on=on, how="left")
    )
    states = [pl.col("state"), pl.col("state_before").fill_null("no_data")]
    is_shown = pl.all_horizontal(state == "shown" for state in states)
    is_hidden = pl.any_horizontal(state == "hidden" for state in states)
    too_little = pl.lit("too_little_data")
    return (
        joined.with_columns(
            pl.when(is_shown).then("value").alias("value"),
            pl.when(is_shown).then("value_before").alias("value_before"),
            *rounded_where(is_shown, MEASURED),
            pl.when(is_shown)
            .then("change_state")
            .otherwise(too_little)
            .alias("change_state"),
            pl.when(is_shown)
            .then(pl.lit("shown"))
            .when(is_hidden)
            .then(pl.lit("hidden"))
            .otherwise(pl.lit("no_data"))
            .alias("state"),
        )
        .select(COLUMNS)
        .sort("kpi_id", "programme_id", "period_end_date")
    )


def programme_benchmarks(found: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Hide the benchmark of a programme that is hidden in the cubes, or made from such.

    A benchmark is made from the rates of other programmes: it is published where each
    of them is published itself and there are two or more.

    Args:
        found: rows of compared.fct_programme_benchmarks.
        cells: pub.kpi_cells.

    Returns:
        Columns as pub.programme_benchmarks. Numbers are null unless state is `shown`.
    """
    years = _years_of_programmes(cells)
    on = ["kpi_id", "programme_id", "period_start_date"]
    shown = years.filter(pl.col("state") == "shown").select(on)
    others = (
        found.select(*on, pl.col("other_programmes").str.split(",").alias("other"))
        .explode("other")
        .drop_nulls("other")
        .join(
            shown.rename({"programme_id": "other"}).with_columns(
                pl.lit(True).alias("is_published")
            ),
            on=["kpi_id", "other", "period_start_date"],
            how="left",
        )
        .group_by(on)
        .agg(
            pl.col("is_published").fill_null(False).all().alias("all_published"),
            pl.len().alias("other_count"),
        )
    )
    joined = found.drop("value").join(years, on=on).join(others, on=on, how="left")
    may_show = (
        (pl.col("state") == "shown")
        & pl.col("all_published").fill_null(False)
        & (pl.col("other_count") >= FEWEST_OTHERS)
    )
    is_refused = pl.col("reason").is_not_null()
    state = (
        pl.when(is_refused)
        .then(pl.lit("cannot_compare"))
        .when(may_show)
        .then(pl.lit("shown"))
        .otherwise(pl.lit("hidden"))
    )
    is_shown = pl.col("state") == "shown"
    share = (pl.col("own_share") / TWENTIETH).round() * TWENTIETH
    return (
        joined.with_columns(state.alias("state"))
        .with_columns(
            pl.when(is_shown).then("value").alias("value"),
            pl.when(is_shown).then(share.round(POINTS)).alias("own_share"),
            *rounded_where(is_shown, BENCHMARK_NUMBERS),
        )
        .select(BENCHMARK_COLUMNS)
        .sort("kpi_id", "programme_id")
    )


def headline_year(cells: pl.DataFrame, kpi_id: str, end: date) -> pl.DataFrame:
    """Return programme_id, value and state of the headline KPI in the year to a day.

    Args:
        cells: pub.kpi_cells.
        kpi_id: the headline KPI.
        end: the last day of the four quarters.
    """
    return cells.filter(
        (pl.col("cube") == "programme")
        & (pl.col("kpi_id") == kpi_id)
        & (pl.col("trailing_quarters") == YEAR)
        & (pl.col("period_end_date") == end)
    ).select("programme_id", "value", "state")


def _years_of_programmes(cells: pl.DataFrame) -> pl.DataFrame:
    """Return value and state of every programme's years of four quarters.

    Args:
        cells: pub.kpi_cells.
    """
    is_year = (pl.col("cube") == "programme") & (pl.col("trailing_quarters") == YEAR)
    return cells.filter(is_year).select(
        "kpi_id", "programme_id", "period_start_date", "period_label", "value", "state"
    )
