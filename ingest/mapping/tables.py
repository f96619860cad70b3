"""Read CSV, spreadsheets and JSON as rows with their line numbers.

Line numbers are those of an editor, also after a cell that contains line breaks.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.mapping.table_encoding import decoded_table, text_of
from ingest.mapping.workbook import workbook
from ingest.mapping.workbook_reader import cell_text
from ingest.parsing.text import decode, delimiter_of, is_blank, plain_spaces
from ingest.unpacking.budget import Budget
from ingest.unpacking.streams import HEAD_BYTES
from ingest.unpacking.zip_files import opened_zip
from tandem.core.errors import DamagedFile
from tandem.core.limits import current_limits

Row = dict[str, str]
TEXTS = (".csv", ".tsv", ".txt")
SPREADSHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


@dataclass(frozen=True)
class Table:
    """A table: name, header, and rows as (line number, cells by column name)."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, Row], ...]

    def column(self, name: str) -> list[str]:
        """Return the filled cells of a column, [] if there is no such column."""
        return [row[name] for _line, row in self.rows if row.get(name)]


def whole_lines(head: bytes) -> bytes:
    """Return the first bytes of a file without an incomplete last line."""
    is_wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    return head if len(head) < HEAD_BYTES or is_wide else head.rsplit(b"\n", 1)[0]


def encoding_and_delimiter(path: Path, head: bytes) -> dict[str, str]:
    """Return a text's encoding and delimiter as a dictionary, {} for other files."""
    if path.suffix.lower() not in TEXTS:
        return {}
    decoded = decoded_table(whole_lines(head))
    return {"encoding": decoded.encoding, "delimiter": delimiter_of(decoded.text)}


def csv_lines(content: bytes, delimiter: str | None = None) -> list[tuple[int, list]]:
    """Return the rows of a CSV file that are not blank, each with its first line.

    Raises:
        UnicodeError: no encoding fits.
        csv.Error: a cell is longer than the csv module's limit.
        LimitExceeded: a row has more columns than a table may have.
    """
    text = text_of(content)
    mark = delimiter or delimiter_of(text)
    reader = csv.reader(io.StringIO(text), delimiter=mark)
    rows, first = [], 1
    for cells in reader:
        stripped = [plain_spaces(cell).strip() for cell in cells]
        if not is_blank(stripped):
            rows.append((first, stripped))
        first = reader.line_num + 1
    require_few_columns(rows)
    return rows


def require_few_columns(lines: list[tuple[int, list[str]]]) -> None:
    """Refuse a table so wide that a cell for each row and column fills the memory.

    Raises:
        LimitExceeded: it has more columns than a table may have.
    """
    limits = current_limits()
    for line, cells in lines:
        if len(cells) > limits.columns:
            what = f"line {line} has more columns than a table may have"
            raise limits.refuse("columns", what)


def sheet_lines(path: Path, sheet: str | None = None) -> list[tuple[int, list[str]]]:
    """Return the rows of a spreadsheet that are not blank, each with its number.

    Args:
        path: of the workbook.
        sheet: name of a sheet; None for the first one with more than one row.

    Raises:
        DamagedFile: the file is no workbook, or has no such sheet.
        LimitExceeded: reading it takes more than it may.
    """
    book = workbook(path)
    if sheet is not None and sheet not in book.sheet_names:
        raise DamagedFile(
            f"it has no sheet {sheet!r}",
            path.name,
            f"its sheets are {', '.join(book.sheet_names)}",
        )
    names = [sheet] if sheet is not None else book.sheet_names
    for name in names:
        lines = book.lines(name)
        if len(lines) > 1:
            require_few_columns(lines)
            return lines
    return []


def sheet_names(path: Path) -> list[str]:
    """Return the names of a spreadsheet's sheets, in order.

    Raises:
        DamagedFile: the file is no workbook.
        LimitExceeded: reading it takes more than it may.
    """
    return workbook(path).sheet_names


def json_records(content: bytes) -> list[tuple[int, Row]]:
    """Return the objects of a JSON array, of NDJSON, or of the only list in an object.

    Nested objects become columns with dots: `{"learner": {"email": 1}}` is
    `learner.email`. An object's number is used as its line number.

    Raises:
        ValueError: the content is none of these.
    """
    text = decode(content).text
    try:
        records = json.loads(text)
    except json.JSONDecodeError:
        records = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(records, dict):
        lists = [v for v in records.values() if isinstance(v, list)]
        records = lists[0] if len(lists) == 1 else [records]
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise ValueError("there is no list of objects in it")
    return [(n, dict(_flat(record))) for n, record in enumerate(records, start=1)]


def _flat(record: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, str]]:
    """Yield the values of nested objects by their path with dots."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", cell_text(value)


def table_of(name: str, lines: list[tuple[int, list[str]]]) -> Table:
    """Return the table whose header is the first of the lines.

    Cells beyond the header are dropped. Of two columns with the same name the first is
    read; a column without a name is not read.
    """
    if not lines:
        return Table(name, (), ())
    header = tuple(lines[0][1])
    places = {n: i for i, n in reversed(list(enumerate(header))) if n}
    rows = tuple(
        (line, {n: cells[i] if i < len(cells) else "" for n, i in places.items()})
        for line, cells in lines[1:]
    )
    return Table(name, header, rows)


def files_in(path: Path) -> dict[str, bytes]:
    """Return the contents of CSV files in a folder or archive by lower-case name.

    Raises:
        LimitExceeded: the archive unfolds to more than may be unpacked.
    """
    if path.is_dir():
        files = (p for p in path.iterdir() if p.suffix.lower() == ".csv")
        return {file.name.lower(): file.read_bytes() for file in files}
    with opened_zip(path, Budget(path)) as archive:
        return {
            Path(name).name.lower(): archive.read(name)
            for name in archive.namelist()
            if name.lower().endswith(".csv") and not name.startswith("__MACOSX")
        }
