"""Can I trust these numbers? Sources, definitions, thresholds, method."""

import streamlit as st

from dashboards import formats
from dashboards.answers import definitions
from dashboards.components import chart, footer
from dashboards.components.frame import Frame, frame
from dashboards.queries import kpis
from dashboards.queries import snapshot as about_it
from tandem.core.files import Home
from tandem.core.settings import Settings
from tandem.core.wording import render


def draw_sources(on: Frame) -> None:
    """Draw how far each source is known, and what a person let through."""
    st.header(render("page.data.sources"), anchor=False)
    st.caption(render("page.data.sources_note"))
    st.markdown(definitions.source_list(about_it.sources(on.snapshot)))
    st.subheader(render("page.data.accepted"), anchor=False)
    accepted = definitions.accepted_list(about_it.accepted_warnings(on.snapshot))
    st.markdown(accepted or render("page.data.accepted_none"))


def draw_method(on: Frame) -> None:
    """Say how small groups are kept safe and how modes are compared."""
    about = on.about
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
    st.markdown(render("page.data.range"))
    st.header(render("page.data.access"), anchor=False)
    st.markdown(render("page.data.access_text"))


def draw_tables(on: Frame) -> None:
    """Draw what the numbers and verdicts mean, and the thresholds in force."""
    parts = {
        "page.data.kpis": definitions.kpi_rows(kpis.registry(on.snapshot)),
        "page.data.states": definitions.state_rows(),
        "page.data.thresholds": definitions.threshold_rows(
            on.about.k, Settings.load(Home.from_environment()).vars
        ),
    }
    for key, rows in parts.items():
        st.header(render(key), anchor=False)
        chart.table(rows, render(key))


def page() -> None:
    on = frame()
    draw_sources(on)
    draw_tables(on)
    draw_method(on)
    st.caption(
        render(
            "page.data.snapshot_text",
            snapshot=on.about.snapshot_id,
            as_of=formats.day(on.about.as_of),
            published=formats.day(on.about.published_at),
            code=on.about.code_version,
        )
    )
    footer.draw(on, with_link=False)


page()
