"""A choice in the address of the page: as its code, whatever words stand on screen.

Streamlit's own binding would write the words, and a link would break as soon as they
are translated or a category is renamed.
"""

from collections.abc import Sequence

import streamlit as st


def read(key: str, options: Sequence[str], default: str) -> None:
    """Let a control begin with what the address asks for; call before it is drawn.

    Args:
        key: of the control, and the name in the address.
        options: the codes that may be chosen; any other falls back.
        default: what is chosen where the address says nothing.
    """
    asked = st.session_state.get(key, st.query_params.get(key))
    st.session_state[key] = asked if asked in options else default


def write(key: str, chosen: str, default: str) -> None:
    """Keep a choice in the address; a default needs no words there."""
    if chosen == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != chosen:
        st.query_params[key] = chosen
