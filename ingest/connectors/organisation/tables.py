"""Land the organisation's own tables: CSV files or sheets of a workbook, by name.

The tables and their columns are those of ingest/storage/organisation_tables.toml; a
person is an `email`. An invalid row is rejected with file, line and column; the others
land. A column whose name is similar to one of these is reported as unknown.
"""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors.organisation.format.rules import check_row, key_of
from ingest.connectors.organisation.format.session_keys import with_keys
from ingest.connectors.organisation.format.table_columns import (
    KEYS_IN_RAW,
    SESSION_KEYS,
    UNTYPED,
    Sheet,
    layout,
    names_in,
    reject_similar_names,
    require,
    sheets_of,
)
from ingest.identity import agents
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence, groups
from ingest.mapping.tables import SPREADSHEETS, encoding_and_delimiter
from ingest.parsing.days import DayClock, day_clock
from ingest.parsing.numbers import number_of
from ingest.parsing.source_phrases import source_phrases
from ingest.parsing.times import zone
from ingest.storage.organisation_tables import PERSON, Column
from tandem.core.errors import DamagedFile

NAME = "organisation"
ANSWERS = source_phrases("any", "answers", "ticks")
KEY_COLUMNS = {UNTYPED, *SESSION_KEYS}
ParsedRow = tuple[int, dict[str, str], dict[str, Any]]  # line, cells, typed values
POLARS = {
    PERSON: pl.String,
    "text": pl.String,
    "whole": pl.Int64,
    "number": pl.Float64,
    "yes_no": pl.Boolean,
    "time": pl.Datetime("us"),
    "day": pl.Date,
}


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a file by its name or its sheets' names, and by their columns."""
    if not head or path.suffix.lower() not in (".csv", *SPREADSHEETS):
        return None
    try:
        sheets = sheets_of(path, head)
    except (UnicodeError, csv.Error, DamagedFile):
        return None
    if not sheets:
        return None
    matching = [sheet for sheet in sheets if set(sheet.header) & names_in(sheet.table)]
    is_known = all(set(sheet.header) <= names_in(sheet.table) for sheet in sheets)
    names = ", ".join(sheet.table for sheet in matching or sheets)
    detail = "with columns of that table" if matching else "with none of its columns"
    return Recognition(
        connector=NAME,
        source=NAME,
        variant=sheets[0].table if len(sheets) == 1 else "workbook",
        found=groups(
            {
                Evidence.FILE_NAME: True,
                Evidence.HEADINGS: is_known,
                Evidence.COMMON_HEADINGS: bool(matching) and not is_known,
            }
        ),
        reason=f"named {names}, {detail}",
        **encoding_and_delimiter(path, head),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the tables of one file.

    Raises:
        DamagedFile: a required column is missing, or the file is no table.
        UndecidedFile: the order of day and month is not known.
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
    reject_similar_names(sheet, writer)
    by_key: dict[object, list[ParsedRow]] = defaultdict(list)
    for line, cells in sheet.lines[1:]:
        given = dict(zip(sheet.header, cells, strict=False))
        try:
            row = _row(given, columns, clock)
            check_row(sheet.table, row)
            rows = with_keys(row) if sheet.table == "sessions" else [row]
        except ValueError as error:
            message = f"{sheet.label} line {line}, {error}"
            writer.reject(line, "table.cell", "$", message, given)
        else:
            names = key_of(sheet.table)
            for each in rows:
                key = tuple(str(each[n]).casefold() for n in names) if names else line
                if sheet.table == "sessions":  # identifiers of meetings differ by case
                    key = (each["key_type"], each["join_key"], each["cohort_id"])
                by_key[key].append((line, given, each))
    contradictory: set[int] = set()
    for same_key in by_key.values():
        values = [_compared(row) for _line, _given, row in same_key]
        if any(each != values[0] for each in values):
            new = [each for each in same_key if each[0] not in contradictory]
            _reject_contradiction(sheet, same_key, new, writer)
            contradictory |= {line for line, _given, _row in same_key}
    accepted = [
        same_key[0][2]
        for same_key in by_key.values()
        if same_key[0][0] not in contradictory
    ]
    if accepted:
        frame = pl.DataFrame(accepted, schema=_schema(sheet.table, columns))
        writer.rows(sheet.table, frame)


def _compared(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as it is compared with others: an address has no letter case."""
    return row | {"actor": str(row.get("actor")).casefold()}


def _reject_contradiction(
    sheet: Sheet,
    same_key: list[ParsedRow],
    not_rejected: list[ParsedRow],
    writer: LoadWriter,
) -> None:
    """Reject all rows of a key with different values, each line once."""
    lines = ", ".join(str(line) for line, _given, _row in same_key)
    columns = [name for name in key_of(sheet.table) if name != "key_type"]
    names = " and ".join("email" if n == "actor" else n for n in columns)
    for line, given, _row in not_rejected:
        message = (
            f"{sheet.label} lines {lines}, column {names}: the same key with "
            "different values: keep one row"
        )
        writer.reject(line, "table.contradiction", "$", message, given)


def _clock(delivery: Delivery, sheet: Sheet) -> DayClock:
    """Return the clock of the table's dates; a day begins at midnight in its zone."""
    columns = layout()[sheet.table]
    dated = {c.name for c in columns if c.kind in ("time", "day")}
    places = [place for place, name in enumerate(sheet.header) if name in dated]
    printed = [
        cells[place]
        for _n, cells in sheet.lines[1:]
        for place in places
        if place < len(cells)
    ]
    tz = zone(delivery.options.tz or "UTC")
    options = delivery.options
    return day_clock(sheet.label, tz, options.date_order, printed, options.locale)


def _schema(table: str, columns: tuple[Column, ...]) -> dict[str, Any]:
    """Return the schema of the frame: `actor`, from which landing makes actor_key."""
    schema: dict[str, Any] = {
        "actor" if column.kind == PERSON else column.name: POLARS[column.kind]
        for column in columns
    }
    if table != "sessions":
        return schema
    in_raw = {name: kind for name, kind in schema.items() if name not in KEY_COLUMNS}
    return in_raw | dict.fromkeys(sorted(KEYS_IN_RAW), pl.String)


def _row(
    given: dict[str, str], columns: tuple[Column, ...], clock: DayClock
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in columns:
        if column.kind == PERSON:
            row["actor"] = _actor(given.get("email", ""), column.is_required)
            continue
        text = given.get(column.name, "").strip()
        if not text:
            if column.is_required:
                raise ValueError(f"column {column.name}: it is empty and must not be")
            row[column.name] = None
            continue
        row[column.name] = _typed(text, column, clock)
    return row


def _actor(email: str, is_required: bool) -> str | None:
    if agent := agents.mail_agent(email):
        return agents.text_of(agent)
    if email or is_required:
        raise ValueError("column email: this is no e-mail address")
    return None


def _typed(text: str, column: Column, clock: DayClock) -> object:
    try:
        match column.kind:
            case "whole":
                return int(text)
            case "number":
                return number_of(text)
            case "yes_no":
                return _boolean(text)
            case "time":
                return clock.utc(text)
            case "day":
                return clock.day(text)
            case _:
                return text
    except ValueError as error:
        why = f" ({error})" if "could be" in str(error) else ""
        raise ValueError(
            f"column {column.name}: {text!r} is not a {_expected(column)}{why}"
        ) from error


def _expected(column: Column) -> str:
    """Return the kind of value that a column needs, with an example."""
    kinds = {
        "whole": "whole number (3)",
        "number": "number (1234.5)",
        "yes_no": "yes or no (also true or false, 1 or 0)",
        "time": "date (2026-04-01) or time (2026-04-01T09:00)",
        "day": "date (2026-04-01)",
    }
    return kinds.get(column.kind, "text")


def _boolean(text: str) -> bool:
    answer = ANSWERS.field_of(text)
    if answer is None:
        raise ValueError(text)
    return answer == "yes"
