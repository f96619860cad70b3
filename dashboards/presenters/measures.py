"""One KPI as pages of several measures state it: value, range, base, or its state."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters import states
from dashboards.words import detail_words, kpi_words
from tandem.core.wording import render

Row = dict[str, Any]


@dataclass(frozen=True)
class Measure:
    """A KPI in words; `state` is empty where the value is shown.

    Attributes:
        kpi_id: of the registry.
        label: its name.
        value: with its unit.
        span: the likely range; empty where none is calculated.
        base: what the value counts.
        state: a key of states.MARKS.
        reason: why there is no value.
        by_mode: delivery mode -> value or state in words.
    """

    kpi_id: str
    label: str
    value: str
    span: str
    base: str
    state: str
    reason: str
    by_mode: dict[str, str]


def of_place(cells: pl.DataFrame, place: str) -> list[Measure]:
    """Return the KPIs of a place of a page, in their order.

    Args:
        cells: of queries.page_kpis.
        place: as seeds/page_kpis.csv names it.
    """
    named = cells.filter(pl.col("place") == place)
    groups = named.group_by("position", maintain_order=True)
    return [of_cells(group.iter_rows(named=True)) for _, group in groups]


def of_cells(rows: Iterable[Row]) -> Measure:
    """Return one KPI from its rows of queries.page_kpis, all of one place."""
    known = list(rows)
    whole = next((row for row in known if row["cube"] == "all"), known[0])
    state = states.of_cell(whole)
    by_mode = {
        row["delivery_mode"]: short(row)
        for row in known
        if row["cube"] == "mode" and row["state"] != "not_measured"
    }
    return Measure(
        whole["kpi_id"],
        kpi_words(whole, "kpi_name"),
        "" if state else formats.value(whole["value"], whole["unit"]),
        "" if state else _span(whole),
        base(whole),
        state,
        _reason(whole, state),
        by_mode,
    )


def short(row: Row) -> str:
    """Return a value, or the name of its state."""
    state = states.of_cell(row)
    return (
        states.words(state).label if state else formats.value(row["value"], row["unit"])
    )


def base(row: Row) -> str:
    """Return what the value counts, with its size where that is published."""
    counted = kpi_words(row, "denominator_words")
    if row["denominator"] is not None:
        size = formats.count(row["denominator"])
        return render("page.measure.base", count=size, what=counted)
    if row["learner_count"] is not None:
        people = formats.count(row["learner_count"])
        return render("page.measure.people", people=people, what=counted)
    return render("page.measure.counts", what=counted)


def _span(row: Row) -> str:
    found = formats.span(row["ci_low"], row["ci_high"], row["unit"])
    return render("tile.span", span=found) if found else ""


def _reason(row: Row, state: str) -> str:
    if not state:
        return ""
    return detail_words(row["state_detail"]) or states.words(state).next_step
