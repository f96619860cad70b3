"""The organisation's own tables, as CSV files named like the raw table they fill.

`programmes.csv`, `cohorts.csv`, `phases.csv`, `activities.csv`, `people.csv`,
`enrolments.csv`, `sessions.csv`, `due_dates.csv`, `waivers.csv`, `consents.csv`,
`costs.csv`, `facilitator_hours.csv`.
Columns are those of ingest/landing/tables.sql; a person is an `email`. A row that does
not fit is rejected with file, line and column; the others land.
"""

import csv
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from ingest.connectors._base import Delivery, LoadWriter, Sniff
from ingest.connectors._organisation_rules import judge
from ingest.connectors._tables import csv_lines
from ingest.parsing.days import DayClock, day_clock
from ingest.parsing.join_keys import join_key
from ingest.parsing.text import decode, delimiter_of
from ingest.parsing.text import rows as rows_of
from ingest.parsing.times import zone
from tandem.errors import DamagedFile

NAME = "organisation"
TABLES = (
    "programmes",
    "cohorts",
    "phases",
    "activities",
    "people",
    "enrolments",
    "sessions",
    "due_dates",
    "waivers",
    "consents",
    "costs",
    "facilitator_hours",
)
SUPPLIED = {"load_id", "source", "reported_at", "delivery_id"}
TRUE, FALSE = {"true", "yes", "y", "1"}, {"false", "no", "n", "0"}
POLARS = {
    "VARCHAR": pl.String,
    "BIGINT": pl.Int64,
    "DOUBLE": pl.Float64,
    "BOOLEAN": pl.Boolean,
    "TIMESTAMP": pl.Datetime("us"),
    "DATE": pl.Date,
}


@dataclass(frozen=True)
class Column:
    """A column of the raw layout."""

    name: str
    kind: str
    is_required: bool


@lru_cache(maxsize=1)
def layout() -> dict[str, tuple[Column, ...]]:
    """Return the columns of each table that a file may fill, from the raw layout."""
    ddl = Path(__file__).parents[1] / "landing" / "tables.sql"
    with duckdb.connect() as connection:
        connection.execute(ddl.read_text(encoding="utf-8"))
        described = connection.sql(
            "select table_name, column_name, data_type, not is_nullable "
            "from duckdb_columns() where schema_name = 'raw' order by column_index"
        ).fetchall()
    found: dict[str, list[Column]] = {name: [] for name in TABLES}
    for table, name, kind, required in described:
        if table in found and name not in SUPPLIED:
            found[table].append(Column(name, kind, required))
    return {table: tuple(columns) for table, columns in found.items()}


def sniff(path: Path, head: bytes) -> Sniff | None:
    """Recognise a file by its name, and its header by the columns that it must have."""
    table = path.stem.lower()
    if path.suffix.lower() != ".csv" or table not in TABLES:
        return None
    try:
        decoded = decode(head)
    except UnicodeError:
        return None
    mark = delimiter_of(decoded.text)
    header = [cell.casefold() for cell in rows_of(decoded.text.split("\n")[0], mark)[0]]
    if not set(header) & {column.name for column in layout()[table]}:
        return None
    return Sniff(
        connector=NAME,
        source=NAME,
        variant=table,
        confidence=0.9,
        reason=f"named {table}.csv, with columns of that table",
        encoding=decoded.encoding,
        delimiter=mark,
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land one table.

    Raises:
        DamagedFile: a column that every row needs is missing, or there are no rows.
    """
    table = delivery.path.stem.lower()
    try:
        lines = csv_lines(delivery.path.read_bytes())
    except (UnicodeError, csv.Error) as error:
        raise DamagedFile(
            f"this is no CSV ({error})", delivery.path.name, "save it as CSV UTF-8"
        ) from error
    header = [cell.casefold() for cell in lines[0][1]]
    columns = layout()[table]
    _require(delivery.path, header, columns)
    clock = _clock(delivery, columns, header, lines)
    accepted = []
    for line, cells in lines[1:]:
        given = dict(zip(header, cells, strict=False))
        try:
            row = _row(given, columns, clock)
            judge(table, row)
        except ValueError as error:
            message = f"{delivery.path.name} line {line}, {error}"
            writer.reject(line, "table.cell", "$", message, given)
        else:
            accepted.append(row)
    if accepted:
        writer.rows(table, pl.DataFrame(accepted, schema=_schema(columns)))


def _clock(
    delivery: Delivery,
    columns: tuple[Column, ...],
    header: list[str],
    lines: list[tuple[int, list[str]]],
) -> DayClock:
    """Return how the file's dates are read; a local day begins at midnight there."""
    dated = {c.name for c in columns if c.kind in ("TIMESTAMP", "DATE")}
    places = [place for place, name in enumerate(header) if name in dated]
    printed = [
        cells[place]
        for _n, cells in lines[1:]
        for place in places
        if place < len(cells)
    ]
    tz = zone(delivery.options.tz or "UTC")
    return day_clock(delivery.path.name, tz, delivery.options.date_order, printed)


def _schema(columns: tuple[Column, ...]) -> dict[str, Any]:
    """The frame has `actor` where the table has actor_key: landing makes the key."""
    return {
        "actor" if column.name == "actor_key" else column.name: POLARS[column.kind]
        for column in columns
    }


def _require(path: Path, header: list[str], columns: tuple[Column, ...]) -> None:
    needed = [
        "email" if column.name == "actor_key" else column.name
        for column in columns
        if column.is_required
    ]
    missing = [name for name in needed if name not in header]
    if missing:
        raise DamagedFile(
            f"column {', '.join(missing)} is missing",
            path.name,
            f"the first line must name at least: {', '.join(needed)}",
        )


def _row(
    given: dict[str, str], columns: tuple[Column, ...], clock: DayClock
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in columns:
        if column.name == "actor_key":
            row["actor"] = _actor(given.get("email", ""), column.is_required)
            continue
        text = given.get(column.name, "").strip()
        if not text:
            if column.is_required:
                raise ValueError(f"column {column.name}: it is empty and must not be")
            row[column.name] = None
            continue
        value = join_key(text) if column.name == "join_key" else text
        row[column.name] = _typed(value, column, clock)
    return row


def _actor(email: str, is_required: bool) -> str | None:
    if "@" in email:
        return json.dumps({"objectType": "Agent", "mbox": f"mailto:{email.strip()}"})
    if email or is_required:
        raise ValueError("column email: this is no e-mail address")
    return None


def _typed(text: str, column: Column, clock: DayClock) -> object:
    try:
        match column.kind:
            case "BIGINT":
                return int(text)
            case "DOUBLE":
                return float(text.replace(",", "."))
            case "BOOLEAN":
                return _boolean(text)
            case "TIMESTAMP":
                return clock.utc(text)
            case "DATE":
                return clock.day(text)
            case _:
                return text
    except ValueError as error:
        raise ValueError(
            f"column {column.name}: {text!r} is not a {_words(column)}"
        ) from error


def _words(column: Column) -> str:
    words = {
        "BIGINT": "whole number",
        "DOUBLE": "number",
        "BOOLEAN": "yes or no",
        "TIMESTAMP": "date (2026-04-01) or time (2026-04-01T09:00)",
        "DATE": "date (2026-04-01)",
    }
    return words.get(column.kind, "text")


def _boolean(text: str) -> bool:
    if text.casefold() in TRUE | FALSE:
        return text.casefold() in TRUE
    raise ValueError(text)
