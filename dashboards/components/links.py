"""Links between pages, all in the same style."""

from urllib.parse import urlencode

import streamlit as st


def link(page: str, label: str) -> None:
    """Draw a link to a page of the app (its path below `dashboards`)."""
    st.page_link(
        page,
        label=f":blue[{label}]",
        icon=":material/arrow_forward:",
        icon_position="right",
    )


def href(page: str, **parameters: str) -> str:
    """Return the address of a page that keeps the reader's choice.

    Args:
        page: the name of a page in pages.py.
        **parameters: query parameters that replace those of the same name.
    """
    kept = st.query_params.to_dict()
    query = urlencode(kept | parameters)
    path = page.replace("_", "-")
    return f"{path}?{query}" if query else path


def permalink(**parameters: str) -> str:
    """Return the address of this page with its choice, to be kept.

    Args:
        **parameters: that a link would otherwise leave open, such as the quarter.
    """
    url = (st.context.url or "").split("?")[0]
    return f"{url}?{urlencode(st.query_params.to_dict() | parameters)}"
