"""Published numbers as a slide prints them, each with the cell that it comes from.

Unless a function says otherwise, rows are cells of pub.kpi_cells with the words of
their KPI, as queries.page_kpis has them and as `cells_of` puts them together.
"""

from collections.abc import Iterable
from typing import Any

from dashboards import formats, gaps
from dashboards.presenters import measures, states
from dashboards.presenters.changes import BETTER, WORSE, Change
from dashboards.presenters.like_for_like import PairRow
from dashboards.presenters.tiles import Tile as PageTile
from dashboards.presenters.tiles import state_of
from dashboards.queries import kpis
from dashboards.review_pack.blocks import NOTHING, Figure, RangeRow, Text, Tile
from dashboards.review_pack.source import COMPARISON, YEAR, Source, figure
from dashboards.review_pack.texts import capitalised, said
from dashboards.words import detail_words, kpi_words
from tandem.core.published_keys import KPI_CELL
from tandem.core.wording import render

Row = dict[str, Any]

DIRECTIONS = {BETTER: "better", WORSE: "worse"}


def cells_of(source: Source, names: Iterable[str]) -> list[Row]:
    """Return KPIs of the audience with their words and their state.

    Args:
        source: whose.
        names: KPIs; left out are those that the registry lacks, and in a pack of one
            business unit those that are published for the organisation only.

    Returns:
        Rows of the registry and of pub.kpi_cells, with `shown_state`: of states.MARKS,
        empty where the value is shown.
    """
    found = kpis.cells(source.snapshot, source.cut, YEAR, source.end)
    cells = {row["kpi_id"]: row for row in found.iter_rows(named=True)}
    measured = kpis.measured(source.snapshot)
    empty = dict.fromkeys(found.columns)
    rows = []
    for name in names:
        cell = cells.get(name)
        state = state_of(cell, name, measured)
        is_elsewhere = source.is_of_unit and cell is None and state == "no_data"
        if name in source.kpis and not is_elsewhere:
            known = cell or empty | {"kpi_id": name}
            rows.append(source.kpis[name] | known | {"shown_state": state})
    return rows


def not_by_unit(source: Source, names: Iterable[str], found: Iterable[Row]) -> Text:
    """Return which KPIs are not published by business unit; empty where all are."""
    shown = {row["kpi_id"] for row in found}
    missing = [
        kpi_words(source.kpis[name], "kpi_name")
        for name in names
        if name in source.kpis and name not in shown
    ]
    return said("pack.not_by_unit", names=", ".join(missing)) if missing else NOTHING


def cell_figure(printed: str, cell: Row, column: str = "value") -> Figure:
    """Return a number of pub.kpi_cells; the row has the columns of the key."""
    return figure(printed, "kpi_cells", cell, column, KPI_CELL)


def comparison_figures(row: Row, kpi: Row) -> tuple[Figure, ...]:
    """Return the difference as it is printed; empty where there is none.

    Args:
        row: of pub.mode_comparisons.
        kpi: its row of the registry.
    """
    difference = row["adjusted_difference"]
    if difference is None:
        return ()
    printed = gaps.amount(difference, kpi["unit"])
    return (
        figure(printed, "mode_comparisons", row, "adjusted_difference", COMPARISON),
    )


def value(row: Row, state: str | None = None) -> Text:
    """Return a value with its unit, or the name of its state.

    Args:
        row: a cell.
        state: of states.MARKS; None for that of the cell.
    """
    state = states.of_cell(row) if state is None else state
    if state:
        return Text(states.words(state).label)
    words = formats.value(row["value"], row["unit"])
    return Text(words, (cell_figure(words, row),))


def span(row: Row) -> Text:
    """Return the likely range of a cell; empty where none is calculated."""
    words = formats.span(row["ci_low"], row["ci_high"], row["unit"])
    if not words or states.of_cell(row):
        return NOTHING
    return said("tile.span", ends(row, words), span=words)


