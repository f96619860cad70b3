"""The snapshot's description of itself and of its sources."""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
import streamlit as st

from dashboards.queries import Snapshot, fetch

ABOUT = """
select
    snapshot_id, as_of, published_at, code_version, k, organisation_name, is_sample,
    fiscal_year_start_month, currency, hidden_cell_count, cell_count
from pub.snapshot
"""

# The quarter under review is the last one of the newest comparison of modes; where
# nothing was compared, the last one with a shown figure.
QUARTER = """
with compared as (
    select max(period_end_date) as period_end_date from pub.mode_comparisons
),

shown as (
    select max(period_end_date) as period_end_date
    from pub.kpi_cells
    where cube = 'all' and state = 'shown'
),

newest as (
    select max(period_end_date) as period_end_date from pub.kpi_cells
)

select
    period_end_date,
    any_value(period_label) as period_label
from pub.kpi_cells
where
    period_end_date = coalesce(
        (select period_end_date from compared),
        (select period_end_date from shown),
        (select period_end_date from newest)
    )
group by period_end_date
"""

NAMED_QUARTER = """
select period_label, period_end_date
from pub.kpi_cells
where cube = 'all' and period_label = $label
limit 1
"""

SOURCES = """
select
    source, connector, watermark_at, read_count, landed_count, rejected_count,
    undated_count, row_count, matched_share, is_ended
from pub.sources
order by source
"""

ACCEPTED = """
select expectation, value, reason, role, accepted_at
from pub.accepted_warnings
order by accepted_at, expectation
"""


@dataclass(frozen=True)
class SnapshotInfo:
    """pub.snapshot: times are UTC; k is the smallest group that is shown."""

    snapshot_id: str
    as_of: datetime
    published_at: datetime
    code_version: str
    k: int
    organisation_name: str
    is_sample: bool
    fiscal_year_start_month: int
    currency: str | None
    hidden_cell_count: int
    cell_count: int


@dataclass(frozen=True)
class Quarter:
    """The quarter under review: e.g. `2026-Q2` and its last day."""

    label: str
    end: date


@st.cache_data(max_entries=20, show_spinner=False)
def snapshot_info(snapshot: Snapshot) -> SnapshotInfo:
    """Return the snapshot's description of itself."""
    return SnapshotInfo(**fetch(snapshot, ABOUT).row(0, named=True))


@st.cache_data(max_entries=20, show_spinner=False)
def reviewed_quarter(snapshot: Snapshot) -> Quarter | None:
    """Return the quarter that pages are about; None where there are no numbers."""
    found = fetch(snapshot, QUARTER)
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    return Quarter(row["period_label"], row["period_end_date"])


@st.cache_data(max_entries=50, show_spinner=False)
def quarter_to_show(snapshot: Snapshot, label: str = "") -> Quarter | None:
    """Return the quarter of a link that keeps one, else the one under review.

    Args:
        snapshot: the published file.
        label: e.g. `2026-Q2`; one that the file lacks, or a later one, is ignored.
    """
    newest = reviewed_quarter(snapshot)
    found = fetch(snapshot, NAMED_QUARTER, label=label)
    if newest is None or found.is_empty() or found["period_end_date"][0] > newest.end:
        return newest
    return Quarter(*found.row(0))


@st.cache_data(max_entries=20, show_spinner=False)
def sources(snapshot: Snapshot) -> pl.DataFrame:
    """Return pub.sources: how recent and how complete each source is."""
    return fetch(snapshot, SOURCES)


@st.cache_data(max_entries=20, show_spinner=False)
def accepted_warnings(snapshot: Snapshot) -> pl.DataFrame:
    """Return pub.accepted_warnings: what a person accepted, and why."""
    return fetch(snapshot, ACCEPTED)
