"""The list of programmes as a table whose rows open a programme."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from dashboards.charts.programme_dots import range_markup
from dashboards.components import html
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
    heads = "".join(f'<th scope="col">{html.text(name)}</th>' for name in names)
    rows = "".join(_row(line, kept) for line in lines)
    html.draw(
        f'<div class="td-scroll" role="region" tabindex="0" '
        f'aria-label="{html.text(caption)}">'
        '<table class="td-table td-stacks td-programmes">'
        f'<caption class="td-hidden-text">{html.text(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(line: Line, kept: Mapping[str, str]) -> str:
    link = html.text(address(line.programme_id, kept))
    name = (
        f'<th scope="row"><a href="{link}" target="_self">{html.text(line.name)}</a>'
        f"<small>{html.text(line.category)} · {html.text(line.modes)}</small></th>"
    )
    cells = {
        "status": change_chip(line.change, line.status),
        "people": _figure(line.people),
        "finished": range_markup(
            line.finished.value, line.finished.low, line.finished.high
        )
        + _figure(line.finished),
        "passed": _figure(line.passed),
        "time": _figure(line.time),
        "cost": _figure(line.cost),
        "benchmark": html.text(line.benchmark),
        "last": html.text(line.last),
    }
    return "<tr>" + name + "".join(_cell(key, cells[key]) for key in COLUMNS) + "</tr>"


def _cell(column: str, content: str) -> str:
    label = f'<span class="td-cell-label">{html.text(column_words(column))}</span>'
    return f'<td class="td-col-{column}">{label}{content}</td>'


def _figure(figure: Figure) -> str:
    words = html.text(figure.words)
    if figure.state:
        return f'<span class="td-hint">{words}</span>'
    span = f"<small>{html.text(figure.span)}</small>" if figure.span else ""
    return f'<span class="td-strong">{words}</span>{span}'


def change_chip(change: str, words: str) -> str:
    """Return the status of a programme as a chip: a mark and words."""
    mark, css_class = CHIPS.get(change, (QUIET.get(change, ""), ""))
    return (
        f'<span class="td-chip {css_class}"><span aria-hidden="true">{mark}</span>'
        f"{html.text(words)}</span>"
    )
