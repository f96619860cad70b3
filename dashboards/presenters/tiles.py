"""Tiles: a value with its range, base and change, or a state with its reason."""

from dataclasses import dataclass
from datetime import date
from math import hypot
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.charts.time_to_finish import half_by
from tandem.core.wording import render

Row = dict[str, Any]

BEFORE = {1: "page.before.quarter", 4: "page.before.year", 8: "page.before.two_years"}

# States of published cells as pages call them.
CELL_STATES = {"immature": "still_running"}


@dataclass(frozen=True)
class Tile:
    """One tile in words; `state` is empty where there is a value."""

    label: str
    value: str = ""
    span: str = ""
    base: str = ""
    change: str = ""
    state: str = ""
    reason: str = ""
    question: str = ""


@dataclass(frozen=True)
class TileSlot:
    """One tile of the first page: its name in the wording, and the KPIs for it.

    The registry names the first KPI of a slot (`tile_slot`, `tile_order`) and for each
    KPI the one that replaces it while it can't be shown (`fallback_kpi`).
    """

    name: str
    kpis: tuple[Row, ...]

    @property
    def is_drawn_from_curves(self) -> bool:
        """Whether the value comes from the published curves and not from a cell."""
        return self.kpis[0]["estimator"] == "restricted_mean"


def tile_slots(registry: pl.DataFrame) -> list[TileSlot]:
    """Return the slots of the first page in their order.

    Args:
        registry: pub.kpis.
    """
    kpis = {row["kpi_id"]: row for row in registry.iter_rows(named=True)}
    first = registry.filter(pl.col("tile_slot").is_not_null()).sort("tile_order")
    return [
        TileSlot(row["tile_slot"], _with_fallbacks(row["kpi_id"], kpis))
        for row in first.iter_rows(named=True)
    ]


def _with_fallbacks(kpi_id: str, kpis: dict[str, Row]) -> tuple[Row, ...]:
    found: dict[str, Row] = {}
    while kpi_id in kpis and kpi_id not in found:
        found[kpi_id] = kpis[kpi_id]
        kpi_id = found[kpi_id]["fallback_kpi"]
    return tuple(found.values())


def chosen_kpi(slot: TileSlot, cells: dict[str, Row]) -> Row:
    """Return the KPI of a slot's tile: the first shown, else the first with a cell.

    Args:
        slot: the slot.
        cells: KPI to its published cell of the window.
    """
    measured = [
        kpi
        for kpi in slot.kpis
        if kpi["kpi_id"] in cells and cells[kpi["kpi_id"]]["state"] != "not_measured"
    ]
    shown = [kpi for kpi in measured if cells[kpi["kpi_id"]]["state"] == "shown"]
    return next(iter([*shown, *measured, *slot.kpis]))


def kpi_tile(slot: str, kpi: Row, cell: Row | None, change: str) -> Tile:
    """Return the tile of a KPI.

    Args:
        slot: name of the slot, for its words where nothing is measured.
        kpi: the registry's row.
        cell: its published cell; None where the cubes hold none.
        change: as `change_words` returns it.
    """
    question = kpi["question"] or ""
    if cell is None or cell["state"] == "not_measured":
        label = render(f"tile.{slot}.label")
        reason = render(f"tile.{slot}.not_measured")
        return Tile(label, state="not_measured", reason=reason, question=question)
    label = kpi["kpi_name"]
    if cell["state"] != "shown":
        state = CELL_STATES.get(cell["state"], cell["state"])
        reason = cell["state_detail"] or ""
        return Tile(label, state=state, reason=reason, question=question)
    span = formats.span(cell["ci_low"], cell["ci_high"], kpi["unit"])
    return Tile(
        label,
        formats.value(cell["value"], kpi["unit"]),
        render("tile.span", span=span) if span else render("tile.no_span"),
        base_words(cell, kpi["unit"]),
        change,
        question=question,
    )


def base_words(cell: Row, unit: str | None) -> str:
    """Return the base of a value in words: `15,385 of 32,593, from 28,785 people`."""
    if unit == "share" and cell["numerator"] is not None:
        return render(
            "tile.base_of",
            numerator=formats.count(cell["numerator"]),
            denominator=formats.count(cell["denominator"]),
            people=formats.count(cell["learner_count"]),
        )
    if cell["denominator"] is None:  # only a rounded number of people is published
        return render("tile.base_about", people=formats.count(cell["learner_count"]))
    return render(
        "tile.base",
        denominator=formats.count(cell["denominator"]),
        people=formats.count(cell["learner_count"]),
    )


def time_tile(curve: pl.DataFrame, *, is_narrowed: bool = False) -> Tile:
    """Return the tile of the time by which half had finished, over all cohorts so far.

    Args:
        curve: published points of one line (pub.life_curves), sorted by day.
        is_narrowed: whether the reader chose a unit or region, which curves are not
            published for.
    """
    label, question = render("tile.time.label"), render("tile.time.question")
    shown = curve.filter(pl.col("state") == "shown")
    if shown.is_empty():
        state = "not_measured" if curve.is_empty() else "hidden"
        reason = render(f"tile.time.{state}")
        return Tile(label, state=state, reason=reason, question=question)
    base = render("tile.time.base", count=formats.count(shown["at_risk"].max()))
    change = render("tile.time.whole" if is_narrowed else "tile.time.scope")
    day = half_by(shown)
    if day is None:
        share = formats.percent(shown["finished_share"][-1])
        span = render("tile.time.not_half", share=share, day=int(shown["day"][-1]))
        return Tile(
            label, render("tile.time.open"), span, base, change, "", "", question
        )
    early, late = half_by(shown, "ci_high"), half_by(shown, "ci_low")
    likely = (
        render("tile.span", span=f"{early} to {late}" if early != late else late)
        if late is not None
        else render("tile.time.span_open", early=early)
    )
    return Tile(
        label, formats.value(day, "days"), likely, base, change, "", "", question
    )


def earlier_window(history: pl.DataFrame, now: date, quarters: int) -> Row | None:
    """Return the window of the same length that ended just before this one began.

    Args:
        history: one KPI's cells with period_end_date.
        now: last day of the window in question.
        quarters: its length.
    """
    month = now.year * 12 + now.month - 3 * quarters
    day = pl.col("period_end_date")
    found = history.filter(day.dt.year().cast(pl.Int64) * 12 + day.dt.month() == month)
    return None if found.is_empty() else found.row(0, named=True)


def change_words(now: Row | None, then: Row | None, unit: str, quarters: int) -> str:
    """Return the unadjusted change of a value against the window before.

    A change is stated only where chance does not explain it: Newcombe's (1998) interval
    of the difference of two shares leaves out 0. It is never called clear, because the
    mix of programmes may have changed too.
    """
    before = render(BEFORE.get(quarters, "page.before.window"))
    if now is None or now["state"] != "shown":
        return ""
    if then is None or then["state"] != "shown":
        return render("tile.change.none", before=before)
    move = now["value"] - then["value"]
    if unit != "share" or now["ci_low"] is None or then["ci_low"] is None:
        amount = formats.difference(move, unit)
        return render("tile.change.bare", amount=amount, before=before)
    low = move - hypot(now["value"] - now["ci_low"], then["ci_high"] - then["value"])
    high = move + hypot(now["ci_high"] - now["value"], then["value"] - then["ci_low"])
    if low <= 0 <= high or abs(move) < 0.005:
        return render("tile.change.unclear", before=before)
    key = "tile.change.up" if move > 0 else "tile.change.down"
    return render(key, amount=formats.points(move), before=before)
