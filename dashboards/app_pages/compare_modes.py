"""Do live, self-paced or blended work better, for people and programmes like these?"""

from typing import Any

import polars as pl
import streamlit as st

from dashboards.charts import differences, programme_strip, rates, time_to_finish
from dashboards.components import (
    chart,
    choices,
    downloads,
    footer,
    grounds,
    html,
    mode_matrix,
    reversal,
    value_state,
)
from dashboards.components.links import link
from dashboards.components.page_context import (
    PageContext,
    current_context,
    draw_left_out,
)
from dashboards.presenters import chart_rows, pairs, reversals, trials, verdicts
from dashboards.presenters import grounds as reasons
from dashboards.presenters import mode_matrix as matrices
from dashboards.queries import catalogue, comparisons, curves, kpis
from dashboards.queries import trials as trial_queries
from tandem.core.wording import render

Row = dict[str, Any]

RIGHT_MODE = "app_pages/right_mode.py"


def draw_matrix(context: PageContext, compared: pl.DataFrame, kpi: Row) -> None:
    """Draw all categories and pairs, and apart from them all categories together."""
    found = matrices.matrix(compared, context.scope, kpi)
    if found.rows:
        st.header(render("page.compare.overview"), anchor=False)
        keys = ["convention", "key"] + ["dash"] * found.has_empty_cells
        st.caption(" ".join(render(f"page.matrix.{key}") for key in keys))
        title = render("page.compare.overview")
        mode_matrix.draw(found, title)
        downloads.button(matrices.as_table(found), title, "matrix")
        st.caption(render("page.compare.overview_note"))
    if together := matrices.over_all(compared, kpi):
        grounds.draw_sentences(
            render("page.matrix.over_all_title"),
            together,
            render("page.matrix.over_all_note"),
        )


def draw_reversals(context: PageContext, compared: pl.DataFrame, kpi: Row) -> None:
    """Draw each direction that reverses once like is compared with like."""
    found = reversals.reversals(compared, context.scope, kpi)
    if found:
        st.header(render("page.reversal.title"), anchor=False)
        cards = "".join(reversal.markup(one) for one in found)
        html.draw(f'<div class="td-stack">{cards}</div>')


def draw_like_for_like(
    context: PageContext, turned: pl.DataFrame, kpi: Row, pair: str
) -> None:
    """Draw the differences of one pair of modes inside categories."""
    found = pairs.difference_rows(turned, context.scope, kpi)
    st.header(differences.title(found, pair), anchor=False)
    st.caption(f"{pair}. {pairs.adjusted_note(turned)}")
    if found.is_empty():
        value_state.draw("cannot_compare", render("page.compare.no_estimates"))
        return
    alt = differences.alt(found, kpi["kpi_name"], pair)
    drawn = differences.figure(found)
    chart.draw(drawn, alt, differences.data_table(found), "differences")


def draw_as_happened(context: PageContext, kpi: Row) -> None:
    """Draw each mode's own figure, without any adjustment."""
    cut = context.cut("delivery_mode")
    cells = kpis.cells(
        context.snapshot, cut, context.selection.trailing_quarters, context.quarter.end
    ).filter(pl.col("kpi_id") == kpi["kpi_id"])
    shown = chart_rows.rates_by_mode(cells, kpi["unit"])
    st.header(rates.title(shown), anchor=False)
    if shown.height > 1:
        st.caption(render("page.view.as_happened_note"))
    draw_left_out(cut.left_out)
    if shown.is_empty():
        value_state.draw("no_data")
        return
    alt = rates.alt(shown, kpi["kpi_name"])
    data_table = rates.data_table(shown, render("page.column.mode"))
    chart.draw(rates.figure(shown), alt, data_table, "rates")


def draw_programmes(context: PageContext, kpi: Row) -> None:
    """Draw one mark per programme beside the average of its mode."""
    quarters, category = (
        context.selection.trailing_quarters,
        context.selection.outcome_category,
    )
    newest = kpis.newest_window(context.snapshot, "programme", quarters)
    end = newest or context.quarter.end
    mine = pl.col("kpi_id") == kpi["kpi_id"]
    programmes = catalogue.programmes(context.snapshot)
    if category != "all":
        programmes = programmes.filter(pl.col("outcome_category") == category)
    by_mode = kpis.cells(
        context.snapshot, context.cut("delivery_mode"), quarters, context.quarter.end
    ).filter(mine & (pl.col("state") == "shown"))
    shown = chart_rows.programme_marks(
        kpis.cells(context.snapshot, context.cut("programme_id"), quarters, end).filter(
            mine
        ),
        programmes,
        dict(by_mode.select("delivery_mode", "value").iter_rows()),
        kpi["unit"],
    )
    if shown.is_empty():
        st.header(render("page.strip.heading"), anchor=False)
        value_state.draw("hidden", render("page.strip.none"))
        return
    st.header(programme_strip.title(shown), anchor=False)
    left = programmes.height - shown.height
    note = render("page.strip.note", kpi=kpi["kpi_name"])
    st.caption(f"{note} {render('page.strip.hidden', count=left)}" if left else note)
    chart.draw(
        programme_strip.figure(shown),
        programme_strip.alt(shown),
        programme_strip.data_table(shown),
        "programmes",
    )


