"""The end of every page: how recent and how well matched the data are, and a link."""

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from dashboards import formats
from dashboards.components import value_state
from dashboards.components.links import link
from dashboards.components.page_context import PageContext
from dashboards.queries import snapshot as queries
from tandem.core.files import Home
from tandem.core.lateness import late_sources
from tandem.core.settings import Settings
from tandem.core.wording import render

DEFINITIONS = "app_pages/data_and_definitions.py"


def draw(context: PageContext, *, with_link: bool = True) -> None:
    """Draw the line, and a link to the definitions except on their own page."""
    matched = known_people(queries.sources(context.snapshot))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            render(
                "page.footer",
                as_of=formats.day(context.about.as_of),
                matched=matched,
                k=context.about.k,
            ),
            width="content",
        )
        if with_link:
            link(DEFINITIONS, render("page.footer.link"))
    contact = Settings.load(Home.from_environment()).contact
    st.caption(
        render(
            "page.footer.help" if contact else "page.footer.no_help", contact=contact
        )
    )


def known_people(sources: pl.DataFrame) -> str:
    """Return of each source how many of its people the organisation knows, in words.

    Args:
        sources: pub.sources.
    """
    known = sources.filter(pl.col("matched_share").is_not_null())
    if known.is_empty():
        return render("page.footer.matched_unknown")
    listed = ", ".join(
        f"{row['source']} {formats.percent(row['matched_share'])}"
        for row in known.iter_rows(named=True)
    )
    return render("page.footer.matched_each", sources=listed)


def draw_late_sources(context: PageContext, days: int) -> None:
    """Write which sources are late; in sample data no source is late."""
    if context.about.is_sample:
        return
    late = late_sources(queries.sources(context.snapshot), datetime.now(UTC), days)
    if late.is_empty():
        return
    with st.container(border=True):
        value_state.draw("late")
        st.markdown(
            render(
                "page.late",
                sources=", ".join(late["source"]),
                day=formats.day(late["watermark_at"].max()),
                days=days,
            )
        )
        st.caption(render("page.late.next"))
