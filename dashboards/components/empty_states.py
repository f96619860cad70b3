"""Messages of a page with nothing to show: the state, and what to do."""

import streamlit as st

from dashboards.components import value_state
from tandem.core.errors import TandemError
from tandem.core.files import Home
from tandem.core.wording import render


def nothing_published(home: Home) -> None:
    """Write that there is no snapshot yet."""
    st.header(render("page.none.title"), anchor=False)
    st.markdown(render("page.none.what", home=f"`{home.root}`"))
    st.markdown(render("page.none.next"))


def unreadable(error: TandemError) -> None:
    """Write that the published file is damaged, with a reference for the operator."""
    st.header(render("page.broken.title"), anchor=False)
    st.markdown(render("page.broken.next"))
    st.code(error.one_line(), language=None, wrap_lines=True)


def outdated(error: TandemError) -> None:
    """Write that the published file is of an older Tandem, with a reference."""
    st.header(render("page.outdated.title"), anchor=False)
    st.markdown(render("page.outdated.next"))
    st.code(error.one_line(), language=None, wrap_lines=True)


def no_numbers() -> None:
    """Write that there are no numbers for the choice."""
    st.header(render("page.empty.title"), anchor=False)
    value_state.draw("no_data")
    st.markdown(render("page.empty.period"))


def not_allowed() -> None:
    """Write that the page is for readers with another role."""
    st.header(render("page.not_allowed.title"), anchor=False)
    st.markdown(render("page.not_allowed.next"))
