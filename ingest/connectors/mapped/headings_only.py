"""Recognise a file that holds nothing to land, whoever wrote it.

A report of a meeting that nobody joined is a row of headings; an answer of an interface
is an empty list. It is no fault of the file, so it lands as an empty load.
"""

import json
import re
from pathlib import Path

from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.mapping.table_files import RECORDS
from ingest.mapping.tables import SPREADSHEETS, TEXTS, csv_lines, sheet_lines
from ingest.parsing.text import decode
from ingest.unpacking.streams import HEAD_BYTES
from tandem.core.errors import DamagedFile

NAME = "headings_only"
MAX_HEADING = 80  # letters: a longer cell is a text
# An address, a time or a number, or the end of a sentence.
_NO_HEADING = re.compile(r"@|\d{2}|(?:\S+\s+){3}\S+[.!?]$")


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise one row of headings, or lists that are all empty."""
    suffix = path.suffix.lower()
    if not head or len(head) >= HEAD_BYTES:
        return None
    try:
        if suffix in RECORDS:
            reason = "its lists are empty" if _is_empty(decode(head).text) else None
        elif suffix in (*TEXTS, *SPREADSHEETS):
            is_sheet = suffix in SPREADSHEETS
            lines = sheet_lines(path) if is_sheet else csv_lines(head)
            is_empty = (is_sheet and not lines) or _are_headings(lines)
            reason = "a row of headings, and no row below it" if is_empty else None
        else:
            return None
    except (UnicodeError, ValueError, DamagedFile):
        return None
    if reason is None:
        return None
    return Recognition(
        connector=NAME,
        source="mapped",
        variant="empty",
        found=(Evidence.FURTHER_HEADINGS,),
        reason=reason,
    )


def _are_headings(lines: list[tuple[int, list[str]]]) -> bool:
    """Return whether a table is one row of at least two headings."""
    cells = [cell for cell in lines[0][1] if cell] if len(lines) == 1 else []
    return len(cells) > 1 and all(
        len(cell) <= MAX_HEADING
        and any(letter.isalpha() for letter in cell)
        and not _NO_HEADING.search(cell)
        for cell in cells
    )


def _is_empty(text: str) -> bool:
    """Return whether JSON has at least one list and all of its lists are empty."""
    found = json.loads(text)
    if isinstance(found, list):
        return not found
    if not isinstance(found, dict):
        return False
    lists = [value for value in found.values() if isinstance(value, list)]
    has_objects = any(isinstance(value, dict) for value in found.values())
    return bool(lists) and not any(lists) and not has_objects


def read(_delivery: Delivery, writer: LoadWriter) -> None:
    """Land nothing, and say so."""
    writer.note("there is nothing in it to land: it has headings or empty lists only")
