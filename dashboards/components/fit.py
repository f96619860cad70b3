"""Programmes beside the reference list, drawn: tiles, the matrix and a list."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from dashboards.components import downloads, html, html_table
from dashboards.components.programme_table import address
from dashboards.presenters import right_mode, right_mode_tables
from dashboards.presenters.right_mode import FitRow, FitTile
from dashboards.theme import MODES, mode_style
from tandem.core.wording import render

Row = dict[str, Any]

MOST_DOTS = 8  # in one field of the matrix
MARKS = {"usually": "●", "can": "◐", "rarely": "○", "": "–"}


def draw_tiles(tiles: Sequence[FitTile]) -> None:
    """Draw the tiles side by side."""
    cards = "".join(
        f'<div class="td-tile"><h3>{html.text(tile.label)}</h3>'
        f'<div class="td-tile-words">{html.text(tile.value)}</div>'
        f'<div class="td-base">{html.text(tile.note)}</div></div>'
        for tile in tiles
    )
    html.draw(f'<div class="td-tiles">{cards}</div>')


def draw_matrix(rows: Sequence[FitRow], chosen: Mapping[str, str], title: str) -> None:
    """Draw the matrix; a count of programmes is a link to the list of them.

    Args:
        rows: categories in the order of the list.
        chosen: the query parameters of the page, which links keep.
        title: of the table, for readers who do not see it.
    """
    headings = [
        render("page.column.category"),
        *(mode_style(mode).label for mode in MODES),
        render("page.right.column.data"),
    ]
    body = (_row(row, chosen) for row in rows)
    html.draw(html_table.frame(headings, body, title, "td-matrix td-fit-matrix"))
    downloads.button(right_mode_tables.matrix_table(rows, headings), title, "fit")


def _row(row: FitRow, chosen: Mapping[str, str]) -> str:
    cells = ""
    for cell in row.cells:
        name = mode_style(cell.mode).label
        mark = f'<span aria-hidden="true">{MARKS[cell.fit]}</span>'
        words = f"{mark} {html.text(cell.words)}"
        if not cell.count:
            nobody = html.text(right_mode_tables.programmes_words(0))
            empty = f'<div class="td-fit"><small>{words}<br>{nobody}</small></div>'
            cells += html_table.cell(name, empty, "td-not-run")
            continue
        cells += html_table.cell(
            name,
            f'<div class="td-fit td-is-{cell.fit or "none"}">'
            f"{_dots(cell.mode, cell.count)}<span>{words}</span>"
            f"{_count(row, cell.mode, cell.count, chosen)}</div>",
        )
    flag = (
        f'<span class="td-chip td-is-flag"><span aria-hidden="true">⚑</span>'
        f"{html.text(row.flag)}</span>"
        if row.flag
        else ""
    )
    said = html_table.cell(
        render("page.right.column.data"),
        f'<span><span aria-hidden="true">{row.mark}</span> '
        f"{html.text(row.data_say)}</span>{flag}",
    )
    return f'<th scope="row" class="td-row">{html.text(row.label)}</th>{cells}{said}'


def _dots(mode: str, count: int) -> str:
    """Return a dot per programme in the colour of the mode; the count stands beside."""
    more = "+" if count > MOST_DOTS else ""
    dots = "<i></i>" * min(count, MOST_DOTS)
    css_class = f"td-fit-dots td-mode-{mode}"
    return f'<span class="{css_class}" aria-hidden="true">{dots}{more}</span>'


def _count(row: FitRow, mode: str, count: int, chosen: Mapping[str, str]) -> str:
    words = right_mode_tables.programmes_words(count)
    query = urlencode(dict(chosen) | {"list": f"{row.category}-{mode}"})
    link = f'<a href="?{html.text(query)}" target="_self">{html.text(words)}</a>'
    return f"<span>{link}</span>"


def draw_list(
    programmes: Sequence[Row],
    labels: Mapping[str, str],
    reviewed: Callable[[str], str],
    title: str,
) -> None:
    """Draw a list of programmes, each with a link to its page.

    Args:
        programmes: rows of queries.right_mode.programmes.
        labels: category -> words.
        reviewed: programme -> what the newest review of its mode decided, or empty.
        title: of the table, for readers who do not see it.
    """
    names = ("programme", "category", "mode", "people", "stands")
    headings = [render(f"page.right.column.{name}") for name in names]
    body = (_programme(row, labels, reviewed, headings) for row in programmes)
    html.draw(html_table.frame(headings, body, title, "td-matrix td-fit-list"))
    listed = right_mode_tables.list_table(programmes, labels, reviewed, headings)
    downloads.button(listed, title, "fit_programmes")


def _programme(
    row: Row,
    labels: Mapping[str, str],
    reviewed: Callable[[str], str],
    headings: Sequence[str],
) -> str:
    link = html.text(address(row["programme_id"], {}))
    name = html.text(row["programme_name"] or row["programme_id"])
    mode = mode_style(row["delivery_mode"] or "unknown")
    slug = row["outcome_category"]
    found = right_mode.status(row)
    label = html.text(render(f"page.right.status.{found}"))
    why = html.text(right_mode.reason(row))
    review = reviewed(row["programme_id"])
    note = f"<small>{html.text(review)}</small>" if review else ""
    values = (
        html.text(labels.get(slug, render("page.right.no_category"))),
        f'<span class="td-mode-{mode.mode}"><span aria-hidden="true">{mode.sign}</span>'
        f" {html.text(mode.label)}</span>",
        html.text(right_mode.people(row)),
        f'<span class="td-chip">{label}</span> {why}{note}',
    )
    cells = "".join(
        html_table.cell(heading, f"<div>{value}</div>")
        for heading, value in zip(headings[1:], values, strict=True)
    )
    linked = f'<a href="{link}" target="_self">{name}</a>'
    return f'<th scope="row" class="td-row">{linked}</th>{cells}'
