"""A dashboard in a process of its own: follows the pointer and reads what it names."""

import sys
from pathlib import Path

import duckdb

from tandem.core.files import Home


def read_until(home: Home, ready: Path, stop: Path, outcome: Path) -> None:
    """Read until `stop` exists; write how many snapshots were seen, and failures.

    The connection to the first snapshot stays open and is queried again each time.
    """
    seen: dict[str, int] = {}
    failures: list[str] = []
    path = str(home.published / home.current_snapshot()["dashboard"])
    first = duckdb.connect(path, read_only=True)
    while not stop.exists():
        try:
            pointer = home.current_snapshot()
            path = str(home.published / pointer["dashboard"])
            with duckdb.connect(path, read_only=True) as connection:
                snapshot_id, rows = connection.sql(
                    "select snapshot_id, (select count(*) from pub.kpi_cells)"
                    " from pub.snapshot"
                ).fetchall()[0]
            if snapshot_id != pointer["snapshot_id"]:
                failures.append(f"{pointer['snapshot_id']} holds {snapshot_id}")
            seen[snapshot_id] = rows
            first.sql("select sum(value) from pub.kpi_cells").fetchall()
        except (duckdb.Error, OSError, ValueError) as error:
            failures.append(repr(error))
        ready.touch()
    outcome.write_text("\n".join([str(len(seen)), *failures]), encoding="utf-8")


if __name__ == "__main__":
    root, *files = map(Path, sys.argv[1:])
    read_until(Home(root), *files)
