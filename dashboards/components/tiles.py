"""The row of tiles: value, range, change, eight quarters and base, or a state."""

from collections.abc import Mapping, Sequence

from dashboards.charts import svg
from dashboards.components import html, value_state
from dashboards.presenters.changes import BETTER, WORSE, Change
from dashboards.presenters.tiles import Sparkline, Tile
from tandem.core.wording import render

TONES = {BETTER: ("▲", "td-is-better"), WORSE: ("▼", "td-is-worse")}
SMALL = 42  # pixels: the height of a sparkline


def draw(tiles: Sequence[Tile], details: Mapping[str, str]) -> None:
    """Draw tiles side by side, or below each other on a narrow screen.

    Args:
        tiles: in the order to show.
        details: name of a tile to the markup of how its value came about.
    """
    cells = "".join(markup(tile, details.get(tile.name, "")) for tile in tiles)
    html.draw(cells, css_class="td-tiles")


def markup(tile: Tile, details: str = "") -> str:
    """Return a tile as HTML.

    Args:
        tile: the tile.
        details: markup below it, closed until it is asked for.
    """
    head = f'<h3 title="{html.text(tile.question)}">{html.text(tile.label)}</h3>'
    if tile.state:
        shown_instead = (
            f'<p class="td-hint">{html.text(tile.shown_instead)}</p>'
            if tile.shown_instead
            else ""
        )
        body = value_state.markup(tile.state, tile.reason) + shown_instead
    else:
        unit = f'<span class="td-unit">{html.text(tile.unit)}</span>'
        body = (
            f'<div class="td-value">{html.text(tile.value)}{unit}</div>'
            f'<div class="td-range">{html.text(tile.span)}</div>'
            f"{chip(tile.change)}{_spark(tile.spark)}"
            f'<div class="td-base">{html.text(tile.base)}</div>'
        )
    return f'<div class="td-tile">{head}{body}{details}</div>'


def chip(change: Change | None) -> str:
    """Return a change as HTML: a mark and words, with a colour where it is clear."""
    if change is None:
        return ""
    mark, tone = TONES.get(change.tone, ("●" if change.before else "○", ""))
    title = change.before or change.words
    return (
        f'<span class="td-chip {tone}" title="{html.text(title)}">'
        f'<span aria-hidden="true">{mark}</span>{html.text(change.words)}</span>'
    )


def _spark(spark: Sparkline) -> str:
    if not spark.values:
        return ""
    drawing = svg.sparkline(spark.values, spark.lows, spark.highs, height=SMALL)
    return (
        f'<div class="td-spark">{svg.image(drawing, spark.alt)}'
        f'<div class="td-axis"><span>{html.text(spark.first)}</span>'
        f"<span>{html.text(render('tile.spark_now'))}</span></div></div>"
    )


def steps(
    rows: Sequence[tuple[str, str]], note: str, sentence: str, address: str
) -> str:
    """Return how a value came about as HTML that opens, with a sentence to quote.

    Args:
        rows: words and a number for each step.
        note: about all of them.
        sentence: about the value, to quote.
        address: of the page with this choice and quarter.
    """
    listed = "".join(
        f"<tr><td>{html.text(words)}</td>"
        f'<td class="td-number">{html.text(number)}</td></tr>'
        for words, number in rows
    )
    table = f'<table class="td-table td-steps"><tbody>{listed}</tbody></table>'
    quoted = (
        f"<p>{html.text(sentence)}</p>"
        f'<p><a href="{html.text(address)}" target="_self">'
        f"{html.text(render('tile.quote.link'))}</a></p>"
        if sentence
        else ""
    )
    return (
        f'<details class="td-how"><summary>{html.text(render("tile.how"))}</summary>'
        f'{table if rows else ""}<p class="td-hint">{html.text(note)}</p>{quoted}'
        "</details>"
    )
