"""Can I trust these numbers? Sources, definitions, thresholds, method."""

import streamlit as st

from dashboards import formats
from dashboards.components import chart, footer
from dashboards.components.page_context import PageContext, current_context
from dashboards.presenters import definitions
from dashboards.queries import kpis
from dashboards.queries import snapshot as snapshot_queries
from tandem.core.files import Home
from tandem.core.settings import Settings
from tandem.core.wording import render


def draw_sources(context: PageContext) -> None:
    """Draw the state of each source, and the warnings that a person accepted."""
    st.header(render("page.data.sources"), anchor=False)
    st.caption(render("page.data.sources_note"))
    st.markdown(definitions.source_list(snapshot_queries.sources(context.snapshot)))
    st.subheader(render("page.data.accepted"), anchor=False)
    accepted = definitions.accepted_list(
        snapshot_queries.accepted_warnings(context.snapshot)
    )
    st.markdown(accepted or render("page.data.accepted_none"))


def draw_method(context: PageContext) -> None:
    """Explain how small groups are protected and how modes are compared."""
    about = context.about
    st.header(render("page.data.suppression"), anchor=False)
    st.markdown(
        render(
            "page.data.suppression_text",
            k=about.k,
            hidden=formats.count(about.hidden_cell_count),
            cells=formats.count(about.cell_count),
        )
    )
    st.header(render("page.data.method"), anchor=False)
    st.markdown(render("page.data.method_text"))
    st.markdown(render("page.data.look_text"))
    st.markdown(render("page.data.range"))
    st.header(render("page.data.evidence"), anchor=False)
    st.markdown(definitions.strengths_words())
    chart.table(definitions.evidence_rows(), render("page.data.evidence"))
    st.header(render("page.data.access"), anchor=False)
    st.markdown(render("page.data.access_text"))


def draw_tables(context: PageContext) -> None:
    """Draw what the numbers and verdicts mean, and the current thresholds."""
    parts = {
        "page.data.kpis": definitions.kpi_rows(kpis.registry(context.snapshot)),
        "page.data.states": definitions.state_rows(),
        "page.data.thresholds": definitions.threshold_rows(
            context.about.k, Settings.load(Home.from_environment()).vars
        ),
    }
    for key, rows in parts.items():
        st.header(render(key), anchor=False)
        chart.table(rows, render(key))


def page() -> None:
    context = current_context()
    draw_sources(context)
    draw_tables(context)
    draw_method(context)
    st.caption(
        render(
            "page.data.snapshot_text",
            snapshot=context.about.snapshot_id,
            as_of=formats.day(context.about.as_of),
            published=formats.day(context.about.published_at),
            code=context.about.code_version,
        )
    )
    footer.draw(context, with_link=False)


page()
