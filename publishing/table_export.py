"""The published tables as Parquet or CSV files, with a manifest of what each is.

They are those of the analysts' file: people as pseudonyms. Where an agreement with a
works council is in force there is no such file, and the published aggregates are
written instead.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb

from tandem.core.attaching import attach
from tandem.core.files import Home
from tandem.core.progress import step
from tandem.core.query import Column, as_texts
from tandem.core.query_access import queried_file
from tandem.core.query_files import safe_cells
from tandem.core.whole_folder import sha256_of, whole_folder, write_manifest

Json = dict[str, Any]
ROWS = 10_000  # rows of a CSV file in memory at a time
MEMORY = "1GB"
SCHEMAS = ("marts", "compared", "pub")

TABLES = """
select schema_name, table_name, comment
from duckdb_tables()
where database_name = 'published' and list_contains($schemas, schema_name)
order by all
"""
COLUMNS = """
select column_name, data_type, comment
from duckdb_columns()
where database_name = 'published' and schema_name = $schema and table_name = $table
order by column_index
"""


class TableFormat(StrEnum):
    """The formats that tables are written in."""

    parquet = "parquet"
    csv = "csv"


@dataclass(frozen=True)
class TableExport:
    """What was written.

    Attributes:
        folder: with the files and manifest.json.
        snapshot_id: whose tables they are.
        files: number of tables, one file each.
        rows: of all tables together.
    """

    folder: Path
    snapshot_id: str
    files: int
    rows: int


def export_tables(
    home: Home,
    folder: Path,
    form: TableFormat,
    *,
    with_persons: bool,
    may_replace: bool = False,
) -> TableExport:
    """Write every published table as a file, all or none.

    Args:
        home: with a published snapshot.
        folder: new or empty, unless it may be replaced.
        form: of the files. In CSV, what a spreadsheet would take for a formula gets an
            apostrophe in front; Parquet holds every value as it is.
        with_persons: the analysts' tables about pseudonyms; else the published
            aggregates.
        may_replace: replace a folder that holds something.

    Raises:
        WarehouseProblem: nothing is published, or its file was deleted.
        WrongUse: the folder holds something.
    """
    source = queried_file(home, with_persons=with_persons)
    pointer = home.current_snapshot() or {}
    with (
        whole_folder(folder, may_replace=may_replace) as written,
        duckdb.connect(config={"memory_limit": MEMORY}) as connection,
    ):
        connection.execute("set enable_progress_bar = false")
        connection.execute("set preserve_insertion_order = true")
        attach(connection, source, "published")
        tables = _write_tables(connection, written, form)
        manifest = {
            "kind": "tables",
            "format": form.value,
            "snapshot_id": pointer["snapshot_id"],
            "published_at": pointer["published_at"],
            "tables": tables,
        }
        write_manifest(written, manifest)
    rows = sum(table["rows"] for table in tables)
    return TableExport(folder, pointer["snapshot_id"], len(tables), rows)


def _write_tables(
    connection: duckdb.DuckDBPyConnection, folder: Path, form: TableFormat
) -> list[Json]:
    """Write the files; return what the manifest says of each."""
    found = connection.execute(TABLES, {"schemas": list(SCHEMAS)}).fetchall()
    described = []
    with step("Writing the tables", len(found)) as advance:
        for schema, table, comment in found:
            path = folder / f"{schema}.{table}.{form.value}"
            columns = connection.execute(
                COLUMNS, {"schema": schema, "table": table}
            ).fetchall()
            relation = connection.sql(f'from published."{schema}"."{table}"')
            if form is TableFormat.parquet:
                relation.write_parquet(str(path), compression="zstd")
            else:
                _write_csv(relation, path)
            ((rows,),) = relation.aggregate("count(*)").fetchall()
            described.append(
                {
                    "table": f"{schema}.{table}",
                    "file": path.name,
                    "rows": rows,
                    "sha256": sha256_of(path),
                    "description": comment,
                    "columns": [
                        {"name": name, "type": kind, "description": words}
                        for name, kind, words in columns
                    ],
                }
            )
            advance(1)
    return described


def _write_csv(relation: duckdb.DuckDBPyRelation, path: Path) -> None:
    """Write rows as CSV in UTF-8; an empty cell is null."""
    columns = [
        Column(name, str(kind.id))
        for name, kind in zip(relation.columns, relation.types, strict=True)
    ]
    texts = relation.project(as_texts(columns, as_json=False))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(relation.columns)
        for batch in texts.to_arrow_reader(ROWS):
            cells = (column.to_pylist() for column in batch.columns)
            rows = zip(*cells, strict=True)
            writer.writerows(safe_cells(columns, row) for row in rows)
