"""Which blend do we run, and where do the hand-offs lose people?"""

import polars as pl
import streamlit as st

from dashboards.components import (
    chart,
    downloads,
    footer,
    html,
    ladders,
    measure_tiles,
    query_parameters,
    value_state,
)
from dashboards.components.page_context import PageContext, current_context
from dashboards.presenters import blended as presenter
from dashboards.presenters import measures
from dashboards.queries import blended, page_kpis
from tandem.core.wording import render

PAGE = "blended_patterns"


def draw_tiles(cells: pl.DataFrame, programmes: pl.DataFrame) -> None:
    """Draw the share of cohorts with a pattern, and the measures of the page."""
    found = measures.of_place(cells, "tile")
    html.draw(measure_tiles.markup([presenter.pattern_tile(programmes), *found]))


def draw_steps(found: list[presenter.Ladder]) -> None:
    """Draw how many reach each step of each pattern, and what each hand-off loses."""
    st.header(render("page.blended.steps"), anchor=False)
    st.caption(render("page.blended.steps_note"))
    if not found:
        value_state.draw("no_data", render("page.blended.no_steps"))
        return
    html.draw(ladders.markup(found))
    with st.expander(render("page.show_table"), key="blended_steps"):
        chart.table(
            presenter.step_table(found), render("page.blended.steps"), "blend_steps"
        )
    st.header(render("page.blended.waits"), anchor=False)
    if drawn := ladders.waits(found):
        st.caption(render("page.blended.waits_note"))
        html.draw(drawn)
    else:
        html.draw(f"<p>{html.text(render('page.blended.waits_none'))}</p>")


def draw_attendance(rows: pl.DataFrame) -> None:
    """Draw attendance with and without finished preparation."""
    is_shown = rows.height == 2 and set(rows["state"]) == {"shown"}
    title = presenter.attendance_title(rows) if is_shown else ""
    st.header(title or render("page.blended.attendance"), anchor=False)
    if rows.height != 2:
        value_state.draw("not_measured", render("page.blended.attendance_none"))
    elif not is_shown:
        value_state.draw("hidden", render("page.blended.attendance_hidden"))
    else:
        st.caption(render("page.blended.association"))
        html.draw(ladders.attendance(rows))


def draw_programmes(
    context: PageContext, programmes: pl.DataFrame, cells: pl.DataFrame
) -> None:
    """Draw the programmes that run a pattern, the choice of which is in the URL."""
    st.header(render("page.blended.programmes"), anchor=False)
    in_use = {
        name: presenter.pattern_words(name)
        for name in presenter.PATTERNS
        if name in programmes["hybrid_pattern"].unique()
    }
    label = render("page.blended.choose")
    chosen = query_parameters.choose("pattern", label, in_use, width=420)
    of_pattern = programmes.filter(pl.col("hybrid_pattern") == chosen)
    columns, rows = presenter.programme_rows(of_pattern, cells, context.categories)
    html.draw(ladders.programmes(columns, rows, in_use[chosen]))
    downloads.button(
        presenter.programme_table(columns, rows),
        in_use[chosen],
        "blended_programmes",
    )


def page() -> None:
    context = current_context()
    programmes = blended.programmes(context.snapshot)
    if programmes.is_empty():
        st.header(render("page.blended.none"), anchor=False)
        value_state.draw("no_data", render("page.blended.none_next"))
    elif not programmes["has_live_evidence"].any():
        st.header(render("page.blended.no_live"), anchor=False)
        value_state.draw("not_measured", render("page.blended.no_live_next"))
    else:
        cells = page_kpis.cells(context.snapshot, PAGE, context.quarter.end)
        rows = blended.steps(context.snapshot)
        headline = html.text(presenter.headline(programmes))
        loss = html.text(presenter.largest_loss(rows))
        html.draw(f'<h2 class="td-headline">{headline} <em>{loss}</em></h2>')
        if not context.selection.is_default:
            st.info(render("page.measure.whole"), icon=":material/filter_alt_off:")
        draw_tiles(cells, programmes)
        draw_steps(presenter.ladders(rows, programmes))
        draw_attendance(blended.attendance(context.snapshot))
        draw_programmes(context, programmes, cells)
    footer.draw(context)


page()
