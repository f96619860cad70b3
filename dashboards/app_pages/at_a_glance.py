"""How did our programmes do in this period, and what needs a decision?"""

import polars as pl
import streamlit as st

from dashboards import formats
from dashboards.charts import rates
from dashboards.components import chart, decisions, footer, tiles
from dashboards.components.links import link
from dashboards.components.page_context import (
    PageContext,
    current_context,
    draw_left_out,
)
from dashboards.presenters import at_a_glance, chart_rows, verdicts
from dashboards.queries import catalogue, comparisons, curves, kpis
from dashboards.queries import decisions as open_decisions
from tandem.core.wording import render


def headline(context: PageContext) -> str:
    """Return the headline KPI of the published registry."""
    return at_a_glance.headline_kpi(kpis.registry(context.snapshot))


def headline_cells(context: PageContext, by: str) -> pl.DataFrame:
    """Return the headline's cells by one dimension, of the nearest published window."""
    quarters, cut = context.selection.trailing_quarters, context.cut(by)
    cells = kpis.cells(context.snapshot, cut, quarters, context.quarter.end)
    if cells.is_empty():
        newest = kpis.newest_window(context.snapshot, cut.cube, quarters)
        cells = kpis.cells(
            context.snapshot, cut, quarters, newest or context.quarter.end
        )
    return cells.filter(pl.col("kpi_id") == headline(context))


def draw_rates(
    context: PageContext, shown: pl.DataFrame, cells: pl.DataFrame, what: str
) -> None:
    """Draw the headline, a row per mode, category or programme."""
    if shown.is_empty():
        return
    title = render(f"page.glance.by_{what}")
    st.markdown(f"**{title}**")
    end = cells["period_end_date"][0]
    if end != context.quarter.end:
        st.caption(render("page.glance.other_window", end=formats.day(end)))
    data_table = rates.data_table(shown, render(f"page.column.{what}"))
    chart.draw(rates.figure(shown), rates.alt(shown, title), data_table, "modes")


def draw_modes(context: PageContext) -> None:
    """Draw the rates of the modes, or where there is one mode, of its programmes."""
    category = context.selection.outcome_category
    compared = comparisons.comparisons(
        context.snapshot, context.selection.trailing_quarters, context.quarter.end
    )
    compared = compared.filter(pl.col("kpi_id") == headline(context))
    st.header(render("page.glance.modes"), anchor=False)
    st.markdown(verdicts.summary(compared, category))
    link("app_pages/compare_modes.py", render("page.glance.modes_link"))
    only = verdicts.only_mode(verdicts.of_category(compared, category))
    if only is None:
        by = "delivery_mode"
        cells = headline_cells(context, by)
        draw_rates(context, chart_rows.rates_by_mode(cells, "share"), cells, "mode")
        st.caption(render("page.glance.modes_note"))
    else:
        programmes = catalogue.programmes(context.snapshot)
        by, labels = at_a_glance.breakdown(
            context.categories, programmes, context.selection
        )
        cells = headline_cells(context, by)
        shown = chart_rows.rates_by(cells, by, labels, "share", only)
        draw_rates(
            context, shown, cells, "programme" if by == "programme_id" else "category"
        )
    is_kept = by == "programme_id"
    draw_left_out(context.cut(by), kept="outcome_category" if is_kept else "")


def page() -> None:
    context = current_context()
    selection, cut = context.selection, context.cut()
    glance = at_a_glance.glance_view(
        kpis.registry(context.snapshot),
        kpis.history(
            context.snapshot, cut, selection.trailing_quarters, context.quarter.end
        ),
        curves.finished_by_day(context.snapshot, selection.outcome_category),
        context.quarter.end,
        selection,
    )
    waiting = open_decisions.decisions(context.snapshot)
    count = verdicts.decisions_words(waiting.height)
    st.header(f"{glance.sentence} {count}", anchor=False)
    draw_left_out(cut)
    tiles.draw(glance.tiles)
    rounded = [f"{note}." for note in glance.notes]
    st.caption(" ".join([render("page.glance.tiles_note"), *rounded]))
    left, right = st.columns([5, 7], gap="large")
    with left:
        decisions.draw(waiting)
    with right:
        draw_modes(context)
    footer.draw(context)


page()
