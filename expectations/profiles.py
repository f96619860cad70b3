"""Profiles: a few small tables of counts, shares and rates, without rows of the data.

Great Expectations reads nothing else, so neither its results nor its Data Docs can hold
a person. Each profile is stored beside the snapshot that it allowed, and the profile of
the next delivery is compared with it.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from expectations.profile_sql import (
    KPIS,
    MODES,
    RATES,
    RECORDS,
    SESSIONS,
    SOURCES,
)
from tandem.core.errors import WarehouseProblem


@dataclass(frozen=True)
class ProfileTable:
    """One profile: the key of its rows, its measures, and the SQL that computes it."""

    name: str
    keys: tuple[str, ...]
    measures: tuple[str, ...]
    query: str


TABLES = (
    ProfileTable(
        "source_profile",
        ("source",),
        ("statement_count",),
        SOURCES,
    ),
    ProfileTable("session_profile", ("source",), ("session_count",), SESSIONS),
    ProfileTable(
        "mode_profile", ("delivery_mode",), ("cohort_count", "enrolment_count"), MODES
    ),
    ProfileTable(
        "rate_profile",
        ("kpi_id", "delivery_mode", "period_start_date"),
        ("rate", "denominator"),
        RATES,
    ),
    ProfileTable(
        "record_profile", ("finding",), ("record_count", "total_count"), RECORDS
    ),
    ProfileTable("kpi_profile", ("kpi_id",), ("denominator",), KPIS),
)

Profile = dict[str, pl.DataFrame]


def measure(
    connection: duckdb.DuckDBPyConnection, thresholds: dict[str, Any]
) -> Profile:
    """Measure every profile table in the warehouse.

    Args:
        connection: the warehouse, any mode.
        thresholds: the current vars (see dbt_project.yml).

    Returns:
        Table name to frame, sorted by its keys.

    Raises:
        WarehouseProblem: a table that the profiles read does not exist.
    """
    parameters = {
        "silence_floor_days": thresholds["expect_silence_floor_days"],
        "silence_active_days": thresholds["expect_silence_active_days"],
        "room_handover_seconds": thresholds["room_handover_seconds"],
    }
    return {
        table.name: _measure_table(connection, table, parameters) for table in TABLES
    }


def _measure_table(
    connection: duckdb.DuckDBPyConnection,
    table: ProfileTable,
    parameters: dict[str, Any],
) -> pl.DataFrame:
    used = {
        name: value for name, value in parameters.items() if f"${name}" in table.query
    }
    try:
        return connection.sql(table.query, params=used).pl().sort(table.keys)
    except duckdb.CatalogException as error:
        raise WarehouseProblem(
            f"{table.name} cannot be measured ({str(error).splitlines()[0]})",
            "warehouse.duckdb",
            "run tandem build, then tandem compare",
        ) from error
