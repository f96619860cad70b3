"""The blocks of a slide as HTML: headings, lists, tables and drawings."""

import re
from collections.abc import Iterable
from html import escape

from dashboards.formats import NO_BREAK
from dashboards.presenters.states import MARKS
from dashboards.review_pack.blocks import (
    Bar,
    BarChart,
    Block,
    Card,
    Cards,
    Chart,
    CurveChart,
    Paragraphs,
    RangeChart,
    RangeRow,
    Table,
    Text,
    Tile,
    Tiles,
)
from dashboards.review_pack.chart_tables import Cell, Number, chart_table, unit_of
from dashboards.review_pack.page_charts import (
    Axis,
    axis_drawing,
    bar_drawing,
    curve_drawing,
    range_drawing,
)
from dashboards.theme import MODES, mode_style
from tandem.core.wording import render

DIRECTIONS = {"better": "▲", "worse": "▼"}
# Short words that a hyphen joins, e.g. Self-paced: no line ends inside of them.
JOINED = re.compile(r"\b\w{2,10}(?:-\w{2,10})+\b")


def block_markup(
    block: Block, language: str, *, is_alone: bool, above: str = ""
) -> str:
    """Return a block with its heading.

    Args:
        block: checked already: its drawing has words and numbers.
        language: of the pack.
        is_alone: whether it has the whole width of the slide.
        above: title of the slide; a block of the same title does not repeat it.
    """
    match block:
        case Tiles():
            kind, inner = "tiles", _tiles(block)
        case Cards():
            kind, inner = "cards", "".join(map(_card, block.cards))
        case Paragraphs():
            kind, inner = "words", _paragraphs(block)
        case Table():
            kind, inner = "table", _table(block)
        case RangeChart():
            kind, inner = "chart", _ranges(block)
        case BarChart():
            kind, inner = "chart bars", _bars(block, language)
        case CurveChart():
            kind, inner = "chart", _curves(block)
    if isinstance(block, Chart):
        inner += _twin(block, language)
    css_class = f"block {kind}" + (" alone" if is_alone else "")
    heading = f"<h3>{escape(block.title)}</h3>"
    if block.title in ("", above):
        heading = ""
    return f'<div class="{css_class}">{heading}{inner}</div>'


def _said(tag: str, text: Text, css_class: str = "") -> str:
    """Return words in an element; nothing where there are none."""
    named = f' class="{css_class}"' if css_class else ""
    return f"<{tag}{named}>{together(text.words)}</{tag}>" if text.words else ""


def together(words: str) -> str:
    """Return words as markup in which no line ends after a hyphen of short words."""
    return JOINED.sub(r'<span class="together">\g<0></span>', escape(words))


def _tiles(block: Tiles) -> str:
    inner = "".join(map(_tile, block.tiles))
    return f'<ul class="of-{len(block.tiles)}">{inner}</ul>'


def _tile(tile: Tile) -> str:
    mark = DIRECTIONS.get(tile.direction, "")
    change = ""
    if tile.change.words:
        sign = f'<span aria-hidden="true">{mark} </span>' if mark else ""
        change = (
            f'<p class="change {tile.direction}">{sign}{escape(tile.change.words)}</p>'
        )
    state = MARKS.get(tile.state, "")
    value = f'<p class="value">{escape(tile.value.words)}</p>'
    if tile.state:
        value = (
            f'<p class="value state"><span aria-hidden="true">{state} </span>'
            f"{escape(tile.value.words)}</p>"
        )
    css_class = ' class="without"' if tile.state else ""
    return (
        f'<li{css_class}><p class="label">{escape(tile.label.words)}</p>{value}'
        f"{_said('p', tile.span, 'span')}{change}{_said('p', tile.base, 'base')}</li>"
    )


def _card(card: Card) -> str:
    return (
        f'<div class="card {card.tone}">{_said("p", card.title, "first")}'
        f"{_said('p', card.body)}</div>"
    )


def _paragraphs(block: Paragraphs) -> str:
    if len(block.texts) == 1:
        return _said("p", block.texts[0])
    return f"<ul>{''.join(_said('li', text) for text in block.texts)}</ul>"


def _table(block: Table) -> str:
    rows = (
        "".join(_cell(at, text, block) for at, text in enumerate(row))
        for row in block.rows
    )
    header = "".join(
        f'<th scope="col"{_right(at, block)}>{escape(name)}</th>'
        for at, name in enumerate(block.header)
    )
    return _framed(header, rows, block.title, f"columns-{len(block.header)}")


