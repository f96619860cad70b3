"""The end of every page: how recent and how well matched the data are, and a link."""

from datetime import UTC, datetime, timedelta

import polars as pl
import streamlit as st

from dashboards import formats
from dashboards.components import value_state
from dashboards.components.links import link
from dashboards.components.page_context import PageContext
from dashboards.queries import snapshot as queries
from tandem.core.wording import render

DEFINITIONS = "app_pages/data_and_definitions.py"


def draw(context: PageContext, *, with_link: bool = True) -> None:
    """Draw the line, and a link to the definitions except on their own page."""
    known = queries.sources(context.snapshot)["matched_share"].drop_nulls()
    matched = (
        render("page.footer.matched_unknown")
        if known.is_empty()
        else render("page.footer.matched", share=formats.percent(known.min()))
    )
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


def late_sources(sources: pl.DataFrame, now: datetime, days: int) -> pl.DataFrame:
    """Return the live sources whose newest record is older than some days.

    Args:
        sources: pub.sources; watermark_at is UTC without a zone.
        now: with a zone.
        days: how long a source may deliver nothing.
    """
    limit = now.astimezone(UTC).replace(tzinfo=None) - timedelta(days=days)
    return sources.filter(
        ~pl.col("is_ended").fill_null(False) & (pl.col("watermark_at") < limit)
    )


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
