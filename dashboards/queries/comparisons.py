"""The verdicts on pairs of delivery modes; they are for the whole organisation."""

from datetime import date

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch
from dashboards.words import comparisons_in_words

COMPARISONS = """
select
    kpi_id, outcome_category, period_start_date, period_end_date, trailing_quarters,
    mode_a, mode_b, learner_count_a, learner_count_b, cohort_count_a, cohort_count_b,
    programme_count_a, programme_count_b, crude_difference, adjusted_difference,
    ci_low, ci_high, minimum_detectable_difference, overlap_share,
    effective_sample_share, largest_smd, verdict, is_direction_flipped,
    columns(lambda name: name in ('sentence', 'method_note', 'wording')), state,
    verdict_change, evidence_strength, held_equal, left_out_count, evidence_gates,
    not_known, left_out_definition_count, left_out_design_count,
    left_out_overlap_count, people_to_link_count
from pub.mode_comparisons
where trailing_quarters = $trailing_quarters and period_end_date = $period_end_date
order by kpi_id, outcome_category, mode_a, mode_b
"""


def comparisons(
    snapshot: Snapshot, trailing_quarters: int, period_end_date: date
) -> pl.DataFrame:
    """Return every comparison of one window; differences are mode_a minus mode_b.

    Sentences are in the reader's language.
    """
    return comparisons_in_words(
        _comparisons(snapshot, trailing_quarters, period_end_date)
    )


@st.cache_data(max_entries=50, show_spinner=False)
def _comparisons(
    snapshot: Snapshot, trailing_quarters: int, period_end_date: date
) -> pl.DataFrame:
    return fetch(
        snapshot,
        COMPARISONS,
        trailing_quarters=trailing_quarters,
        period_end_date=period_end_date,
    )


# The same question in every window of one length, oldest first: how a verdict changed.
VERDICTS = """
select
    outcome_category, period_end_date, mode_a, mode_b, adjusted_difference, verdict,
    verdict_change, state
from pub.mode_comparisons
where
    kpi_id = $kpi_id
    and trailing_quarters = $trailing_quarters
    and period_end_date <= $period_end_date
    and mode_b is not null
order by outcome_category, mode_a, mode_b, period_end_date
"""

PERIODS = """
select distinct period_end_date, period_label
from pub.kpi_cells
order by period_end_date
"""


@st.cache_data(max_entries=50, show_spinner=False)
def verdicts_so_far(
    snapshot: Snapshot, kpi_id: str, trailing_quarters: int, period_end_date: date
) -> pl.DataFrame:
    """Return the verdicts of one KPI in every window up to a day, oldest first."""
    return fetch(
        snapshot,
        VERDICTS,
        kpi_id=kpi_id,
        trailing_quarters=trailing_quarters,
        period_end_date=period_end_date,
    )


@st.cache_data(max_entries=20, show_spinner=False)
def period_labels(snapshot: Snapshot) -> dict[date, str]:
    """Return the last day of each published period -> its quarter, e.g. `2026-Q2`."""
    return dict(fetch(snapshot, PERIODS).iter_rows())
