"""Blended programmes, how far people come in them, and attendance by preparation."""

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch

PROGRAMMES = """
select
    blended.programme_id,
    coalesce(programmes.programme_name, blended.programme_id) as programme_name,
    programmes.outcome_category,
    blended.hybrid_pattern,
    blended.cohort_count,
    blended.has_live_evidence
from pub.blended_programmes as blended
left join pub.programmes as programmes
    on blended.programme_id = programmes.programme_id
order by programme_name, blended.programme_id, blended.hybrid_pattern
"""

STEPS = """
select
    hybrid_pattern, sequence, step_no, step_mode, period_end_date, enrolment_count,
    reached_share, lost_share, gap_days_low, gap_days_median, gap_days_high, state
from pub.blended_steps
order by hybrid_pattern, enrolment_count desc nulls last, sequence, step_no
"""

ATTENDANCE = """
select
    is_prepared, period_end_date, seat_count, attended_share, ci_low, ci_high, state
from pub.prework_attendance
order by is_prepared desc
"""


@st.cache_data(max_entries=20, show_spinner=False)
def programmes(snapshot: Snapshot) -> pl.DataFrame:
    """Return the programmes with blended cohorts, a row for each pattern they run."""
    return fetch(snapshot, PROGRAMMES)


@st.cache_data(max_entries=20, show_spinner=False)
def steps(snapshot: Snapshot) -> pl.DataFrame:
    """Return the steps of each pattern, the largest sequence of a pattern first."""
    return fetch(snapshot, STEPS)


@st.cache_data(max_entries=20, show_spinner=False)
def attendance(snapshot: Snapshot) -> pl.DataFrame:
    """Return attendance of those who had prepared, and of those who had not."""
    return fetch(snapshot, ATTENDANCE)
