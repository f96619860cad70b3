"""The first page: its sentence and its tiles, from published rows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from dashboards.presenters.tiles import (
    Tile,
    TileSlot,
    change_words,
    chosen_kpi,
    earlier_window,
    kpi_tile,
    tile_slots,
    time_tile,
)
from dashboards.presenters.verdicts import headline_sentence
from dashboards.selection import ALL, Selection

Row = dict[str, Any]


@dataclass(frozen=True)
class GlanceView:
    """The sentence on top, the tiles below it, and how their counts are rounded."""

    sentence: str
    tiles: tuple[Tile, ...]
    notes: tuple[str, ...] = ()


def headline_kpi(registry: pl.DataFrame) -> str:
    """Return the KPI that the first page opens with; empty where none is marked."""
    marked = registry.filter(pl.col("is_headline").fill_null(False))
    return "" if marked.is_empty() else marked["kpi_id"][0]


def glance_view(
    registry: pl.DataFrame,
    history: pl.DataFrame,
    curves: pl.DataFrame,
    end: date,
    selection: Selection,
) -> GlanceView:
    """Return the sentence and the tiles.

    Args:
        registry: pub.kpis.
        history: one cell per KPI and window, up to the one that ends on `end`.
        curves: pub.life_curves of the chosen category; the line `all` is used.
        end: last day of the window.
        selection: the global filters.
    """
    quarters = selection.trailing_quarters
    is_narrowed = selection.business_unit != ALL or selection.region != ALL
    kpis = {row["kpi_id"]: row for row in registry.iter_rows(named=True)}
    now = {
        row["kpi_id"]: row
        for row in history.filter(pl.col("period_end_date") == end).iter_rows(
            named=True
        )
    }

    def change(kpi_id: str) -> str:
        mine = history.filter(pl.col("kpi_id") == kpi_id)
        unit = kpis[kpi_id]["unit"] if kpi_id in kpis else ""
        then = earlier_window(mine, end, quarters)
        return change_words(now.get(kpi_id), then, unit, quarters)

    def tile(slot: TileSlot) -> Tile:
        if slot.is_drawn_from_curves:
            whole = curves.filter(pl.col("delivery_mode") == ALL)
            return time_tile(whole, is_narrowed=is_narrowed)
        kpi = chosen_kpi(slot, now)
        kpi_id = kpi["kpi_id"]
        return kpi_tile(slot.name, kpi, now.get(kpi_id), change(kpi_id))

    first = headline_kpi(registry)
    sentence = headline_sentence(now.get(first), change(first))
    notes = {row["state_detail"] for row in now.values() if row["state"] == "shown"}
    return GlanceView(
        sentence,
        tuple(tile(slot) for slot in tile_slots(registry)),
        tuple(sorted(note for note in notes if note)),
    )


def breakdown(
    categories: dict[str, str], programmes: pl.DataFrame, selection: Selection
) -> tuple[str, dict[str, str]]:
    """Return the dimension to show if there is one mode, and words for its values."""
    category = selection.outcome_category
    if len(categories) > 1 and category == ALL:
        return "outcome_category", categories
    chosen = programmes.filter(
        pl.lit(category == ALL) | (pl.col("outcome_category") == category)
    )
    names = chosen.select(
        "programme_id", pl.coalesce("programme_name", "programme_id").alias("name")
    )
    return "programme_id", dict(names.iter_rows())
