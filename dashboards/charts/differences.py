"""Differences of one pair of modes, with their ranges, one row per outcome category.

A mark to the right of the line means that the first mode is better, whichever way the
KPI counts. A shaded zone marks differences too small to matter. A filled marker is a
clear difference, an open marker is not. What cannot be compared is left out.
"""

import plotly.graph_objects as go
import polars as pl

from dashboards import formats, gaps
from dashboards.charts import row_labels
from dashboards.theme import NEUTRAL, NOTE, TEXT, ZONE, blank_figure, mode_style
from tandem.core.wording import render

SCHEMA = {
    "label": pl.String,
    "mode_a": pl.String,
    "mode_b": pl.String,
    "unit": pl.String,
    "direction": pl.String,
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
            mode_a minus mode_b in the KPI's unit. `direction` is that of the KPI.
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
    notes = [f"{_lead(row)} · {_state(row)}" for row in found]
    row_labels.label(drawn, [row["label"] for row in found], notes)
    drawn.update_xaxes(range=[-limit, limit], **_ticks(limit, first["unit"]))
    _label_directions(drawn, first)
    drawn.update_layout(margin={"t": 30, "b": 60})
    return drawn


def _draw(drawn: go.Figure, row: dict) -> None:
    label = row["label"]
    value = gaps.advantage(row["difference"], row["direction"])
    is_clear = row["state"] == "clear_difference"
    style = mode_style(gaps.ahead(row, row, "difference"))
    colour = style.colour if is_clear else NEUTRAL
    is_certain = row["state"] != "with_care"
    limits = gaps.ends(row, row)
    if limits:
        drawn.add_trace(
            go.Scatter(
                x=list(limits),
                y=[label, label],
                mode="lines",
                line={
                    "color": colour,
                    "width": 4,
                    "dash": "solid" if is_certain else "dot",
                },
                hoverinfo="skip",
            )
        )
    drawn.add_trace(
        go.Scatter(
            x=[value],
            y=[label],
            mode="markers",
            marker={
                "symbol": style.marker if is_clear else f"{style.marker}-open",
                "color": colour,
                "size": 13,
                "line": {"width": 2.5, "color": colour},
            },
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
    """Return ticks without signs: the sides say which mode is better."""
    scale = 100 if unit == "share" else 1
    step = next(
        s
        for s in (0.5, 1, 2, 5, 10, 20, 50, 100, 1e3, 1e4, 1e6)
        if limit * scale / s <= 3
    )
    count = int(limit * scale / step)
    values = [step * number / scale for number in range(-count, count + 1)]
    return {
        "tickvals": values,
        "ticktext": [
            "0" if not number else formats.value(abs(number) * scale, "ratio")
            for number in values
        ],
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


def _lead(row: dict) -> str:
    return gaps.finding(row, row, "difference")


def _state(row: dict) -> str:
    label = render(f"state.{row['state']}.label")
    return label[:1].lower() + label[1:]


def in_words(row: dict) -> str:
    """Return e.g. `Live 9 points better (likely 5 to 13 points), clear difference`."""
    return render(
        "page.differences.words",
        finding=_lead(row),
        span=gaps.likely(row, row),
        state=_state(row),
    )


def _crude(row: dict) -> str:
    found = gaps.finding(row, row, "crude_difference")
    return found or render("state.not_measured.label")


def title(differences: pl.DataFrame, pair: str) -> str:
    """Return the finding: which mode is clearly ahead, and in how many categories.

    Args:
        differences: as for `figure`.
        pair: both modes in words.
    """
    total = differences.height
    if not total:
        return render("page.compare.found.nothing", pair=pair)
    clear = [
        gaps.ahead(row, row, "difference")
        for row in differences.iter_rows(named=True)
        if row["state"] == "clear_difference"
    ]
    if not clear:
        name = "one" if total == 1 else "many"
        return render(f"page.compare.found.none.{name}", total=total)
    modes = sorted(set(clear), key=clear.count, reverse=True)
    first, *rest = [
        {"mode": mode_style(mode).label, "count": clear.count(mode)} for mode in modes
    ]
    found = render("page.compare.found.one", total=total, **first)
    more = [render("page.compare.found.more", **other) for other in rest]
    return " ".join([found, *more])


def alt(differences: pl.DataFrame, measure: str, pair: str) -> str:
    """Return the alt text: the finding, then every category's difference.

    Args:
        differences: as for `figure`.
        measure: what is compared, e.g. `Finished`.
        pair: both modes in words.
    """
    rows = [f"{r['label']}: {in_words(r)}" for r in differences.iter_rows(named=True)]
    return f"{title(differences, pair)} {measure}: {'; '.join(rows)}."


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
