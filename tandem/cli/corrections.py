"""Corrected labels reach the build: from the journal to the table that models read.

No stage reads the journal. What is written here is compared like every landed table,
so that a build notices a new correction.
"""

from contextlib import closing
from typing import Any

import duckdb

from tandem.core.corrections import corrections
from tandem.core.files import Home

Row = tuple[Any, ...]

INSERT = "insert into raw.corrections values (?, ?, ?, ?, ?)"
LANDED = "select kind, subject_id, label, label_words, holds_from from raw.corrections"
THERE = """
select 1 from duckdb_tables() where schema_name = 'raw' and table_name = 'corrections'
"""


def land_corrections(home: Home) -> int:
    """Write the corrections that count, where others are there; return how many.

    The caller holds the writing lock. Without a warehouse there is nothing to do; one
    that cannot be opened is named by the build itself.

    Raises:
        sqlite3.Error: the journal is damaged.
    """
    rows = [each.row for each in corrections(home.journal)]
    if not home.warehouse.exists():
        return len(rows)
    try:
        if sorted(rows, key=str) != sorted(_landed(home), key=str):
            _replace(home, rows)
    except duckdb.IOException:
        return len(rows)
    return len(rows)


def _landed(home: Home) -> list[Row]:
    with closing(duckdb.connect(str(home.warehouse), read_only=True)) as connection:
        if not connection.sql(THERE).fetchall():
            return []
        return connection.sql(LANDED).fetchall()


def _replace(home: Home, rows: list[Row]) -> None:
    from ingest.storage.layout import lay_out

    with closing(duckdb.connect(str(home.warehouse))) as connection:
        lay_out(connection)
        connection.begin()
        connection.execute("delete from raw.corrections")
        for row in rows:
            connection.execute(INSERT, row)
        connection.commit()
