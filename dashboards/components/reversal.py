"""A reversed direction drawn: its sentence, and both figures on one axis."""

from dashboards.charts import svg
from dashboards.components import html
from dashboards.presenters.reversals import Figure, Reversal
from dashboards.theme import mode_style
from tandem.core.wording import render


def markup(found: Reversal) -> str:
    """Return the card as HTML."""
    first, second = (mode_style(mode).label for mode in found.pair)
    ends = (
        f"<span>← {html.text(render('page.differences.ahead', mode=second))}</span>"
        f"<span>{html.text(render('page.differences.ahead', mode=first))} →</span>"
    )
    rows = "".join(_figure(figure, found) for figure in found.figures)
    return (
        '<div class="td-card td-is-caution td-reversal">'
        f"<b>{html.text(found.sentence)}</b><dl>{rows}</dl>"
        f'<div class="td-ends td-hint">{ends}</div></div>'
    )


def _figure(figure: Figure, found: Reversal) -> str:
    picture = svg.range_row(
        figure.picture.value,
        figure.picture.low,
        figure.picture.high,
        span=found.span,
        margin=found.margin,
        colour=mode_style(figure.mode).colour,
        is_clear=figure.is_clear,
        width=320,
        height=26,
    )
    return (
        f"<div><dt>{html.text(figure.name)}</dt>"
        f"<dd>{svg.image(picture, '')}"
        f'<span class="td-strong td-mode-{html.text(figure.mode)}">'
        f"{html.text(figure.words)}</span></dd></div>"
    )
