"""The list of pending decisions: a sentence, and a link to its evidence."""

import polars as pl
import streamlit as st

from dashboards.components.links import link
from tandem.core.wording import render

SHOWN = 5
PAGES = {
    "compare_modes": "app_pages/compare_modes.py",
    "data": "app_pages/data_and_definitions.py",
}


def draw(decisions: pl.DataFrame) -> None:
    """Draw the list by rank; decisions after the fifth are in an expander."""
    st.header(render("page.decisions.title"), anchor=False)
    if decisions.is_empty():
        st.markdown(render("page.decisions.empty"))
        return
    for row in decisions.head(SHOWN).iter_rows(named=True):
        _draw(row)
    rest = decisions.slice(SHOWN)
    if rest.height:
        with st.expander(render("page.decisions.more", count=rest.height)):
            for row in rest.iter_rows(named=True):
                _draw(row)
    st.caption(render("page.decisions.whole"))


def _draw(row: dict) -> None:
    with st.container(gap="xsmall"):
        st.markdown(f"**{row['rank']}.** {row['sentence']}")
        if row["page"] in PAGES:
            label = render(f"page.decisions.go.{row['page']}")
            link(PAGES[row["page"]], label)
