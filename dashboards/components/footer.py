"""The end of every page: how fresh, how well matched, what is hidden, where to look."""

from datetime import UTC, datetime, timedelta

import polars as pl
import streamlit as st

from dashboards import formats
from dashboards.components.badges import badge
from dashboards.components.frame import Frame
from dashboards.components.links import link
from dashboards.queries import snapshot as queries
from tandem.core.wording import render

DEFINITIONS = "app_pages/data_and_definitions.py"


def draw(on: Frame, *, with_link: bool = True) -> None:
    """Draw the line, and a link to the definitions unless this is their page."""
    known = queries.sources(on.snapshot)["matched_share"].drop_nulls()
    matched = (
        render("page.footer.matched_unknown")
        if known.is_empty()
        else render("page.footer.matched", share=formats.percent(known.min()))
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            render(
                "page.footer",
                as_of=formats.day(on.about.as_of),
                matched=matched,
                k=on.about.k,
            ),
            width="content",
        )
        if with_link:
            link(DEFINITIONS, render("page.footer.link"))


def late_sources(sources: pl.DataFrame, now: datetime, days: int) -> pl.DataFrame:
    """Return the live sources whose last word is older than some days.

    Args:
        sources: pub.sources; watermark_at is UTC without a zone.
        now: with a zone.
        days: how long a source may be silent.
    """
    limit = now.astimezone(UTC).replace(tzinfo=None) - timedelta(days=days)
    return sources.filter(
        ~pl.col("is_ended").fill_null(False) & (pl.col("watermark_at") < limit)
    )


def lateness(on: Frame, days: int) -> None:
    """Say which sources are late; an invented organisation is never late."""
    if on.about.is_sample:
        return
    late = late_sources(queries.sources(on.snapshot), datetime.now(UTC), days)
    if late.is_empty():
        return
    with st.container(border=True):
        badge("late")
        st.markdown(
            render(
                "page.late",
                sources=", ".join(late["source"]),
                day=formats.day(late["watermark_at"].max()),
                days=days,
            )
        )
        st.caption(render("page.late.next"))