def _framed(header: str, rows: Iterable[str], title: str, css_class: str) -> str:
    """Return a table that scrolls by itself, also by keyboard, where it is too wide."""
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f'<div class="scroll" role="group" tabindex="0" aria-label="'
        f'{escape(title, quote=True)}"><table class="{css_class}"><thead><tr>{header}'
        f"</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(at: int, text: Text, block: Table) -> str:
    if at == 0:
        return f'<th scope="row">{escape(text.words)}</th>'
    name = escape(block.header[at], quote=True)
    return f'<td data-label="{name}"{_right(at, block)}>{escape(text.words)}</td>'


def _right(at: int, block: Table) -> str:
    return ' class="number"' if at in block.numbers else ""


def _ranges(chart: RangeChart) -> str:
    axis = Axis(chart.least, chart.most)
    rows = "".join(_range_row(chart, row, axis) for row in chart.rows)
    drawn = axis_drawing(
        axis, unit_of(chart), chart.alt, is_difference=chart.zero is not None
    )
    return f"{_head(drawn, chart)}<ul class='rows'>{rows}</ul>"


def _head(drawn: str, chart: RangeChart | None = None) -> str:
    """Return the axis above the rows, with the words of both sides."""
    sides = ""
    if chart and (chart.left or chart.right):
        left = f"←{NO_BREAK}{chart.left.strip('← ')}" if chart.left else ""
        right = f"{chart.right.strip('→ ')}{NO_BREAK}→" if chart.right else ""
        sides = (
            f'<div class="sides"><p>{together(left)}</p><p>{together(right)}</p></div>'
        )
    return f'<div class="row head"><div class="over">{sides}{drawn}</div></div>'


def _range_row(chart: RangeChart, row: RangeRow, axis: Axis) -> str:
    colour = mode_style(row.mode).colour if row.mode and row.is_clear else ""
    return _row(
        _said("b", row.label) + _said("small", row.about),
        range_drawing(chart, row, axis),
        _coloured(row.result, colour) + _said("small", row.note),
    )


def _row(label: str, drawn: str, result: str) -> str:
    css_class = "row" if drawn else "row without"
    plot = f'<div class="plot">{drawn}</div>' if drawn else ""
    return (
        f'<li class="{css_class}"><div class="label">{label}</div>{plot}'
        f'<div class="result">{result}</div></li>'
    )


def _coloured(text: Text, colour: str) -> str:
    style = f' style="color:{colour}"' if colour else ""
    return f"<b{style}>{together(text.words)}</b>" if text.words else ""


def _bars(chart: BarChart, language: str) -> str:
    axis = Axis(0, chart.most)
    rows = "".join(_bar_row(bar, axis) for bar in chart.bars)
    drawn = axis_drawing(axis, unit_of(chart), chart.alt, is_difference=False)
    return f"{_head(drawn)}<ul class='rows'>{rows}</ul>{_legend(chart, language)}"


def _bar_row(bar: Bar, axis: Axis) -> str:
    sign = ""
    if bar.mode:
        style = mode_style(bar.mode)
        sign = f'<i aria-hidden="true" style="color:{style.colour}">{style.sign}</i> '
    label = f"<b>{sign}{escape(bar.label.words)}</b>"
    return _row(label, bar_drawing(bar.value, bar.mode, axis), _said("b", bar.result))


def _legend(chart: BarChart, language: str) -> str:
    """Return what the colours of bars mean, where they are of several modes."""
    found = {bar.mode for bar in chart.bars}
    used = [style for mode, style in MODES.items() if mode in found]
    if len(used) < 2:
        return ""
    names = "".join(
        f'<span><i aria-hidden="true" style="color:{style.colour}">{style.sign}</i> '
        f"{escape(render(f'mode.{style.mode}', language))}</span>"
        for style in used
    )
    return f'<p class="legend">{names}</p>'


def _curves(chart: CurveChart) -> str:
    about = f'<p class="about">{escape(chart.y_title)}</p>' if chart.y_title else ""
    return f"{about}{curve_drawing(chart)}"


def _twin(chart: Chart, language: str) -> str:
    """Return the numbers of a drawing as a table, for screens."""
    found = chart_table(chart, language)
    header = "".join(f'<th scope="col">{escape(name)}</th>' for name in found.header)
    rows = ("".join(_twin_cells(row)) for row in found.rows)
    about = f"<p>{escape(found.about)}</p>" if found.about else ""
    summary = escape(render("pack.page.as_table", language, title=chart.title))
    frame = _framed(header, rows, chart.title, "twin-table")
    return f'<details class="twin"><summary>{summary}</summary>{about}{frame}</details>'


def _twin_cells(row: tuple[Cell, ...]) -> Iterable[str]:
    first, *others = row
    yield f'<th scope="row">{escape(_printed(first))}</th>'
    for cell in others:
        css_class = "" if isinstance(cell, str) else ' class="number"'
        yield f"<td{css_class}>{escape(_printed(cell))}</td>"


def _printed(cell: Cell) -> str:
    if cell is None:
        return "–"
    return cell.printed if isinstance(cell, Number) else cell
