"""Rows of a chart with their labels above them, so that a phone has room for both.

Labels beside the axis would take half of a narrow screen, and Plotly never wraps them.
"""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboards.theme import NOTE, TEXT

HEIGHT = 74  # pixels a row: label and note above, dot, number below
ABOVE = 12  # pixels from the dot to its label
ONE_LINE = 40  # characters that fit beside each other at 320 pixels


def label(drawn: go.Figure, labels: Sequence[str], notes: Sequence[str]) -> None:
    """Give a figure one row a label, the first on top, with a note after each.

    Args:
        drawn: its traces have the labels as y.
        labels: one a row, no two alike.
        notes: what stands small behind each label; empty for none.
    """
    rows = list(zip(labels, notes, strict=True))
    is_short = all(len(name) + len(note) <= ONE_LINE for name, note in rows)
    for name, note in rows:
        drawn.add_annotation(
            x=0,
            xref="paper",
            xanchor="left",
            y=name,
            yanchor="bottom",
            yshift=ABOVE,
            align="left",
            text=_text(name, note, "  " if is_short else "<br>"),
            showarrow=False,
            font={"size": 14, "color": TEXT},
        )
    drawn.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=list(labels),
        range=[len(labels) - 0.6, -0.75],
        showticklabels=False,
        showline=False,
    )


def _text(name: str, note: str, between: str) -> str:
    if not note:
        return name
    return f"{name}{between}<span style='font-size:12px;color:{NOTE}'>{note}</span>"
