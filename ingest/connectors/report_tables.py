"""Tables of attendance reports: their rows, the reports in one file, kinds of cells."""

import re
from collections.abc import Callable
from functools import lru_cache

from ingest.connectors.local_clock import ABSENT
from ingest.parsing.duration_formats import seconds_of
from ingest.parsing.durations import UnclearDuration
from ingest.parsing.text import is_blank, rows
from ingest.parsing.times import Order, parse_local

Rows = list[tuple[int, list[str]]]  # line number and cells of each row

_QUOTED_LINE = re.compile(r'^"((?:[^"\n\t]|"")*\t(?:[^"\n]|"")*)"[,;]*$', re.MULTILINE)
_FOUR_NUMBERS = re.compile(r"\d\D+\d+\D+\d+\D+\d")  # three of a date, one of a time
_NUMBERS_WITH_UNITS = re.compile(r"(?:\d+[.,]?\d*\s*[^\W\d]\D{0,12}){1,4}")

# A day with its year: such cells are many, and reading them as durations takes long.
_DATE = re.compile(r"\b(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{4})\b")


def rows_of(text: str, delimiter: str) -> Rows:
    """Return the rows of a text with their line numbers.

    A spreadsheet that read each line as one cell puts quotes around the lines that hold
    a comma. Such a quoted cell with tabs is read as a line of the report again.
    """
    unquoted = _QUOTED_LINE.sub(lambda line: line.group(1).replace('""', '"'), text)
    return list(enumerate(rows(unquoted, delimiter), start=1))


def split_reports(table: Rows) -> list[Rows]:
    """Return the reports of a table; each begins with the same cells as the first."""
    filled_rows = (row for _line, row in table if not is_blank(row))
    first = _casefolded(next(filled_rows, []))
    if any(any(letter.isdigit() for letter in cell) for cell in first[1:]):
        return [table]  # the first row is a person's join, not a heading
    reports: list[Rows] = [[]]
    for line, row in table:
        if reports[-1] and first and _casefolded(row) == first:
            reports.append([])
        reports[-1].append((line, row))
    return reports


def _casefolded(row: list[str]) -> list[str]:
    """Return the cells that are not empty, without regard to letter case."""
    return [cell.casefold() for cell in row if cell]


def cell(row: list[str], column: int) -> str:
    """Return a cell of a row that may be shorter than its header."""
    return row[column] if column < len(row) else ""


def most_cells(
    sample: list[list[str]], column: int, is_kind: Callable[[str], bool]
) -> bool:
    """Return whether more than half of the filled cells of a column are of a kind."""
    cells = [cell(row, column) for row in sample]
    filled = [text for text in cells if text.casefold() not in ABSENT]
    return 2 * sum(map(is_kind, filled)) > len(filled)


@lru_cache(maxsize=20_000)
def is_duration(text: str) -> bool:
    """Return whether a cell is a duration with units, or hours and minutes of a clock.

    A number followed by a word of any language counts, so that a duration is recognised
    even where the unit's word is not known.
    """
    if _NUMBERS_WITH_UNITS.fullmatch(text.strip()):
        return True
    has_digit = any(letter.isdigit() for letter in text)
    if text.strip().isdigit() or "@" in text or (text.isascii() and not has_digit):
        return False
    if _DATE.search(text):
        return False
    try:
        return seconds_of(text) >= 0
    except UnclearDuration:
        return True
    except ValueError:
        return False


def seconds_or_none(printed: str, locale: str | None = None) -> float | None:
    """Return a duration outside of a column in seconds, None where it is unclear."""
    if printed.casefold() in ABSENT:
        return None
    try:
        return seconds_of(printed, locale)
    except ValueError:
        return None


@lru_cache(maxsize=65_536)
def is_time(text: str) -> bool:
    """Return whether a cell is a date with a time, in any order of day and month."""
    if not _FOUR_NUMBERS.search(text):
        return False
    return any(_is_time_in(text, order) for order in ("dmy", "mdy", "ymd"))


def _is_time_in(text: str, order: Order) -> bool:
    try:
        parse_local(text, order)
    except ValueError:
        return False
    return True
