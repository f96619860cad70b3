"""Programmes, the mode they have, and the mode that the reference list names."""

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch

PROGRAMMES = """
select
    programmes.programme_id, programmes.programme_name, programmes.outcome_category,
    programmes.delivery_modes, programmes.enrolment_count, programmes.state,
    modes.delivery_mode, modes.reference_mode, modes.reference_reason,
    modes.is_aligned, coalesce(modes.has_exception, false) as has_exception,
    modes.exception_review_on, modes.reference_adopted_on,
    modes.reference_adopted_by_role
from pub.programmes as programmes
left join pub.programme_modes as modes
    on programmes.programme_id = modes.programme_id
order by programmes.programme_name, programmes.programme_id
"""

USUAL_MODES = "select slug, usual_mode from pub.outcome_categories"


@st.cache_data(max_entries=20, show_spinner=False)
def programmes(snapshot: Snapshot) -> pl.DataFrame:
    """Return a row per programme; enrolments are rounded to the nearest k."""
    return fetch(snapshot, PROGRAMMES)


@st.cache_data(max_entries=20, show_spinner=False)
def usual_modes(snapshot: Snapshot) -> dict[str, str | None]:
    """Return category -> the mode that the list that comes with Tandem names."""
    return dict(fetch(snapshot, USUAL_MODES).iter_rows())
