"""pub.kpi_cells: every cell of every cube, with its numbers or why it has none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from publishing.cubes import (
    DIMENSIONS,
    KEY,
    Cube,
    Span,
    count_cells,
    first_day,
    period_label,
    quarter_number,
    windows,
)
from publishing.disclosure.earlier import round_small_changes
from publishing.disclosure.figures import Rule, describe, with_bounds
from publishing.disclosure.kpi_table import KpiTable
from publishing.disclosure.nested import round_small_rests
from publishing.disclosure.suppression import suppress_cells
from publishing.people import with_people
from publishing.processes import in_processes, process_count
from publishing.published_cells import PublishedCells
from tandem.core.progress import step
from tandem.core.wording import render

LARGE = 5_000  # base cells; hiding fewer takes less than starting processes for it


@dataclass(frozen=True)
class Calendar:
    """Which quarters are published, numbered by `cubes.quarter_number`.

    Attributes:
        span: from the first quarter with evidence to that of `as_of`.
        oldest: the first quarter that is published.
        fiscal_year_start_month: 1 to 12.
    """

    span: Span
    oldest: int
    fiscal_year_start_month: int

    @classmethod
    def of(
        cls, base_cells: pl.DataFrame, as_of: datetime, month: int, most: int
    ) -> "Calendar":
        """Return the calendar of a delivery.

        Args:
            base_cells: with `quarter`.
            as_of: up to when everything is known (UTC).
            month: in which the fiscal year starts, 1 to 12.
            most: how many quarters may be published.
        """
        day = pl.select(pl.lit(as_of.date()).alias("day"))
        newest = day.select(quarter_number("day")).item()
        first = int(base_cells["quarter"].min())
        return cls(Span(first, newest), max(first, newest - most + 1), month)


@dataclass(frozen=True)
class _Job:
    """One KPI's share of the arguments of `publish_cells`."""

    base_cells: pl.DataFrame
    people: pl.DataFrame | None
    cubes: tuple[Cube, ...]
    span: Span
    rule: Rule
    is_share: bool
    rests: Sequence[pl.DataFrame]
    earlier: pl.DataFrame | None


def publish_cells(
    base_cells: pl.DataFrame,
    people: pl.DataFrame | None,
    shares: frozenset[str],
    cubes: tuple[Cube, ...],
    calendar: Calendar,
    rule: Rule,
    rests: Mapping[str, Sequence[pl.DataFrame]] | None = None,
    earlier: pl.DataFrame | None = None,
) -> PublishedCells:
    """Count, suppress and describe the cells of every KPI.

    Args:
        base_cells: kpi_id, DIMENSIONS, quarter, numerator, denominator, and the people
            of each side.
        people: everybody behind a KPI, from `people_behind`.
        shares: KPIs whose numerator counts members of the denominator.
        cubes: the published cubes.
        calendar: the published quarters.
        rule: how small a group may be.
        rests: of a KPI, the rows that it counts and another one does not, or the
            other way round (`nested.rests_of`): it shows no exact counts where a small
            group of them could be computed.
        earlier: the cells of kept snapshots, as `earlier.earlier_cells` returns them.
    """
    kpis = base_cells["kpi_id"].unique().sort().to_list()
    of_people = {} if people is None else people.partition_by("kpi_id", as_dict=True)
    jobs = [
        _Job(
            base_cells.filter(pl.col("kpi_id") == kpi_id),
            of_people.get((kpi_id,)),
            cubes,
            calendar.span,
            rule,
            kpi_id in shares,
            (rests or {}).get(kpi_id, ()),
            None if earlier is None else earlier.filter(pl.col("kpi_id") == kpi_id),
        )
        for kpi_id in kpis
    ]
    is_large = base_cells.height >= LARGE
    results: list[tuple[pl.DataFrame, pl.DataFrame]] = []
    with step("Hiding small groups", len(jobs)) as advance:
        count = process_count(len(jobs)) if is_large else 1
        for result in in_processes(_suppressed, jobs, count):
            results.append(result)
            advance(1)
    cells = pl.concat([suppressed for suppressed, _ in results])
    audit = pl.concat(
        report.select(pl.lit(kpi_id).alias("kpi_id"), pl.all())
        for kpi_id, (_, report) in zip(kpis, results, strict=True)
    )
    return PublishedCells(_fill_grid(cells, calendar, cubes), audit)


def _suppressed(job: _Job) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the cells of one KPI with reasons, and the report of their audit."""
    counted = with_people(
        count_cells(job.base_cells, job.cubes, job.span), job.people, job.cubes
    )
    counted = round_small_rests(counted, job.rests, job.cubes, job.span, job.rule)
    if job.earlier is not None:
        counted = round_small_changes(
            counted,
            job.base_cells,
            job.earlier,
            job.cubes,
            job.span,
            job.rule,
            is_share=job.is_share,
        )
    table = KpiTable(
        job.base_cells, job.people, counted, job.cubes, job.span, job.is_share
    )
    result = suppress_cells(table, job.rule)
    described = describe(result.cells, job.is_share, job.rule)
    bounded = with_bounds(result.cells, described, job.is_share, job.rule.k)
    return bounded, result.audit


def _fill_grid(
    cells: pl.DataFrame, calendar: Calendar, cubes: tuple[Cube, ...]
) -> pl.DataFrame:
    """Add every KPI x cell x window that has no numbers, with the reason for none."""
    place = ["cube", *DIMENSIONS]
    every_window = pl.concat(
        windows(cube, calendar.span.oldest, calendar.span.newest).with_columns(
            pl.lit(cube.name).alias("cube")
        )
        for cube in cubes
    ).filter(pl.col("window_quarter") >= calendar.oldest)
    grid = (
        cells.select("kpi_id")
        .unique()
        .join(cells.select(place).unique(), how="cross")
        .join(every_window, on="cube")
    )
    measured = cells.select("kpi_id", *place, pl.lit(True).alias("is_measured"))
    full = grid.join(cells, on=["cube", *KEY], how="left").join(
        measured.unique(), on=["kpi_id", *place], how="left"
    )
    state = (
        pl.when(pl.col("state").is_not_null())
        .then(pl.col("state"))
        .when(pl.col("is_measured").is_null())
        .then(pl.lit("not_measured"))
        .when(pl.col("window_quarter") >= calendar.span.newest)
        .then(pl.lit("immature"))
        .otherwise(pl.lit("no_data"))
    )
    detail = pl.col("state_detail")
    for missing in ("not_measured", "immature", "no_data"):
        text = pl.lit(render(f"gate.{missing}"))
        detail = pl.when(state == missing).then(text).otherwise(detail)
    return _with_dates(
        full.with_columns(detail.alias("state_detail")).with_columns(
            state.alias("state")
        ),
        calendar,
    )


def _with_dates(cells: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    """Add the label and the dates of each window; drop windows not published."""
    month = calendar.fiscal_year_start_month
    periods = [
        {
            "window_quarter": quarter,
            "trailing_quarters": length,
            "period_label": period_label(quarter, month),
            "period_start_date": first_day(quarter - length + 1, month),
            "next_start_date": first_day(quarter + 1, month),
        }
        for quarter in range(calendar.oldest, calendar.span.newest + 1)
        for length in cells["trailing_quarters"].unique().sort().to_list()
    ]
    dates = pl.DataFrame(periods).with_columns(
        pl.col("next_start_date").dt.offset_by("-1d").alias("period_end_date")
    )
    return cells.join(dates, on=["window_quarter", "trailing_quarters"], how="inner")
