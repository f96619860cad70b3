"""The organisation's own tables: CSV files, or sheets of one workbook, by their names.

`programmes.csv`, `cohorts.csv`, `phases.csv`, `activities.csv`, `people.csv`,
`enrolments.csv`, `sessions.csv`, `due_dates.csv`, `waivers.csv`, `consents.csv`,
`costs.csv`, `facilitator_hours.csv`.
Columns are those of ingest/storage/tables.sql; a person is an `email`. A row that does
not fit is rejected with file, line and column; the others land. A column whose name is
nearly one of them is said to be none.
"""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors.organisation.format.rules import KEYS, NO, YES, judge
from ingest.connectors.organisation.format.table_columns import (
    Column,
    Sheet,
    layout,
    misnamed,
    names_in,
    require,
    sheets_of,
)
from ingest.identity import agents
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.mapping.tables import SPREADSHEETS, encoding_and_delimiter
from ingest.parsing.days import DayClock, day_clock
from ingest.parsing.join_keys import join_key
from ingest.parsing.numbers import number_of
from ingest.parsing.times import zone
from tandem.core.errors import DamagedFile

NAME = "organisation"
POLARS = {
    "VARCHAR": pl.String,
    "BIGINT": pl.Int64,
    "DOUBLE": pl.Float64,
    "BOOLEAN": pl.Boolean,
    "TIMESTAMP": pl.Datetime("us"),
    "DATE": pl.Date,
}


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a file by its name or its sheets', and by columns of their tables."""
    if not head or path.suffix.lower() not in (".csv", *SPREADSHEETS):
        return None
    try:
        sheets = sheets_of(path, head)
    except (UnicodeError, csv.Error, DamagedFile):
        return None
    if not sheets:
        return None
    fit = [one for one in sheets if set(one.header) & names_in(one.table)]
    names = ", ".join(one.table for one in fit or sheets)
    what = "with columns of that table" if fit else "with none of its columns"
    return Recognition(
        connector=NAME,
        source=NAME,
        variant=sheets[0].table if len(sheets) == 1 else "workbook",
        confidence=0.9 if fit else 0.2,
        reason=f"named {names}, {what}",
        **encoding_and_delimiter(path, head),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the tables of one file.

    Raises:
        DamagedFile: a column that every row needs is missing, or it is no table.
        UndecidedFile: day and month cannot be told apart.
    """
    try:
        sheets = sheets_of(delivery.path)
    except (UnicodeError, csv.Error) as error:
        raise DamagedFile(
            f"this is no CSV ({error})", delivery.path.name, "save it as CSV UTF-8"
        ) from error
    for sheet in sheets:
        require(sheet)
    for sheet in sheets:
        _land(sheet, delivery, writer)


def _land(sheet: Sheet, delivery: Delivery, writer: LoadWriter) -> None:
    columns = layout()[sheet.table]
    clock = _clock(delivery, sheet)
    misnamed(sheet, writer)
    found: dict[object, list[tuple[int, dict[str, str], dict[str, Any]]]]
    found = defaultdict(list)
    for line, cells in sheet.lines[1:]:
        given = dict(zip(sheet.header, cells, strict=False))
        try:
            row = _row(given, columns, clock)
            judge(sheet.table, row)
        except ValueError as error:
            message = f"{sheet.label} line {line}, {error}"
            writer.reject(line, "table.cell", "$", message, given)
        else:
            names = KEYS.get(sheet.table)
            key = tuple(str(row[name]).casefold() for name in names) if names else line
            found[key].append((line, given, row))
    accepted = []
    for said in found.values():
        if any(row != said[0][2] for _line, _given, row in said):
            _contradict(sheet, said, writer)
        else:
            accepted.append(said[0][2])
    if accepted:
        frame = pl.DataFrame(accepted, schema=_schema(columns))
        writer.rows(sheet.table, frame)


def _contradict(
    sheet: Sheet,
    said: list[tuple[int, dict[str, str], dict[str, Any]]],
    writer: LoadWriter,
) -> None:
    """Refuse rows that say different things of one and the same."""
    lines = ", ".join(str(line) for line, _given, _row in said)
    names = " and ".join("email" if n == "actor" else n for n in KEYS[sheet.table])
    for line, given, _row in said:
        message = (
            f"{sheet.label} lines {lines}, column {names}: one and the same, and "
            "different particulars: say it once"
        )
        writer.reject(line, "table.contradiction", "$", message, given)


def _clock(delivery: Delivery, sheet: Sheet) -> DayClock:
    """Return how the table's dates are read; a local day begins at midnight there."""
    columns = layout()[sheet.table]
    dated = {c.name for c in columns if c.kind in ("TIMESTAMP", "DATE")}
    places = [place for place, name in enumerate(sheet.header) if name in dated]
    printed = [
        cells[place]
        for _n, cells in sheet.lines[1:]
        for place in places
        if place < len(cells)
    ]
    tz = zone(delivery.options.tz or "UTC")
    return day_clock(sheet.label, tz, delivery.options.date_order, printed)


def _schema(columns: tuple[Column, ...]) -> dict[str, Any]:
    """The frame has `actor` where the table has actor_key: landing makes the key."""
    return {
        "actor" if column.name == "actor_key" else column.name: POLARS[column.kind]
        for column in columns
    }


def _row(
    given: dict[str, str], columns: tuple[Column, ...], clock: DayClock
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in columns:
        if column.name == "actor_key":
            row["actor"] = _actor(given.get("email", ""), column.isrequired)
            continue
        text = given.get(column.name, "").strip()
        if not text:
            if column.isrequired:
                raise ValueError(f"column {column.name}: it is empty and must not be")
            row[column.name] = None
            continue
        value = join_key(text) if column.name == "join_key" else text
        row[column.name] = _typed(value, column, clock)
    return row


def _actor(email: str, isrequired: bool) -> str | None:
    if agent := agents.mail_agent(email):
        return agents.text_of(agent)
    if email or isrequired:
        raise ValueError("column email: this is no e-mail address")
    return None


def _typed(text: str, column: Column, clock: DayClock) -> object:
    try:
        match column.kind:
            case "BIGINT":
                return int(text)
            case "DOUBLE":
                return number_of(text)
            case "BOOLEAN":
                return _boolean(text)
            case "TIMESTAMP":
                return clock.utc(text)
            case "DATE":
                return clock.day(text)
            case _:
                return text
    except ValueError as error:
        why = f" ({error})" if "could be" in str(error) else ""
        raise ValueError(
            f"column {column.name}: {text!r} is not a {_words(column)}{why}"
        ) from error


def _words(column: Column) -> str:
    words = {
        "BIGINT": "whole number (3)",
        "DOUBLE": "number (1234.5)",
        "BOOLEAN": "yes or no (also true or false, 1 or 0)",
        "TIMESTAMP": "date (2026-04-01) or time (2026-04-01T09:00)",
        "DATE": "date (2026-04-01)",
    }
    return words.get(column.kind, "text")


def _boolean(text: str) -> bool:
    if text.casefold() in YES | NO:
        return text.casefold() in YES
    raise ValueError(text)
