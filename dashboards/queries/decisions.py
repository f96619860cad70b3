"""Pending decisions, as the rules of publishing found them."""

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch

DECISIONS = """
select
    decision_key, rank, wording_key, parameters, page, kpi_id, outcome_category,
    programme_id, mode_a, mode_b
from pub.decisions
order by rank
"""


@st.cache_data(max_entries=20, show_spinner=False)
def decisions(snapshot: Snapshot) -> pl.DataFrame:
    """Return the decisions by rank."""
    return fetch(snapshot, DECISIONS)
