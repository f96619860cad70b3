"""Run one query of a published file: in batches, with limits on time and memory.

Exactly one statement that reads: a second one is refused, and none of the two runs.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TakesTooLong
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import duckdb
import pyarrow as pa

from tandem.core.attaching import attach
from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.limits import Limits

BATCH_ROWS = 10_000
NESTED = {"list", "array", "struct", "map", "union"}
FILE = "published"  # its name in queries
T = TypeVar("T")
READS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


@dataclass(frozen=True)
class Column:
    """A column of a result: its name, and its type as DuckDB names it (`bigint`)."""

    name: str
    kind: str


@dataclass(frozen=True)
class Rows:
    """A result; each batch holds rows of texts, None where there is no value."""

    columns: list[Column]
    batches: Iterator[list[tuple[str | None, ...]]]


def check_statement(sql: str) -> None:
    """Refuse what is not exactly one statement that reads.

    Raises:
        WarehouseProblem: it cannot be parsed.
        WrongUse: it holds no statement, several, or one that does not read.
    """
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise _failed(error) from error
    if len(statements) > 1:
        raise WrongUse(
            f"there are {len(statements)} statements, and none of them ran",
            "your query",
            "run them one at a time",
        )
    if not statements:
        raise WrongUse("there is no statement", "your query", "begin with SELECT")
    if statements[0].type not in READS:
        raise WrongUse(
            f"{statements[0].type.name} is not a query",
            "your query",
            "the file is read-only: SELECT, FROM, SHOW, DESCRIBE, SUMMARIZE, EXPLAIN",
        )


def _failed(error: Exception) -> WarehouseProblem:
    return WarehouseProblem(
        " ".join(str(error).split()),
        "your query",
        "tandem sql without a query lists the tables by .tables",
    )


@contextmanager
def connected(path: Path, limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file read-only, without access to other files or the network.

    A query that needs more memory than it may writes to a folder that is deleted.
    """
    with TemporaryDirectory(prefix="tandem-sql-") as folder:
        # A database of its own: the settings of an opened file are those of every
        # connection of the process to it, and the pages read the same file.
        connection = duckdb.connect()
        try:
            attach(connection, path, FILE)
            connection.execute(f"use {FILE}")
            for setting, value in (
                ("memory_limit", f"{limits.size('query_mb')}B"),
                ("temp_directory", folder),
                ("max_temp_directory_size", f"{limits.size('query_disk_mb')}B"),
                ("enable_progress_bar", "false"),  # it would be among the rows
                ("enable_external_access", "false"),
                ("lock_configuration", "true"),
            ):
                connection.execute(f"set {setting} = '{value}'")
            yield connection
        finally:
            connection.close()


class Query:
    """Runs queries beside this thread, so that one can be stopped at any time.

    Args:
        connection: of the analyst file.
        limits: on time and memory.
        seconds: instead of the limit's.
        record: is given each query before it runs.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        limits: Limits,
        seconds: float | None = None,
        record: Callable[[str], None] | None = None,
    ) -> None:
        self._connection, self._limits = connection, limits
        self._record = record
        self._seconds = seconds or limits.query_seconds

    @contextmanager
    def rows(
        self, sql: str, *, as_json: bool = False, longest: int | None = None
    ) -> Iterator[Rows | None]:
        """Yield the result of a query; None for a statement without one.

        Args:
            sql: one query or statement.
            as_json: nested values are JSON texts, not DuckDB's.
            longest: characters of a text that are enough; None for all.

        Raises:
            WarehouseProblem: the query is wrong, also while its rows are read.
            WrongUse: it is not exactly one statement that reads.
            LimitExceeded: it takes more time or memory than it may.
            KeyboardInterrupt: somebody stopped it; the connection stays usable.
        """
        ends = self._begin(sql)
        with ThreadPoolExecutor(1) as beside:

            def run(step: Callable[[], T]) -> T:
                return self._result(beside.submit(step), ends)

            found = run(lambda: self._connection.sql(sql))
            if found is None:
                yield None
                return
            types = [str(kind.id) for kind in run(lambda: found.types)]
            columns = [
                Column(name, kind)
                for name, kind in zip(run(lambda: found.columns), types, strict=True)
            ]
            texts = as_texts(columns, as_json=as_json)
            if longest is not None:
                texts = f"left({texts}, {longest:d})"
            reader = run(lambda: found.project(texts).to_arrow_reader(BATCH_ROWS))
            try:
                yield Rows(columns, self._batches(reader, run))
            finally:
                run(reader.close)

    def table(self, sql: str, most: int) -> tuple[pa.Table, bool]:
        """Return the first rows of a query, typed, and whether there are more.

        Args:
            sql: one query.
            most: rows at most.

        Raises:
            WarehouseProblem: the query is wrong, or was stopped.
            WrongUse: it is not exactly one statement that reads.
            LimitExceeded: it takes more time or memory than it may.
        """
        ends = self._begin(sql)
        with ThreadPoolExecutor(1) as beside:
            found = self._result(beside.submit(self._first, sql, most), ends)
        return found.slice(0, most), found.num_rows > most

    def _begin(self, sql: str) -> float:
        """Record and check a query; return the time at which it is stopped."""
        if self._record is not None:
            self._record(sql)
        check_statement(sql)
        return time.monotonic() + self._seconds

    def _first(self, sql: str, most: int) -> pa.Table:
        found = self._connection.sql(sql)
        return found.limit(most + 1).to_arrow_table()

    def stop(self) -> None:
        """Interrupt what runs now; call it from another thread."""
        self._connection.interrupt()

    def _batches(
        self, reader: pa.RecordBatchReader, run: Callable
    ) -> Iterator[list[tuple[str | None, ...]]]:
        while (batch := run(lambda: next(reader, None))) is not None:
            columns = [column.to_pylist() for column in batch.columns]
            yield list(zip(*columns, strict=True))

    def _result(self, step: Future[T], ends: float) -> T:
        try:
            return step.result(max(0.0, ends - time.monotonic()))
        except TakesTooLong:
            self._stop(step)
            what = f"it was stopped after {self._seconds:g} s"
            error = self._limits.refuse("query_seconds", what, "your query")
            error.next_step += ", or give --timeout"
            raise error from None
        except KeyboardInterrupt:
            self._stop(step)
            raise
        except (duckdb.OutOfMemoryException, MemoryError) as error:
            what = "it takes more memory than it may"
            raise self._limits.refuse("query_mb", what, "your query") from error
        except (duckdb.Error, pa.ArrowException, OSError, RuntimeError) as error:
            raise _failed(error) from error

    def _stop(self, step: Future[T]) -> None:
        """Interrupt the query until its thread has ended."""
        while not step.done():
            self._connection.interrupt()
            time.sleep(0.05)


def as_texts(columns: list[Column], *, as_json: bool) -> str:
    """Return the projection of every column as text, which each type has."""
    names = [column.name.casefold() for column in columns]
    if not as_json or len(set(names)) < len(names):
        return "cast(columns(*) as varchar)"
    quoted = [(f'"{c.name.replace(chr(34), chr(34) * 2)}"', c.kind) for c in columns]
    return ", ".join(
        f"cast(to_json({name}) as varchar) as {name}"
        if kind in NESTED
        else f"cast({name} as varchar) as {name}"
        for name, kind in quoted
    )
