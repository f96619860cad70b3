"""A query that an analyst writes; it runs beside the page, and can be stopped."""

import contextlib
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import streamlit as st

from tandem.core.errors import TandemError
from tandem.core.limits import Limits
from tandem.core.query import Query, connected
from tandem.core.query_catalogue import TABLES, columns_of
from tandem.core.query_files import text_rows

MOST_ROWS = 100_000  # that a query gives, on the page and in a download
MOST_SECONDS = 60.0  # that a query of the page may run


@dataclass(frozen=True)
class Found:
    """What a query gave: its first rows, whether there are more, and the time."""

    table: pa.Table
    has_more: bool
    seconds: float


@dataclass
class Run:
    """One run of a query.

    Attributes:
        path: the file; opened read-only, without access to other files or the network.
        limits: on time and memory.
        sql: the query.
    """

    path: Path
    limits: Limits
    sql: str
    was_stopped: bool = False
    _asking: Query | None = None
    _running: Future[Found] = field(init=False)

    def __post_init__(self) -> None:
        """Begin to run."""
        beside = ThreadPoolExecutor(1)
        self._running = beside.submit(self._run)
        beside.shutdown(wait=False)

    def _run(self) -> Found:
        begun = time.monotonic()
        seconds = min(MOST_SECONDS, self.limits.query_seconds)
        with connected(self.path, self.limits) as connection:
            self._asking = Query(connection, self.limits, seconds)
            found, has_more = self._asking.table(self.sql, MOST_ROWS)
        return Found(found, has_more, time.monotonic() - begun)

    def is_done(self, within: float = 0.0) -> bool:
        """Return whether it has ended, waiting for some seconds."""
        with contextlib.suppress(StillRunning, TandemError):
            self._running.result(within)
        return self._running.done()

    def stop(self) -> None:
        """Stop it; call it again until it has ended."""
        self.was_stopped = True
        with contextlib.suppress(duckdb.Error):  # it has ended meanwhile
            if self._asking is not None:
                self._asking.stop()

    def result(self) -> Found:
        """Return what it gave, once it has ended.

        Raises:
            TandemError: it is wrong, takes too much, or was stopped.
        """
        return self._running.result()


@st.cache_data(max_entries=20, show_spinner=False)
def tables(path: Path, limits: Limits) -> list[tuple[str, str]]:
    """Return `schema.table` and the comment of each table of a file."""
    return [
        (f"{schema}.{name}", comment or "")
        for schema, name, comment in _rows(path, limits, TABLES)
    ]


@st.cache_data(max_entries=20, show_spinner=False)
def columns(path: Path, limits: Limits, table: str) -> list[tuple[str, str, str]]:
    """Return name, type and comment of each column of a table."""
    found = _rows(path, limits, columns_of(table))
    return [(name, kind, comment or "") for name, kind, comment in found]


def _rows(path: Path, limits: Limits, sql: str) -> list[tuple]:
    with connected(path, limits) as connection:
        found, _has_more = Query(connection, limits).table(sql, MOST_ROWS)
    return text_rows(found)[1]
