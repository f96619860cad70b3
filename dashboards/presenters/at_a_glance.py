"""The first page: its sentences and its tiles, from published rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters.changes import Change, change_of, earlier_window
from dashboards.presenters.tiles import (
    Sparkline,
    Tile,
    ranked,
    slot_tile,
    sparkline,
    state_of,
    tile_slots,
)
from dashboards.words import detail_words
from tandem.core.wording import render

Row = dict[str, Any]


@dataclass(frozen=True)
class GlanceView:
    """The sentence on top, how it changed, and the tiles by what moved."""

    finished: str
    change: str
    tiles: tuple[Tile, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Windows:
    """Which windows the page is about.

    Attributes:
        history: one cell per KPI and window of the chosen length, up to `end`.
        recent: the same for the windows of the sparklines.
        end: last day of the chosen window.
        quarters: its length.
        quarter_words: from a published label to words.
    """

    history: pl.DataFrame
    recent: pl.DataFrame
    end: date
    quarters: int
    quarter_words: Callable[[str], str]

    def now(self) -> dict[str, Row]:
        """Return KPI to its cell of the chosen window."""
        newest = self.history.filter(pl.col("period_end_date") == self.end)
        return {row["kpi_id"]: row for row in newest.iter_rows(named=True)}


def headline_kpi(registry: pl.DataFrame) -> str:
    """Return the KPI that the first page opens with; empty where none is marked."""
    marked = registry.filter(pl.col("is_headline").fill_null(False))
    return "" if marked.is_empty() else marked["kpi_id"][0]


def glance_view(
    registry: pl.DataFrame,
    windows: Windows,
    measured: frozenset[str],
    costed: tuple[int, int],
) -> GlanceView:
    """Return the sentence and the tiles.

    Args:
        registry: pub.kpis.
        windows: the published cells.
        measured: the KPIs that the file has any evidence of.
        costed: how many programmes have costs, of how many.
    """
    kpis = {row["kpi_id"]: row for row in registry.iter_rows(named=True)}
    now = windows.now()

    def change(kpi_id: str) -> Change | None:
        mine = windows.history.filter(pl.col("kpi_id") == kpi_id)
        then = earlier_window(mine, windows.end, windows.quarters)
        return change_of(now.get(kpi_id), then, kpis[kpi_id], windows.quarters)

    tiles = []
    for order, slot in enumerate(tile_slots(registry)):
        tile = slot_tile(slot, now, measured, order=order)
        if not tile.state:
            kpi = kpis[tile.kpi_id]
            tile = replace(tile, change=change(tile.kpi_id), spark=_spark(windows, kpi))
            if kpi["unit"] == "currency":
                tile = replace(tile, base=_with_coverage(tile.base, costed))
        tiles.append(tile)
    first = headline_kpi(registry)
    moved = change(first) if first in kpis else None
    notes = {
        detail_words(row["state_detail"])
        for row in now.values()
        if row["state"] == "shown"
    }
    return GlanceView(
        finished_sentence(now.get(first), state_of(now.get(first), first, measured)),
        change_sentence(moved),
        ranked(tiles),
        tuple(sorted(note for note in notes if note)),
    )


def _spark(windows: Windows, kpi: Row) -> Sparkline:
    mine = windows.recent.filter(pl.col("kpi_id") == kpi["kpi_id"])
    if mine.is_empty():
        return sparkline(mine, kpi, "")
    first = mine.tail(8)["period_label"][0]
    return sparkline(mine, kpi, windows.quarter_words(first))


def _with_coverage(base: str, costed: tuple[int, int]) -> str:
    known, total = costed
    if not total:
        return base
    coverage = render("tile.cost.coverage", known=known, total=total)
    return f"{base}; {coverage}"


def finished_sentence(cell: Row | None, state: str) -> str:
    """Return how many finish, or why that is not known.

    Args:
        cell: the published cell of the headline KPI.
        state: its state; empty where it is shown.
    """
    if state:
        return render(f"page.glance.{state}")
    return render(
        "page.glance.finish_in_time", finished=formats.of_hundred(cell["value"])
    )


def change_sentence(change: Change | None) -> str:
    """Return the change of the headline as a sentence; empty without a value."""
    if change is None:
        return ""
    if not change.before:
        return render("page.glance.moved.no_earlier", words=change.words)
    return render("page.glance.moved", words=change.words, before=change.before)


# Steps of pub.kpi_waterfall that are no reason.
TOTALS = ("all", "base")


def steps_words(waterfall: pl.DataFrame, kpi_id: str) -> list[tuple[str, str]]:
    """Return how the base of a KPI came about: words and a number for each step.

    Args:
        waterfall: rows of pub.kpi_waterfall of one window.
        kpi_id: the KPI.
    """
    mine = waterfall.filter(
        (pl.col("kpi_id") == kpi_id)
        & (pl.col("step").is_in(TOTALS) | (pl.col("row_count").fill_null(1) > 0))
    ).sort("step_no")
    return [
        (
            render(f"tile.step.{row['step']}"),
            render("tile.step_hidden")
            if row["row_count"] is None
            else f"{'' if row['step'] in TOTALS else formats.MINUS}"
            f"{formats.count(row['row_count'])}",
        )
        for row in mine.iter_rows(named=True)
    ]


def quote(tile: Tile, about: Mapping[str, str]) -> str:
    """Return a sentence about a tile that reads well alone.

    Args:
        tile: with a value.
        about: organisation, period and choices, in words.
    """
    return render(
        "tile.quote",
        label=tile.label,
        value=f"{tile.value}{tile.unit}",
        span=tile.span,
        base=tile.base,
        **about,
    )
