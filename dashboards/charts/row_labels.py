"""Row labels above the rows of a chart, so that they fit on a phone.

Labels beside the axis would take half of a narrow screen; Plotly does not wrap them.
"""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboards.theme import NOTE, TEXT

HEIGHT = 74  # pixels a row: label and note above, dot, number below
ABOVE = 12  # pixels from the dot to its label
ONE_LINE = 40  # characters that fit beside each other at 320 pixels


def label(drawn: go.Figure, labels: Sequence[str], notes: Sequence[str]) -> None:
    """Label the rows of a figure, the first on top, with a note after each label.

    Args:
        drawn: its traces have the labels as y.
        labels: one per row, all different.
        notes: small text after each label; empty for none.
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
