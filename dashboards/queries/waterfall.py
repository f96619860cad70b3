"""How the base of each KPI came about; published for the whole organisation."""

from datetime import date

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch

WATERFALL = """
select kpi_id, step, step_no, row_count, state
from pub.kpi_waterfall
where trailing_quarters = $trailing_quarters and period_end_date = $period_end_date
order by kpi_id, step_no
"""


@st.cache_data(max_entries=50, show_spinner=False)
def waterfall(
    snapshot: Snapshot, trailing_quarters: int, period_end_date: date
) -> pl.DataFrame:
    """Return the steps from all rows to each base; counts to the nearest k."""
    return fetch(
        snapshot,
        WATERFALL,
        trailing_quarters=trailing_quarters,
        period_end_date=period_end_date,
    )
