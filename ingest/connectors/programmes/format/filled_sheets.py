"""The sheets of a filled workbook, or of the same tables as CSV files."""

import csv
from dataclasses import dataclass
from pathlib import Path

from ingest.mapping.tables import SPREADSHEETS, csv_lines, sheet_lines, sheet_names
from ingest.storage.programme_sheets import (
    ID_HEADING,
    LISTS,
    START,
    Row,
    Rows,
    SheetOf,
    programme_sheets,
)
from tandem.core.errors import DamagedFile

Lines = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class FilledRow:
    """A row as it was read: where it is, and its words by column."""

    sheet: SheetOf
    place: str  # name of the sheet or file, for messages
    line: int
    row: Row


def is_filled(path: Path) -> bool:
    """Return whether a path is such a workbook, or a folder of such CSV files.

    Raises:
        DamagedFile: it looks like a workbook and is none.
    """
    sheets = programme_sheets()
    if path.is_dir():
        return (path / sheets["programmes"].file_name).is_file()
    if path.suffix.lower() not in SPREADSHEETS:
        return False
    names = set(sheet_names(path))
    return {START, LISTS, sheets["programmes"].title} <= names


def filled_rows(path: Path) -> list[FilledRow]:
    """Return all rows of all sheets that hold anything but a hidden id.

    Raises:
        DamagedFile: a sheet or a column is missing, or a file cannot be read.
    """
    found = []
    for sheet in programme_sheets().values():
        place = sheet.file_name if path.is_dir() else sheet.title
        lines = _lines(path, sheet)
        if lines is None:
            if sheet.name == "programmes":
                raise DamagedFile(f"it has no sheet {sheet.title}", path.name)
            continue
        found += _rows(sheet, place, lines)
    return found


def rows_of(path: Path) -> Rows:
    """Return the rows by sheet, as they can be written again."""
    found: Rows = {name: [] for name in programme_sheets()}
    for one in filled_rows(path):
        found[one.sheet.name].append(one.row)
    return found


def _lines(path: Path, sheet: SheetOf) -> Lines | None:
    if not path.is_dir():
        names = sheet_names(path)
        return sheet_lines(path, sheet.title) if sheet.title in names else None
    file = path / sheet.file_name
    if not file.is_file():
        return None
    try:
        return csv_lines(file.read_bytes())
    except (UnicodeError, csv.Error) as error:
        raise DamagedFile(
            f"this is no CSV ({error})", file.name, "save it as CSV UTF-8"
        ) from error


def _rows(sheet: SheetOf, place: str, lines: Lines) -> list[FilledRow]:
    if not lines:
        return []
    header = {plain(cell): at for at, cell in reversed(list(enumerate(lines[0][1])))}
    missing = [f.heading for f in sheet.fields if plain(f.heading) not in header]
    if missing or plain(ID_HEADING) not in header:
        raise DamagedFile(
            f"column {', '.join(missing) or ID_HEADING} is missing",
            f"sheet {place}",
            "keep all columns of the workbook, the hidden one too",
        )
    found = []
    for line, cells in lines[1:]:
        given = dict.fromkeys(header, "") | {
            name: cells[at].strip() for name, at in header.items() if at < len(cells)
        }
        row = Row(
            given[plain(ID_HEADING)],
            {f.name: given[plain(f.heading)] for f in sheet.fields},
            {
                f.name: given.get(plain(f.reason_heading), "")
                for f in sheet.fields
                if f.has_reason
            },
        )
        if any(row.cells.values()):
            found.append(FilledRow(sheet, place, line, row))
    return found


def plain(text: str) -> str:
    """Return words without case and further spaces, as they are compared."""
    return " ".join(text.casefold().split())
