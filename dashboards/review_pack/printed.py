"""Published numbers as a slide prints them, each with the cell that it comes from.

Rows are cells of pub.kpi_cells with the words of their KPI, as queries.page_kpis has
them and as `cells_of` puts them together.
"""

from collections.abc import Iterable
from typing import Any

from dashboards import formats
from dashboards.presenters import measures, states
from dashboards.presenters.tiles import state_of
from dashboards.queries import kpis
from dashboards.review_pack.blocks import NOTHING, Figure, Text, Tile
from dashboards.review_pack.parts import cell_figure
from dashboards.review_pack.source import YEAR, Source
from dashboards.words import detail_words, kpi_words
from tandem.core.wording import render

Row = dict[str, Any]

MOST_IN_TITLE = 90  # characters


def said(key: str, figures: Iterable[Figure] = (), **parameters: object) -> Text:
    """Return the sentence of a key with the figures that it prints."""
    return Text(render(key, **parameters), tuple(figures))


def joined(parts: Iterable[Text], between: str = " ") -> Text:
    """Return texts as one, without the empty ones."""
    known = [part for part in parts if part.words]
    words = between.join(part.words for part in known)
    return Text(words, tuple(f for part in known for f in part.figures))


def of_audience(title: str, source: Source) -> str:
    """Return the title of a block about the whole organisation, said where need be.

    Args:
        title: of the block.
        source: a pack of one business unit has figures of the organisation beside it.
    """
    return render("pack.whole", title=title) if source.is_of_unit else title


def of_unit(title: str, source: Source) -> str:
    """Return the title of a block with figures of the unit, named where need be."""
    unit = source.business_unit
    return (
        render("pack.of_unit", title=title, unit=unit) if source.is_of_unit else title
    )


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
        row: a cell with both ends.
        words: the range as formats.span gives it.
    """
    printed = []
    for column in ("ci_low", "ci_high"):
        number = row[column]
        is_share = row["unit"] == "share"
        short = formats.of_hundred(number) if is_share else _bare(number, row["unit"])
        if short in words:
            printed.append(cell_figure(short, row, column))
    return tuple(printed)


def _bare(number: float, unit: str) -> str:
    return formats.value(number, "currency" if unit == "currency" else "ratio")


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


def title_of_audience(source: Source, *candidates: Text) -> Text:
    """Return the first title about the whole organisation that fits, said so."""
    return short_enough(
        *(Text(of_audience(t.words, source), t.figures) for t in candidates)
    )


def short_enough(*candidates: Text) -> Text:
    """Return the first title that fits; the last one where none does."""
    fitting = (text for text in candidates if len(text.words) <= MOST_IN_TITLE)
    return next(fitting, candidates[-1])
