"""A table of a page as an Excel workbook: the numbers, and what they mean.

Every text is written as text: a cell that begins like a formula is never one, and none
becomes a link.
"""

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
WIDEST = 60  # characters of a column
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


@dataclass(frozen=True)
class Sheet:
    """What a workbook holds, in the reader's words.

    Attributes:
        title: what the table shows, in a sentence.
        lines: below it: what all numbers are about, the snapshot, what is hidden.
        rows: as published and as the page shows them.
        missing: the words for a cell without a value.
        meanings: headings and, below each, pairs of a name and what it means.
        names: of the two sheets: the table, and the meanings.
        made_at: the time that the file names as its creation: that of publishing, UTC
            without a zone, so that the same table makes the same file.
    """

    title: str
    lines: tuple[str, ...]
    rows: pl.DataFrame
    missing: str
    meanings: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    names: tuple[str, str]
    made_at: datetime


def workbook(sheet: Sheet) -> bytes:
    """Return a sheet as the bytes of an Excel file."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        book.set_properties({"title": sheet.title, "created": sheet.made_at})
        _write_table(book, book.add_worksheet(sheet.names[0][:31]), sheet)
        _write_meanings(book, book.add_worksheet(sheet.names[1][:31]), sheet)
    return target.getvalue()


def _write_table(book: xlsxwriter.Workbook, page: Worksheet, sheet: Sheet) -> None:
    bold, plain = book.add_format({"bold": True}), book.add_format()
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    safe = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    page.write_string(0, 0, sheet.title, bold)
    for at, line in enumerate(sheet.lines, start=1):
        page.write_string(at, 0, line, plain)
    top = len(sheet.lines) + 2
    for column, name in enumerate(sheet.rows.columns):
        page.write_string(top, column, name, head)
        page.set_column(column, column, _width(sheet.rows, name))
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    for at, row in enumerate(sheet.rows.iter_rows(), start=top + 1):
        for column, value in enumerate(row):
            shown = sheet.missing if value is None else value
            style = (
                day if isinstance(shown, date) else safe if is_risky(shown) else wrap
            )
            write_value(page, (at, column), shown, style)
    page.freeze_panes(top + 1, 1)


def is_risky(value: object) -> bool:
    """Return whether a spreadsheet could take a value for a formula."""
    return isinstance(value, str) and value.startswith(FORMULA_STARTS)


def write_value(
    page: Worksheet, at: tuple[int, int], value: object, style: Format
) -> None:
    """Write a date as a date, a number as a number, and all else as text.

    Args:
        page: the sheet.
        at: row and column, from 0.
        value: of the cell.
        style: with `quote_prefix` for a text that `is_risky`.
    """
    if isinstance(value, date):
        page.write_datetime(*at, value, style)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        page.write_number(*at, value, style)
    else:
        page.write_string(*at, str(value), style)


def _write_meanings(book: xlsxwriter.Workbook, page: Worksheet, sheet: Sheet) -> None:
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 32)
    page.set_column(1, 1, 90)
    at = 0
    for heading, pairs in sheet.meanings:
        page.write_string(at, 0, heading, bold)
        for name, meaning in pairs:
            at += 1
            page.write_string(at, 0, name, wrap)
            page.write_string(at, 1, meaning, wrap)
        at += 2


def _width(rows: pl.DataFrame, name: str) -> int:
    longest = rows[name].cast(pl.String, strict=False).str.len_chars().max() or 0
    return min(max(len(name), int(longest)) + 2, WIDEST)
