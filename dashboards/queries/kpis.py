"""The registry of KPIs, and the published cells of the cubes."""

from datetime import date

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch
from dashboards.selection import Cut, PublishedCut
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

# The catalogue of cuts: which cube has windows of which length, ending when.
CUTS = """
select distinct cube, trailing_quarters, period_end_date
from pub.kpi_cells
order by all
"""

MEASURED = """
select distinct kpi_id from pub.kpi_cells where state != 'not_measured'
"""

# Programmes with costs: hidden ones have them too, those not measured have none.
COSTED = """
select
    count(*) filter (where state != 'not_measured') as known_count,
    count(*) as programme_count
from pub.kpi_cells
where
    cube = 'programme'
    and kpi_id = $kpi_id
    and trailing_quarters = $trailing_quarters
    and period_end_date = $period_end_date
"""

CELLS = """
select
    cube, kpi_id, period_label, period_end_date, trailing_quarters, delivery_mode,
    outcome_category, programme_id, business_unit, region, numerator, denominator,
    value, ci_low, ci_high, learner_count, state, state_detail
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
    and programme_id = $programme_id
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
def published_cuts(snapshot: Snapshot) -> frozenset[Cut]:
    """Return the catalogue of cuts that the file holds."""
    return frozenset(Cut(*row) for row in fetch(snapshot, CUTS).iter_rows())


@st.cache_data(max_entries=20, show_spinner=False)
def measured(snapshot: Snapshot) -> frozenset[str]:
    """Return the KPIs that the file has any evidence of."""
    return frozenset(fetch(snapshot, MEASURED)["kpi_id"])


@st.cache_data(max_entries=50, show_spinner=False)
def costed(
    snapshot: Snapshot,
    kpi_id: str | None,
    trailing_quarters: int,
    period_end_date: date,
) -> tuple[int, int]:
    """Return how many programmes have figures of a KPI, and how many there are."""
    return fetch(
        snapshot,
        COSTED,
        kpi_id=kpi_id,
        trailing_quarters=trailing_quarters,
        period_end_date=period_end_date,
    ).row(0)


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
        programme_id=cut.programme_id,
        business_unit=cut.business_unit,
        region=cut.region,
    )
