"""compared.fct_mode_comparisons, with the columns that its dbt source declares."""

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


def declared() -> dict[str, Any]:
    """Return the table's declaration in models/compared."""
    path = project_root() / "models" / "compared" / "_compared__sources.yml"
    sources = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
    return sources[0]["tables"][0]


def write(home: Home, rows: list[dict[str, Any]]) -> None:
    """Replace the table with these rows, in one transaction."""
    table = declared()
    columns = table["columns"]
    schema = {column["name"]: TYPES[column["data_type"]] for column in columns}
    frame = pl.DataFrame(rows, schema=schema)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.begin()
        connection.execute("create schema if not exists compared")
        connection.execute(_ddl(table))
        connection.register("rows_to_write", frame.to_arrow())
        connection.execute(
            "insert into compared.fct_mode_comparisons select * from rows_to_write"
        )
        connection.execute(_comments(table))
        connection.commit()


def _ddl(table: dict[str, Any]) -> str:
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
