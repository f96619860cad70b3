"""Differences of one pair of modes, with their ranges, one row per outcome category.

A shaded zone marks differences too small to matter. A filled marker is a clear
difference, an open marker is not. Categories that cannot be compared are left out.
"""

import plotly.graph_objects as go
import polars as pl

from dashboards import formats
from dashboards.charts import row_labels
from dashboards.theme import NEUTRAL, NOTE, TEXT, ZONE, blank_figure, mode_style
from tandem.core.wording import render

SCHEMA = {
    "label": pl.String,
    "mode_a": pl.String,
    "mode_b": pl.String,
    "unit": pl.String,
    "difference": pl.Float64,
    "crude_difference": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "margin": pl.Float64,
    "state": pl.String,
}


def figure(differences: pl.DataFrame) -> go.Figure:
    """Return the chart.

    Args:
        differences: columns as SCHEMA, one pair of modes, first row on top;
            mode_a minus mode_b in the KPI's unit.
    """
    drawn = blank_figure(row_labels.HEIGHT * differences.height + 110)
    if differences.is_empty():
        return drawn
    first = differences.row(0, named=True)
    limit = _axis_limit(differences)
    margin = first["margin"]
    if margin:
        drawn.add_vrect(x0=-margin, x1=margin, fillcolor=ZONE, line_width=0)
        drawn.layout.shapes[-1].layer = "below"
        drawn.add_annotation(
            x=0,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=render("page.differences.zone"),
            showarrow=False,
            font={"size": 12, "color": NOTE},
        )
    drawn.add_vline(x=0, line={"color": NEUTRAL, "width": 1})
    for row in differences.iter_rows(named=True):
        _draw(drawn, row)
    found = list(differences.iter_rows(named=True))
    states = [render(f"state.{row['state']}.label") for row in found]
    row_labels.label(drawn, [row["label"] for row in found], states)
    drawn.update_xaxes(range=[-limit, limit], **_ticks(limit, first["unit"]))
    _label_directions(drawn, first)
    drawn.update_layout(margin={"t": 30, "b": 60})
    return drawn


def _draw(drawn: go.Figure, row: dict) -> None:
    label = row["label"]
    ahead = row["mode_a"] if row["difference"] >= 0 else row["mode_b"]
    is_clear = row["state"] == "clear_difference"
    style = mode_style(ahead)
    colour = style.colour if is_clear else NEUTRAL
    is_certain = row["state"] != "with_care"
    drawn.add_trace(
        go.Scatter(
            x=[row["ci_low"], row["ci_high"]],
            y=[label, label],
            mode="lines",
            line={
                "color": colour,
                "width": 3,
                "dash": "solid" if is_certain else "dot",
            },
            hoverinfo="skip",
        )
    )
    drawn.add_trace(
        go.Scatter(
            x=[row["difference"]],
            y=[label],
            mode="markers+text",
            marker={
                "symbol": style.marker if is_clear else f"{style.marker}-open",
                "color": colour,
                "size": 13,
                "line": {"width": 2.5, "color": colour},
            },
            text=[f"<b>{formats.difference(row['difference'], row['unit'])}</b>"],
            textposition="bottom center",
            textfont={"color": TEXT, "size": 14},
            cliponaxis=False,
            hovertemplate=f"{row['label']}: {in_words(row)}<extra></extra>",
        )
    )


def _axis_limit(differences: pl.DataFrame) -> float:
    """Return the end of the axis; it starts at the same distance below 0."""
    farthest = max(
        abs(number)
        for name in ("difference", "ci_low", "ci_high")
        for number in differences[name].drop_nulls()
    )
    return max(farthest, 2 * (differences["margin"][0] or 0.0)) * 1.12 or 1.0


def _ticks(limit: float, unit: str) -> dict:
    if unit != "share":
        return {}
    step = next(s for s in (0.02, 0.05, 0.1, 0.2, 0.5, 1) if limit / s <= 3 or s == 1)
    count = int(limit / step)
    values = [step * number for number in range(-count, count + 1)]
    return {
        "tickvals": values,
        "ticktext": [formats.points(number, signed=True) for number in values],
    }


def _label_directions(drawn: go.Figure, row: dict) -> None:
    sides = (
        (0, "left", f"← {_ahead(row['mode_b'])}"),
        (1, "right", f"{_ahead(row['mode_a'])} →"),
    )
    for position, anchor, text in sides:
        drawn.add_annotation(
            x=position,
            xref="paper",
            xanchor=anchor,
            y=0,
            yref="paper",
            yanchor="top",
            yshift=-28,
            text=text,
            showarrow=False,
            font={"size": 14, "color": TEXT},
        )


def _ahead(mode: str) -> str:
    return render("page.differences.ahead", mode=mode_style(mode).label)


def in_words(row: dict) -> str:
    """Return a row's difference, range and state, e.g. `Live +9 points (5 to 13)`."""
    ahead, behind = row["mode_a"], row["mode_b"]
    number, low, high = row["difference"], row["ci_low"], row["ci_high"]
    if number < 0:
        ahead, behind, number, low, high = behind, ahead, -number, -high, -low
    return render(
        "page.differences.words",
        ahead=mode_style(ahead).label,
        behind=mode_style(behind).label,
        difference=formats.difference_words(number, row["unit"]),
        span=formats.difference_span(low, high, row["unit"]),
        state=render(f"state.{row['state']}.label").lower(),
    )


def _crude(row: dict) -> str:
    number = row["crude_difference"]
    if number is None:
        return "–"
    ahead = row["mode_a"] if number >= 0 else row["mode_b"]
    difference = formats.difference(abs(number), row["unit"])
    return f"{mode_style(ahead).label} {difference}"


def alt(differences: pl.DataFrame, measure: str) -> str:
    """Return the alt text: every category's difference with range and state."""
    rows = [f"{r['label']}: {in_words(r)}" for r in differences.iter_rows(named=True)]
    return f"{measure}, {render('page.view.like_for_like').lower()}. {'; '.join(rows)}."


def data_table(differences: pl.DataFrame) -> pl.DataFrame:
    """Return the same numbers as table rows, and the unadjusted differences."""
    rows = [
        {
            render("page.column.category"): row["label"],
            render("page.column.like_for_like"): in_words(row),
            render("page.view.as_happened"): _crude(row),
        }
        for row in differences.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)
