"""How far people come: in blended designs, and in each programme."""

from collections.abc import Mapping

import duckdb
import polars as pl

from publishing.blended import Year, blended_tables, phases_of
from publishing.database_files import Tables
from publishing.funnels import enrolments, programme_funnels
from publishing.programme_steps import programme_steps


def ways_through(
    connection: duckdb.DuckDBPyConnection,
    year: Year,
    of_year: pl.DataFrame,
    hidden: Mapping[str, frozenset[str]],
    k: int,
) -> Tables:
    """Return the tables of blended designs, and the ways through each programme.

    Args:
        connection: with the warehouse attached as `warehouse`.
        year: whose enrolments and sessions count.
        of_year: programme_id, value and state of the headline KPI in that year.
        hidden: step of the funnel -> programmes of which its KPI is hidden.
        k: the smallest group that may be shown.
    """
    phases = phases_of(connection, year)
    found = enrolments(connection, year)
    return blended_tables(connection, phases, year, k) | {
        "programme_steps": programme_steps(phases, year, of_year, k),
        "programme_funnels": programme_funnels(found, of_year, year, k, hidden),
    }
