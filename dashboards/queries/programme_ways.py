"""How far people come in one programme: its funnel, and the steps of its blends."""

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch

BLENDS = """
select programme_id, hybrid_pattern, cohort_count, has_live_evidence
from pub.blended_programmes
where programme_id = $programme_id
order by hybrid_pattern
"""

FUNNEL = """
select step, step_no, period_end_date, enrolment_count, reached_share, state
from pub.programme_funnels
where programme_id = $programme_id
order by step_no
"""

STEPS = """
select
    hybrid_pattern, sequence, step_no, step_mode, period_end_date, enrolment_count,
    reached_share, lost_share, gap_days_low, gap_days_median, gap_days_high, state
from pub.programme_steps
where programme_id = $programme_id
order by hybrid_pattern, enrolment_count desc nulls last, sequence, step_no
"""


@st.cache_data(max_entries=50, show_spinner=False)
def funnel(snapshot: Snapshot, programme_id: str) -> pl.DataFrame:
    """Return how many enrolled, started, finished and passed, a row per step."""
    return fetch(snapshot, FUNNEL, programme_id=programme_id)


@st.cache_data(max_entries=50, show_spinner=False)
def steps(snapshot: Snapshot, programme_id: str) -> pl.DataFrame:
    """Return the steps of a programme's blended cohorts."""
    return fetch(snapshot, STEPS, programme_id=programme_id)


@st.cache_data(max_entries=50, show_spinner=False)
def blends(snapshot: Snapshot, programme_id: str) -> pl.DataFrame:
    """Return the patterns of a programme's blended cohorts; none where it has none."""
    return fetch(snapshot, BLENDS, programme_id=programme_id)
