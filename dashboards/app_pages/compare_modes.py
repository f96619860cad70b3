"""Do live, self-paced or blended work better, for people and programmes like these?"""

from typing import Any

import polars as pl
import streamlit as st

from dashboards.charts import differences, rates, time_to_finish
from dashboards.components import chart, choices, footer, value_state
from dashboards.components.page_context import (
    PageContext,
    current_context,
    draw_left_out,
)
from dashboards.presenters import chart_rows, pairs, verdicts
from dashboards.queries import comparisons, curves, kpis
from tandem.core.wording import render

Row = dict[str, Any]


def draw_like_for_like(
    context: PageContext, turned: pl.DataFrame, kpi: Row, pair: str
) -> None:
    """Draw the differences of one pair of modes, and the reasons for every refusal."""
    found = pairs.difference_rows(turned, context.scope, kpi["unit"], kpi["margin"])
    st.header(render("page.compare.chart", pair=pair), anchor=False)
    st.caption(pairs.adjusted_note(turned))
    if found.is_empty():
        value_state.draw("cannot_compare")
        st.markdown(render("page.compare.no_estimates"))
    else:
        alt = differences.alt(found, kpi["kpi_name"])
        drawn = differences.figure(found)
        chart.draw(drawn, alt, differences.data_table(found), "differences")
    st.header(render("page.compare.cannot"), anchor=False)
    refused = pairs.refusals(turned, context.scope)
    if refused.is_empty():
        st.markdown(render("page.compare.cannot_none"))
    else:
        chart.table(refused, render("page.compare.cannot"))


def draw_as_happened(context: PageContext, kpi: Row) -> None:
    """Draw each mode's own figure, without any adjustment."""
    cut = context.cut("delivery_mode")
    cells = kpis.cells(
        context.snapshot, cut, context.selection.trailing_quarters, context.quarter.end
    ).filter(pl.col("kpi_id") == kpi["kpi_id"])
    shown = chart_rows.rates_by_mode(cells, kpi["unit"])
    st.header(render("page.compare.happened", kpi=kpi["kpi_name"]), anchor=False)
    if shown.height > 1:
        st.caption(render("page.view.as_happened_note"))
    draw_left_out(cut)
    if shown.is_empty():
        value_state.draw("no_data")
        return
    alt = rates.alt(shown, kpi["kpi_name"])
    data_table = rates.data_table(shown, render("page.column.mode"))
    chart.draw(rates.figure(shown), alt, data_table, "rates")


def draw_time(context: PageContext) -> None:
    """Draw how many had finished by each day, one line per mode."""
    st.header(render("page.compare.time"), anchor=False)
    st.caption(render("page.compare.time_note"))
    found = curves.finished_by_day(context.snapshot, context.selection.outcome_category)
    shown = chart_rows.curve_points(found)
    if shown.is_empty():
        value_state.draw("hidden" if found.height else "not_measured")
        st.markdown(render("page.compare.time_hidden"))
        return
    alt = time_to_finish.alt(shown)
    st.markdown(alt)
    chart.draw(
        time_to_finish.figure(shown), alt, time_to_finish.data_table(shown), "time"
    )


def draw_pairs(context: PageContext, compared: pl.DataFrame, kpi: Row) -> None:
    """Draw the overview of all pairs, then the chosen one."""
    st.header(render("page.compare.overview"), anchor=False)
    overview = pairs.matrix(compared, context.scope, kpi["unit"])
    chart.table(overview, render("page.compare.overview"))
    in_use = pairs.pairs_in_use(compared)
    if not in_use:
        st.markdown(render("page.compare.one_mode_help"))
        draw_as_happened(context, kpi)
        return
    st.caption(render("page.compare.overview_note"))
    first, second = choices.pair(in_use)
    turned = pairs.in_pair(compared, first, second)
    if choices.is_like_for_like(pairs.adjusted_words(turned)):
        draw_like_for_like(context, turned, kpi, pairs.pair_words(first, second))
    else:
        draw_as_happened(context, kpi)
    with st.expander(render("page.compare.groups")):
        chart.table(pairs.groups(turned, context.scope), render("page.compare.groups"))


def page() -> None:
    context = current_context()
    everything = comparisons.comparisons(
        context.snapshot, context.selection.trailing_quarters, context.quarter.end
    )
    registry = kpis.registry(context.snapshot)
    kpi = choices.kpi(registry, everything)
    if kpi is None:
        value_state.draw("no_data")
        st.markdown(render("page.compare.nothing"))
    else:
        category = context.selection.outcome_category
        compared = everything.filter(pl.col("kpi_id") == kpi["kpi_id"])
        st.header(verdicts.summary(compared, category, kpi["unit"]), anchor=False)
        if details := verdicts.details(compared, category):
            st.markdown(details)
        if (
            context.selection.business_unit != "all"
            or context.selection.region != "all"
        ):
            st.info(render("page.compare.whole"), icon=":material/filter_alt_off:")
        draw_pairs(context, verdicts.of_category(compared, category), kpi)
    draw_time(context)
    footer.draw(context)


page()
