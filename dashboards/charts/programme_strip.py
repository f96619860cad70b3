"""The programmes behind the average of each mode: one mark a programme, on one axis."""

import plotly.graph_objects as go
import polars as pl

from dashboards import formats
from dashboards.charts import row_labels
from dashboards.theme import TEXT, blank_figure, mode_style, translucent
from tandem.core.wording import render

SEVERAL = "several"  # a programme that ran in more than one mode

SCHEMA = {
    "mode": pl.String,
    "programme_name": pl.String,
    "value": pl.Float64,
    "average": pl.Float64,
    "unit": pl.String,
}


def _label(mode: str) -> str:
    several = mode == SEVERAL
    return render("page.strip.several") if several else mode_style(mode).label


def figure(programmes: pl.DataFrame) -> go.Figure:
    """Return the chart.

    Args:
        programmes: columns as SCHEMA, a row per programme with a published value;
            average is that of the whole mode, null where it has none.
    """
    groups = programmes.partition_by("mode", maintain_order=True)
    drawn = blank_figure(row_labels.HEIGHT * len(groups) + 60)
    for group in groups:
        mode = group["mode"][0]
        style, label = mode_style(mode), _label(mode)
        names = group["programme_name"].to_list()
        values = [formats.value(v, group["unit"][0]) for v in group["value"]]
        drawn.add_trace(
            go.Scatter(
                x=group["value"].to_list(),
                y=[label] * group.height,
                mode="markers",
                marker={
                    "symbol": style.marker if mode != SEVERAL else "circle",
                    "size": 11,
                    "color": translucent(style.colour, 0.45),
                    "line": {"width": 1.5, "color": style.colour},
                },
                text=[f"{n}: {v}" for n, v in zip(names, values, strict=True)],
                hovertemplate="%{text}<extra></extra>",
                cliponaxis=False,
            )
        )
        average = group["average"][0]
        if average is not None:
            drawn.add_trace(
                go.Scatter(
                    x=[average],
                    y=[label],
                    mode="markers",
                    marker={
                        "symbol": "line-ns",
                        "size": 26,
                        "line": {"width": 3, "color": TEXT},
                    },
                    hoverinfo="skip",
                )
            )
    row_labels.label(
        drawn, [_label(g["mode"][0]) for g in groups], [_note(g) for g in groups]
    )
    is_share = programmes.height > 0 and programmes["unit"][0] == "share"
    drawn.update_xaxes(nticks=6, tickformat=".0%" if is_share else ",")
    return drawn


def _note(group: pl.DataFrame) -> str:
    name = "one" if group.height == 1 else "many"
    count = render(f"page.strip.count.{name}", count=group.height)
    if group["average"][0] is None:
        return count
    average = formats.value(group["average"][0], group["unit"][0])
    return f"{count} · {render('page.strip.average', value=average)}"


def title(programmes: pl.DataFrame) -> str:
    """Return the finding: how far programmes lie apart."""
    unit = programmes["unit"][0]
    low, high = programmes["value"].min(), programmes["value"].max()
    return render(
        "page.strip.title",
        low=formats.value(low, unit),
        high=formats.value(high, unit),
    )


def alt(programmes: pl.DataFrame) -> str:
    """Return the alt text: how many programmes each mode has, and their range."""
    rows = []
    for group in programmes.partition_by("mode", maintain_order=True):
        unit = group["unit"][0]
        rows.append(
            render(
                "page.strip.row",
                mode=_label(group["mode"][0]),
                count=group.height,
                low=formats.value(group["value"].min(), unit),
                high=formats.value(group["value"].max(), unit),
            )
        )
    return f"{title(programmes)}. {'; '.join(rows)}."


def data_table(programmes: pl.DataFrame) -> pl.DataFrame:
    """Return every programme with its mode and value as table rows."""
    return pl.DataFrame(
        [
            {
                render("page.column.programme"): row["programme_name"],
                render("page.column.mode"): _label(row["mode"]),
                render("page.column.value"): formats.value(row["value"], row["unit"]),
            }
            for row in programmes.iter_rows(named=True)
        ]
    )
