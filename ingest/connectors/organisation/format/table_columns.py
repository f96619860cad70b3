"""The organisation's own tables as delivered: what they fill, and their columns."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

import duckdb

from ingest.landing.delivery import LoadWriter
from ingest.mapping.tables import (
    SPREADSHEETS,
    csv_lines,
    sheet_lines,
    sheet_names,
    whole_lines,
)
from ingest.storage.warehouse import DDL
from tandem.core.errors import DamagedFile

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


@dataclass(frozen=True)
class Column:
    """A column of the raw layout."""

    name: str
    kind: str
    isrequired: bool


@lru_cache(maxsize=1)
def layout() -> dict[str, tuple[Column, ...]]:
    """Return the columns of each table that a file may fill, from the raw layout."""

    with duckdb.connect() as connection:
        connection.execute(DDL)
        described = connection.sql(
            "select table_name, column_name, data_type, not is_nullable "
            "from duckdb_columns() where schema_name = 'raw' order by column_index"
        ).fetchall()
    found: dict[str, list[Column]] = {name: [] for name in TABLES}
    for table, name, kind, required in described:
        if table in found and name not in SUPPLIED:
            found[table].append(Column(name, kind, required))
    return {table: tuple(columns) for table, columns in found.items()}


@dataclass(frozen=True)
class Sheet:
    """One table as it was delivered: what it fills, how it is called, its lines."""

    table: str
    label: str
    lines: list[tuple[int, list[str]]]

    @property
    def header(self) -> list[str]:
        """Its columns as the layout spells them: cohort_id for Cohort ID."""
        return [_spelt(cell) for cell in self.lines[0][1]] if self.lines else []


def _spelt(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().casefold())


def sheets_of(path: Path, head: bytes | None = None) -> list[Sheet]:
    """Return the tables of a file; of a CSV its head alone, where that is given.

    Raises:
        DamagedFile: it is no workbook.
        UnicodeError: no encoding fits.
    """
    stem = _spelt(path.stem)
    if path.suffix.lower() not in SPREADSHEETS:
        if stem not in TABLES:
            return []
        content = path.read_bytes() if head is None else whole_lines(head)
        return [Sheet(stem, path.name, csv_lines(content))]
    named = {name: _spelt(name) for name in sheet_names(path)}
    found = [
        Sheet(table, f"{path.name} sheet {name}", sheet_lines(path, name))
        for name, table in named.items()
        if table in TABLES
    ]
    if not found and stem in TABLES:
        found = [Sheet(stem, path.name, sheet_lines(path))]
    return [sheet for sheet in found if sheet.lines]


def names_in(table: str) -> set[str]:
    """Return the names that the columns of a table may have in a file."""
    return {told(column) for column in layout()[table]}


def told(column: Column) -> str:
    """Return what a column is called in a file: a person is an e-mail there."""
    return "email" if column.name == "actor_key" else column.name


def require(sheet: Sheet) -> None:
    """Refuse a table without a column that every row of it needs.

    Raises:
        DamagedFile: it lacks one.
    """
    needed = [told(column) for column in layout()[sheet.table] if column.isrequired]
    missing = [name for name in needed if name not in sheet.header]
    if missing:
        raise DamagedFile(
            f"column {', '.join(missing)} is missing",
            sheet.label,
            f"the first line must name at least: {', '.join(needed)}",
        )


def misnamed(sheet: Sheet, writer: LoadWriter) -> None:
    """Say of a column that is nearly one of the table's that it is not read."""
    missing = sorted(names_in(sheet.table) - set(sheet.header))
    for name in sheet.header:
        near = [] if name in names_in(sheet.table) else get_close_matches(name, missing)
        if near:
            line = sheet.lines[0][0]
            message = (
                f"{sheet.label} line {line}, column {name}: there is no such column, "
                f"it is not read; did you mean {' or '.join(near)}?"
            )
            writer.reject(line, "table.column", "$", message, {"column": name})
