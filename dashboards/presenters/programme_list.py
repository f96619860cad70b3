"""The list of programmes: one line each, in words, searched and sorted."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters import states
from dashboards.presenters.programme_verdicts import (
    CHANGE_ORDER,
    benchmark_words,
    change_words,
)
from dashboards.theme import MODES, mode_style
from tandem.core.wording import render

Row = dict[str, Any]

SORTS = ("status", "name", "people", "finished")
COLUMNS = (
    "status",
    "people",
    "finished",
    "passed",
    "time",
    "cost",
    "benchmark",
    "last",
)


@dataclass(frozen=True)
class Figure:
    """A number in words with its range, or the state that stands in its place."""

    words: str
    span: str = ""
    state: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def in_words(self) -> str:
        """All of it in one line, for tables and downloads."""
        return f"{self.words} ({self.span})" if self.span else self.words


@dataclass(frozen=True)
class Line:
    """One programme of the list."""

    programme_id: str
    name: str
    category: str
    modes: str
    change: str
    status: str
    people: Figure
    finished: Figure
    passed: Figure
    time: Figure
    cost: Figure
    benchmark: str
    last: str

    @property
    def searchable(self) -> str:
        """What a search looks through, in small letters."""
        parts = (self.name, self.programme_id, self.category, self.modes)
        return " ".join(parts).casefold()


@dataclass(frozen=True)
class Evidence:
    """Published rows of all programmes, and the words for categories.

    Attributes:
        programmes: pub.programmes.
        cells: programme cells of the window, of all KPIs.
        changes: as queries.programmes.changes gives them.
        benchmarks: as queries.programmes.benchmarks gives them.
        quarters: as queries.programmes.quarters gives them.
        kpis: slot of a tile -> its registry rows, the first one preferred.
        categories: slug -> label.
        fiscal_year_start_month: 1 to 12.
    """

    programmes: pl.DataFrame
    cells: pl.DataFrame
    changes: pl.DataFrame
    benchmarks: pl.DataFrame
    quarters: pl.DataFrame
    kpis: dict[str, tuple[Row, ...]]
    categories: dict[str, str]
    fiscal_year_start_month: int


def figure(cell: Row | None, unit: str | None) -> Figure:
    """Return a published cell in words, or its state."""
    state = states.of_cell(cell)
    if cell is None or (not state and cell["value"] is None):
        state = "no_data"
    if state or cell is None:
        return Figure(states.words(state).short, state=state)
    return Figure(
        formats.value(cell["value"], unit),
        formats.span(cell["ci_low"], cell["ci_high"], unit),
        value=cell["value"],
        low=cell["ci_low"],
        high=cell["ci_high"],
    )


def lines(evidence: Evidence) -> list[Line]:
    """Return a line per programme, in the order of their names."""
    cells = {
        (row["programme_id"], row["kpi_id"]): row
        for row in evidence.cells.iter_rows(named=True)
    }
    newest = _newest(evidence.changes)
    benchmarks = _by_programme(evidence.benchmarks)
    quarters = _by_programme(evidence.quarters)
    return [
        _line(row, evidence, cells, (newest, benchmarks, quarters))
        for row in evidence.programmes.iter_rows(named=True)
    ]


def _line(
    row: Row,
    evidence: Evidence,
    cells: dict[tuple[str, str], Row],
    found: tuple[dict[str, Row], dict[str, Row], dict[str, Row]],
) -> Line:
    programme_id = row["programme_id"]
    change, benchmark, quarter = (rows.get(programme_id) for rows in found)

    def of_slot(slot: str) -> Figure:
        return _of_slot(programme_id, evidence.kpis.get(slot, ()), cells)

    return Line(
        programme_id,
        row["programme_name"] or programme_id,
        evidence.categories.get(row["outcome_category"], row["outcome_category"]),
        modes_words(row["delivery_modes"]),
        change["change_state"] if change else "too_little_data",
        change_words(change),
        _people(row),
        of_slot("finished"),
        of_slot("passed"),
        of_slot("time"),
        of_slot("cost"),
        benchmark_words(benchmark),
        formats.quarter(quarter["last_label"], evidence.fiscal_year_start_month)
        if quarter
        else states.words("no_data").short,
    )


def _of_slot(
    programme_id: str, kpis: tuple[Row, ...], cells: dict[tuple[str, str], Row]
) -> Figure:
    """Return the slot's own KPI; the list never changes the meaning of a column."""
    if not kpis:
        return figure({"state": "not_measured"}, None)
    kpi = kpis[0]
    return figure(cells.get((programme_id, kpi["kpi_id"])), kpi["unit"])


def _people(row: Row) -> Figure:
    if row["state"] != "shown" or row["enrolment_count"] is None:
        state = states.of_cell(row) or "no_data"
        return Figure(states.words(state).short, state=state)
    number = formats.count(row["enrolment_count"])
    words = render("page.programmes.about", count=number)
    return Figure(words, value=float(row["enrolment_count"]))


def modes_words(modes: str | None) -> str:
    """Return delivery modes (comma-separated) in words, in their fixed order."""
    found = set((modes or "").split(",")) - {""}
    known = [mode for mode in MODES if mode in found]
    return ", ".join(
        mode_style(mode).label for mode in [*known, *sorted(found - {*MODES})]
    )


def _newest(changes: pl.DataFrame) -> dict[str, Row]:
    """Return each programme's change up to the newest year of all."""
    last = changes.filter(pl.col("period_end_date") == pl.col("period_end_date").max())
    return _by_programme(last)


def _by_programme(rows: pl.DataFrame) -> dict[str, Row]:
    return {row["programme_id"]: row for row in rows.iter_rows(named=True)}


def searched(found: list[Line], words: str) -> list[Line]:
    """Return the lines in which every word of a search occurs."""
    wanted = words.casefold().split()
    return [line for line in found if all(word in line.searchable for word in wanted)]


def in_order(found: list[Line], sort: str) -> list[Line]:
    """Return the lines in the order of a key of SORTS; ties are by name."""
    keys = {
        "status": lambda line: CHANGE_ORDER.index(line.change),
        "name": lambda line: 0,
        "people": lambda line: -(line.people.value or 0.0),
        "finished": lambda line: (
            2.0 if line.finished.value is None else line.finished.value
        ),
    }
    return sorted(found, key=lambda line: (keys[sort](line), line.name.casefold()))


def summary(found: list[Line]) -> str:
    """Return how many programmes fell, rose, are as before or have too little data."""
    counts = {
        state: sum(line.change == state for line in found) for state in CHANGE_ORDER
    }
    moved = counts["fell"] + counts["rose"]
    key = "page.programmes.moved" if moved else "page.programmes.unmoved"
    return render(
        key,
        count=len(found),
        fell=counts["fell"],
        rose=counts["rose"],
        same=counts["as_before"],
        little=counts["too_little_data"],
    )


def column_words(column: str) -> str:
    """Return the heading of a column of COLUMNS."""
    return render(f"page.programmes.column.{column}")


def as_table(found: list[Line]) -> pl.DataFrame:
    """Return the lines as a table of words, for the download."""
    rows = [
        {
            render("page.column.programme"): line.name,
            render("page.column.category"): line.category,
            render("page.programme.modes"): line.modes,
            **{column_words(name): _in_words(getattr(line, name)) for name in COLUMNS},
        }
        for line in found
    ]
    return pl.DataFrame(rows)


def _in_words(found: Figure | str) -> str:
    return found if isinstance(found, str) else found.in_words
