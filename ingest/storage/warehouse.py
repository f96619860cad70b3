"""The warehouse file: opening it, the tables of schema raw, and its layout version."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import duckdb
import pyarrow as pa

from ingest.storage.layout import DDL, lay_out
from ingest.storage.migration import check_version, migrate
from ingest.storage.warehouse_layouts import WAREHOUSE
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home, unusable_database

LAYOUT_VERSION = WAREHOUSE.current
NO_PROGRESS_BAR = "set enable_progress_bar = false"  # it would mix with --json output
OFFLINE = {
    "memory_limit": "1GB",  # of any load; the rest spills to disk
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "preserve_insertion_order": "false",
}


@contextmanager
def opened(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing; create schema raw where there is none.

    One of an earlier layout is brought to the present one first.

    Raises:
        WarehouseProblem: the file is not a warehouse, is in use, may not be written, or
            is of a newer Tandem.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    migrate(home.warehouse, WAREHOUSE)
    try:
        connection = duckdb.connect(str(home.warehouse), config=OFFLINE)
    except duckdb.Error as error:
        raise unusable_database(home.warehouse, error) or WarehouseProblem(
            "this is not a warehouse",
            str(home.warehouse),
            "move it away, then try again",
        ) from error
    with connection:
        connection.execute(NO_PROGRESS_BAR)
        _create_or_check_layout(connection, home)
        yield connection


def _create_or_check_layout(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Check the layout version; create the tables in an empty file."""
    tables = connection.sql(
        "select table_schema || '.' || table_name from information_schema.tables"
    ).fetchall()
    names = {name for (name,) in tables}
    version = None
    if "raw.layout" in names:
        found = connection.sql("select max(layout_version) from raw.layout").fetchall()
        version = found[0][0]
    elif not names:
        lay_out(connection)
        connection.execute("insert into raw.layout values (?)", [LAYOUT_VERSION])
        return
    if version is None:
        raise WarehouseProblem(
            f"it has no layout that is known, this Tandem writes {LAYOUT_VERSION}",
            str(home.warehouse),
            "use the Tandem that made it, or move it and its vault away and land again",
        )
    check_version(home.warehouse, version, WAREHOUSE)
    lay_out(connection)


@lru_cache(maxsize=1)
def schemas() -> dict[str, pa.Schema]:
    """Return the Arrow schema of every raw table, as the DDL has it."""
    with duckdb.connect() as connection:
        connection.execute(DDL)
        names = connection.sql("""
            select table_name from information_schema.tables
            where table_schema = 'raw' order by table_name
        """).fetchall()
        return {
            name: connection.table(f"raw.{name}").to_arrow_table().schema
            for (name,) in names
        }
