"""Tiles of several measures, as HTML: value, likely range and base, or a state."""

from collections.abc import Sequence

from dashboards.components import html, value_state
from dashboards.presenters.measures import Measure


def markup(measures: Sequence[Measure]) -> str:
    """Return tiles side by side, or below each other on a narrow screen."""
    return f'<div class="td-tiles">{"".join(map(_tile, measures))}</div>'


def _tile(measure: Measure) -> str:
    label = f"<h3>{html.text(measure.label)}</h3>"
    if measure.state:
        content = value_state.markup(measure.state, measure.reason)
    else:
        content = (
            f'<p class="td-value">{html.text(measure.value)}</p>'
            f'<p class="td-range">{html.text(measure.span)}</p>'
        )
    base = f'<p class="td-base">{html.text(measure.base)}</p>'
    return f'<div class="td-tile">{label}{content}{base}</div>'
