"""Choices in the URL of the page, as codes that do not depend on the words on screen.

Streamlit's own binding would write the words, and a link would break when they are
translated or a category is renamed.
"""

from collections.abc import Sequence

import streamlit as st


def read(key: str, options: Sequence[str], default: str) -> None:
    """Set a control to the value in the URL; call it before the control is drawn.

    Args:
        key: of the control, and of the query parameter.
        options: the codes that may be chosen; any other falls back to the default.
        default: the code without a query parameter.
    """
    requested = st.session_state.get(key, st.query_params.get(key))
    st.session_state[key] = requested if requested in options else default


def write(key: str, chosen: str, default: str) -> None:
    """Keep a choice in the URL; a default is left out of it."""
    if chosen == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != chosen:
        st.query_params[key] = chosen
