"""Which programmes do we run, how is each of them doing, and which one moved?"""

import polars as pl
import streamlit as st

from dashboards.charts import programme_dots
from dashboards.components import (
    downloads,
    footer,
    html,
    programme_table,
    query_parameters,
    value_state,
)
from dashboards.components.page_context import (
    PageContext,
    current_context,
    draw_left_out,
)
from dashboards.presenters import programme_list, tiles
from dashboards.presenters.programme_list import SORTS, Evidence, Line
from dashboards.queries import catalogue, kpis, programmes
from dashboards.selection import ALL, PublishedCut
from tandem.core.wording import render

SEARCH, SORT = "search", "sort"
SHOWN = 25  # lines before the reader asks for all
OWN_PARAMETERS = (SEARCH, SORT, "programme")


def evidence(context: PageContext) -> Evidence:
    """Return the published rows of the programmes of the chosen category."""
    snapshot, category = context.snapshot, context.selection.outcome_category
    listed = catalogue.programmes(snapshot)
    if category != ALL:
        listed = listed.filter(pl.col("outcome_category") == category)
    slots = tiles.tile_slots(kpis.registry(snapshot))
    return Evidence(
        listed,
        kpis.cells(
            snapshot,
            PublishedCut("programme"),
            context.selection.trailing_quarters,
            context.quarter.end,
        ),
        programmes.changes(snapshot),
        programmes.benchmarks(snapshot),
        programmes.quarters(snapshot),
        {slot.name: slot.kpis for slot in slots},
        context.categories,
        context.about.fiscal_year_start_month,
    )


def average(context: PageContext) -> float | None:
    """Return the headline of the chosen category or of all; None where not shown."""
    selection = context.selection
    cut = PublishedCut("all")
    if selection.outcome_category != ALL:
        cut = PublishedCut("category", outcome_category=selection.outcome_category)
    found = kpis.cells(
        context.snapshot, cut, selection.trailing_quarters, context.quarter.end
    )
    registry = kpis.registry(context.snapshot)
    headline = registry.filter("is_headline")["kpi_id"].to_list()
    shown = found.filter(
        pl.col("kpi_id").is_in(headline) & (pl.col("state") == "shown")
    )
    return shown["value"][0] if shown.height else None


def draw_strip(found: list[Line], mean: float | None) -> None:
    """Draw the programmes behind the average."""
    dots = [
        (line.name, line.finished.value)
        for line in found
        if line.finished.value is not None
    ]
    title = programme_dots.title([value for _, value in dots], mean)
    st.header(title, anchor=False)
    if not dots:
        value_state.draw("hidden" if found else "no_data")
        return
    html.draw(programme_dots.markup(dots, mean, title))
    left_out = len(found) - len(dots)
    note = render("page.programmes.strip.note")
    if left_out:
        note += " " + render("page.programmes.strip.left_out", count=left_out)
    st.caption(note)


def choices() -> tuple[str, str]:
    """Draw search and order, kept in the URL; return both."""
    sorts = {name: render(f"page.programmes.sort.{name}") for name in SORTS}
    left, right = st.columns([3, 2])
    if SEARCH not in st.session_state:
        st.session_state[SEARCH] = st.query_params.get(SEARCH, "")
    with left:
        words = st.text_input(render("page.programmes.search"), key=SEARCH)
    with right:
        sort = query_parameters.choose(SORT, render("page.programmes.sort"), sorts)
    query_parameters.write(SEARCH, words, "")
    return words, sort


def draw_list(found: list[Line]) -> None:
    """Draw the list that was searched for: its first lines until asked for all."""
    st.header(render("page.programmes.list"), anchor=False)
    st.caption(render("page.programmes.list_note"))
    words, sort = choices()
    chosen = programme_list.in_order(programme_list.searched(found, words), sort)
    if not chosen:
        value_state.draw("no_data", render("page.programmes.nothing_found"))
        return
    is_whole = st.session_state.get("all_programmes", False)
    shown = chosen if is_whole else chosen[:SHOWN]
    caption = render("page.programmes.caption", shown=len(shown), count=len(chosen))
    kept = {
        name: value
        for name, value in st.query_params.items()
        if name not in OWN_PARAMETERS
    }
    programme_table.draw(shown, kept, caption)
    if len(shown) < len(chosen):
        label = render("page.programmes.more", count=len(chosen) - len(shown))
        st.button(label, key="more_programmes", on_click=show_all)
    downloads.button(programme_list.as_table(chosen), caption, "programmes")


def show_all() -> None:
    """Show the whole list from now on."""
    st.session_state["all_programmes"] = True


def page() -> None:
    context = current_context()
    found = programme_list.lines(evidence(context))
    left_out = context.selection.narrowed_by("business_unit", "region")
    draw_left_out(left_out, "page.programmes.left_out")
    if not found:
        value_state.draw("no_data", render("page.programmes.none"))
        footer.draw(context)
        return
    html.draw_headline(programme_list.summary(found))
    st.caption(render("page.programmes.summary_note"))
    draw_strip(found, average(context))
    draw_list(found)
    footer.draw(context)


page()
