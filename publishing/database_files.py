"""The two published databases: aggregates for leaders, pseudonymous marts for analysts.

Both have the storage version of DuckDB 1.2, so that clients from 1.2 on can open them.
"""

from pathlib import Path

import duckdb
import polars as pl

STORAGE_VERSION = "v1.2.0"

Tables = dict[str, pl.DataFrame]

DECLARATIONS = Path(__file__).with_name("tables")
# Tables with the columns of the stage that made them; DECLARATIONS does not hold them.
UNDECLARED_TABLES = {
    "mode_comparisons": "One row per KPI x category x window x pair of modes: the"
    " verdict as compared; numbers are null where an arm is hidden."
}

COPIED = """
select schema_name, table_name, comment
from duckdb_tables()
where database_name = 'warehouse' and schema_name in ('marts', 'compared')
order by all
"""

COLUMN_COMMENTS = """
select schema_name, table_name, column_name, comment
from duckdb_columns()
where
    database_name = 'warehouse' and schema_name in ('marts', 'compared')
    and comment is not null
order by schema_name, table_name, column_index
"""


def declarations() -> str:
    """Return schema pub and its tables in SQL.

    It holds no person, no key of a person and no group smaller than k. A number is null
    unless its state is `shown`.
    """
    files = sorted(DECLARATIONS.glob("*.sql"))
    tables = (file.read_text(encoding="utf-8") for file in files)
    return "\n".join(("create schema pub;", *tables))


def write_dashboard(
    connection: duckdb.DuckDBPyConnection, path: Path, tables: Tables
) -> None:
    """Write schema pub as it is declared, and undeclared tables as they are.

    Args:
        connection: in memory; nothing may be attached as `target`.
        path: a file that does not exist yet.
        tables: rows by name in schema pub; columns are matched by name.
    """
    _attach(connection, path)
    connection.execute("use target")
    connection.execute(declarations())
    declared = {
        name
        for (name,) in connection.sql(
            "select table_name from duckdb_tables() where database_name = 'target'"
        ).fetchall()
    }
    for name in sorted(tables):
        connection.register("incoming", tables[name].to_arrow())
        if name in declared:
            connection.execute(f"insert into pub.{name} by name from incoming")
        else:
            connection.execute(f"create table pub.{name} as from incoming")
            if name in UNDECLARED_TABLES:
                comment = _quoted(UNDECLARED_TABLES[name])
                connection.execute(f"comment on table pub.{name} is {comment}")
        connection.unregister("incoming")
    connection.execute("use memory")
    _detach(connection)


def write_analyst(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Copy the marts (person-level, pseudonymous) with their comments.

    Args:
        connection: with the warehouse attached as `warehouse`; nothing may be attached
            as `target`.
        path: a file that does not exist yet.
    """
    tables = connection.sql(COPIED).fetchall()
    comments = connection.sql(COLUMN_COMMENTS).fetchall()
    _attach(connection, path)
    for schema in sorted({schema for schema, _, _ in tables}):
        connection.execute(f'create schema target."{schema}"')
    for schema, table, comment in tables:
        name = f'"{schema}"."{table}"'
        connection.execute(f"create table target.{name} as from warehouse.{name}")
        if comment:
            connection.execute(f"comment on table target.{name} is {_quoted(comment)}")
    for schema, table, column, comment in comments:
        place = f'target."{schema}"."{table}"."{column}"'
        connection.execute(f"comment on column {place} is {_quoted(comment)}")
    _detach(connection)


def _quoted(text: str) -> str:
    """Return a string literal; `comment on` and `attach` take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    connection.execute(
        f"attach {_quoted(str(path))} as target (storage_version '{STORAGE_VERSION}')"
    )


def _detach(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("checkpoint target")
    connection.execute("detach target")
