"""The process that reads a spreadsheet; `ingest.mapping.workbook` asks it.

It imports little, since it starts for each workbook.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import load_workbook

from ingest.parsing.spaces import plain_spaces
from ingest.unpacking.limited_process import serve

NAMES, ROWS = "names", "rows"
ROWS_A_MESSAGE = 1_000
# Day 0 of a spreadsheet. Days 59 and 60 are one date, since 1900 was no leap year.
_DAY_BEFORE = datetime(1899, 12, 31)  # noqa: DTZ001 - a spreadsheet has no zone
_FIRST_DAY = datetime(1900, 1, 1)  # noqa: DTZ001
_LAST_CLEAR_DAY = datetime(1900, 2, 28)  # noqa: DTZ001


class Reader:
    """An open workbook."""

    def __init__(self, path: Path) -> None:
        self._workbook = load_workbook(str(path))

    def answers(self, request: str, *details: str) -> Iterator[list[Any]]:
        """Yield the names of the sheets, or the rows of one that are not blank."""
        if request == NAMES:
            yield [NAMES, self._workbook.sheet_names]
            return
        sheet = self._workbook.get_sheet_by_name(details[0])
        filled = _filled_rows(sheet)
        while some := list(islice(filled, ROWS_A_MESSAGE)):
            yield [ROWS, some]


def _filled_rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401
    """Yield each row that is not blank with its number.

    The reader begins with the first row of the sheet, but with the first column that
    is used.
    """
    if sheet.start is None:
        return
    before = [""] * sheet.start[1]
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [cell_text(cell) for cell in row]
        if any(cells):
            yield number, before + cells


def cell_text(cell: object) -> str:
    """Return a cell as text: times in ISO 8601, whole numbers without a point."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if (
            _FIRST_DAY < cell < _LAST_CLEAR_DAY and cell.time() != time()
        ):
            # A length of over a day in the format h:mm: no time of 1900 is meant.
            return _iso_length(cell - _DAY_BEFORE)
        case datetime() | date() | time():
            return cell.isoformat()
        case timedelta():
            return _iso_length(cell)
        case dict() | list():
            return json.dumps(cell, ensure_ascii=False)
        case _:
            return plain_spaces(str(cell)).strip()


def _iso_length(length: timedelta) -> str:
    """Return a length in ISO 8601, without an exponent, which ISO does not know."""
    seconds = f"{length.total_seconds():f}".rstrip("0").rstrip(".")
    return f"PT{seconds}S"


if __name__ == "__main__":
    serve(Reader)
