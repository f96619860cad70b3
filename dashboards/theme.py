"""The visual style: one Plotly template, and one style for each delivery mode.

Colour is never the only signal: each mode has its own marker, dash and label, because
in greyscale the three colours are nearly the same.
"""

from dataclasses import dataclass

import plotly.graph_objects as go

from tandem.core.wording import render

# The same colours stand in theme.css, which tests/dashboards/test_theme.py compares.
TEXT = "#14181F"
NOTE = "#4A5361"
NEUTRAL = "#5F6875"
GRID = "#E3E6EA"
ZONE = "#E9EDF1"
LINE = "#33566F"
BETTER = "#0A6B3D"
WORSE = "#A32020"
FONT = '"Source Sans", "Source Sans 3", "Noto Sans", sans-serif'

# No toolbar and no zoom, which scrolling would trigger by accident.
CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


@dataclass(frozen=True)
class ModeStyle:
    """Style of a delivery mode; its colour has a contrast of 4.5 : 1 on white."""

    mode: str
    colour: str
    marker: str
    dash: str
    sign: str

    @property
    def label(self) -> str:
        """The mode in the reader's language."""
        return render(f"mode.{self.mode}")


MODES = {
    style.mode: style
    for style in (
        ModeStyle("sync", "#0072B2", "circle", "solid", "●"),
        ModeStyle("async", "#C25100", "square", "dash", "■"),
        ModeStyle("hybrid", "#8A3B74", "diamond", "dot", "◆"),
    )
}
WHOLE = ModeStyle("all", LINE, "circle", "solid", "●")  # all modes together
OTHER = ModeStyle("unknown", NEUTRAL, "x", "longdash", "✕")


def mode_style(mode: str) -> ModeStyle:
    """Return the style of a delivery mode, a neutral one for an unknown mode."""
    return WHOLE if mode == WHOLE.mode else MODES.get(mode, OTHER)


def translucent(colour: str, alpha: float) -> str:
    """Return `#rrggbb` as an rgba() colour.

    Args:
        colour: six hexadecimal digits after a hash.
        alpha: 0 invisible to 1 opaque.
    """
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha})"


def _axis() -> go.layout.XAxis:
    return go.layout.XAxis(
        automargin=True,
        showgrid=True,
        gridcolor=GRID,
        zeroline=False,
        linecolor=NEUTRAL,
        ticks="",
        tickfont={"size": 14, "color": TEXT},
        title={"font": {"size": 14, "color": NOTE}, "standoff": 12},
        fixedrange=True,
    )


def _template() -> go.layout.Template:
    axis = _axis().to_plotly_json()
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 14, "color": TEXT},
            "paper_bgcolor": "#FFFFFF",
            "plot_bgcolor": "#FFFFFF",
            "colorway": [style.colour for style in MODES.values()],
            "margin": {"l": 8, "r": 24, "t": 16, "b": 8},
            "showlegend": False,
            "dragmode": False,
            "hoverlabel": {"font": {"size": 14, "color": TEXT}, "bgcolor": "#FFFFFF"},
            "xaxis": axis,
            "yaxis": axis | {"showgrid": False},
        }
    )


TEMPLATE = _template()


def blank_figure(height: int) -> go.Figure:
    """Return an empty figure with the template, `height` pixels high."""
    return go.Figure(layout={"template": TEMPLATE, "height": height})
