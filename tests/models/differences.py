"""Which tables of two warehouses differ, compared exactly."""

from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb

NOTHING: Mapping[str, Collection[str]] = {}


def differing_tables(
    first: Path,
    second: Path,
    schemas: Collection[str],
    left_out: Mapping[str, Collection[str]] = NOTHING,
) -> dict[str, list[str]]:
    """Return the tables whose rows differ, and which of their columns do.

    Rows are compared as multisets, doubles to the last bit. Views are not compared:
    what they return is read by the tables that are built from them.

    Args:
        first: a warehouse.
        second: another one.
        schemas: whose tables to compare.
        left_out: columns that are not compared, by table.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{first}' as first (read_only)")
        connection.execute(f"attach '{second}' as second (read_only)")
        columns = columns_of(connection, "first", schemas)
        others = columns_of(connection, "second", schemas)
        assert columns == others, "the warehouses have not the same tables and columns"
        compared = {
            table: [name for name in names if name not in left_out.get(table, ())]
            for table, names in columns.items()
        }
        return {
            table: [name for name in names if is_different(connection, table, [name])]
            for table, names in compared.items()
            if is_different(connection, table, names)
        }


def columns_of(
    connection: duckdb.DuckDBPyConnection, database: str, schemas: Collection[str]
) -> dict[str, list[str]]:
    """Return the columns of each table of some schemas, by `schema.table`."""
    found = connection.execute(
        """
        select
            concat_ws('.', schema_name, table_name),
            list(column_name order by column_index)
        from duckdb_columns()
        inner join duckdb_tables() using (database_name, schema_name, table_name)
        where database_name = $database and schema_name in $schemas
        group by all order by all
        """,
        {"database": database, "schemas": list(schemas)},
    ).fetchall()
    return dict(found)


def is_different(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]
) -> bool:
    """Whether one warehouse has a row, or one more of it, that the other has not."""
    listed = ", ".join(f'"{name}"' for name in columns)
    first, second = (
        f"select {listed} from {database}.{table}" for database in ("first", "second")
    )
    return any(
        connection.sql(f"{one} except all {other} limit 1").fetchall()
        for one, other in ((first, second), (second, first))
    )