def draw_time(context: PageContext) -> None:
    """Draw how many had finished by each day, one line per mode."""
    found = curves.finished_by_day(context.snapshot, context.selection.outcome_category)
    shown = chart_rows.curve_points(found)
    if shown.is_empty():
        st.header(render("page.compare.time"), anchor=False)
        state = "hidden" if found.height else "not_measured"
        value_state.draw(state, render("page.compare.time_hidden"))
        return
    st.header(time_to_finish.title(shown), anchor=False)
    st.caption(render("page.compare.time_note"))
    alt = time_to_finish.alt(shown)
    chart.draw(
        time_to_finish.figure(shown), alt, time_to_finish.data_table(shown), "time"
    )


def draw_grounds(context: PageContext, turned: pl.DataFrame, kpi: Row) -> None:
    """Draw why the chosen pair can or can't be compared, category by category."""
    found = reasons.grounds(turned, context.scope, kpi)
    st.header(render("page.grounds.heading"), anchor=False)
    grounds.draw(found, opened=found[0].category if found else "")


def draw_history(context: PageContext, kpi: Row, first: str, second: str) -> None:
    """Draw the verdicts of the chosen pair at the end of the last quarters."""
    so_far = comparisons.verdicts_so_far(
        context.snapshot,
        kpi["kpi_id"],
        context.selection.trailing_quarters,
        context.quarter.end,
    )
    mine = verdicts.of_category(so_far, context.selection.outcome_category).filter(
        pl.col("mode_a").is_in([first, second])
        & pl.col("mode_b").is_in([first, second])
    )
    table = reasons.history(
        mine,
        context.scope,
        comparisons.period_labels(context.snapshot),
        context.about.fiscal_year_start_month,
    )
    st.header(render("page.history.title"), anchor=False)
    if table.is_empty():
        value_state.draw("no_data", render("page.history.none"))
        return
    st.caption(render("page.history.note"))
    grounds.draw_history(table, render("page.history.title"))


def draw_trials(context: PageContext, registry: pl.DataFrame, kpi: Row) -> None:
    """Draw the pilots, and how often made-up modes look different."""
    by_id = {row["kpi_id"]: row for row in registry.iter_rows(named=True)}
    pilots = trials.trials(trial_queries.pilots(context.snapshot), context.scope, by_id)
    st.header(render("page.pilots.heading"), anchor=False)
    if pilots:
        grounds.draw_trials(pilots)
    else:
        st.markdown(render("page.pilots.none"))
    drawn = trials.placebo_words(
        trial_queries.placebo_results(context.snapshot, kpi["kpi_id"])
    )
    grounds.draw_sentences(
        render("page.placebo.heading"),
        drawn or [render("page.placebo.nothing")],
        render("page.placebo.note"),
    )


def draw_one_mode(context: PageContext, compared: pl.DataFrame, kpi: Row) -> None:
    """Say that nothing can be compared, and draw the figures as they happened."""
    category = context.selection.outcome_category
    scope = context.scope.get(category, category)
    words = render("page.compare.only_one", scope=scope)
    value_state.draw("cannot_compare", words)
    link(RIGHT_MODE, render("page.compare.see_right_mode"))
    draw_matrix(context, compared, kpi)
    st.markdown(render("page.compare.one_mode_help"))
    draw_as_happened(context, kpi)


def draw_pairs(context: PageContext, compared: pl.DataFrame, kpi: Row) -> None:
    """Draw the overview of all pairs, then the chosen one."""
    in_use = pairs.pairs_in_use(compared)
    if not in_use:
        draw_one_mode(context, compared, kpi)
        return
    draw_reversals(context, compared, kpi)
    draw_matrix(context, compared, kpi)
    first, second = choices.pair(in_use)
    turned = pairs.in_pair(compared, first, second)
    if choices.is_like_for_like(pairs.adjusted_words(turned)):
        draw_like_for_like(context, turned, kpi, verdicts.pair_words(first, second))
    else:
        draw_as_happened(context, kpi)
    draw_grounds(context, turned, kpi)
    draw_history(context, kpi, first, second)


def page() -> None:
    context = current_context()
    everything = comparisons.comparisons(
        context.snapshot, context.selection.trailing_quarters, context.quarter.end
    )
    registry = kpis.registry(context.snapshot)
    kpi = choices.kpi(registry, everything)
    if kpi is None:
        value_state.draw("no_data", render("page.compare.nothing"))
    else:
        category = context.selection.outcome_category
        compared = everything.filter(pl.col("kpi_id") == kpi["kpi_id"])
        html.draw_headline(verdicts.summary(compared, category, kpi))
        left_out = context.selection.narrowed_by("business_unit", "region")
        draw_left_out(left_out, "page.compare.whole")
        draw_pairs(context, verdicts.of_category(compared, category), kpi)
        draw_programmes(context, kpi)
    draw_time(context)
    if kpi is not None:
        draw_trials(context, registry, kpi)
    footer.draw(context)


page()
