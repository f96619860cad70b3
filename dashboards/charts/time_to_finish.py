"""Share of enrolments that finished by each day, one line per delivery mode.

People who are still learning count for as long as they were observed, and people who
left count as not finished. A mean over the people who finished would be too favourable.
"""

from itertools import pairwise

import plotly.graph_objects as go
import polars as pl

from dashboards import formats
from dashboards.theme import blank_figure, mode_style, translucent
from tandem.core.wording import render

MILESTONES = (30, 60, 90, 180, 270)  # days in the table
HALF = 0.5
LABEL_GAP = 0.09  # of the axis: closer labels would overlap
LABEL_WIDTH = 0.5  # of the axis, on a narrow screen


def half_by(curve: pl.DataFrame, column: str = "finished_share") -> int | None:
    """Return the first published day by which half had finished; None if there is none.

    Args:
        curve: day and shares of one line, sorted by day.
        column: finished_share, or an end of its likely range.
    """
    reached = curve.filter(pl.col(column) >= HALF)
    return None if reached.is_empty() else int(reached["day"][0])


def figure(curves: pl.DataFrame) -> go.Figure:
    """Return the chart.

    Args:
        curves: delivery_mode, day, finished_share, ci_low, ci_high of shown points,
            sorted by day.
    """
    drawn = blank_figure(380)
    lines = curves.partition_by("delivery_mode", maintain_order=True)
    for line in lines:
        _draw(drawn, line)
    last = int(curves["day"].max() or 1)
    for line, height in zip(lines, _label_heights(lines, last), strict=True):
        style = mode_style(line["delivery_mode"][0])
        drawn.add_annotation(
            x=int(line["day"][-1]),
            xanchor="right",
            yanchor="bottom",
            yshift=3,
            y=height,
            bgcolor="rgba(255, 255, 255, 0.85)",
            text=f"<b>{style.label} {formats.percent(line['finished_share'][-1])}</b>",
            showarrow=False,
            font={"color": style.colour, "size": 14},
        )
    top = float(curves["ci_high"].max() or 1.0)
    drawn.update_yaxes(
        range=[0, top * 1.15],
        tickformat=".0%",
        showgrid=True,
        rangemode="tozero",
    )
    drawn.update_xaxes(
        range=[0, last * 1.02], title={"text": render("page.curve.days")}
    )
    drawn.update_yaxes(ticklabelstandoff=8)
    drawn.update_layout(margin={"t": 16})
    return drawn


def _draw(drawn: go.Figure, line: pl.DataFrame) -> None:
    style = mode_style(line["delivery_mode"][0])
    days = [0, *line["day"]]
    low, high = [0.0, *line["ci_low"]], [0.0, *line["ci_high"]]
    edge = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    drawn.add_trace(go.Scatter(x=days, y=high, **edge))
    drawn.add_trace(
        go.Scatter(
            x=days,
            y=low,
            fill="tonexty",
            fillcolor=translucent(style.colour, 0.15),
            **edge,
        )
    )
    drawn.add_trace(
        go.Scatter(
            x=days,
            y=[0.0, *line["finished_share"]],
            mode="lines",
            line={
                "color": style.colour,
                "dash": style.dash,
                "shape": "hv",
                "width": 2.5,
            },
            hovertemplate=f"{style.label}: %{{y:.0%}} · %{{x}}<extra></extra>",
        )
    )


def _label_heights(lines: list[pl.DataFrame], last: int) -> list[float]:
    """Return the height of each line's label, moved up where two would overlap.

    Args:
        lines: one per mode; a label is at the end of its line.
        last: the last day of any line.
    """
    ends = [float(line["finished_share"][-1]) for line in lines]
    days = [int(line["day"][-1]) for line in lines]
    order = sorted(range(len(ends)), key=ends.__getitem__)
    heights = list(ends)
    for below, above in pairwise(order):
        if abs(days[below] - days[above]) < LABEL_WIDTH * last:
            heights[above] = max(heights[above], heights[below] + LABEL_GAP * max(ends))
    return heights


def alt(curves: pl.DataFrame) -> str:
    """Return the alt text: by when half of each mode had finished, and how many do."""
    return " ".join(
        finding(line)
        for line in curves.partition_by("delivery_mode", maintain_order=True)
    )


def title(curves: pl.DataFrame) -> str:
    """Return the finding: by which day half of each mode had finished."""
    parts = []
    for line in curves.partition_by("delivery_mode", maintain_order=True):
        day = half_by(line)
        parts.append(
            render(
                "page.curve.part" if day is not None else "page.curve.part_never",
                mode=mode_style(line["delivery_mode"][0]).label,
                day=day if day is not None else int(line["day"][-1]),
            )
        )
    return render("page.curve.title", parts=", ".join(parts))


def finding(line: pl.DataFrame) -> str:
    """Return one line of the chart in words."""
    day = half_by(line)
    key = "page.curve.half" if day is not None else "page.curve.not_half"
    return render(
        key,
        mode=mode_style(line["delivery_mode"][0]).label,
        day=day,
        share=formats.percent(line["finished_share"][-1]),
        last=int(line["day"][-1]),
    )


def data_table(curves: pl.DataFrame) -> pl.DataFrame:
    """Return the share finished by the milestones as table rows, a column per mode."""
    lines = curves.partition_by("delivery_mode", maintain_order=True)
    labels = [mode_style(line["delivery_mode"][0]).label for line in lines]
    first = render("page.curve.column")
    rows = [
        {first: render("page.curve.half_by")}
        | {label: _half(line) for label, line in zip(labels, lines, strict=True)}
    ]
    for day in MILESTONES:
        shares = {
            label: _by(line, day) for label, line in zip(labels, lines, strict=True)
        }
        rows.append({first: render("page.curve.by_day", day=day)} | shares)
    return pl.DataFrame(rows)


def _half(line: pl.DataFrame) -> str:
    day = half_by(line)
    return "–" if day is None else render("page.curve.day", day=day)


def _by(line: pl.DataFrame, milestone: int) -> str:
    """Return the share by a day; before and after the published points, a bound."""
    until = line.filter(pl.col("day") <= milestone)
    if until.is_empty():
        first = formats.percent(line["finished_share"][0])
        return render("page.curve.under", share=first)
    last = until.row(-1, named=True)
    share = formats.percent(last["finished_share"])
    if milestone > line["day"][-1]:
        return render("page.curve.at_least", share=share)
    span = formats.span(last["ci_low"], last["ci_high"], "share")
    return render("page.rates.with_range", value=share, span=span)
