"""The rows of a query as CSV and as Parquet."""

import csv
import io
import unicodedata
from collections.abc import Iterable

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tandem.core.query import Column, as_texts

WHOLE = {"tinyint", "smallint", "integer", "bigint", "hugeint", "bignum"}
WHOLE |= {f"u{name}" for name in WHOLE}
FRACTIONAL = {"float", "double"}
# Their texts are no formulas, whatever they begin with.
HARMLESS = WHOLE | FRACTIONAL | {"decimal", "boolean", "interval", "uuid", "bit"}
FIRST = 1_000  # characters among which a formula may begin, after spaces
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def without_formula(text: str | None) -> str:
    """Return a text with an apostrophe in front if it would be a formula."""
    text = text or ""
    # A spreadsheet may leave out spaces, and reads full-width signs as plain ones.
    plain = unicodedata.normalize("NFKC", text[:FIRST]).lstrip(" ")
    is_formula = text.startswith(FORMULAS) or plain.startswith(FORMULAS)
    return f"'{text}" if is_formula else text


def safe_cells(columns: list[Column], row: Iterable[str | None]) -> list[str | None]:
    """Return a row whose texts no spreadsheet takes for formulas."""
    return [
        cell if column.kind in HARMLESS else without_formula(cell)
        for column, cell in zip(columns, row, strict=True)
    ]


def text_rows(found: pa.Table) -> tuple[list[Column], list[tuple[str | None, ...]]]:
    """Return the columns of a result, and its rows as DuckDB writes their values."""
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        relation = connection.from_arrow(found)
        columns = [
            Column(name, str(kind.id))
            for name, kind in zip(relation.columns, relation.types, strict=True)
        ]
        return columns, relation.project(as_texts(columns, as_json=False)).fetchall()


def as_csv(found: pa.Table) -> bytes:
    """Return a result as CSV in UTF-8; what would be a formula is quoted."""
    columns, rows = text_rows(found)
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow([without_formula(column.name) for column in columns])
    writer.writerows(safe_cells(columns, row) for row in rows)
    return lines.getvalue().encode()


def as_parquet(found: pa.Table) -> bytes:
    """Return a result as Parquet, with its types."""
    sink = pa.BufferOutputStream()
    pq.write_table(found, sink, compression="zstd")
    return sink.getvalue().to_pybytes()
