"""How the published cells were attacked before they were published."""

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch

AUDIT = """
select
    kpi_id,
    max(cell_count) as cell_count,
    max(hidden_count) as hidden_count,
    sum(relation_count)::bigint as relation_count,
    bool_and(attack <> 'exact_cells') as is_complete,
    sum(exposure_count)::bigint as exposure_count
from pub.privacy_audit
group by kpi_id
order by kpi_id
"""


@st.cache_data(max_entries=20, show_spinner=False)
def audit(snapshot: Snapshot) -> pl.DataFrame:
    """Return one row per KPI: its cells, the hidden ones, and what attacks found."""
    return fetch(snapshot, AUDIT)
