"""How did our programmes do in this period, and what needs a decision?"""

import polars as pl
import streamlit as st

from dashboards import formats
from dashboards.answers import glance, rows, verdicts
from dashboards.charts import rates
from dashboards.components import chart, decisions, footer, tiles
from dashboards.components.frame import Frame, frame, left_out
from dashboards.components.links import link
from dashboards.queries import catalogue, comparisons, curves, kpis
from dashboards.queries import decisions as open_decisions
from tandem.core.wording import render


def headline(on: Frame) -> str:
    """Return the headline KPI of the published registry."""
    return glance.headline_kpi(kpis.registry(on.snapshot))


def headline_cells(on: Frame, by: str) -> pl.DataFrame:
    """Return the headline's cells by one dimension, of the nearest published window."""
    quarters, place = on.selection.trailing_quarters, on.place(by)
    cells = kpis.cells(on.snapshot, place, quarters, on.quarter.end)
    if cells.is_empty():
        newest = kpis.newest_window(on.snapshot, place.cube, quarters)
        cells = kpis.cells(on.snapshot, place, quarters, newest or on.quarter.end)
    return cells.filter(pl.col("kpi_id") == headline(on))


def draw_rates(on: Frame, shown: pl.DataFrame, cells: pl.DataFrame, what: str) -> None:
    """Draw the headline, a row per mode, category or programme."""
    if shown.is_empty():
        return
    title = render(f"page.glance.by_{what}")
    st.markdown(f"**{title}**")
    end = cells["period_end_date"][0]
    if end != on.quarter.end:
        st.caption(render("page.glance.other_window", end=formats.day(end)))
    twin = rates.twin(shown, render(f"page.column.{what}"))
    chart.draw(rates.figure(shown), rates.alt(shown, title), twin, "modes")


def draw_modes(on: Frame) -> None:
    """Draw the rates of the modes side by side, or of what there is if only one."""
    category = on.selection.outcome_category
    compared = comparisons.comparisons(on.snapshot, on.selection.trailing_quarters)
    compared = compared.filter(pl.col("kpi_id") == headline(on))
    st.header(render("page.glance.modes"), anchor=False)
    st.markdown(verdicts.answer(compared, category))
    link("app_pages/compare_modes.py", render("page.glance.modes_link"))
    only = verdicts.only_mode(verdicts.of_category(compared, category))
    if only is None:
        by = "delivery_mode"
        cells = headline_cells(on, by)
        draw_rates(on, rows.rates_by_mode(cells, "share"), cells, "mode")
        st.caption(render("page.glance.modes_note"))
    else:
        programmes = catalogue.programmes(on.snapshot)
        by, labels = glance.breakdown(on.categories, programmes, on.selection)
        cells = headline_cells(on, by)
        shown = rows.rates_by(cells, by, labels, "share", only)
        draw_rates(
            on, shown, cells, "programme" if by == "programme_id" else "category"
        )
    is_kept = by == "programme_id"
    left_out(on.place(by), besides="outcome_category" if is_kept else "")


def page() -> None:
    on = frame()
    selection, place = on.selection, on.place()
    told = glance.tell(
        kpis.registry(on.snapshot),
        kpis.history(on.snapshot, place, selection.trailing_quarters, on.quarter.end),
        curves.finished_by_day(on.snapshot, selection.outcome_category),
        on.quarter.end,
        selection,
    )
    todo = open_decisions.decisions(on.snapshot)
    waiting = verdicts.decisions_words(todo.height)
    st.header(f"{told.sentence} {waiting}", anchor=False)
    left_out(place)
    tiles.draw(told.tiles)
    rounded = [f"{note}." for note in told.notes]
    st.caption(" ".join([render("page.glance.tiles_note"), *rounded]))
    left, right = st.columns([5, 7], gap="large")
    with left:
        decisions.draw(todo)
    with right:
        draw_modes(on)
    footer.draw(on)


page()
