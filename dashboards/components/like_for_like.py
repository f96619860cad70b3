"""Which mode does better, with a drawing in each row, and a lead that turns round."""

from typing import Any

import polars as pl
import streamlit as st

from dashboards import formats
from dashboards.charts import svg
from dashboards.components import downloads, html, value_state
from dashboards.components.links import href
from dashboards.presenters import states
from dashboards.presenters.like_for_like import (
    LikeForLike,
    PairRow,
    Reversal,
    likely_words,
)
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
    if row.difference is None:
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
        row.difference,
        row.low,
        row.high,
        span=found.span,
        margin=found.margin,
        colour=mode_style(row.ahead).colour,
        is_clear=bool(row.ahead),
        height=28,
    )
    return svg.image(drawing, likely_words(row, "share"))


def _axis() -> str:
    words = ("← {}", "{}", "{} →")
    names = ("first", "equal", "second")
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
    span = formats.span(cell["ci_low"], cell["ci_high"], "share")
    likely = render("tile.span", span=span) if span else render("tile.no_span")
    return (
        f'<td class="td-number td-strong">{formats.percent(cell["value"])}</td>'
        f'<td class="td-hint">{html.text(likely)}</td>'
    )


def reversal_markup(found: Reversal | None, margin: float, kpi_id: str) -> str:
    """Return a lead that turns round as a card with a picture; empty for none."""
    if found is None:
        return ""
    span = 1.15 * max(
        abs(n)
        for n in (found.crude, found.row.difference, found.row.low, found.row.high)
        if n is not None
    )

    def line(key: str, drawing: str) -> str:
        return (
            f'<div class="td-glance-line"><span>{html.text(render(key))}</span>'
            f"<div>{drawing}</div></div>"
        )

    looks = found.row.modes[1] if found.crude > 0 else found.row.modes[0]
    crude = svg.range_row(
        found.crude,
        None,
        None,
        span=span,
        margin=margin,
        colour=mode_style(looks).colour,
        is_clear=True,
        height=22,
    )
    adjusted = svg.range_row(
        found.row.difference,
        found.row.low,
        found.row.high,
        span=span,
        margin=margin,
        colour=mode_style(found.row.ahead).colour,
        is_clear=bool(found.row.ahead),
        height=22,
    )
    address = href(
        "compare_modes",
        measure=kpi_id,
        category=found.row.slug,
        modes="-".join(found.row.modes),
    )
    first, second = (html.text(mode_style(mode).label) for mode in found.row.modes)
    return (
        f'<div class="td-card td-glance-reversal"><b>{html.text(found.title)}</b>'
        f"{line('page.glance.reversal.crude', svg.image(crude, ''))}"
        f"{line('page.glance.reversal.adjusted', svg.image(adjusted, ''))}"
        f'<div class="td-glance-line"><span></span><div class="td-axis">'
        f"<span>← {first}</span><span>{second} →</span></div></div>"
        f'<p>{html.text(found.why)} <a href="{html.text(address)}" target="_self">'
        f"{html.text(render('page.glance.reversal.how'))} →</a></p></div>"
    )


def draw_table(found: LikeForLike, unit: str) -> None:
    """Draw every pair as a table that can be downloaded, closed until asked for."""
    if not found.rows:
        return
    names = ("category", "pair", "state", "found", "range", "evidence")
    heads = [render(f"page.likeforlike.column.{name}") for name in names]
    rows = [
        (
            row.category,
            row.about,
            states.words(row.state).label,
            row.reason or row.words,
            likely_words(row, unit),
            render(f"strength.{row.strength}.evidence") if row.strength else "",
        )
        for row in found.rows
    ]
    head = "".join(f'<th scope="col">{html.text(name)}</th>' for name in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.text(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    with st.expander(render("page.likeforlike.table"), key="pairs_table"):
        html.draw(
            '<div class="td-scroll" tabindex="0"><table class="td-table">'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )
        frame = pl.DataFrame(rows, schema=heads, orient="row")
        downloads.button(frame, render("page.likeforlike.title"), "pairs")
