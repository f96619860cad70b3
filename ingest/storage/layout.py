"""The layout of schema raw: the organisation's own tables and all others."""

from pathlib import Path

import duckdb

from ingest.storage.organisation_tables import (
    columns_to_add,
    columns_to_loosen,
    ddl,
)

OTHER_TABLES = (Path(__file__).parent / "tables.sql").read_text(encoding="utf-8")
DDL = f"{ddl()}\n{OTHER_TABLES}"
COLUMNS = """
    select table_name, column_name from duckdb_columns()
    where database_name = current_database() and schema_name = 'raw'
"""
REQUIRED = f"{COLUMNS} and not is_nullable"


def lay_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of schema raw, and change those of an earlier version.

    What it lacked is added, and what need not be filled any more may be empty.
    """
    connection.execute(DDL)
    for statement in columns_to_add(connection.sql(COLUMNS).fetchall()):
        connection.execute(statement)
    for statement in columns_to_loosen(connection.sql(REQUIRED).fetchall()):
        connection.execute(statement)
