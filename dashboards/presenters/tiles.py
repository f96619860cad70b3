"""Tiles: a value with its range, base and change, or a state with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.charts.time_to_finish import half_by
from dashboards.presenters import states
from dashboards.presenters.changes import Change
from dashboards.words import detail_words
from tandem.core.wording import render

Row = dict[str, Any]

# What one row of a fact is, where it is not an enrolment.
NOUNS = {
    "fct_session_attendances": "attendances",
    "fct_survey_answers": "answers",
}


@dataclass(frozen=True)
class Sparkline:
    """Values of windows, oldest first; None where none is shown."""

    values: tuple[float | None, ...] = ()
    lows: tuple[float | None, ...] = ()
    highs: tuple[float | None, ...] = ()
    first: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Tile:
    """One tile in words; `state` is empty where there is a value.

    Attributes:
        name: of the slot; a tile keeps it whatever it shows.
        kpi_id: whose value it shows; that of the slot where it shows none.
        label: what the tile is about.
        value: the number, and the currency of money.
        unit: after it: `%`, ` days` or empty.
        span: the likely range in words, or that there is none.
        base: whom the value is about.
        change: against the window before.
        state: of states.MARKS.
        reason: of the state, and what would measure the KPI.
        shown_instead: another KPI with its value, by name, where this one has none.
        question: that the KPI answers.
        spark: the windows up to now.
        order: of the slot in the registry.
    """

    name: str
    kpi_id: str
    label: str
    value: str = ""
    unit: str = ""
    span: str = ""
    base: str = ""
    change: Change | None = None
    state: str = ""
    reason: str = ""
    shown_instead: str = ""
    question: str = ""
    spark: Sparkline = Sparkline()
    order: int = 0


@dataclass(frozen=True)
class TileSlot:
    """One tile of the first page: its name in the wording, and the KPIs for it.

    The registry names the first KPI of a slot (`tile_slot`, `tile_order`) and for each
    KPI the one that is shown beside it while it can't be shown (`fallback_kpi`).
    """

    name: str
    kpis: tuple[Row, ...]


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


def state_of(cell: Row | None, kpi_id: str, measured: frozenset[str]) -> str:
    """Return the state of a cell; empty where its value is shown.

    A cell that the published file does not hold is not a KPI that is not measured: a
    KPI with any evidence in the file has no data for this choice.

    Args:
        cell: the published cell; None where the cut holds none.
        kpi_id: whose cell it is.
        measured: the KPIs that the file has any evidence of.
    """
    if cell is None:
        return "no_data" if kpi_id in measured else "not_measured"
    return states.of_cell(cell)


def slot_tile(
    slot: TileSlot,
    cells: Mapping[str, Row],
    measured: frozenset[str],
    *,
    order: int = 0,
) -> Tile:
    """Return the tile of a slot: always about its first KPI.

    Args:
        slot: the slot.
        cells: KPI to its published cell of the window.
        measured: the KPIs that the file has any evidence of.
        order: of the slot.
    """
    kpi = slot.kpis[0]
    cell = cells.get(kpi["kpi_id"])
    state = state_of(cell, kpi["kpi_id"], measured)
    tile = Tile(
        slot.name,
        kpi["kpi_id"],
        kpi["kpi_name"],
        question=kpi["question"] or "",
        order=order,
    )
    if state:
        return replace(
            tile,
            state=state,
            reason=_reason(slot.name, state, cell),
            shown_instead=_shown_instead(slot.kpis[1:], cells),
        )
    value = formats.value(cell["value"], kpi["unit"])
    number, unit = value, ""
    if value.endswith("%"):
        number, unit = value.removesuffix("%"), "%"
    elif kpi["unit"] in {"days", "hours"}:
        number, between, words = value.partition(" ")
        unit = f"{between}{words}"
    return replace(
        tile,
        value=number,
        unit=unit,
        span=likely_words(cell, kpi["unit"]),
        base=base_words(cell, kpi),
    )


def _reason(slot: str, state: str, cell: Row | None) -> str:
    if state == "not_measured":
        return render(f"tile.{slot}.not_measured")
    detail = detail_words(cell["state_detail"]) if cell else ""
    return detail or states.words(state).means


def _shown_instead(kpis: tuple[Row, ...], cells: Mapping[str, Row]) -> str:
    """Return the first KPI that can be shown, by name and with its value."""
    for kpi in kpis:
        cell = cells.get(kpi["kpi_id"])
        if cell is not None and cell["state"] == "shown":
            return render(
                "tile.shown_instead",
                name=kpi["kpi_name"],
                value=formats.value(cell["value"], kpi["unit"]),
                likely=likely_words(cell, kpi["unit"]),
            )
    return ""


def likely_words(cell: Row, unit: str | None) -> str:
    """Return the likely range of a cell, or that none is calculated."""
    span = formats.span(cell["ci_low"], cell["ci_high"], unit)
    return render("tile.span", span=span) if span else render("tile.no_span")


def base_words(cell: Row, kpi: Row) -> str:
    """Return the base of a value in words: `15,385 of 32,593 enrolments`."""
    noun = NOUNS.get(kpi.get("source_fact") or "", "enrolments")
    if cell["denominator"] is None:  # only a rounded number of people is published
        return render("tile.base_about", people=formats.count(cell["learner_count"]))
    base = render(f"tile.noun.{noun}", count=formats.count(cell["denominator"]))
    if kpi["unit"] == "share" and cell["numerator"] is not None:
        return render("tile.part_of", part=formats.count(cell["numerator"]), base=base)
    return base


def half_words(curve: pl.DataFrame) -> str:
    """Return by which day half had finished, over all cohorts so far; empty for none.

    Args:
        curve: published points of one line (pub.life_curves), sorted by day.
    """
    shown = curve.filter(pl.col("state") == "shown")
    if shown.is_empty():
        return ""
    day = half_by(shown)
    if day is None:
        share = formats.percent(shown["finished_share"][-1])
        return render("tile.time.not_half", share=share, day=int(shown["day"][-1]))
    early, late = half_by(shown, "ci_high"), half_by(shown, "ci_low")
    if late is None:
        return render("tile.time.half_open", day=day, early=early)
    return render("tile.time.half", day=day, early=early, late=late)


def sparkline(history: pl.DataFrame, kpi: Row, label: str, most: int = 8) -> Sparkline:
    """Return the newest windows of a KPI as a sparkline.

    Args:
        history: its cells, oldest first.
        kpi: its row of the registry.
        label: words for a window's label, as `formats.quarter` gives them, of the
            first one shown.
        most: windows at most.
    """
    rows = list(history.tail(most).iter_rows(named=True))
    values = (row["value"] for row in rows if row["state"] == "shown")
    # A cell can be shown without a value: coarse counts of a few people give no cost.
    shown = [value for value in values if value is not None]
    if len(shown) < 2:
        return Sparkline()

    def of(name: str) -> tuple[float | None, ...]:
        return tuple(row[name] if row["state"] == "shown" else None for row in rows)

    unit = kpi["unit"]
    alt = render(
        "tile.spark_alt",
        name=kpi["kpi_name"],
        first=label,
        start=formats.value(shown[0], unit),
        now=formats.value(shown[-1], unit),
        low=formats.value(min(shown), unit),
        high=formats.value(max(shown), unit),
    )
    return Sparkline(of("value"), of("ci_low"), of("ci_high"), label, alt)


def ranked(tiles: list[Tile]) -> tuple[Tile, ...]:
    """Return tiles by how clearly they moved; in their own order where none did."""
    return tuple(
        sorted(tiles, key=lambda t: (-(t.change.size if t.change else 0.0), t.order))
    )
