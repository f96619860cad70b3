"""The list of programmes as a table whose rows open a programme."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from dashboards.charts.programme_dots import range_markup
from dashboards.components import html, html_table
from dashboards.presenters.programme_list import COLUMNS, Figure, Line, column_words
from tandem.core.wording import render

CHIPS = {"fell": ("▼", "td-is-worse"), "rose": ("▲", "td-is-better")}
QUIET = {"as_before": "●", "too_little_data": "∅"}


def address(programme_id: str, kept: Mapping[str, str]) -> str:
    """Return the address of a programme's page, which keeps the filters.

    Args:
        programme_id: of the programme.
        kept: query parameters of this page that the other one shares.
    """
    return f"programme?{urlencode({**kept, 'programme': programme_id})}"


def draw(lines: Sequence[Line], kept: Mapping[str, str], caption: str) -> None:
    """Draw the table.

    Args:
        lines: the programmes, in their order.
        kept: query parameters that its links keep.
        caption: what the table shows, for screen readers.
    """
    names = [render("page.column.programme"), *map(column_words, COLUMNS)]
    rows = (_row(line, kept) for line in lines)
    table = html_table.frame(names, rows, caption, "td-programmes")
    html.draw(html_table.scrolling(table, caption))


def _row(line: Line, kept: Mapping[str, str]) -> str:
    link = html.text(address(line.programme_id, kept))
    name = (
        f'<th scope="row"><a href="{link}" target="_self">{html.text(line.name)}</a>'
        f"<small>{html.text(line.category)} · {html.text(line.modes)}</small></th>"
    )
    return name + "".join(
        html_table.cell(
            column_words(column), _content(column, line), f"td-col-{column}"
        )
        for column in COLUMNS
    )


def _content(column: str, line: Line) -> str:
    found = getattr(line, column)
    if column == "status":
        return change_chip(line.change, found)
    if column == "finished":
        return range_markup(found.value, found.low, found.high) + figure(found)
    return figure(found) if isinstance(found, Figure) else html.text(found)


def figure(found: Figure) -> str:
    """Return a number with its range, or the state that stands in its place."""
    words = html.text(found.words)
    if found.state:
        return f'<span class="td-hint">{words}</span>'
    span = f" <small>{html.text(found.span)}</small>" if found.span else ""
    return f'<span class="td-strong">{words}</span>{span}'


def change_chip(change: str, words: str) -> str:
    """Return the status of a programme as a chip: a mark and words."""
    mark, css_class = CHIPS.get(change, (QUIET.get(change, ""), ""))
    return (
        f'<span class="td-chip {css_class}"><span aria-hidden="true">{mark}</span>'
        f"{html.text(words)}</span>"
    )
