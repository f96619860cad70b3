"""The organisation's own tables, as CSV files named like the raw table they fill.

`programmes.csv`, `cohorts.csv`, `activities.csv`, `people.csv`, `enrolments.csv`,
`sessions.csv`, `due_dates.csv`, `waivers.csv`, `consents.csv`, `costs.csv`,
`facilitator_hours.csv`.
Columns are those of ingest/landing/tables.sql; a person is an `email`. A row that does
not fit is rejected with its line and column; the others land.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from ingest.connectors._base import Delivery, LoadWriter, Sniff
from ingest.parsing.join_keys import join_key
from ingest.parsing.text import decode, delimiter_of, is_blank, rows
from ingest.parsing.times import to_utc, zone
from tandem.errors import DamagedFile

NAME = "organisation"
TABLES = (
    "programmes",
    "cohorts",
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
SUPPLIED = {"load_id", "source", "reported_at"}
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
    header = [cell.casefold() for cell in rows(decoded.text.split("\n")[0], mark)[0]]
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
    decoded = decode(delivery.path.read_bytes())
    lines = rows(decoded.text, delimiter_of(decoded.text))
    header = [cell.casefold() for cell in lines[0]]
    columns = layout()[table]
    _require(delivery.path, header, columns)
    tz = delivery.options.tz or "UTC"
    accepted = []
    for line, cells in enumerate(lines[1:], start=2):
        if is_blank(cells):
            continue
        given = dict(zip(header, cells, strict=False))
        try:
            accepted.append(_row(given, columns, tz))
        except ValueError as error:
            writer.reject(line, "table.cell", "$", str(error), given)
    if accepted:
        writer.rows(table, pl.DataFrame(accepted, schema=_schema(columns)))


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


def _row(given: dict[str, str], columns: tuple[Column, ...], tz: str) -> dict[str, Any]:
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
        row[column.name] = _typed(value, column, tz)
    return row


def _actor(email: str, is_required: bool) -> str | None:
    if "@" in email:
        return json.dumps({"objectType": "Agent", "mbox": f"mailto:{email.strip()}"})
    if email or is_required:
        raise ValueError(f"column email: this is no e-mail address: {email!r}")
    return None


def _typed(text: str, column: Column, tz: str) -> object:
    try:
        match column.kind:
            case "BIGINT":
                return int(text)
            case "DOUBLE":
                return float(text.replace(",", "."))
            case "BOOLEAN":
                return _boolean(text)
            case "TIMESTAMP":
                return _moment(text, tz)
            case "DATE":
                return date.fromisoformat(text)
            case _:
                return text
    except ValueError as error:
        raise ValueError(
            f"column {column.name}: {text!r} is not a {_words(column)}"
        ) from (error)


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


def _moment(text: str, tz: str) -> datetime:
    """Return naive UTC; a time without an offset is the organisation's own."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC).replace(tzinfo=None)
    return to_utc(moment, zone(tz))
