"""Programmes: what they are, how they changed, their cohorts, benchmarks and costs."""

from datetime import date

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch

# The quarters in which anybody came to the end of a programme's time.
QUARTERS = """
select
    programme_id,
    min_by(period_label, period_end_date) as first_label,
    max_by(period_label, period_end_date) as last_label,
    max(period_end_date) as last_end_date
from pub.kpi_cells
where
    cube = 'programme'
    and trailing_quarters = 1
    and state in ('shown', 'hidden')
    and kpi_id in (select kpi_id from pub.kpis where is_headline)
group by programme_id
"""

CHANGES = """
select
    programme_id, period_label, period_end_date, value, value_before,
    standardised_change, ci_low, ci_high, limit_low, limit_high, standardised_to,
    change_state, state
from pub.programme_changes
where kpi_id in (select kpi_id from pub.kpis where is_headline)
order by programme_id, period_end_date
"""

CHANGES_OF = """
select
    kpi_id, programme_id, period_label, period_end_date, value, value_before,
    standardised_change, ci_low, ci_high, change_state, state
from pub.programme_changes
where period_end_date = $period_end_date
order by kpi_id, programme_id
"""

BENCHMARKS = """
select
    programme_id, period_label, period_end_date, value, benchmark, difference, ci_low,
    ci_high, own_share, covered_share, reason, state
from pub.programme_benchmarks
where kpi_id in (select kpi_id from pub.kpis where is_headline)
order by programme_id
"""

FACTS = """
select
    programme_id, default_delivery_mode, hybrid_pattern, completion_rule,
    completion_class, audience, owner_role, horizon_days, is_mandatory, is_high_stakes
from pub.programme_facts
order by programme_id
"""

COHORTS = """
select
    cohort_id, cohort_no, delivery_mode, start_month_date, value, ci_low, ci_high,
    learner_count, session_count, live_hours, state, state_detail
from pub.programme_cohorts
where programme_id = $programme_id
order by cohort_no
"""

BREAK_EVEN = """
select
    mode_a, mode_b, currency, no_break_even_reason, fixed_amount_a, fixed_amount_b,
    per_person_amount_a, per_person_amount_b, break_even_enrolments,
    enrolment_count_a, enrolment_count_b, costed_programme_count, programme_count,
    state
from pub.break_even
where programme_id = $programme_id
order by mode_a, mode_b
"""


@st.cache_data(max_entries=20, show_spinner=False)
def quarters(snapshot: Snapshot) -> pl.DataFrame:
    """Return the first and last quarter with data of each programme."""
    return fetch(snapshot, QUARTERS)


@st.cache_data(max_entries=20, show_spinner=False)
def changes(snapshot: Snapshot) -> pl.DataFrame:
    """Return the headline's changes of each programme, by year of four quarters."""
    return fetch(snapshot, CHANGES)


@st.cache_data(max_entries=20, show_spinner=False)
def changes_of(snapshot: Snapshot, period_end_date: date) -> pl.DataFrame:
    """Return the changes of every watched KPI in the year that ends with a day."""
    return fetch(snapshot, CHANGES_OF, period_end_date=period_end_date)


@st.cache_data(max_entries=20, show_spinner=False)
def benchmarks(snapshot: Snapshot) -> pl.DataFrame:
    """Return each programme's own benchmark of the headline, over four quarters."""
    return fetch(snapshot, BENCHMARKS)


@st.cache_data(max_entries=20, show_spinner=False)
def facts(snapshot: Snapshot) -> pl.DataFrame:
    """Return pub.programme_facts: programmes as the organisation designed them."""
    return fetch(snapshot, FACTS)


@st.cache_data(max_entries=50, show_spinner=False)
def cohorts(snapshot: Snapshot, programme_id: str) -> pl.DataFrame:
    """Return a programme's cohorts by start; people are to the nearest 2k."""
    return fetch(snapshot, COHORTS, programme_id=programme_id)


@st.cache_data(max_entries=50, show_spinner=False)
def break_even(snapshot: Snapshot, programme_id: str) -> pl.DataFrame:
    """Return break-even enrolments of each pair of a programme's delivery modes."""
    return fetch(snapshot, BREAK_EVEN, programme_id=programme_id)
