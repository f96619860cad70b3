"""The day of a report whose rows print no time: above its table, or in its file's name.

It becomes a column of the table, so that it is read as any other day.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from ingest.mapping.mapping_file import Mapping
from ingest.mapping.table_files import HEADER_WITHIN, lines_of
from ingest.mapping.tables import SPREADSHEETS, TEXTS, Table, sheet_names
from ingest.parsing.source_phrases import plain
from tandem.core.errors import UndecidedFile

DAY_OF_REPORT = "Day of the report"
_YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)([-_. ]?)(\d\d)\2(\d\d)(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d\d?)([-_.])(\d\d?)\2(20\d\d)(?!\d)")


def with_day_of_report(
    table: Table, mapping: Mapping, path: Path, stated: date | None
) -> Table:
    """Return a table with the report's day in each row, if none of its columns has one.

    Args:
        table: of the file.
        mapping: whose `report_day` lists the labels above a table; without them the
            table is returned as it is.
        path: of the file.
        stated: the day by --date.

    Raises:
        UndecidedFile: no day is found.
    """
    time = mapping.time.column if mapping.time else None
    headings = {plain(name) for name in table.header}
    if not mapping.report_day or time is None:
        return table
    if any(plain(name) in headings for name in time.names):
        return table
    day = stated.isoformat() if stated else _printed(path, mapping) or _in_name(path)
    if day is None:
        raise UndecidedFile(
            "no column, no line above its table and not its name says on which day it "
            "was",
            path.name,
            "pass --date, e.g. --date 2026-03-02",
        )
    rows = tuple((line, {**row, DAY_OF_REPORT: day}) for line, row in table.rows)
    return Table(table.name, (*table.header, DAY_OF_REPORT), rows)


def is_day_only(table: Table) -> bool:
    """Return whether the rows have the day of the report, and no time of day."""
    days = table.column(DAY_OF_REPORT)[:1] if DAY_OF_REPORT in table.header else []
    return any(":" not in day for day in days)


def _printed(path: Path, mapping: Mapping) -> str | None:
    """Return the cell beside or behind a label above the table, in any sheet."""
    labels = {plain(label) for label in mapping.report_day}
    for cells in _lines_above(path):
        for at, cell in enumerate(cells):
            label, _colon, behind = cell.partition(":")
            if plain(label) not in labels:
                continue
            for text in (behind, *cells[at + 1 :]):
                if any(character.isdigit() for character in text):
                    return text.strip()
    return None


def _lines_above(path: Path) -> Iterator[list[str]]:
    if path.suffix.lower() in SPREADSHEETS:
        tables: Iterable[str | None] = sheet_names(path)
    else:
        tables = [None] if path.suffix.lower() in TEXTS else []
    for name in tables:
        try:
            lines = lines_of(path, name)
        except (UnicodeError, ValueError, csv.Error):
            continue
        yield from (cells for _line, cells in islice(lines, HEADER_WITHIN))


def _in_name(path: Path) -> str | None:
    """Return the last day in a file's name, as text; its order may be open."""
    for year, _mark, month, day in reversed(_YEAR_FIRST.findall(path.stem)):
        try:
            return date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue
    for first, _mark, second, year in reversed(_YEAR_LAST.findall(path.stem)):
        return f"{first}/{second}/{year}"
    return None
