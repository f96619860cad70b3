"""Read the organisation's own tables: their raw tables, and their columns."""

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from ingest.landing.delivery import LoadWriter
from ingest.mapping.tables import (
    SPREADSHEETS,
    csv_lines,
    sheet_lines,
    sheet_names,
    whole_lines,
)
from ingest.storage.organisation_tables import Column, organisation_tables
from tandem.core.errors import DamagedFile

UNTYPED = "join_key"
# A session is named by one of these columns or by several; none is required.
SESSION_KEYS = {
    "meeting_id": ("Number of the meeting.", "852 1848 6288"),
    "meeting_link": ("Link to the meeting.", "https://meet.example.com/abc-defg"),
    "title": ("Title in calendars and reports.", "Safety, spring"),
    "series_id": ("Identifier of the series in the calendar.", "series-7@example.org"),
    "session_id": ("Identifier of the session in its system.", "session-7"),
}
KEYS_IN_RAW = {UNTYPED, "key_type", "untyped_cell"}


@lru_cache(maxsize=1)
def layout() -> dict[str, tuple[Column, ...]]:
    """Return the columns that a file may fill, by table."""
    columns_of = {name: table.columns for name, table in organisation_tables().items()}
    untyped = replace(
        next(c for c in columns_of["sessions"] if c.name == UNTYPED), is_required=False
    )
    typed = (
        replace(untyped, name=name, meaning=meaning, example=example)
        for name, (meaning, example) in SESSION_KEYS.items()
    )
    rest = (c for c in columns_of["sessions"] if c.name != UNTYPED)
    return columns_of | {"sessions": (untyped, *typed, *rest)}


@dataclass(frozen=True)
class Sheet:
    """One delivered table: the raw table it fills, its name in messages, its lines."""

    table: str
    label: str
    lines: list[tuple[int, list[str]]]

    @property
    def header(self) -> list[str]:
        """Its columns in the form of the raw table: cohort_id for Cohort ID."""
        return [_column_name(cell) for cell in self.lines[0][1]] if self.lines else []


def _column_name(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().casefold())


def sheets_of(path: Path, head: bytes | None = None) -> list[Sheet]:
    """Return the tables of a file; for a CSV only its head, if that is given.

    Raises:
        DamagedFile: the file is no workbook.
        UnicodeError: no encoding fits.
    """
    stem = _column_name(path.stem)
    if path.suffix.lower() not in SPREADSHEETS:
        if stem not in layout():
            return []
        content = path.read_bytes() if head is None else whole_lines(head)
        return [Sheet(stem, path.name, csv_lines(content))]
    named = {name: _column_name(name) for name in sheet_names(path)}
    sheets = [
        Sheet(table, f"{path.name} sheet {name}", sheet_lines(path, name))
        for name, table in named.items()
        if table in layout()
    ]
    if not sheets and stem in layout():
        sheets = [Sheet(stem, path.name, sheet_lines(path))]
    return [sheet for sheet in sheets if sheet.lines]


def names_in(table: str) -> set[str]:
    """Return the names that the columns of a table may have in a file."""
    return {column.name for column in layout()[table]}


def require(sheet: Sheet) -> None:
    """Refuse a table without a required column.

    Raises:
        DamagedFile: a required column is missing.
    """
    required = [column.name for column in layout()[sheet.table] if column.is_required]
    missing = [name for name in required if name not in sheet.header]
    if sheet.table == "sessions" and not {UNTYPED, *SESSION_KEYS} & set(sheet.header):
        missing.append(f"{UNTYPED} (or {', '.join(SESSION_KEYS)})")
    if missing:
        raise DamagedFile(
            f"column {', '.join(missing)} is missing",
            sheet.label,
            f"the first line must name at least: {', '.join(required)}",
        )


def reject_similar_names(sheet: Sheet, writer: LoadWriter) -> None:
    """Report unknown columns whose names are similar to missing ones."""
    missing = sorted(names_in(sheet.table) - set(sheet.header))
    for name in sheet.header:
        is_known = name in names_in(sheet.table)
        similar = [] if is_known else get_close_matches(name, missing)
        if similar:
            line = sheet.lines[0][0]
            message = (
                f"{sheet.label} line {line}, column {name}: there is no such column, "
                f"it is not read; did you mean {' or '.join(similar)}?"
            )
            writer.reject(line, "table.column", "$", message, {"column": name})
