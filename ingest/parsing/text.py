"""Decode bytes of unknown encoding to text, and split text into rows.

Vendors' ".csv" files are UTF-8 or UTF-16 of both byte orders, each with or without a
byte order mark, or a Windows code page if a spreadsheet saved them. Cells are separated
by comma, tab or semicolon.
"""

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass

from ingest.parsing.code_pages import code_page, with_newlines
from ingest.parsing.spaces import plain_spaces

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = ("\t", ";", ",")
BYTES_PER_STRAY_NUL = 20  # UTF-16 has more NULs: each ASCII letter has one


@dataclass(frozen=True)
class Decoded:
    """Text of a file, its encoding, and why that encoding was chosen."""

    text: str
    encoding: str
    reason: str


def decode(content: bytes) -> Decoded:
    """Return the text of a file with newlines as line ends.

    Raises:
        UnicodeError: no encoding that vendors use fits.
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding, "byte order mark")
    if _is_wide(content[:4096]):
        return _decoded(content, _utf16_without_mark(content), "NUL bytes")
    try:
        return _decoded(content, "utf-8", "valid UTF-8")
    except UnicodeDecodeError:
        page = code_page(content)
        if page is None:
            raise
        return _decoded(content, page, "letters of a Windows code page")


def _is_wide(head: bytes) -> bool:
    """Return whether NULs are parts of UTF-16 letters, not stray characters."""
    if b"\x00" not in head:
        return False
    try:
        head[: head.rfind(b"\n") + 1].decode()
    except UnicodeDecodeError:
        return True
    return head.count(0) * BYTES_PER_STRAY_NUL >= len(head)


def _decoded(content: bytes, encoding: str, reason: str) -> Decoded:
    text = content.decode(encoding).replace("\x00", "")
    return Decoded(with_newlines(text), encoding, reason)


def _utf16_without_mark(content: bytes) -> str:
    """Return the byte order: ASCII letters have NULs at odd places in little endian."""
    head = content[:4096]
    odd = sum(byte == 0 for byte in head[1::2])
    even = sum(byte == 0 for byte in head[::2])
    return "utf-16-le" if odd >= even else "utf-16-be"


def delimiter_of(text: str) -> str:
    """Return the separator that gives most lines the same number of cells.

    It is a tab if more than a third of the lines hold one: tabs are rare within cells,
    while a printed time (`30.09.26, 18:01:00`) has a comma in every line.
    """
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    if 3 * sum("\t" in line for line in lines) > len(lines):
        return "\t"
    return max(DELIMITERS, key=lambda mark: _agreement(lines, mark))


def _agreement(lines: list[str], mark: str) -> tuple[int, int]:
    counts = Counter(len(row) for row in csv.reader(lines, delimiter=mark))
    counts.pop(1, None)
    return max(counts.values(), default=0), sum(counts.values())


def rows(text: str, delimiter: str | None = None) -> list[list[str]]:
    """Return all rows, with cells stripped of surrounding spaces."""
    mark = delimiter or delimiter_of(text)
    reader = csv.reader(io.StringIO(text), delimiter=mark)
    return [[plain_spaces(cell).strip() for cell in row] for row in reader]


def is_blank(row: list[str]) -> bool:
    """Return whether all cells of a row are empty."""
    return not any(cell.strip() for cell in row)
