"""Which mode does better like-for-like, with a drawing in each row."""

from typing import Any

import polars as pl
import streamlit as st

from dashboards import formats
from dashboards.charts import svg
from dashboards.components import html, html_table, value_state
from dashboards.components.links import href
from dashboards.presenters import states
from dashboards.presenters.like_for_like import LikeForLike, PairRow
from dashboards.presenters.tiles import likely_words
from dashboards.theme import mode_style
from dashboards.words import detail_words
from tandem.core.wording import render

Row = dict[str, Any]


def markup(found: LikeForLike, kpi_id: str) -> str:
    """Return the rows grouped by verdict as HTML."""
    title = html.text(render("page.likeforlike.title"))
    if not found.rows:
        nothing = html.text(render("page.glance.leads.unknown"))
        return f'<h2 class="td-section">{title}</h2><p class="td-hint">{nothing}</p>'
    hint = html.text(render("page.likeforlike.hint"))
    body = "".join(_group(state, rows, found) for state, rows in found.groups)
    link = (
        f'<a href="{html.text(href("compare_modes", measure=kpi_id))}" target="_self">'
        f"{html.text(render('page.likeforlike.why'))} →</a>"
    )
    return (
        f'<h2 class="td-section">{title}</h2><p class="td-hint">{hint}</p>'
        f'<table class="td-table td-stacks td-pairs"><thead class="td-hidden-text"><tr>'
        f"{_heads()}</tr></thead><tbody>{body}{_axis()}</tbody></table>"
        f'<p class="td-hint">{html.text(found.rest)} {link}</p>'
    )


def _heads() -> str:
    names = ("category", "range", "found")
    return "".join(
        f'<th scope="col">{html.text(render(f"page.likeforlike.column.{name}"))}</th>'
        for name in names
    )


def _group(state: str, rows: tuple[PairRow, ...], found: LikeForLike) -> str:
    label = html.text(states.words(state).short)
    head = f'<tr class="td-group"><th colspan="3" scope="rowgroup">{label}</th></tr>'
    return head + "".join(_row(row, found) for row in rows)


def _row(row: PairRow, found: LikeForLike) -> str:
    pair = (
        '<tr><td class="td-glance-pair"><span class="td-strong">'
        f"{html.text(row.category)}</span><small>{html.text(row.about)}</small></td>"
    )
    if row.picture is None:
        why = html.text(row.reason)
        return f'{pair}<td colspan="2" class="td-hint">{why}</td></tr>'
    tone = f"td-mode-{row.ahead}" if row.ahead else ""
    strength = value_state.padlocks(row.strength) if row.strength else ""
    return (
        f'{pair}<td class="td-drawing">{_drawing(row, found)}</td>'
        f'<td class="td-found"><span class="td-strong {tone}">'
        f"{html.text(row.words)}</span><small>{strength}</small></td></tr>"
    )


def _drawing(row: PairRow, found: LikeForLike) -> str:
    drawing = svg.range_row(
        *row.picture,
        span=found.span,
        margin=found.margin,
        colour=mode_style(row.ahead).colour,
        is_clear=row.state == "clear_difference",
        height=28,
    )
    return svg.image(drawing, row.likely)


def _axis() -> str:
    words = ("← {}", "{}", "{} →")
    names = ("second", "equal", "first")
    parts = "".join(
        f"<span>{html.text(word.format(render(f'page.likeforlike.{name}')))}</span>"
        for word, name in zip(words, names, strict=True)
    )
    return (
        '<tr class="td-axis-row"><td></td><td><div class="td-axis">'
        f"{parts}</div></td><td></td></tr>"
    )


def rates_markup(rows: list[tuple[str, Row]], why: str, kpi_id: str) -> str:
    """Return the shares of categories as HTML, where there is one mode only.

    Args:
        rows: words of a category and its published cell.
        why: nothing is compared.
        kpi_id: whose cells they are.
    """
    title = html.text(render("page.likeforlike.title"))
    body = "".join(
        f'<tr><th scope="row">{html.text(words)}</th>{_rate(cell)}</tr>'
        for words, cell in rows
    )
    address = html.text(href("compare_modes", measure=kpi_id))
    return (
        f'<h2 class="td-section">{title}</h2><p>{html.text(why)}</p>'
        f'<table class="td-table"><tbody>{body}</tbody></table>'
        f'<p class="td-hint"><a href="{address}" target="_self">'
        f"{html.text(render('page.likeforlike.why'))} →</a></p>"
    )


def _rate(cell: Row) -> str:
    state = states.of_cell(cell)
    if state:
        reason = detail_words(cell["state_detail"])
        return f'<td colspan="2">{value_state.markup(state, reason)}</td>'
    return (
        f'<td class="td-number td-strong">{formats.percent(cell["value"])}</td>'
        f'<td class="td-hint">{html.text(likely_words(cell, "share"))}</td>'
    )


def draw_table(found: LikeForLike) -> None:
    """Draw every pair as a table that can be downloaded, closed until asked for."""
    if not found.rows:
        return
    names = ("category", "pair", "state", "found", "range", "evidence")
    rows = [
        (
            row.category,
            row.about,
            states.words(row.state).label,
            row.reason or row.words,
            row.likely,
            render(f"strength.{row.strength}.evidence") if row.strength else "",
        )
        for row in found.rows
    ]
    heads = [render(f"page.likeforlike.column.{name}") for name in names]
    frame = pl.DataFrame(rows, schema=heads, orient="row")
    with st.expander(render("page.likeforlike.table"), key="pairs_table"):
        html_table.draw(frame, render("page.likeforlike.title"), "pairs")
