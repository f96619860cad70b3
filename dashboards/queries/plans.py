"""Plans of a fiscal year beside the year before, the year to date and a forecast."""

from datetime import date

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch

PLANS = """
select
    plans.kpi_id, plans.programme_id, programmes.programme_name, plans.measure,
    plans.fiscal_year, plans.period_label, plans.period_start_date,
    plans.period_end_date, plans.planned, plans.last_year, plans.year_to_date,
    plans.ci_low, plans.ci_high, plans.learner_count, plans.share_of_plan,
    plans.forecast, plans.forecast_low, plans.forecast_high, plans.forecast_reason,
    plans.status, plans.reason, plans.state
from pub.plan_status as plans
left join pub.programmes as programmes
    on plans.programme_id = programmes.programme_id
where plans.fiscal_year = $fiscal_year
order by plans.programme_id, plans.kpi_id, plans.measure
"""

HAS_PLANS = """
select count(*) > 0 as has_plans from duckdb_columns()
where schema_name = 'pub' and table_name = 'plan_status'
"""


@st.cache_data(max_entries=20, show_spinner=False)
def plans(snapshot: Snapshot, fiscal_year: int) -> pl.DataFrame:
    """Return the plans of a fiscal year; no rows of a file from before there were any.

    Args:
        snapshot: the published file.
        fiscal_year: the calendar year in which it begins.
    """
    if not fetch(snapshot, HAS_PLANS)["has_plans"][0]:
        return pl.DataFrame()
    return fetch(snapshot, PLANS, fiscal_year=fiscal_year)


def fiscal_year(end: date, fiscal_year_start_month: int) -> int:
    """Return the calendar year in which the fiscal year of a day begins.

    Args:
        end: the day.
        fiscal_year_start_month: 1 to 12.
    """
    return end.year if end.month >= fiscal_year_start_month else end.year - 1
