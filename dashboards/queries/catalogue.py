"""The options of filters: categories, programmes, units, regions."""

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch
from dashboards.words import category_words

CATEGORIES = """
select slug, label
from pub.outcome_categories
"""

PROGRAMMES = """
select
    programme_id, programme_name, outcome_category, delivery_modes, cohort_count,
    enrolment_count, state
from pub.programmes
order by programme_name, programme_id
"""

BUSINESS_UNITS = """
select distinct business_unit as name
from pub.kpi_cells
where business_unit != 'all'
order by name
"""

REGIONS = """
select distinct region as name
from pub.kpi_cells
where region != 'all'
order by name
"""


def categories(snapshot: Snapshot) -> dict[str, str]:
    """Return slug -> label of the outcome categories in use, in their order.

    Labels are in the reader's language.
    """
    labels = _categories(snapshot)
    return {slug: category_words(slug, label) for slug, label in labels.items()}


@st.cache_data(max_entries=20, show_spinner=False)
def _categories(snapshot: Snapshot) -> dict[str, str]:
    return dict(fetch(snapshot, CATEGORIES).iter_rows())


@st.cache_data(max_entries=20, show_spinner=False)
def programmes(snapshot: Snapshot) -> pl.DataFrame:
    """Return pub.programmes; enrolments are rounded to the nearest k."""
    return fetch(snapshot, PROGRAMMES)


@st.cache_data(max_entries=20, show_spinner=False)
def business_units(snapshot: Snapshot) -> list[str]:
    """Return the business units that have cells of their own."""
    return fetch(snapshot, BUSINESS_UNITS)["name"].to_list()


@st.cache_data(max_entries=20, show_spinner=False)
def regions(snapshot: Snapshot) -> list[str]:
    """Return the regions that have cells of their own."""
    return fetch(snapshot, REGIONS)["name"].to_list()
