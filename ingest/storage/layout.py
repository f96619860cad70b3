"""The layout of schema raw: the organisation's own tables and all others."""

from pathlib import Path

import duckdb

from ingest.storage.organisation_tables import columns_to_add, ddl

OTHER_TABLES = (Path(__file__).parent / "tables.sql").read_text(encoding="utf-8")
DDL = f"{ddl()}\n{OTHER_TABLES}"
COLUMNS = """
    select table_name, column_name from duckdb_columns()
    where database_name = current_database() and schema_name = 'raw'
"""


def lay_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of schema raw, and add what an earlier version lacked."""
    connection.execute(DDL)
    for statement in columns_to_add(connection.sql(COLUMNS).fetchall()):
        connection.execute(statement)
