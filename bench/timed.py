"""A command of `tandem`, with a record of when its SQL ran in DuckDB.

`python -m bench.timed OUTCOME ARGUMENT...` writes to OUTCOME, as JSON, one list of
[kind, start, end] a statement of dbt: kind is that of the node (model, test, seed, or
"" for dbt's own statements), start and end are seconds of one clock.
"""

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from duckdb import DuckDBPyConnection

from tandem.cli.main import main

NODE = re.compile(r'"node_id": "(\w+)\.')  # in the comment that begins each statement


def record(outcome: Path) -> None:
    """Run the command that follows in the arguments and write its statements."""
    statements: list[tuple[str, float, float]] = []
    execute = DuckDBCursorWrapper.execute

    def timed(
        self: DuckDBCursorWrapper, sql: str, bindings: object = None
    ) -> DuckDBPyConnection:
        started = time.perf_counter()
        try:
            return execute(self, sql, bindings)
        finally:
            node = NODE.search(sql[:1000])
            kind = node.group(1) if node else ""
            statements.append((kind, started, time.perf_counter()))

    DuckDBCursorWrapper.execute = timed
    try:
        main()
    finally:
        outcome.write_text(json.dumps(statements), encoding="utf-8")


def busy_seconds(statements: list[list[Any]]) -> float:
    """Return the seconds in which at least one statement ran."""
    total, until = 0.0, 0.0
    for _kind, start, end in sorted(statements, key=lambda found: found[1]):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total


if __name__ == "__main__":
    path = Path(sys.argv.pop(1))
    record(path)
