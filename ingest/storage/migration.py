"""Bring a DuckDB file of an earlier layout to the present one, step by step.

A step changes what `lay_out` cannot: `lay_out` only adds what is missing. Steps run in
a copy, each in one transaction that also writes the version that it leads to; the copy
replaces the file when all are done. Whatever breaks off leaves the old file as it was.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tandem.core.errors import WarehouseProblem
from tandem.core.files import unusable_database
from tandem.core.progress import say

SUFFIX = ".migrating"
Change = Callable[[duckdb.DuckDBPyConnection], None]


@dataclass(frozen=True)
class Layouts:
    """The layouts of one kind of file.

    Attributes:
        name: of the file in messages, e.g. `the warehouse`.
        table: the table with the column `layout_version`.
        current: the version that this Tandem writes.
        steps: from each earlier version to the next one; a step may run again.
    """

    name: str
    table: str
    current: int
    steps: Mapping[int, Change]


def migrate(path: Path, layouts: Layouts) -> bool:
    """Bring a file to the present layout; return whether it was changed.

    The caller holds the lock of the home. A file without the table of the version is
    left to whoever opens it.

    Raises:
        WarehouseProblem: it is of a newer Tandem, or of a layout that no step leads
            from, or another program has it open.
    """
    aside = path.with_name(path.name + SUFFIX)
    _remove(aside)  # an earlier one broke off
    found = _version(path, layouts)
    if found is None or found == layouts.current:
        return False
    check_version(path, found, layouts)
    say(
        f"{path}: it is of an earlier Tandem (layout {found}) and is changed to layout "
        f"{layouts.current} now. The old file stays until that is done."
    )
    with duckdb.connect(str(path)) as connection:
        connection.execute("checkpoint")  # merges what a crash left beside it
    try:
        shutil.copy2(path, aside)
        with duckdb.connect(str(aside)) as connection:
            connection.execute("set enable_progress_bar = false")
            connection.execute("set memory_limit = '1GB'")
            for version in range(found, layouts.current):
                _take(connection, layouts, version)
            connection.execute("checkpoint")
        _sync(aside)
        aside.replace(path)
        _sync(path.parent)
    finally:
        _remove(aside)
    return True


def check_version(path: Path, found: int, layouts: Layouts) -> None:
    """Refuse a version that no step leads from.

    Raises:
        WarehouseProblem: so it is; nothing was changed.
    """
    if found > layouts.current:
        raise WarehouseProblem(
            f"{layouts.name} is of a newer Tandem: it has layout {found}, this one "
            f"writes {layouts.current}",
            str(path),
            "use that Tandem or a later one; nothing was changed",
        )
    missing = [v for v in range(found, layouts.current) if v not in layouts.steps]
    if missing:
        raise WarehouseProblem(
            f"{layouts.name} has layout {found}, and nothing leads from there to "
            f"{layouts.current}",
            str(path),
            "use the Tandem that made it, or move it and its vault away and land again",
        )


def _take(
    connection: duckdb.DuckDBPyConnection, layouts: Layouts, version: int
) -> None:
    connection.begin()
    try:
        layouts.steps[version](connection)
        connection.execute(f"update {layouts.table} set layout_version = {version + 1}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _version(path: Path, layouts: Layouts) -> int | None:
    """Return the version of a file; None where there is no file or no version."""
    if not path.exists():
        return None
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            query = f"select max(layout_version) from {layouts.table}"
            return connection.sql(query).fetchall()[0][0]
    except duckdb.CatalogException:
        return None
    except duckdb.Error as error:
        if problem := unusable_database(path, error):
            raise problem from error
        return None  # whoever opens it says what it is


def _remove(aside: Path) -> None:
    for leftover in (aside, aside.with_name(f"{aside.name}.wal")):
        leftover.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
