"""Blends drawn as HTML: steps with what is lost, waits between steps, programmes."""

import polars as pl
import streamlit as st

from dashboards import formats
from dashboards.charts import steps
from dashboards.components import html, html_table, value_state
from dashboards.components.programme_table import address
from dashboards.presenters.blended import Ladder, Row, Step
from tandem.core.wording import render

DAYS_BETWEEN_TICKS = 7


def markup(ladders: list[Ladder]) -> str:
    """Return every pattern with its steps."""
    return f'<div class="td-ladders">{"".join(map(_ladder, ladders))}</div>'


def _ladder(ladder: Ladder) -> str:
    shown = "".join(map(_step, ladder.steps))
    return (
        f'<section class="td-ladder"><h3 class="td-section">{html.text(ladder.title)}'
        f'</h3><p class="td-hint">{html.text(ladder.facts)}</p>{shown}</section>'
    )


def steps_markup(found: list[Step]) -> str:
    """Return steps alone, without a frame around them."""
    return f'<div class="td-steps-alone">{"".join(map(_step, found))}</div>'


def _step(step: Step) -> str:
    if step.reached is None:
        why = f"<span>{html.text(step.lost_words)}</span>" if step.lost_words else ""
        return (
            f'<div class="td-step"><b>{html.text(step.name)}</b>{steps.bar(None)}'
            f'<span></span></div><div class="td-loss">{value_state.markup(step.state)}'
            f" {why}</div>"
        )
    return (
        f'<div class="td-step"><b>{html.text(step.name)}</b>{steps.bar(step.reached)}'
        f"<span>{html.text(step.reached_words)}</span></div>"
        f'<p class="td-loss">{html.text(step.lost_words)}</p>'
    )


def waits(ladders: list[Ladder]) -> str:
    """Return the days between steps as dots with ranges; empty where there are none."""
    found = [(one, step) for one in ladders for step in one.steps if step.gap]
    if not found:
        return ""
    most = max(step.gap[2] for _, step in found) * 1.05
    ticks = range(0, int(most) + 1, DAYS_BETWEEN_TICKS)
    rows = [
        f'<div class="td-range-row"><span>{html.text(_between(step))}'
        f'<small class="td-small">{html.text(one.title)}</small></span>'
        + steps.dot_and_range(
            step.gap[1], step.gap[0], step.gap[2], most=most, ticks=ticks
        )
        + f'<span class="td-strong">{html.text(step.gap_words)}</span></div>'
        for one, step in found
    ]
    return "".join(rows)


def _between(step: Step) -> str:
    return render("page.blended.between", before=step.before, step=step.name)


def attendance(rows: pl.DataFrame) -> str:
    """Return attendance of the prepared and the others, both shown, as dots."""
    drawn = []
    for row in rows.iter_rows(named=True):
        side = "prepared" if row["is_prepared"] else "not_prepared"
        who = render(f"page.blended.{side}")
        seats = render("page.blended.seats", count=row["seat_count"])
        span = formats.span(row["ci_low"], row["ci_high"], "share")
        drawn.append(
            f'<div class="td-range-row"><span>{html.text(who)}'
            f'<small class="td-small">{html.text(seats)}</small></span>'
            + steps.dot_and_range(
                row["attended_share"],
                row["ci_low"],
                row["ci_high"],
                most=1.0,
                ticks=(0, 0.25, 0.5, 0.75, 1),
            )
            + f'<span class="td-strong">{formats.percent(row["attended_share"])}'
            f'<small class="td-small">{html.text(render("tile.span", span=span))}'
            "</small></span></div>"
        )
    return "".join(drawn)


def programmes(columns: list[str], rows: list[Row], title: str) -> str:
    """Return programmes as a table, each with a link to its own page.

    Args:
        columns: names of the measures.
        rows: of presenters.blended.programme_rows.
        title: what the table shows; screen readers hear it first.
    """
    heads = [
        render("page.blended.column.programme"),
        render("page.blended.column.category"),
        render("page.blended.column.cohorts"),
        *columns,
    ]
    cells = (
        f"<td>{_link(row)}</td>"
        + "".join(
            html_table.cell(name, html.text(value))
            for name, value in zip(
                heads[1:],
                [row["category"], row["cohorts"], *row["values"]],
                strict=True,
            )
        )
        for row in rows
    )
    table = html_table.frame(heads, cells, title, "td-labelled")
    return html_table.scrolling(table, title)


def _link(row: Row) -> str:
    kept = {key: st.query_params[key] for key in ("lang",) if key in st.query_params}
    link = html.text(address(row["programme_id"], kept))
    return f'<a href="{link}" target="_self">{html.text(row["name"])}</a>'
