"""Recording what the reader decides, with the words of a refusal on the page."""

import streamlit as st

from dashboards import recording
from dashboards.recording import NotRecorded, Row


def is_recorded(kind: str, subject: str, payload: Row, reason: str = "") -> bool:
    """Record a decision as `recording.record` does; write why not where refused."""
    try:
        recording.record(kind, subject, payload, reason)
    except NotRecorded as refused:
        st.error(refused.what)
        return False
    return True
