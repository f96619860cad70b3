"""A dot and its likely range, one row per delivery mode (or category, or programme).

There are no bars, because readers take values inside a bar for more likely than values
outside it. The range is always drawn with the dot.
"""

import plotly.graph_objects as go
import polars as pl

from dashboards import formats
from dashboards.charts import row_labels
from dashboards.theme import NOTE, blank_figure, mode_style, translucent
from tandem.core.wording import render

LEAST_SPAN = 0.2  # of the axis, in share: a shorter axis would magnify small gaps

SCHEMA = {
    "label": pl.String,
    "mode": pl.String,
    "unit": pl.String,
    "value": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "base": pl.String,
    "state": pl.String,
    "state_detail": pl.String,
}


def figure(rates: pl.DataFrame) -> go.Figure:
    """Return the chart; a row without a value has its state in place of the dot.

    Args:
        rates: columns as SCHEMA, in the order of the rows, the first on top.
    """
    drawn = blank_figure(row_labels.HEIGHT * rates.height + 50)
    for row in rates.iter_rows(named=True):
        if row["state"] == "shown":
            _draw(drawn, row)
    low, high = _limits(rates)
    for row in rates.filter(pl.col("state") != "shown").iter_rows(named=True):
        drawn.add_annotation(
            x=low,
            y=row["label"],
            text=render(f"state.{row['state']}.label"),
            showarrow=False,
            xanchor="left",
            xshift=8,
            bgcolor="#FFFFFF",
            font={"size": 14, "color": NOTE},
        )
    found = list(rates.iter_rows(named=True))
    row_labels.label(
        drawn, [row["label"] for row in found], [row["base"] for row in found]
    )
    is_share = rates.height > 0 and rates["unit"][0] == "share"
    drawn.update_xaxes(
        nticks=7, range=[low, high], tickformat=".0%" if is_share else ","
    )
    return drawn


def _draw(drawn: go.Figure, row: dict) -> None:
    style = mode_style(row["mode"])
    label = row["label"]
    if row["ci_low"] is not None:
        drawn.add_trace(
            go.Scatter(
                x=[row["ci_low"], row["ci_high"]],
                y=[label, label],
                mode="lines",
                line={"color": translucent(style.colour, 0.35), "width": 10},
                hoverinfo="skip",
            )
        )
    words = formats.value(row["value"], row["unit"])
    drawn.add_trace(
        go.Scatter(
            x=[row["value"]],
            y=[label],
            mode="markers+text",
            marker={"color": style.colour, "symbol": style.marker, "size": 13},
            text=[f"<b>{words}</b>"],
            textposition="bottom center",
            textfont={"color": style.colour, "size": 14},
            cliponaxis=False,
            hovertemplate=f"{row['label']}: {_in_words(row)}<extra></extra>",
        )
    )


def _limits(rates: pl.DataFrame) -> tuple[float, float]:
    """Return the ends of the axis: all ranges, padded, within 0 to 1 for a share."""
    shown = rates.filter(pl.col("state") == "shown")
    if shown.is_empty():
        return 0.0, 1.0
    low = float(shown.select(pl.min_horizontal("value", "ci_low").min()).item())
    high = float(shown.select(pl.max_horizontal("value", "ci_high").max()).item())
    if shown["unit"][0] != "share":
        return 0.0, high * 1.15 or 1.0
    pad = max(0.05, (LEAST_SPAN - (high - low)) / 2)
    return max(0.0, low - pad), min(1.02, high + pad)


def _in_words(row: dict) -> str:
    if row["state"] != "shown":
        return row["state_detail"] or ""
    words = formats.value(row["value"], row["unit"])
    span = formats.span(row["ci_low"], row["ci_high"], row["unit"])
    return render("page.rates.with_range", value=words, span=span) if span else words


def title(rates: pl.DataFrame) -> str:
    """Return what the chart shows, the largest value first, as it happened."""
    shown = rates.filter(pl.col("state") == "shown").sort("value", descending=True)
    if shown.is_empty():
        return render("page.rates.finding_none")
    parts = [
        render(
            "page.rates.part",
            mode=row["label"],
            value=formats.value(row["value"], row["unit"]),
        )
        for row in shown.iter_rows(named=True)
    ]
    return render("page.rates.finding", parts=", ".join(parts))


def alt(rates: pl.DataFrame, measure: str) -> str:
    """Return the alt text: every row's value and range, or its state.

    Args:
        rates: as for `figure`.
        measure: what is shown, e.g. `Finished`.
    """
    rows = [f"{row['label']} {_in_words(row)}" for row in rates.iter_rows(named=True)]
    return f"{measure}: {'; '.join(rows)}."


def data_table(rates: pl.DataFrame, first: str) -> pl.DataFrame:
    """Return the same numbers as table rows.

    Args:
        rates: as for `figure`.
        first: heading of the first column.
    """
    rows = [
        {
            first: row["label"],
            render("page.column.value_range"): _in_words(row),
            render("page.column.base"): row["base"] or "–",
        }
        for row in rates.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)
