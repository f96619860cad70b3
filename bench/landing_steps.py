"""A command of `tandem`, with the seconds and scans of each step of landing.

`python -m bench.landing_steps OUTCOME ARGUMENT...` writes to OUTCOME, as JSON, one list
of [step, seconds, scans of raw.statements, times] a step. A step is a function that
runs SQL on the warehouse, with the first words of the SQL; what the process does
besides (reading, checking, keys, the vault) is one step more.
"""

import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from bench.profile import scans_of
from ingest.storage import warehouse
from tandem.cli.main import main
from tandem.core.files import Home

STATEMENTS = "raw.statements"
BESIDES = "reading, checking, keys and the vault"
EXPLAINED = ("select", "with", "insert", "delete", "update", "merge", "create")
WORDS = 5  # of the SQL that name a step


class Steps:
    """Sums by step; see the module."""

    def __init__(self) -> None:
        self.found: dict[str, list[float]] = {}
        self.explaining = 0.0

    def add(self, step: str, seconds: float, scans: int) -> None:
        """Add one execution."""
        sums = self.found.setdefault(step, [0.0, 0, 0])
        for place, value in enumerate((seconds, scans, 1)):
            sums[place] += value


class Timed:
    """A connection whose statements are timed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, steps: Steps) -> None:
        self._connection, self._steps = connection, steps

    def __getattr__(self, name: str) -> object:
        """Return what is not timed."""
        return getattr(self._connection, name)

    def execute(self, sql: str, *given: object, **named: object) -> object:
        """Run a statement."""
        return self._timed("execute", sql, *given, **named)

    def sql(self, sql: str, *given: object, **named: object) -> object:
        """Run a query; rows are fetched outside of what is timed."""
        return self._timed("sql", sql, *given, **named)

    def executemany(self, sql: str, *given: object, **named: object) -> object:
        """Run a statement for each of some parameters."""
        return self._timed("executemany", sql, *given, **named)

    def _timed(self, method: str, sql: str, *given: object, **named: object) -> object:
        caller = sys._getframe(2)
        module = caller.f_globals["__name__"].removeprefix("ingest.")
        words = re.sub(r"--[^\n]*", "", sql).split()
        step = f"{module}.{caller.f_code.co_name}: {' '.join(words[:WORDS])}"
        started = time.perf_counter()
        scans = 0
        if method != "executemany" and words[0].lower() in EXPLAINED:
            scans = self._scans(sql, *given)
        self._steps.explaining += time.perf_counter() - started
        started = time.perf_counter()
        try:
            return getattr(self._connection, method)(sql, *given, **named)
        finally:
            self._steps.add(step, time.perf_counter() - started, scans)

    def _scans(self, sql: str, *given: object) -> int:
        try:
            return scans_of(self._connection, sql, *given)[STATEMENTS]
        except (duckdb.Error, IndexError):
            return 0  # several statements at once, or one that cannot be explained


def record(outcome: Path) -> None:
    """Run the command that follows in the arguments and write its steps."""
    steps, opened = Steps(), warehouse.opened

    @contextmanager
    def timed(home: Home) -> Iterator[Timed]:
        with opened(home) as connection:
            yield Timed(connection, steps)

    warehouse.opened = timed
    started = time.perf_counter()
    try:
        main()
    finally:
        whole = time.perf_counter() - started - steps.explaining
        besides = whole - sum(seconds for seconds, *_more in steps.found.values())
        steps.add(BESIDES, besides, 0)
        rows = [[step, *sums] for step, sums in steps.found.items()]
        outcome.write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    record(Path(sys.argv.pop(1)))
