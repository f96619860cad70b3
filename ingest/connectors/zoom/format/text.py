"""The text of Zoom's files, also where a spreadsheet put whole rows between quotes.

A spreadsheet of a country that separates by semicolons opens a file with commas as one
column, and saves it so: rows that hold a quote are quoted once more.
"""

import csv
import io
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from ingest.mapping.tables import SPREADSHEETS, sheet_lines
from ingest.parsing.text import Decoded, decode, delimiter_of
from tandem.core.errors import DamagedFile

TABLES = frozenset({".csv", ".txt", ".tsv"})


@dataclass(frozen=True)
class Table:
    """A table as text, and the mark between its cells.

    `encoding` and `delimiter` are those of its file, None for a workbook's.
    """

    text: str
    mark: str
    encoding: str | None = None
    delimiter: str | None = None


def table_in(path: Path, head: bytes) -> Table | None:
    """Return the beginning of a table, None where a file is none."""
    if path.suffix.lower() in SPREADSHEETS:
        try:
            return Table(_sheet(path), ",")
        except DamagedFile:
            return None
    decoded = decoded_head(head) if path.suffix.lower() in TABLES else None
    if decoded is None:
        return None
    mark = delimiter_of(decoded.text)
    return Table(decoded.text, mark, decoded.encoding, mark)


def table_of(path: Path) -> Table:
    """Return a table in full.

    Raises:
        UnicodeError: no encoding fits.
        DamagedFile: it is a workbook that cannot be opened.
    """
    if path.suffix.lower() in SPREADSHEETS:
        return Table(_sheet(path), ",")
    found = decode(path.read_bytes())
    text = unwrapped(found.text)
    mark = delimiter_of(text)
    return Table(text, mark, found.encoding, mark)


def _sheet(path: Path) -> str:
    """Return a workbook's first filled sheet as CSV, a line for each of its rows."""
    told = path.stat()
    return _sheet_text(path, told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=1)
def _sheet_text(path: Path, _changed: int, _size: int) -> str:
    """Read a workbook once for all readers that look at it."""
    found, last = io.StringIO(), 0
    writer = csv.writer(found, lineterminator="\n")
    for line, cells in sheet_lines(path):
        writer.writerows([[]] * (line - last - 1))
        writer.writerow(cells)
        last = line
    return found.getvalue()


def decoded_head(head: bytes) -> Decoded | None:
    """Return the text of a file's beginning, whose last letter may be cut in two."""
    for cut in range(4):
        try:
            found = decode(head[: len(head) - cut])
        except UnicodeError:
            continue
        return replace(found, text=unwrapped(found.text))
    return None


def unwrapped(text: str) -> str:
    """Return a table without the quotes around whole rows, other texts as they are."""
    if not any(line.startswith('"') for line in text.split("\n")):
        return text
    whole = text if text.endswith("\n") else text.rsplit("\n", 1)[0]
    return _unwrapped(text) or _unwrapped(whole) or text


def _unwrapped(text: str) -> str | None:
    """Return the one column of a table, None where it has several or is no such."""
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=";", strict=True))
    except csv.Error:
        return None  # quotes that end inside a row: it is its cells that are quoted
    filled = [[cell for cell in row if cell.strip()] for row in table]
    if any(len(row) > 1 for row in filled):
        return None
    return "\n".join(row[0] if row else "" for row in filled)
