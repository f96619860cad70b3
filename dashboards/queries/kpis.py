"""The registry of KPIs, and the published cells of the cubes."""

from datetime import date

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch
from dashboards.selection import PublishedCut
from dashboards.words import kpis_in_words

REGISTRY = """
select
    kpi_id, kpi_code, kpi_name, question, numerator_words, denominator_words, unit,
    direction, population_words, anchor, margin, is_headline, tile_slot, tile_order,
    fallback_kpi, estimator, since, decision, owner_role, source_fact,
    numerator_column, denominator_column
from pub.kpis
order by list_order nulls last, kpi_name
"""

PUBLISHED_CUBES = "select distinct cube from pub.kpi_cells order by cube"

CELLS = """
select
    kpi_id, period_label, period_end_date, delivery_mode, outcome_category,
    programme_id, numerator, denominator, value, ci_low, ci_high, learner_count,
    state, state_detail
from pub.kpi_cells
where
    cube = $cube
    and trailing_quarters = $trailing_quarters
    and period_end_date = $period_end_date
    and business_unit = $business_unit
    and region = $region
    and (cube not in ('category', 'mode_category', 'business_unit_category')
        or $outcome_category = 'all'
        or outcome_category = $outcome_category)
order by kpi_id, outcome_category, delivery_mode, programme_id
"""

NEWEST_WINDOW = """
select max(period_end_date) as period_end_date
from pub.kpi_cells
where cube = $cube and trailing_quarters = $trailing_quarters
"""

# One cell per KPI, over all windows of one length, oldest first: for changes.
HISTORY = """
select
    kpi_id, period_label, period_end_date, numerator, denominator, value, ci_low,
    ci_high, learner_count, state, state_detail
from pub.kpi_cells
where
    cube = $cube
    and trailing_quarters = $trailing_quarters
    and outcome_category = $outcome_category
    and business_unit = $business_unit
    and region = $region
    and period_end_date <= $period_end_date
order by kpi_id, period_end_date
"""


def registry(snapshot: Snapshot) -> pl.DataFrame:
    """Return the KPIs in the order of lists, with words in the reader's language."""
    return kpis_in_words(_registry(snapshot))


@st.cache_data(max_entries=20, show_spinner=False)
def _registry(snapshot: Snapshot) -> pl.DataFrame:
    return fetch(snapshot, REGISTRY)


@st.cache_data(max_entries=20, show_spinner=False)
def published_cubes(snapshot: Snapshot) -> frozenset[str]:
    """Return the names of the cubes that the file holds."""
    return frozenset(fetch(snapshot, PUBLISHED_CUBES)["cube"])


@st.cache_data(max_entries=200, show_spinner=False)
def cells(
    snapshot: Snapshot, cut: PublishedCut, trailing_quarters: int, period_end_date: date
) -> pl.DataFrame:
    """Return the cells of all KPIs in one cut: a row per mode or programme of it."""
    return fetch(
        snapshot,
        CELLS,
        cube=cut.cube,
        trailing_quarters=trailing_quarters,
        period_end_date=period_end_date,
        outcome_category=cut.outcome_category,
        business_unit=cut.business_unit,
        region=cut.region,
    )


@st.cache_data(max_entries=50, show_spinner=False)
def newest_window(snapshot: Snapshot, cube: str, trailing_quarters: int) -> date | None:
    """Return the last day of a cube's newest window; None where it has none.

    Not every cube has a window that ends with the quarter under review: windows of
    small groups end at different quarters, so that no group follows by subtraction.
    """
    found = fetch(
        snapshot, NEWEST_WINDOW, cube=cube, trailing_quarters=trailing_quarters
    )
    return found["period_end_date"][0]


@st.cache_data(max_entries=200, show_spinner=False)
def history(
    snapshot: Snapshot, cut: PublishedCut, trailing_quarters: int, period_end_date: date
) -> pl.DataFrame:
    """Return each KPI's cell of a cut in every window up to a day, oldest first."""
    return fetch(
        snapshot,
        HISTORY,
        cube=cut.cube,
        trailing_quarters=trailing_quarters,
        period_end_date=period_end_date,
        outcome_category=cut.outcome_category,
        business_unit=cut.business_unit,
        region=cut.region,
    )
