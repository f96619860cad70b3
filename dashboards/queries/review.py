"""What a review of a quarter needs besides the numbers of other pages."""

from datetime import date

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch

QUARTERS = """
select distinct period_label, period_end_date
from pub.kpi_cells
where cube = 'all' and trailing_quarters = $trailing_quarters
order by period_end_date desc
"""

LAST_DAY = """
select max(period_end_date) as period_end_date
from pub.kpi_cells
where period_label = $label
"""

# A step of `as_before` lost fewer people than may be shown: that is said in its place.
STEPS = """
select
    case when state = 'as_before' then 'shown' else state end as step_state,
    count(*) as step_count
from pub.blended_steps
where period_end_date = $period_end_date
group by step_state
"""

CATEGORISED = """
select
    count(*) as programme_count,
    count(*) filter (
        where outcome_category in (select slug from pub.outcome_categories)
    ) as categorised_count
from pub.programmes
"""


@st.cache_data(max_entries=20, show_spinner=False)
def quarters(snapshot: Snapshot, trailing_quarters: int) -> pl.DataFrame:
    """Return label and last day of the published quarters, newest first."""
    return fetch(snapshot, QUARTERS, trailing_quarters=trailing_quarters)


@st.cache_data(max_entries=50, show_spinner=False)
def last_day(snapshot: Snapshot, label: str) -> date | None:
    """Return the last day of a quarter; None where it has no numbers."""
    return fetch(snapshot, LAST_DAY, label=label)["period_end_date"][0]


@st.cache_data(max_entries=50, show_spinner=False)
def step_counts(snapshot: Snapshot, period_end_date: date) -> dict[str, int]:
    """Return state -> how many steps of blended programmes a window has."""
    return dict(fetch(snapshot, STEPS, period_end_date=period_end_date).iter_rows())


@st.cache_data(max_entries=20, show_spinner=False)
def categorised(snapshot: Snapshot) -> tuple[int, int]:
    """Return how many programmes have an outcome category, and how many there are."""
    row = fetch(snapshot, CATEGORISED).row(0, named=True)
    return row["categorised_count"], row["programme_count"]
