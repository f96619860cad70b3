"""Find the table that a mapping is about: its sheet, its headings and its rows."""

import csv
from pathlib import Path

from ingest.mapping.header_row import named_by_place
from ingest.mapping.mapping_file import Mapping
from ingest.mapping.named_columns import columns_in
from ingest.mapping.table_files import HEADER_WITHIN, lines_of
from ingest.mapping.tables import SPREADSHEETS, Table, sheet_names, table_of
from ingest.mapping.wide_tables import long_table
from ingest.parsing.source_phrases import plain
from tandem.core.errors import DamagedFile


def table_in(path: Path, mapping: Mapping) -> Table:
    """Return the table of a file from its header on.

    Raises:
        DamagedFile: the file cannot be read as a table.
    """
    try:
        lines = lines_of(path, mapping.sheet or _sheet_for(path, mapping))
    except (UnicodeError, ValueError, csv.Error) as error:
        raise DamagedFile(
            f"it cannot be read as a table ({error})",
            path.name,
            "save it as CSV, .xlsx or JSON with a list of objects",
        ) from error
    if mapping.header_line == 0:
        rows = [line for line in lines if line[0] >= mapping.first_line]
        widest = max((cells for _line, cells in rows), key=len, default=[])
        lines = [(0, named_by_place(widest)), *rows] if rows else []
    elif mapping.header_line > 1:
        lines = [line for line in lines if line[0] >= mapping.header_line]
    elif header_at := _header_at(lines, mapping):
        lines = lines[header_at:]
    if not lines:
        raise DamagedFile("there is no table in it", path.name, "export it again")
    if mapping.wide:
        return long_table(path, lines, mapping.wide)
    return table_of(path.name, lines)


def _sheet_for(path: Path, mapping: Mapping) -> str | None:
    """Return the sheet that names most columns of a mapping, None where none does."""
    if path.suffix.lower() not in SPREADSHEETS:
        return None
    named = {
        name: max(_named_columns(lines_of(path, name), mapping), default=0)
        for name in sheet_names(path)
    }
    best = max(named, key=lambda name: named[name], default=None)
    return best if best is not None and named[best] else None


def _header_at(lines: list[tuple[int, list[str]]], mapping: Mapping) -> int:
    """Return the index of the line that names most columns of a mapping."""
    counts = _named_columns(lines, mapping)
    return counts.index(max(counts)) if counts else 0


def _named_columns(lines: list[tuple[int, list[str]]], mapping: Mapping) -> list[int]:
    """Return how many columns of a mapping each of the first lines names."""
    wanted = {plain(n) for _key, column in columns_in(mapping) for n in column.names}
    return [
        len({plain(cell) for cell in cells} & wanted)
        for _line, cells in lines[:HEADER_WITHIN]
    ]
