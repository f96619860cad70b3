"""A reversed direction drawn: its sentence, and both figures on one axis."""

from dashboards.charts import svg
from dashboards.components import html
from dashboards.components.links import href
from dashboards.presenters.reversals import Figure, Reversal
from dashboards.theme import mode_style
from tandem.core.wording import render


def markup(found: Reversal) -> str:
    """Return the card as HTML, with both figures in words."""
    rows = "".join(
        _row(
            figure,
            f"{svg.image(_drawing(figure, found), '')}"
            f'<span class="td-strong td-mode-{html.text(figure.mode)}">'
            f"{html.text(figure.words)}</span>",
        )
        for figure in found.figures
    )
    return f'<div class="td-card td-is-caution">{_card(found, rows)}</div>'


def short_markup(found: Reversal | None, kpi_id: str) -> str:
    """Return the narrow card of the first page, with a link; empty for none."""
    if found is None:
        return ""
    rows = "".join(
        _row(figure, svg.image(_drawing(figure, found), figure.words))
        for figure in found.figures
    )
    address = href(
        "compare_modes",
        measure=kpi_id,
        category=found.category,
        modes="-".join(found.pair),
    )
    return (
        f'<div class="td-card td-glance-reversal">{_card(found, rows)}'
        f'<p>{html.text(found.why)} <a href="{html.text(address)}" target="_self">'
        f"{html.text(render('page.glance.reversal.how'))} →</a></p></div>"
    )


def _card(found: Reversal, rows: str) -> str:
    first, second = (
        html.text(render("page.differences.ahead", mode=mode_style(mode).label))
        for mode in found.pair
    )
    return (
        f'<b>{html.text(found.sentence)}</b><dl class="td-figures">{rows}</dl>'
        f'<div class="td-ends td-hint"><span>← {second}</span>'
        f"<span>{first} →</span></div>"
    )


def _row(figure: Figure, content: str) -> str:
    return f"<div><dt>{html.text(figure.name)}</dt><dd>{content}</dd></div>"


def _drawing(figure: Figure, found: Reversal) -> str:
    return svg.range_row(
        *figure.picture,
        span=found.span,
        margin=found.margin,
        colour=mode_style(figure.mode).colour,
        is_clear=figure.is_clear,
        width=320,
        height=26,
    )
