"""pub.kpi_cells: every cell of every cube with its numbers or the reason for none."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from publishing.coarse import roughly
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
from publishing.intervals import wilson
from publishing.people import with_people
from publishing.suppression import Protected, protect
from tandem.core.progress import step
from tandem.core.wording import render

WHOLE_POINTS_BELOW = 200  # people; a finer share of fewer would count them out
BANDS = (5, 10, 25)  # of a hundred
NUMBERS = ("numerator", "denominator", "value", "ci_low", "ci_high", "learner_count")


@dataclass(frozen=True)
class Calendar:
    """Which quarters are published, numbered as `cubes.quarter_number` does.

    `span` begins with the first evidence, `oldest` is the first that is published.
    """

    span: Span
    oldest: int
    fiscal_year_start_month: int

    @classmethod
    def of(
        cls, atoms: pl.DataFrame, as_of: datetime, month: int, most: int
    ) -> "Calendar":
        """Span the quarters with evidence up to `as_of` (UTC), at most `most`."""
        day = pl.select(pl.lit(as_of.date()).alias("day"))
        newest = day.select(quarter_number("day")).item()
        first = int(atoms["quarter"].min())
        return cls(Span(first, newest), max(first, newest - most + 1), month)


@dataclass(frozen=True)
class Published:
    """The cells with states, and whatever the audit could not mend, per KPI."""

    cells: pl.DataFrame
    remaining: dict[str, int]


def publish_cells(
    atoms: pl.DataFrame,
    people: pl.DataFrame | None,
    shares: frozenset[str],
    cubes: tuple[Cube, ...],
    calendar: Calendar,
    k: int,
) -> Published:
    """Count, protect and describe the cells of every KPI.

    Args:
        atoms: kpi_id, DIMENSIONS, quarter, numerator, denominator, learner_count.
        people: kpi_id, DIMENSIONS, quarter, learner_key of everybody in a denominator.
        shares: KPIs whose numerator counts members of the denominator.
        cubes: the published cubes.
        calendar: the published quarters.
        k: the smallest group that may be shown.
    """
    protected: list[Protected] = []
    kpis = atoms["kpi_id"].unique().sort().to_list()
    with step("Hiding small groups", len(kpis)) as advance:
        for kpi_id in kpis:
            mine = atoms.filter(pl.col("kpi_id") == kpi_id)
            counted = with_people(
                count_cells(mine, cubes, calendar.span),
                None if people is None else people.filter(pl.col("kpi_id") == kpi_id),
                cubes,
                calendar.span,
            )
            is_share = kpi_id in shares
            protected.append(protect(mine, counted, cubes, calendar.span, k, is_share))
            advance(1)
    cells = pl.concat([one.cells for one in protected])
    remaining = {
        kpi_id: len(one.remaining)
        for kpi_id, one in zip(kpis, protected, strict=True)
        if one.remaining
    }
    shown = _described(cells, shares, k)
    return Published(_on_grid(shown, calendar, cubes), remaining)


def _described(cells: pl.DataFrame, shares: frozenset[str], k: int) -> pl.DataFrame:
    """Add value, range and state; take the numbers away where they are hidden."""
    is_share = pl.col("kpi_id").is_in(list(shares))
    others = pl.col("denominator") - pl.col("numerator")
    tells = is_share & (pl.min_horizontal("numerator", others) < k)
    coarse = ~pl.col("is_exact")
    whole = coarse | tells | (pl.col("people") < WHOLE_POINTS_BELOW)
    value = pl.when(pl.col("denominator") != 0).then(
        pl.col("numerator") / pl.col("denominator")
    )
    rounded = pl.when(is_share).then(value.round(2)).otherwise(value.round_sig_figs(2))
    about = pl.when(coarse).then(roughly("people", k)).otherwise(pl.col("people"))
    base = pl.when(coarse).then(about).otherwise(pl.col("denominator"))
    valued = cells.with_columns(
        pl.when(whole).then(rounded).otherwise(value).alias("value"),
        about.cast(pl.Int64).alias("learner_count"),
        _why(k).alias("state_detail"),
    )
    low, high = wilson(pl.col("value"), base)
    ends = {"ci_low": low, "ci_high": high}
    ranged = valued.with_columns(
        *[
            pl.when(is_share)
            .then(pl.when(whole).then(end.round(2)).otherwise(end))
            .alias(name)
            for name, end in ends.items()
        ],
        pl.when(~tells & ~coarse).then(pl.col("numerator")).alias("numerator"),
        pl.when(~coarse).then(pl.col("denominator")).alias("denominator"),
        pl.when(pl.col("reason").is_null())
        .then(pl.lit("shown"))
        .otherwise(pl.lit("hidden"))
        .alias("state"),
    )
    return ranged.with_columns(
        pl.when(pl.col("state") == "shown").then(pl.col(name)).alias(name)
        for name in NUMBERS
    )


def _why(k: int) -> pl.Expr:
    """Say why a cell is hidden; small and protecting cells cannot be told apart."""
    told = pl.min_horizontal("numerator", pl.col("denominator") - pl.col("numerator"))
    share = 100 * (told + 1) / pl.col("denominator")
    bands = pl.when(pl.lit(False)).then(pl.lit(""))
    for band in BANDS:
        for reason, of_hundred in (("share_low", band), ("share_high", 100 - band)):
            words = render(f"gate.{reason}", percent=of_hundred)
            fits = (pl.col("reason") == reason) & (share <= band)
            bands = bands.when(fits).then(pl.lit(words))
    hidden = pl.lit(render("gate.hidden", k=k))
    about = pl.lit(render("gate.coarse", base=2 * k))
    why = bands.when(pl.col("reason").is_not_null()).then(hidden)
    return why.when(~pl.col("is_exact")).then(about)


def _on_grid(
    cells: pl.DataFrame, calendar: Calendar, cubes: tuple[Cube, ...]
) -> pl.DataFrame:
    """Put the cells on every KPI x cell x window, and say why the rest is empty."""
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
    words = pl.col("state_detail")
    for missing in ("not_measured", "immature", "no_data"):
        says = pl.lit(render(f"gate.{missing}"))
        words = pl.when(state == missing).then(says).otherwise(words)
    return _dated(
        full.with_columns(words.alias("state_detail")).with_columns(
            state.alias("state")
        ),
        calendar,
    )


def _dated(cells: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
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
