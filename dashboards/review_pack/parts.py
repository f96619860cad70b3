"""Blocks of slides from what pages show: tiles, comparisons, and how they were made."""

import re
from typing import Any

from dashboards import formats, gaps
from dashboards.presenters import states
from dashboards.presenters.changes import BETTER, WORSE, Change
from dashboards.presenters.like_for_like import PairRow
from dashboards.presenters.tiles import Tile as PageTile
from dashboards.review_pack import blocks
from dashboards.review_pack.blocks import Figure, RangeRow, Text
from dashboards.review_pack.source import CELL, COMPARISON, Source, figure
from tandem.core.wording import render

Row = dict[str, Any]

DIRECTIONS = {BETTER: "better", WORSE: "worse"}


def text(key: str, **parameters: object) -> Text:
    """Return a sentence of the wording without figures."""
    return Text(render(key, **parameters))


def heading(words: str, figures: tuple[Figure, ...] = ()) -> Text:
    """Return a sentence as a title, which has no full stop or danda at its end."""
    return Text(words.rstrip(".।"), figures)


def cell_figure(printed: str, cell: Row, column: str = "value") -> Figure:
    """Return a number of pub.kpi_cells; the row has the columns of the key."""
    return figure(printed, "kpi_cells", cell, column, CELL)


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


def tile(made: PageTile, cell: Row | None) -> blocks.Tile:
    """Return a tile of the first page as a tile of a slide.

    Args:
        made: with words, in the language of the pack.
        cell: the published cell of its KPI, with the columns of the key; None for none.
    """
    if made.state or cell is None:
        words = states.words(made.state or "no_data")
        return blocks.Tile(
            Text(made.label),
            Text(words.label),
            base=Text(" ".join(filter(None, (made.reason, made.shown_instead)))),
            state=made.state or "no_data",
        )
    value = f"{made.value}{made.unit}"
    change = made.change
    return blocks.Tile(
        Text(made.label),
        Text(value, (cell_figure(value, cell),)),
        _span(made.span, cell),
        Text(change_words(change)),
        Text(made.base),
        direction=DIRECTIONS.get(change.tone, "") if change else "",
    )


def change_words(change: Change | None) -> str:
    """Return a change and what it is against; empty for none."""
    if change is None or not change.before:
        return change.words if change else ""
    return render("pack.change", words=change.words, before=change.before)


def _span(words: str, cell: Row) -> Text:
    """Return the likely range; shares print both ends as whole numbers of a hundred."""
    ends = [
        cell_figure(formats.of_hundred(cell[column]), cell, column)
        for column in ("ci_low", "ci_high")
        if cell[column] is not None and formats.of_hundred(cell[column]) in words
    ]
    return Text(capitalised(words), tuple(ends))


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


def capitalised(words: str) -> str:
    """Return words with a capital first letter."""
    return words[:1].upper() + words[1:]


def calculated(kpi: Row) -> Text:
    """Return how a KPI is calculated, in one or two sentences, for speaker notes.

    Args:
        kpi: its row of the registry; words that it lacks are left out.
    """
    counted = render(
        "pack.calculated",
        name=kpi["kpi_name"],
        numerator=kpi["numerator_words"],
        denominator=kpi["denominator_words"],
    )
    whom = kpi["population_words"]
    about = render("pack.calculated.about", population=whom) if whom else ""
    return Text(f"{counted} {about}".strip())


def period_words(source: Source) -> str:
    """Return the four quarters of a pack in words."""
    return render(
        "pack.period", day=formats.day(source.end), quarter=source.quarter_words
    )


def sentences(words: str) -> list[str]:
    """Return the sentences of a text, each with its full stop or danda."""
    return [part for part in re.split(r"(?<=[.!?।])\s+", words.strip()) if part]
