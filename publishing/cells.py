"""pub.kpi_cells: every cell of every cube, with its numbers or why it has none."""

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
from publishing.disclosure.rounding import round_people
from publishing.disclosure.suppression import suppress_cells
from publishing.intervals import wilson
from publishing.people import with_people
from publishing.processes import in_processes, process_count
from tandem.core.progress import step
from tandem.core.wording import render

WHOLE_POINTS_BELOW = 200  # people; in a smaller group, a finer share gives the count
LARGE = 5_000  # base cells; hiding fewer takes less than starting processes for it
BANDS = (5, 10, 25)  # percent
NUMBERS = ("numerator", "denominator", "value", "ci_low", "ci_high", "learner_count")


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
class PublishedCells:
    """Every cell with its state.

    Attributes:
        cells: the columns of pub.kpi_cells, and more.
        remaining: how many exposures the audit still found, of each KPI that has any.
    """

    cells: pl.DataFrame
    remaining: dict[str, int]


@dataclass(frozen=True)
class _Job:
    """One KPI's share of the arguments of `publish_cells`."""

    base_cells: pl.DataFrame
    people: pl.DataFrame | None
    cubes: tuple[Cube, ...]
    span: Span
    k: int
    is_share: bool


def publish_cells(
    base_cells: pl.DataFrame,
    people: pl.DataFrame | None,
    shares: frozenset[str],
    cubes: tuple[Cube, ...],
    calendar: Calendar,
    k: int,
) -> PublishedCells:
    """Count, suppress and describe the cells of every KPI.

    Args:
        base_cells: kpi_id, DIMENSIONS, quarter, numerator, denominator, learner_count.
        people: kpi_id, DIMENSIONS, quarter, learner_key of everybody in a denominator.
        shares: KPIs whose numerator counts members of the denominator.
        cubes: the published cubes.
        calendar: the published quarters.
        k: the smallest group that may be shown.
    """
    kpis = base_cells["kpi_id"].unique().sort().to_list()
    of_people = {} if people is None else people.partition_by("kpi_id", as_dict=True)
    jobs = [
        _Job(
            base_cells.filter(pl.col("kpi_id") == kpi_id),
            of_people.get((kpi_id,)),
            cubes,
            calendar.span,
            k,
            kpi_id in shares,
        )
        for kpi_id in kpis
    ]
    is_large = base_cells.height >= LARGE
    results: list[tuple[pl.DataFrame, int]] = []
    with step("Hiding small groups", len(jobs)) as advance:
        count = process_count(len(jobs)) if is_large else 1
        for result in in_processes(_suppressed, jobs, count):
            results.append(result)
            advance(1)
    cells = pl.concat([suppressed for suppressed, _ in results])
    remaining = {
        kpi_id: exposures
        for kpi_id, (_, exposures) in zip(kpis, results, strict=True)
        if exposures
    }
    described = _describe(cells, shares, k)
    return PublishedCells(_fill_grid(described, calendar, cubes), remaining)


def _suppressed(job: _Job) -> tuple[pl.DataFrame, int]:
    """Return the cells of one KPI with reasons, and how many exposures remain."""
    counted = with_people(
        count_cells(job.base_cells, job.cubes, job.span), job.people, job.cubes
    )
    result = suppress_cells(
        job.base_cells, counted, job.cubes, job.span, job.k, job.is_share
    )
    return result.cells, len(result.remaining)


def _describe(cells: pl.DataFrame, shares: frozenset[str], k: int) -> pl.DataFrame:
    """Add value, interval and state; set the numbers of hidden cells to null."""
    is_share = pl.col("kpi_id").is_in(list(shares))
    others = pl.col("denominator") - pl.col("numerator")
    has_small_side = is_share & (pl.min_horizontal("numerator", others) < k)
    is_rounded = ~pl.col("is_exact")
    in_points = is_rounded | has_small_side | (pl.col("people") < WHOLE_POINTS_BELOW)
    value = pl.when(pl.col("denominator") != 0).then(
        pl.col("numerator") / pl.col("denominator")
    )
    rounded = pl.when(is_share).then(value.round(2)).otherwise(value.round_sig_figs(2))
    people = (
        pl.when(is_rounded).then(round_people("people", k)).otherwise(pl.col("people"))
    )
    base = pl.when(is_rounded).then(people).otherwise(pl.col("denominator"))
    valued = cells.with_columns(
        pl.when(in_points).then(rounded).otherwise(value).alias("value"),
        people.cast(pl.Int64).alias("learner_count"),
        _state_detail(k).alias("state_detail"),
    )
    low, high = wilson(pl.col("value"), base)
    ends = {"ci_low": low, "ci_high": high}
    described = valued.with_columns(
        *[
            pl.when(is_share)
            .then(pl.when(in_points).then(end.round(2)).otherwise(end))
            .alias(name)
            for name, end in ends.items()
        ],
        pl.when(~has_small_side & ~is_rounded)
        .then(pl.col("numerator"))
        .alias("numerator"),
        pl.when(~is_rounded).then(pl.col("denominator")).alias("denominator"),
        pl.when(pl.col("reason").is_null())
        .then(pl.lit("shown"))
        .otherwise(pl.lit("hidden"))
        .alias("state"),
    )
    return described.with_columns(
        pl.when(pl.col("state") == "shown").then(pl.col(name)).alias(name)
        for name in NUMBERS
    )


def _state_detail(k: int) -> pl.Expr:
    """Return why a cell is hidden or rounded.

    Primary and complementary suppression have the same text, so that a reader cannot
    infer which cells are small.
    """
    few = pl.min_horizontal("numerator", pl.col("denominator") - pl.col("numerator"))
    percent = 100 * (few + 1) / pl.col("denominator")
    detail = pl.when(pl.lit(False)).then(pl.lit(""))
    for band in BANDS:
        for reason, bound in (("share_low", band), ("share_high", 100 - band)):
            text = render(f"gate.{reason}", percent=bound)
            is_in_band = (pl.col("reason") == reason) & (percent <= band)
            detail = detail.when(is_in_band).then(pl.lit(text))
    hidden = pl.lit(render("gate.hidden", k=k))
    rounded = pl.lit(render("gate.coarse", base=2 * k))
    detail = detail.when(pl.col("reason").is_not_null()).then(hidden)
    return detail.when(~pl.col("is_exact")).then(rounded)


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
