"""Links between pages, all in the same style."""

import streamlit as st


def link(page: str, label: str) -> None:
    """Draw a link to a page of the app (its path below `dashboards`)."""
    st.page_link(
        page,
        label=f":blue[{label}]",
        icon=":material/arrow_forward:",
        icon_position="right",
    )
