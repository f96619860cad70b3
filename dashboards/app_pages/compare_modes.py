"""Do live, self-paced or blended work better, for people and programmes like these?"""

from typing import Any

import polars as pl
import streamlit as st

from dashboards.answers import pairs, rows, verdicts
from dashboards.charts import differences, rates, time_to_finish
from dashboards.components import badges, chart, choices, footer
from dashboards.components.frame import Frame, frame, left_out
from dashboards.queries import comparisons, curves, kpis
from tandem.core.wording import render

Row = dict[str, Any]


def draw_like_for_like(on: Frame, turned: pl.DataFrame, kpi: Row, pair: str) -> None:
    """Draw what could be compared of one pair of modes, and why the rest could not."""
    found = pairs.difference_rows(turned, on.scope, kpi["unit"], kpi["margin"])
    st.header(render("page.compare.chart", pair=pair), anchor=False)
    st.caption(render("page.view.like_for_like_note"))
    if found.is_empty():
        badges.badge("cannot_compare")
        st.markdown(render("page.compare.no_estimates"))
    else:
        alt = differences.alt(found, kpi["kpi_name"])
        drawn = differences.figure(found)
        chart.draw(drawn, alt, differences.twin(found), "differences")
    st.header(render("page.compare.cannot"), anchor=False)
    refused = pairs.refusals(turned, on.scope)
    if refused.is_empty():
        st.markdown(render("page.compare.cannot_none"))
    else:
        chart.table(refused, render("page.compare.cannot"))


def draw_as_happened(on: Frame, kpi: Row) -> None:
    """Draw each mode's own figure, with nothing evened out."""
    place = on.place("delivery_mode")
    cells = kpis.cells(
        on.snapshot, place, on.selection.trailing_quarters, on.quarter.end
    ).filter(pl.col("kpi_id") == kpi["kpi_id"])
    shown = rows.rates_by_mode(cells, kpi["unit"])
    st.header(render("page.compare.happened", kpi=kpi["kpi_name"]), anchor=False)
    if shown.height > 1:
        st.caption(render("page.view.as_happened_note"))
    left_out(place)
    if shown.is_empty():
        badges.badge("no_data")
        return
    alt = rates.alt(shown, kpi["kpi_name"])
    twin = rates.twin(shown, render("page.column.mode"))
    chart.draw(rates.figure(shown), alt, twin, "rates")


def draw_time(on: Frame) -> None:
    """Draw how many had finished by each day, one line per mode."""
    st.header(render("page.compare.time"), anchor=False)
    st.caption(render("page.compare.time_note"))
    found = curves.finished_by_day(on.snapshot, on.selection.outcome_category)
    shown = rows.curve_points(found)
    if shown.is_empty():
        badges.badge("hidden" if found.height else "not_measured")
        st.markdown(render("page.compare.time_hidden"))
        return
    alt = time_to_finish.alt(shown)
    st.markdown(alt)
    chart.draw(time_to_finish.figure(shown), alt, time_to_finish.twin(shown), "time")


def draw_pairs(on: Frame, compared: pl.DataFrame, kpi: Row) -> None:
    """Draw the overview of all pairs, then the chosen one."""
    st.header(render("page.compare.overview"), anchor=False)
    overview = pairs.matrix(compared, on.scope, kpi["unit"])
    chart.table(overview, render("page.compare.overview"))
    in_use = pairs.pairs_in_use(compared)
    if not in_use:
        st.markdown(render("page.compare.one_mode_help"))
        draw_as_happened(on, kpi)
        return
    st.caption(render("page.compare.overview_note"))
    first, second = choices.pair(in_use)
    turned = pairs.in_pair(compared, first, second)
    if choices.is_like_for_like():
        draw_like_for_like(on, turned, kpi, pairs.pair_words(first, second))
    else:
        draw_as_happened(on, kpi)
    with st.expander(render("page.compare.groups")):
        chart.table(pairs.groups(turned, on.scope), render("page.compare.groups"))


def page() -> None:
    on = frame()
    everything = comparisons.comparisons(on.snapshot, on.selection.trailing_quarters)
    registry = kpis.registry(on.snapshot)
    kpi = choices.kpi(registry, everything)
    if kpi is None:
        badges.badge("no_data")
        st.markdown(render("page.compare.nothing"))
    else:
        category = on.selection.outcome_category
        compared = everything.filter(pl.col("kpi_id") == kpi["kpi_id"])
        st.header(verdicts.answer(compared, category, kpi["unit"]), anchor=False)
        if details := verdicts.details(compared, category):
            st.markdown(details)
        if on.selection.business_unit != "all" or on.selection.region != "all":
            st.info(render("page.compare.whole"), icon=":material/filter_alt_off:")
        draw_pairs(on, verdicts.of_category(compared, category), kpi)
    draw_time(on)
    footer.draw(on)


page()
