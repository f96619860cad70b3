"""The tables of the published file that notices are made from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home, unusable_database
from tandem.core.published_files import current_file

WINDOW = 4  # quarters, as pages open with

ABOUT = """
select snapshot_id, as_of, organisation_name, is_sample
from pub.snapshot
"""
SOURCES = """
select
    source, connector, watermark_at, read_count, rejected_count, matched_share,
    is_ended
from pub.sources
order by source
"""
# Of the newest window alone: older changes were said when they were new.
MODE_CHANGES = """
select
    kpi_id, outcome_category, mode_a, mode_b, period_end_date, sentence,
    columns(lambda name: name = 'wording')
from pub.mode_comparisons
where
    trailing_quarters = $quarters
    and period_end_date = (
        select max(period_end_date) from pub.mode_comparisons
        where trailing_quarters = $quarters
    )
    and verdict_change = 'new'
    and state = 'clear_difference'
    and mode_b is not null
order by kpi_id, outcome_category, mode_a, mode_b
"""
PROGRAMME_CHANGES = """
select
    changes.kpi_id, kpis.kpi_name, kpis.unit, kpis.direction, kpis.population_words,
    changes.programme_id, programmes.programme_name, changes.period_label,
    changes.period_end_date, changes.value, changes.value_before,
    changes.standardised_change, changes.ci_low, changes.ci_high,
    changes.standardised_to, changes.change_state
from pub.programme_changes as changes
inner join pub.kpis as kpis on changes.kpi_id = kpis.kpi_id
left join pub.programmes as programmes
    on changes.programme_id = programmes.programme_id
where
    changes.period_end_date = (select max(period_end_date) from pub.programme_changes)
    and changes.change_state in ('fell', 'rose')
    and changes.state = 'shown'
order by changes.kpi_id, changes.programme_id
"""
PERIODS = "select distinct period_end_date, period_label from pub.kpi_cells"
UNITS = """
select distinct business_unit from pub.kpi_cells where business_unit <> 'all'
"""


@dataclass(frozen=True)
class Published:
    """What a snapshot says that notices are made from; times are UTC without a zone."""

    snapshot_id: str
    as_of: datetime
    organisation: str
    is_sample: bool
    sources: pl.DataFrame
    mode_changes: pl.DataFrame
    programme_changes: pl.DataFrame
    periods: dict[object, str]
    business_units: frozenset[str]


def read_published(home: Home) -> Published:
    """Read the current snapshot.

    Raises:
        WarehouseProblem: nothing is published, or the file cannot be read.
    """
    with _opened(home) as connection:

        def frame(query: str, **parameters: object) -> pl.DataFrame:
            return connection.sql(query, params=parameters).pl()

        about = frame(ABOUT).row(0, named=True)
        return Published(
            about["snapshot_id"],
            about["as_of"],
            about["organisation_name"],
            about["is_sample"],
            frame(SOURCES),
            frame(MODE_CHANGES, quarters=WINDOW),
            frame(PROGRAMME_CHANGES),
            dict(frame(PERIODS).iter_rows()),
            frozenset(frame(UNITS)["business_unit"]),
        )


@contextmanager
def _opened(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    current = current_file(home)
    if current is None:
        raise WarehouseProblem(
            "nothing is published yet", str(home.pointer), "run tandem publish"
        )
    _, path = current
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            yield connection
    except duckdb.Error as error:
        raise unusable_database(path, error) or WarehouseProblem(
            f"the published file cannot be read ({str(error).splitlines()[0]})",
            str(path),
            "run tandem publish",
        ) from error
