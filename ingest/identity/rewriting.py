"""Rewrite DuckDB files, so that deleted rows leave no bytes behind.

DELETE, VACUUM and CHECKPOINT keep old blocks in a DuckDB file; only a copy has none.
The copy replaces the old file atomically.
"""

import os
from collections.abc import Collection
from pathlib import Path

import duckdb

from ingest.storage.migration import SUFFIX as MIGRATING

SUFFIX = ".rewriting"

# The columns of each table, generated columns left out.
TABLES = """
select
    table_schema,
    table_name,
    string_agg('"' || column_name || '"', ', ' order by ordinal_position)
from information_schema.columns inner join information_schema.tables
    using (table_catalog, table_schema, table_name)
where
    table_catalog = 'old'
    and table_type = 'BASE TABLE'
    and is_generated = 'NEVER'
group by all
order by all
"""


def rewrite(path: Path, empty: Collection[str] = ()) -> None:
    """Replace a DuckDB file by a copy that holds only its live rows.

    No process may have the file open. A crash leaves the old file or the new one.

    Args:
        path: the file; its mode is kept.
        empty: names of tables whose rows are left out.
    """
    with duckdb.connect(str(path)) as connection:
        connection.execute("checkpoint")  # merges a write-ahead log left by a crash
    aside = path.with_name(path.name + SUFFIX)
    for leftover in (aside, aside.with_name(aside.name + ".wal")):
        leftover.unlink(missing_ok=True)
    aside_mode = path.stat().st_mode & 0o777
    with duckdb.connect() as connection:
        connection.execute(f"attach {_text(path)} as old (read_only)")
        connection.execute(f"attach {_text(aside)} as new")
        aside.chmod(aside_mode)
        connection.execute("copy from database old to new (schema)")
        for schema, table, columns in connection.sql(TABLES).fetchall():
            if table not in empty:
                name = f'"{schema}"."{table}"'
                connection.execute(
                    f"insert into new.{name} ({columns})"
                    f" select {columns} from old.{name}"
                )
        connection.execute("checkpoint new")
        connection.execute("detach new")
        connection.execute("detach old")
    _sync(aside)
    aside.replace(path)
    _sync(path.parent)


def sweep_copies(root: Path) -> None:
    """Remove incomplete copies left by a crash."""
    for suffix in (SUFFIX, MIGRATING):
        for leftover in root.glob(f"*{suffix}*"):
            leftover.unlink()


def _text(path: Path) -> str:
    """Quote a path as a literal: `attach` takes no parameters."""
    return "'" + str(path).replace("'", "''") + "'"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
