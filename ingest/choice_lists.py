"""Cells of a workbook that offer their allowed values, which stand on a sheet."""

from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

LONGEST_MESSAGE = 255  # characters that a spreadsheet's error message may have


class ChoiceLists:
    """A sheet with a column for each list of allowed values."""

    def __init__(self, sheet: Worksheet, head: Format) -> None:
        """Begin without a list; `head` is the format of headings."""
        self._sheet, self._head = sheet, head
        self._count = 0

    def add(self, heading: str, values: Sequence[str]) -> str:
        """Write a list below its heading, and return the formula of its cells."""
        letter = xl_col_to_name(self._count)
        self._sheet.write_string(0, self._count, heading, self._head)
        self._sheet.write_column(1, self._count, values)
        self._count += 1
        return f"='{self._sheet.get_name()}'!${letter}$2:${letter}${len(values) + 1}"


def offer(
    sheet: Worksheet,
    column: int,
    last_row: int,
    source: str,
    title: str,
    message: str,
    first_row: int = 1,
) -> None:
    """Let the cells of a column have values of a list alone.

    Args:
        sheet: of the cells.
        column: of them, counted from 0.
        last_row: counted from 0.
        source: formula of the cells that hold the values.
        title: of the message about any other value.
        message: what to do then; cut where it is too long.
        first_row: counted from 0; the one below the heading where none is given.
    """
    rule = {
        "validate": "list",
        "source": source,
        "error_title": title,
        "error_message": _limited(message),
    }
    sheet.data_validation(first_row, column, last_row, column, rule)


def _limited(words: str) -> str:
    """Return words as long as a spreadsheet's error message may be."""
    if len(words) <= LONGEST_MESSAGE:
        return words
    return words[: LONGEST_MESSAGE - 3] + "..."
