"""One load becomes part of raw: the vault first, then one transaction, loads last."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingest.identity import vault
from ingest.landing.in_force import COUNT_NAMES, take_in
from ingest.landing.warehouse import schemas
from tandem.files import Home

REJECTIONS = """
insert into raw.rejections by name
select getvariable('load_id') as load_id, *
from (
    from read_parquet(getvariable('files'))
    qualify row_number() over (partition by rejection_id order by line) = 1
)
anti join raw.rejections using (rejection_id)
"""


@dataclass(frozen=True)
class Load:
    """What landing knows of one delivery when its Parquet is complete."""

    load_id: str
    folder: Path
    file_name: str
    header: dict[str, Any]  # columns of raw.loads that are known before the commit
    has_missing_ids: bool


def commit(
    home: Home, connection: duckdb.DuckDBPyConnection, load: Load
) -> dict[str, int]:
    """Write a converted load into vault and warehouse; return the row of counts.

    The vault is written first and idempotently: if the process dies between the two,
    the load is not in raw.loads, its folder is swept, and it lands again in full.
    """
    vault.deposit(home, load.folder, load.load_id, load.file_name)
    return into_raw(connection, load)


def into_raw(connection: duckdb.DuckDBPyConnection, load: Load) -> dict[str, int]:
    """Write a converted load into raw, in one transaction."""
    connection.begin()
    try:
        counts = dict.fromkeys(COUNT_NAMES, 0)
        if _point_at(connection, load, "statements"):
            counts = take_in(connection, has_missing_ids=load.has_missing_ids)
        counts["row_count"] = _facts(connection, load)
        _rejections(connection, load)
        _register(connection, load, counts)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
    return counts


def _point_at(connection: duckdb.DuckDBPyConnection, load: Load, part: str) -> bool:
    """Set the variables that the statements above read; False without any file."""
    files = sorted(str(file) for file in (load.folder / part).glob("*.parquet"))
    values = {
        "files": files,
        "load_id": load.load_id,
        "source": load.header["source"],
        "landed_at": load.header["started_at"],
    }
    for name in ("files", "load_id", "source", "landed_at"):
        connection.execute(f"set variable {name} = $value", {"value": values[name]})
    return bool(files)


def _facts(connection: duckdb.DuckDBPyConnection, load: Load) -> int:
    """Add the typed rows that raw does not hold yet; a report read twice adds none."""
    added = 0
    for folder in sorted((load.folder / "rows").glob("*")):
        table = folder.name
        if _point_at(connection, load, f"rows/{table}"):
            added += connection.execute(new_rows(table)).fetchall()[0][0]
    return added


def new_rows(table: str) -> str:
    """Return the SQL that adds rows to raw.<table>, a name of the layout.

    Raises:
        KeyError: the layout has no such table.
    """
    columns = [name for name in schemas()[table].names if name != "load_id"]
    named = ", ".join(columns)
    return f"""
        insert into raw.{table} by name
        select getvariable('load_id') as load_id, *
        from (
            select {named} from read_parquet(getvariable('files'))
            except
            select {named} from raw.{table}
        )
    """


def _rejections(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    if _point_at(connection, load, "rejections"):
        connection.execute(REJECTIONS)


def _register(
    connection: duckdb.DuckDBPyConnection, load: Load, counts: dict[str, int]
) -> None:
    """Write the row that makes the load count, as the last of the transaction."""
    row = load.header | counts | {"load_id": load.load_id}
    row["committed_at"] = datetime.now(UTC).replace(tzinfo=None)
    frame = pa.Table.from_pylist([row], schema=schemas()["loads"])
    connection.register("load_row", frame)
    connection.execute("insert into raw.loads by name from load_row")
    connection.unregister("load_row")
