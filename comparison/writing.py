"""Tables of the schema compared, with the columns that their dbt source declares."""

from collections.abc import Mapping
from typing import Any

import duckdb
import polars as pl
import yaml

from tandem.core.files import Home, project_root

TYPES = {
    "string": pl.String,
    "bigint": pl.Int64,
    "double": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
}
SQL_TYPES = {"string": "varchar"}


def declared() -> dict[str, dict[str, Any]]:
    """Return the declaration of each table, by its name, in models/compared."""
    path = project_root() / "models" / "compared" / "_compared__sources.yml"
    sources = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
    return {table["name"]: table for table in sources[0]["tables"]}


def write(home: Home, tables: Mapping[str, list[dict[str, Any]]]) -> None:
    """Replace tables of the schema compared, in one transaction.

    Args:
        home: whose warehouse.
        tables: rows by the name of a declared table; a row has every column.
    """
    declarations = declared()
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.begin()
        connection.execute("create schema if not exists compared")
        for name, rows in tables.items():
            frame = pl.DataFrame(rows, schema=_schema(declarations[name]))
            connection.execute(ddl(declarations[name]))
            connection.register("rows_to_write", frame.to_arrow())
            connection.execute(
                f'insert into compared."{name}" select * from rows_to_write'
            )
            connection.unregister("rows_to_write")
            connection.execute(_comments(declarations[name]))
        connection.commit()


def _schema(table: dict[str, Any]) -> dict[str, Any]:
    return {column["name"]: TYPES[column["data_type"]] for column in table["columns"]}


def ddl(table: dict[str, Any]) -> str:
    """Return the statement that creates a declared table anew."""
    columns = ", ".join(
        f'"{column["name"]}" {SQL_TYPES.get(column["data_type"], column["data_type"])}'
        for column in table["columns"]
    )
    return f'create or replace table compared."{table["name"]}" ({columns})'


def _comments(table: dict[str, Any]) -> str:
    name = f'compared."{table["name"]}"'
    lines = [f"comment on table {name} is {_quoted(table['description'])};"]
    lines += [
        f'comment on column {name}."{column["name"]}" is '
        f"{_quoted(column['description'])};"
        for column in table["columns"]
    ]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return "'" + " ".join(text.split()).replace("'", "''") + "'"
