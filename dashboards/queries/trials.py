"""Pilots of delivery modes, and the check of the method with made-up modes."""

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch

PILOTS = """
select
    plan_id, kpi_id, outcome_category, mode_a, mode_b, first_start_date,
    last_start_date, answer_date, planned_cohort_count, cohort_count, status, verdict,
    adjusted_difference, ci_low, ci_high, sentence, state
from pub.pilots
order by first_start_date desc, plan_id
"""

PLACEBO = """
select
    design, mode_a, mode_b, programme_count, draw_count, different_count,
    expected_count, sentence
from pub.placebo_results
where kpi_id = $kpi_id
order by design desc
"""


@st.cache_data(max_entries=20, show_spinner=False)
def pilots(snapshot: Snapshot) -> pl.DataFrame:
    """Return every kept pilot, the newest first."""
    return fetch(snapshot, PILOTS)


@st.cache_data(max_entries=50, show_spinner=False)
def placebo_results(snapshot: Snapshot, kpi_id: str) -> pl.DataFrame:
    """Return how often made-up modes looked different in one KPI, a row per design."""
    return fetch(snapshot, PLACEBO, kpi_id=kpi_id)
