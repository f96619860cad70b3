"""A programme's years of four quarters, beside where chance alone would leave them."""

from datetime import timedelta

import plotly.graph_objects as go
import polars as pl

from dashboards import formats
from dashboards.presenters import states
from dashboards.theme import (
    BETTER,
    LINE,
    NEUTRAL,
    NOTE,
    TEXT,
    WORSE,
    ZONE,
    blank_figure,
    translucent,
)
from tandem.core.wording import render

HEIGHT = 320
MOST = 8  # quarters
PAD = 0.06
HALF = timedelta(days=40)  # of the width of the band of one year

NUMBERS = ("value", "ci_low", "ci_high", "limit_low", "limit_high")
SCHEMA = {
    "label": pl.String,
    "end": pl.Date,
    **dict.fromkeys(NUMBERS, pl.Float64),
    "change_state": pl.String,
    "state": pl.String,
}
MOVED = {"fell": (WORSE, "triangle-down"), "rose": (BETTER, "triangle-up")}


def figure(years: pl.DataFrame) -> go.Figure:
    """Return the chart: values with ranges, and the limits as a band behind them.

    Args:
        years: columns as SCHEMA, oldest first.
    """
    drawn = blank_figure(HEIGHT)
    rows = list(years.iter_rows(named=True))
    for row in rows:
        if row["limit_low"] is not None:
            drawn.add_shape(
                x0=row["end"] - HALF,
                x1=row["end"] + HALF,
                y0=row["limit_low"],
                y1=row["limit_high"],
                fillcolor=ZONE,
                line_width=0,
                layer="below",
            )
    for row in rows:
        if row["state"] == "shown" and row["ci_low"] is not None:
            drawn.add_trace(_range(row))
    styles = [MOVED.get(row["change_state"], (LINE, "circle")) for row in rows]
    drawn.add_trace(
        go.Scatter(
            x=years["end"].to_list(),
            y=years["value"].to_list(),
            mode="lines+markers",
            line={"color": LINE, "width": 2},
            marker={
                "color": [colour for colour, _ in styles],
                "symbol": [symbol for _, symbol in styles],
                "size": 11,
            },
            connectgaps=False,
            cliponaxis=False,
            hovertemplate="%{x|%b %Y}: %{y:.0%}<extra></extra>",
        )
    )
    low, high = _ends(years)
    _label(drawn, rows, low)
    ends = years["end"].to_list()
    drawn.update_xaxes(
        type="date",
        range=[ends[0] - 1.5 * HALF, ends[-1] + 1.5 * HALF],
        tickvals=ends[::-2],
        ticktext=[formats.month(end) for end in ends[::-2]],
        tickfont={"size": 12},
        tickangle=0,
        showgrid=False,
        linecolor=NEUTRAL,
    )
    drawn.update_yaxes(range=[low, high], tickformat=".0%", showgrid=True, nticks=5)
    return drawn


def _range(row: dict) -> go.Scatter:
    return go.Scatter(
        x=[row["end"]] * 2,
        y=[row["ci_low"], row["ci_high"]],
        mode="lines",
        line={"color": translucent(LINE, 0.4), "width": 7},
        hoverinfo="skip",
    )


def _label(drawn: go.Figure, rows: list[dict], low: float) -> None:
    """Label the first, the newest and every moved value, and each missing one."""
    shown = [at for at, row in enumerate(rows) if row["value"] is not None]
    named = {*shown[:1], *shown[-1:]}
    named |= {at for at in shown if rows[at]["change_state"] in MOVED}
    for at, row in enumerate(rows):
        if at in named:
            top = row["value"] if row["ci_high"] is None else row["ci_high"]
            words = f"<b>{formats.percent(row['value'])}</b>"
            _note(drawn, row, top, words, TEXT)
        elif row["state"] != "shown":
            _note(drawn, row, low, states.words(states.of_cell(row)).mark, NOTE)


def _note(drawn: go.Figure, row: dict, y: float, words: str, colour: str) -> None:
    drawn.add_annotation(
        x=row["end"],
        y=y,
        yshift=11,
        text=words,
        showarrow=False,
        font={"size": 14, "color": colour},
    )


def _ends(years: pl.DataFrame) -> tuple[float, float]:
    known = [n for name in NUMBERS for n in years[name].drop_nulls()]
    if not known:
        return 0.0, 1.0
    return max(0.0, min(known) - PAD), min(1.04, max(known) + PAD)


def in_words(row: dict) -> str:
    """Return a year in words: the value with its range, or its state."""
    if row["state"] != "shown" or row["value"] is None:
        return states.words(states.of_cell(row)).short
    words = formats.percent(row["value"])
    span = formats.span(row["ci_low"], row["ci_high"], "share")
    return render("page.rates.with_range", value=words, span=span) if span else words


def missing_words(years: pl.DataFrame) -> str:
    """Return what the marks of years without a figure mean; empty without such."""
    missing = years.filter(pl.col("state") != "shown").unique("state", keep="first")
    named = sorted(in_words(row) for row in missing.iter_rows(named=True))
    if not named:
        return ""
    return render("page.programme.history.missing", states=", ".join(named))


def alt(years: pl.DataFrame, measure: str) -> str:
    """Return the alt text: every year's value and range, or its state."""
    rows = [f"{row['label']}: {in_words(row)}" for row in years.iter_rows(named=True)]
    return f"{measure}. {'; '.join(rows)}."


def data_table(years: pl.DataFrame) -> pl.DataFrame:
    """Return the same numbers as table rows."""
    rows = [
        {
            render("page.programme.history.year"): row["label"],
            render("page.column.value_range"): in_words(row),
            render("page.programme.history.limits"): formats.span(
                row["limit_low"], row["limit_high"], "share"
            )
            or states.words("no_data").short,
            render("page.programmes.column.status"): render(
                f"page.programmes.status_word.{row['change_state']}"
            ),
        }
        for row in years.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)
