"""Publish: check the gate, assemble the tables, write the snapshot, make it current."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from publishing.assembly import Stamp, assemble, stamped
from publishing.database_files import Tables
from publishing.earlier import earlier_cells
from publishing.gate import Acceptance, pass_gate
from publishing.person_level import delete_files, find_files
from publishing.snapshots import (
    Snapshot,
    code_version,
    identify,
    point_to,
    prune,
    write,
)
from tandem.core import journal
from tandem.core.attaching import attach
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home, record_status
from tandem.core.likely_causes import likely_causes
from tandem.core.memory import memory_setting, spilling
from tandem.core.progress import step
from tandem.core.settings import Settings

PROFILES = """
select table_name from duckdb_tables()
where
    database_name = 'warehouse'
    and schema_name = 'judged'
    and table_name like '%_profile'
order by table_name
"""

JUDGED_MARTS = """
select table_name, row_count, content_hash
from warehouse.judged.tables
order by table_name
"""


def publish(home: Home, settings: Settings, accepted: list[Acceptance]) -> str:
    """Publish the warehouse as a snapshot, and make it the current one.

    The caller holds the writing lock and has judged the warehouse.

    Args:
        home: the directory of the warehouse and the snapshots.
        settings: thresholds, and the organisation's name.
        accepted: failing expectations that a person accepts, with reasons.

    Returns:
        The snapshot's id: the same for the same content.

    Raises:
        WarehouseProblem: a table that publishing reads is not built.
        NotPublished: the judgement or the privacy audit failed; the current snapshot
            stays.
        WrongUse: an acceptance is not valid.
    """
    if not home.warehouse.exists():
        raise WarehouseProblem(
            "there is no warehouse", str(home.warehouse), "land something first"
        )
    now = datetime.now(UTC).replace(microsecond=0)
    journal.create(home.journal)
    with spilling(home) as spill, _warehouse(home, settings, spill) as connection:
        try:
            causes = likely_causes(home, connection, "warehouse.raw")
            warnings = _accepted(pass_gate(connection, accepted, causes), now)
            snapshot = _snapshot(connection, home, settings, warnings, now)
        except duckdb.CatalogException as error:
            raise WarehouseProblem(
                str(error).splitlines()[0],
                str(home.warehouse),
                "run tandem build, then tandem compare",
            ) from error
        with_persons = not settings.has_works_council
        with step("Writing the snapshot"):
            write(connection, home, snapshot, with_persons=with_persons)
    _record_acceptances(home, warnings, snapshot.snapshot_id, now)
    point_to(home, snapshot.snapshot_id, with_persons=with_persons)
    if not with_persons:
        delete_files(home, find_files(home))
    pruned = prune(home, int(settings.vars["snapshots_kept"]))
    _record_status(home, snapshot, pruned)
    return snapshot.snapshot_id


def assembled(home: Home, settings: Settings) -> Tables:
    """Return the tables that would be published, small groups hidden; write nothing.

    Raises:
        NotPublished: there is nothing to publish, or the privacy audit failed.
    """
    with spilling(home) as spill, _warehouse(home, settings, spill) as connection:
        return assemble(connection, settings, pl.DataFrame(), earlier_cells(home))


def _warehouse(
    home: Home, settings: Settings, spill: Path
) -> duckdb.DuckDBPyConnection:
    """Open a database in memory with the warehouse attached, read-only."""
    connection = duckdb.connect(
        config={
            "memory_limit": memory_setting(settings.limits),
            "temp_directory": str(spill),
        }
    )
    connection.execute("set timezone = 'UTC'")
    attach(connection, home.warehouse, "warehouse")
    return connection


def _accepted(found: pl.DataFrame, now: datetime) -> pl.DataFrame:
    return found.with_columns(pl.lit(now.replace(tzinfo=None)).alias("accepted_at"))


def _snapshot(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    settings: Settings,
    warnings: pl.DataFrame,
    now: datetime,
) -> Snapshot:
    code = code_version()
    tables = assemble(connection, settings, warnings, earlier_cells(home))
    snapshot_id = identify(tables, code)
    marts = json.dumps(connection.sql(JUDGED_MARTS).fetchall())
    return Snapshot(
        snapshot_id,
        stamped(tables, Stamp(snapshot_id, now, code)),
        _profile(connection),
        hashlib.sha256(marts.encode()).hexdigest(),
    )


def _profile(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the judged profile as JSON: the baseline of the next delivery."""
    names = [name for (name,) in connection.sql(PROFILES).fetchall()]
    tables = {
        name: json.loads(
            connection.sql(f"from warehouse.judged.{name}").pl().write_json()
        )
        for name in names
    }
    return json.dumps(tables, indent=1, sort_keys=True)


def _record_acceptances(
    home: Home, warnings: pl.DataFrame, snapshot_id: str, now: datetime
) -> None:
    entries = [
        journal.Entry(
            row["role"],
            "accepted_warning",
            row["expectation"],
            {"value": row["value"], "snapshot_id": snapshot_id},
            row["reason"],
        )
        for row in warnings.iter_rows(named=True)
    ]
    journal.append(home.journal, entries, now)


def _record_status(home: Home, snapshot: Snapshot, pruned: list[str]) -> None:
    row = snapshot.tables["snapshot"].row(0, named=True)
    record_status(
        home,
        "publish",
        {
            "snapshot_id": snapshot.snapshot_id,
            "as_of": row["as_of"],
            "published_at": row["published_at"],
            "cells": row["cell_count"],
            "hidden_cells": row["hidden_cell_count"],
            "accepted_warnings": snapshot.tables["accepted_warnings"].height,
            "pruned": pruned,
        },
    )