def ends(row: Row, words: str) -> tuple[Figure, ...]:
    """Return the figures of a likely range.

    Args:
        row: a cell; without a likely range there are none.
        words: that hold the range as formats.span gives it.
    """
    printed = []
    for column in ("ci_low", "ci_high"):
        if row[column] is None:
            continue
        short = end(row[column], row["unit"])
        if short in words:
            printed.append(cell_figure(short, row, column))
    return tuple(printed)


def end(number: float, unit: str) -> str:
    """Return one end of a range as formats.span prints it, the unit only of money."""
    if unit in formats.IN_PERCENT:
        return formats.of_hundred(number)
    return formats.value(number, unit if unit == "currency" else "ratio")


def base(row: Row) -> Text:
    """Return what a value counts, with the size of its base."""
    return Text(measures.base(row), size(row))


def size(row: Row) -> tuple[Figure, ...]:
    """Return the figure of the size of a base; empty where none is published."""
    for column in ("denominator", "learner_count"):
        if row[column] is not None:
            printed = formats.count(row[column])
            return (cell_figure(printed, row, column),)
    return ()


def tile(row: Row) -> Tile:
    """Return one KPI of `cells_of` as a tile; without a value it says why."""
    state = row["shown_state"]
    label = Text(kpi_words(row, "kpi_name"))
    if not state:
        return Tile(label, value(row), span(row), base=base(row))
    why = detail_words(row["state_detail"]) or states.words(state).means
    return Tile(label, value(row, state), base=Text(why), state=state)


def finished(source: Source) -> Text:
    """Return the sentence of the first page on the headline KPI, with its figure."""
    made = source.numbers
    cell = made.cells.get(source.headline["kpi_id"])
    if cell is None or cell["state"] != "shown":
        return Text(made.view.finished)
    figures = (cell_figure(formats.of_hundred(cell["value"]), cell),)
    return Text(made.view.finished, figures)


def tile_of_page(made: PageTile, cell: Row | None, unit: str) -> Tile:
    """Return a tile of the first page as a tile of a slide.

    Args:
        made: with words, in the language of the pack.
        cell: the published cell of its KPI, with the columns of the key; None for none.
        unit: of the KPI.
    """
    if made.state or cell is None:
        words = states.words(made.state or "no_data")
        return Tile(
            Text(made.label),
            Text(words.label),
            base=Text(" ".join(filter(None, (made.reason, made.shown_instead)))),
            state=made.state or "no_data",
        )
    number = f"{made.value}{made.unit}"
    change = made.change
    return Tile(
        Text(made.label),
        Text(number, (cell_figure(number, cell),)),
        Text(capitalised(made.span), ends(cell | {"unit": unit}, made.span)),
        Text(change_words(change)),
        Text(made.base),
        direction=DIRECTIONS.get(change.tone, "") if change else "",
    )


def change_words(change: Change | None) -> str:
    """Return a change and what it is against; empty for none."""
    if change is None or not change.before:
        return change.words if change else ""
    return render("pack.change", words=change.words, before=change.before)


def range_row(pair: PairRow, row: Row, kpi: Row) -> RangeRow:
    """Return a comparison of two modes as a row of a chart.

    Args:
        pair: the row of the first page.
        row: of pub.mode_comparisons.
        kpi: its row of the registry.
    """
    strength = render(f"strength.{pair.strength}.evidence") if pair.strength else ""
    picture = pair.picture
    if picture is None:
        return RangeRow(
            Text(pair.category),
            Text(pair.about),
            None,
            None,
            None,
            Text(pair.words),
            Text(pair.reason),
        )
    note = capitalised(pair.likely)
    if strength:
        note = render("pack.compared.note", likely=note, strength=strength)
    figures = comparison_figures(row, kpi)
    return RangeRow(
        Text(pair.category),
        Text(pair.about),
        picture.value,
        picture.low,
        picture.high,
        Text(pair.words, tuple(f for f in figures if f.printed in pair.words)),
        Text(note),
        pair.ahead,
        pair.state == "clear_difference",
    )
