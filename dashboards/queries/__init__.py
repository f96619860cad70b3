"""The only SQL of the dashboard, and the only access to the published file.

The pointer is read on every rerun. Each snapshot has its own path and is opened once,
read-only. Every call uses its own cursor, because threads must not share a connection.
"""

from dataclasses import dataclass

import duckdb
import polars as pl
import streamlit as st

from tandem.core.attaching import attach
from tandem.core.errors import TandemError, WarehouseProblem
from tandem.core.files import Home
from tandem.core.published_files import current_file
from tandem.core.readers import EVERY_UNIT


class SnapshotUnreadable(TandemError):
    """The pointer or the file that it names cannot be read."""


class SnapshotOutdated(SnapshotUnreadable):
    """The file was published by an older Tandem: it lacks what a page reads."""


@dataclass(frozen=True)
class Snapshot:
    """A published file. Snapshots never change, so it serves as a cache key.

    Attributes:
        snapshot_id: its name.
        path: of the file.
        business_unit: whose rows are read besides those of the whole organisation;
            EVERY_UNIT for all.
    """

    snapshot_id: str
    path: str
    business_unit: str = EVERY_UNIT


def current_snapshot(home: Home, business_unit: str = EVERY_UNIT) -> Snapshot | None:
    """Return the current snapshot, None before the first publish.

    Args:
        home: whose.
        business_unit: of the reader.

    Raises:
        SnapshotUnreadable: the pointer is damaged, or names a file that is gone.
    """
    try:
        found = current_file(home)
    except WarehouseProblem as error:
        raise SnapshotUnreadable(error.what, error.where, error.next_step) from error
    if found is None:
        return None
    snapshot_id, path = found
    if not path.exists():
        raise SnapshotUnreadable(
            "the published file is gone", str(path), "run tandem publish"
        )
    return Snapshot(snapshot_id, str(path), business_unit)


@st.cache_resource(
    max_entries=4, show_spinner=False, on_release=lambda connection: connection.close()
)
def _connection(path: str, business_unit: str) -> duckdb.DuckDBPyConnection:
    if business_unit == EVERY_UNIT:
        connection = duckdb.connect(path, read_only=True)
    else:
        connection = _scoped(path, business_unit)
    # A table that is missing is never looked for among the names of this program.
    connection.execute("set global python_enable_replacements = false")
    return connection


def _scoped(path: str, business_unit: str) -> duckdb.DuckDBPyConnection:
    """Return a connection in which no query finds a row of another business unit.

    The tables of `pub` are views in it, so that no query can forget the scope.
    """
    connection = duckdb.connect()
    attach(connection, path, "whole")
    connection.execute("create schema pub")
    tables = connection.execute(
        """
        select
            table_name,
            bool_or(column_name = 'business_unit') as has_unit
        from duckdb_columns()
        where database_name = 'whole' and schema_name = 'pub'
        group by table_name
        """
    ).fetchall()
    units = f"({_quoted(EVERY_UNIT)}, {_quoted(business_unit)})"
    for name, has_unit in tables:
        scope = f"where business_unit in {units}" if has_unit else ""
        query = f"select * from whole.pub.{name} {scope}"
        connection.execute(f"create view pub.{name} as {query}")
    return connection


def _quoted(text: str) -> str:
    """Return a string literal; `create view` takes no parameters."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def fetch(snapshot: Snapshot, query: str, **parameters: object) -> pl.DataFrame:
    """Return the rows of a query with $parameters.

    Raises:
        SnapshotOutdated: the file lacks a table or column that the query reads.
        SnapshotUnreadable: the file is damaged.
    """
    try:
        cursor = _connection(snapshot.path, snapshot.business_unit).cursor()
        return cursor.sql(query, params=parameters).pl()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise SnapshotOutdated(
            str(error).splitlines()[0], snapshot.path, "run tandem publish"
        ) from error
    except duckdb.Error as error:
        raise SnapshotUnreadable(
            str(error).splitlines()[0], snapshot.path, "run tandem publish"
        ) from error
