"""A dashboard in a process of its own: opens the current snapshot again and again.

Run by `bench.builds` beside a publish.
"""

import json
import sys
import time
from pathlib import Path

import duckdb

from tandem.core.files import Home

QUERY = "select cube, state, count(*) from pub.kpi_cells group by all order by all"


def read_until(home: Home, stop: Path, outcome: Path) -> None:
    """Read until `stop` exists; write the seconds of each query, and the failures."""
    seconds: list[float] = []
    failures: list[str] = []
    while not stop.exists():
        started = time.perf_counter()
        try:
            pointer = home.current_snapshot()
            path = str(home.published / pointer["dashboard"])
            with duckdb.connect(path, read_only=True) as connection:
                connection.sql(QUERY).fetchall()
            seconds.append(time.perf_counter() - started)
        except (duckdb.Error, OSError, ValueError, TypeError) as error:
            failures.append(repr(error))
        time.sleep(0.02)
    text = json.dumps({"seconds": seconds, "failures": failures})
    outcome.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    root, *files = map(Path, sys.argv[1:])
    read_until(Home(root), *files)
