"""The KPIs that seeds/page_kpis.csv gives to a page, with their newest cells."""

from datetime import date

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch
from dashboards.words import kpis_in_words

# Four quarters: the only window in which these KPIs are published.
CELLS = """
select
    named.place,
    named.position,
    named.kpi_id,
    named.is_by_programme,
    kpis.kpi_name,
    kpis.question,
    kpis.numerator_words,
    kpis.denominator_words,
    kpis.population_words,
    kpis.unit,
    coalesce(cells.cube, 'all') as cube,
    cells.period_label,
    cells.trailing_quarters,
    cells.delivery_mode,
    cells.outcome_category,
    cells.programme_id,
    cells.business_unit,
    cells.region,
    cells.numerator,
    cells.denominator,
    cells.value,
    cells.ci_low,
    cells.ci_high,
    cells.learner_count,
    coalesce(cells.state, 'not_measured') as state,
    cells.state_detail
from pub.page_kpis as named
inner join pub.kpis as kpis on named.kpi_id = kpis.kpi_id
left join pub.kpi_cells as cells
    on
        named.kpi_id = cells.kpi_id
        and cells.trailing_quarters = 4
        and cells.period_end_date = $period_end_date
        and cells.cube in ('all', 'mode', 'programme')
where named.page = $page
order by named.place, named.position, cells.cube, cells.delivery_mode
"""


NAMES = """
select kpi_id
from pub.page_kpis
where page = $page and place = $place
order by position
"""


@st.cache_data(max_entries=50, show_spinner=False)
def names(snapshot: Snapshot, page: str, place: str) -> list[str]:
    """Return the KPIs in one place of a page, in its order."""
    return fetch(snapshot, NAMES, page=page, place=place)["kpi_id"].to_list()


def cells(snapshot: Snapshot, page: str, period_end_date: date) -> pl.DataFrame:
    """Return the KPIs of a page in its order, with words in the reader's language.

    Args:
        snapshot: the published file.
        page: its name in seeds/page_kpis.csv.
        period_end_date: the last day of the four quarters.

    Returns:
        A row per place, KPI and cell of the cubes `all`, `mode` and `programme`; a KPI
        without a cell has one row with the state `not_measured`.
    """
    return kpis_in_words(_cells(snapshot, page, period_end_date))


@st.cache_data(max_entries=20, show_spinner=False)
def _cells(snapshot: Snapshot, page: str, period_end_date: date) -> pl.DataFrame:
    return fetch(snapshot, CELLS, page=page, period_end_date=period_end_date)
