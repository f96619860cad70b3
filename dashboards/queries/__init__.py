"""The only SQL of the dashboard, and the only access to the published file.

The pointer is read on every rerun. Each snapshot has its own path and is opened once,
read-only. Every call uses its own cursor, because threads must not share a connection.
"""

from dataclasses import dataclass

import duckdb
import polars as pl
import streamlit as st

from tandem.core.errors import TandemError
from tandem.core.files import Home


class SnapshotUnreadable(TandemError):
    """The pointer or the file that it names cannot be read."""


class SnapshotOutdated(SnapshotUnreadable):
    """The file was published by an older Tandem: it lacks what a page reads."""


@dataclass(frozen=True)
class Snapshot:
    """A published file. Snapshots never change, so it serves as a cache key."""

    snapshot_id: str
    path: str


def current_snapshot(home: Home) -> Snapshot | None:
    """Return the current snapshot, None before the first publish.

    Raises:
        SnapshotUnreadable: the pointer is damaged, or names a file that is gone.
    """
    try:
        pointer = home.current_snapshot()
        if pointer is None:
            return None
        snapshot_id = pointer["snapshot_id"]
        named = pointer.get("dashboard", f"{snapshot_id}/dashboard.duckdb")
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise SnapshotUnreadable(
            "the pointer to the published file is damaged",
            str(home.pointer),
            "run tandem publish",
        ) from error
    path = home.published / named
    if not path.exists():
        raise SnapshotUnreadable(
            "the published file is gone", str(path), "run tandem publish"
        )
    return Snapshot(snapshot_id, str(path))


@st.cache_resource(
    max_entries=4, show_spinner=False, on_release=lambda connection: connection.close()
)
def _connection(path: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(path, read_only=True)


def fetch(snapshot: Snapshot, query: str, **parameters: object) -> pl.DataFrame:
    """Return the rows of a query with $parameters.

    Raises:
        SnapshotOutdated: the file lacks a table or column that the query reads.
        SnapshotUnreadable: the file is damaged.
    """
    try:
        cursor = _connection(snapshot.path).cursor()
        return cursor.sql(query, params=parameters).pl()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise SnapshotOutdated(
            str(error).splitlines()[0], snapshot.path, "run tandem publish"
        ) from error
    except duckdb.Error as error:
        raise SnapshotUnreadable(
            str(error).splitlines()[0], snapshot.path, "run tandem publish"
        ) from error
