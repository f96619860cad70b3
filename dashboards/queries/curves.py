"""Share of enrolments that finished by each day; published over all cohorts so far."""

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch

CURVES = """
select
    clock, delivery_mode, outcome_category, programme_id, day, finished_share, ci_low,
    ci_high, at_risk, state
from pub.life_curves
where
    clock = 'completion'
    and programme_id = 'all'
    and outcome_category = $outcome_category
order by delivery_mode, day
"""


OF_PROGRAMME = """
select
    clock, delivery_mode, outcome_category, programme_id, day, finished_share, ci_low,
    ci_high, at_risk, state
from pub.life_curves
where clock = 'completion' and programme_id = $programme_id
order by day
"""


@st.cache_data(max_entries=50, show_spinner=False)
def of_programme(snapshot: Snapshot, programme_id: str) -> pl.DataFrame:
    """Return the curve of a programme, over all its delivery modes and quarters."""
    return fetch(snapshot, OF_PROGRAMME, programme_id=programme_id)


@st.cache_data(max_entries=50, show_spinner=False)
def finished_by_day(snapshot: Snapshot, outcome_category: str) -> pl.DataFrame:
    """Return the curve of each delivery mode, and of `all`, in a category or `all`."""
    return fetch(snapshot, CURVES, outcome_category=outcome_category)
