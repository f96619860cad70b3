"""The text of Zoom's tables, with quotes around whole rows removed.

A spreadsheet in a country that separates cells by semicolons reads a file with commas
as one column and saves it like this: rows that hold a quote are quoted a second time.
"""

import csv
import io
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from ingest.mapping.tables import SPREADSHEETS, sheet_lines
from ingest.parsing.report_text import head_text
from ingest.parsing.text import Decoded, decode, delimiter_of
from tandem.core.errors import DamagedFile

TABLES = frozenset({".csv", ".txt", ".tsv"})


@dataclass(frozen=True)
class TableText:
    """A table as text, and the separator of its cells.

    `encoding` and `delimiter` are those of its file, None for a workbook.
    """

    text: str
    separator: str
    encoding: str | None = None
    delimiter: str | None = None


def table_in(path: Path, head: bytes) -> TableText | None:
    """Return the beginning of a table, None where a file holds none."""
    if path.suffix.lower() in SPREADSHEETS:
        try:
            return TableText(_workbook_text(path), ",")
        except DamagedFile:
            return None
    decoded = decoded_head(head) if path.suffix.lower() in TABLES else None
    if decoded is None:
        return None
    delimiter = delimiter_of(decoded.text)
    return TableText(decoded.text, delimiter, decoded.encoding, delimiter)


def table_of(path: Path) -> TableText:
    """Return a whole table.

    Raises:
        UnicodeError: no encoding fits.
        DamagedFile: it is a workbook that cannot be opened.
    """
    if path.suffix.lower() in SPREADSHEETS:
        return TableText(_workbook_text(path), ",")
    decoded = decode(path.read_bytes())
    text = without_row_quotes(decoded.text)
    delimiter = delimiter_of(text)
    return TableText(text, delimiter, decoded.encoding, delimiter)


def _workbook_text(path: Path) -> str:
    """Return a workbook's first filled sheet as CSV, one line per row."""
    status = path.stat()
    return _cached_workbook_text(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)
def _cached_workbook_text(path: Path, _changed: int, _size: int) -> str:
    """Read a workbook once for all connectors that look at it."""
    text, last = io.StringIO(), 0
    writer = csv.writer(text, lineterminator="\n")
    for line, cells in sheet_lines(path):
        writer.writerows([[]] * (line - last - 1))
        writer.writerow(cells)
        last = line
    return text.getvalue()


def decoded_head(head: bytes) -> Decoded | None:
    """Return the text of a file's beginning, whose last character may be cut off."""
    decoded = head_text(head)
    return replace(decoded, text=without_row_quotes(decoded.text)) if decoded else None


def without_row_quotes(text: str) -> str:
    """Return a table without the quotes around whole rows, other texts unchanged."""
    if not any(line.startswith('"') for line in text.split("\n")):
        return text
    whole_lines = text if text.endswith("\n") else text.rsplit("\n", 1)[0]
    return _only_column(text) or _only_column(whole_lines) or text


def _only_column(text: str) -> str | None:
    """Return the cells of a table's only column, None where it has several columns."""
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=";", strict=True))
    except csv.Error:
        return None  # quotes that end inside a row belong to its cells
    filled = [[cell for cell in row if cell.strip()] for row in table]
    if any(len(row) > 1 for row in filled):
        return None
    return "\n".join(row[0] if row else "" for row in filled)
