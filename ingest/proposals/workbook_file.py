"""Write the workbook about programmes: a first sheet in words, then one per kind."""

from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from ingest.choice_lists import ChoiceLists, offer
from ingest.storage.programme_sheets import (
    LISTS,
    REFERENCES,
    START,
    Field,
    Row,
    Rows,
    SheetOf,
    programme_sheets,
)

EMPTY_ROWS = 200  # below the filled ones, with the same choices
FIRST_ROW, REASON_WIDTH, LINE_HEIGHT, MOST_LINES = 1, 34, 15, 4
CHOOSE = "Choose from the list, or leave it empty."
SENTENCES = (
    "Tandem has read your files, and suggests here which courses, groups and meetings "
    "belong together and what each programme is for.",
    "Go through the sheets from left to right; every suggestion has its reason in the "
    "grey column beside it.",
    "Change what is wrong, choose from the lists in the cells, and fill the cells that "
    "are marked in yellow: {count} are left to fill.",
    "Leave empty what is no learning of yours: a meeting without a group, or content "
    "without a programme, is never counted.",
    "Save this file and run: tandem init, in the folder of your files, or tandem "
    "ingest with the name of this file; then run: tandem run.",
)
AFTERWARDS = (
    "You can correct this file at any time and land it again; rows that you add need "
    "no id.",
    "The last column of each sheet is hidden: it tells Tandem which thing a row is "
    "about.",
)


def write_workbook(path: Path, rows: Rows) -> None:
    """Write all sheets; an existing file is replaced."""
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as workbook:
        _Writer(workbook, rows).write()


class _Writer:
    def __init__(self, workbook: xlsxwriter.Workbook, rows: Rows) -> None:
        self._rows = rows
        made = workbook.add_format
        base: dict[str, Any] = {"valign": "top", "font_name": "Calibri"}
        base["font_size"] = 11
        head = base | {"bold": True, "text_wrap": True, "bottom": 1}
        self._title = made(base | {"bold": True, "font_size": 18})
        self._plain = made(base | {"text_wrap": True})
        self._bold = made(base | {"bold": True})
        self._head = made(head | {"bg_color": "#DDE5EC"})
        self._head_needed = made(head | {"bg_color": "#B8CBDA"})
        self._head_reason = made(
            head | {"bg_color": "#F0F0F0", "font_color": "#595959", "bold": False}
        )
        self._cell = made(base | {"text_wrap": True})
        self._seen = made(base | {"text_wrap": True, "font_color": "#404040"})
        self._reason = made(
            base | {"text_wrap": True, "font_color": "#595959", "italic": True}
        )
        self._empty = made(base | {"bg_color": "#FFE699", "border": 1})
        self._start = workbook.add_worksheet(START)
        self._sheets = {
            name: workbook.add_worksheet(sheet.title)
            for name, sheet in programme_sheets().items()
        }
        lists = workbook.add_worksheet(LISTS)
        lists.hide()
        self._lists = ChoiceLists(lists, self._bold)

    def write(self) -> None:
        for name, sheet in programme_sheets().items():
            self._write_sheet(self._sheets[name], sheet, self._rows.get(name, []))
        self._write_start()

    def _write_start(self) -> None:
        sheet = self._start
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 1)
        sheet.set_column(0, 0, 5)
        sheet.set_column(1, 1, 96)
        sheet.set_column(2, 3, 14)
        sheet.write_string(0, 1, "Your programmes", self._title)
        count = cells_to_fill(self._rows)
        for number, sentence in enumerate(SENTENCES, start=1):
            sheet.set_row(number + 1, 34)
            sheet.write_number(number + 1, 0, number, self._bold)
            sheet.write_string(number + 1, 1, sentence.format(count=count), self._plain)
        line = len(SENTENCES) + 3
        headings = "What is in each sheet", "Rows", "To fill"
        sheet.write_row(line, 1, headings, self._bold)
        for name, one in programme_sheets().items():
            line += 1
            rows = self._rows.get(name, [])
            open_count = sum(len(row.missing(one)) for row in rows)
            sheet.write_string(line, 1, f"{one.title}: {one.what}", self._plain)
            sheet.write_number(line, 2, len(rows), self._plain)
            sheet.write_number(line, 3, open_count, self._plain)
        for sentence in AFTERWARDS:
            line += 2 if sentence == AFTERWARDS[0] else 1
            sheet.write_string(line, 1, sentence, self._plain)
        sheet.activate()

    def _write_sheet(self, page: Worksheet, sheet: SheetOf, rows: list[Row]) -> None:
        page.freeze_panes(1, 1)
        page.set_landscape()
        page.set_paper(8)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.set_row(0, 32)
        column = 0
        for field in sheet.fields:
            style = self._head_needed if field.is_needed else self._head
            page.write_string(0, column, field.heading, style)
            page.write_comment(0, column, field.note, {"x_scale": 2})
            page.set_column(column, column, field.width)
            self._write_values(page, column, field, rows)
            self._add_choices(page, column, field, len(rows))
            column += 1
            if field.has_reason:
                page.write_string(0, column, field.reason_heading, self._head_reason)
                page.set_column(column, column, REASON_WIDTH)
                for line, row in enumerate(rows, start=FIRST_ROW):
                    reason = row.reasons.get(field.name, "")
                    page.write_string(line, column, reason, self._reason)
                column += 1
        page.write_string(0, column, sheet.headings[-1], self._head_reason)
        for line, row in enumerate(rows, start=FIRST_ROW):
            page.write_string(line, column, row.identity)
        page.set_column(column, column, 20, None, {"hidden": True})
        for line, row in enumerate(rows, start=FIRST_ROW):
            page.set_row(line, LINE_HEIGHT * _lines(sheet, row))
        page.autofilter(0, 0, max(len(rows), 1), column - 1)

    def _write_values(
        self, page: Worksheet, column: int, field: Field, rows: list[Row]
    ) -> None:
        style = self._seen if field.kind == "shown" else self._cell
        for line, row in enumerate(rows, start=FIRST_ROW):
            value = row.cells.get(field.name, "")
            if field.kind == "whole" and value.isdigit():
                page.write_number(line, column, int(value), style)
            else:
                page.write_string(line, column, value, style)
        if rows and field.is_needed:
            first = xl_rowcol_to_cell(FIRST_ROW, column)
            page.conditional_format(
                FIRST_ROW,
                column,
                len(rows),
                column,
                {
                    "type": "formula",
                    "criteria": f"=LEN({first})=0",
                    "format": self._empty,
                },
            )

    def _add_choices(
        self, page: Worksheet, column: int, field: Field, count: int
    ) -> None:
        if source := self._source(field):
            last, message = count + EMPTY_ROWS, f"{CHOOSE} {field.note}"
            offer(page, column, last, source, "Not in the list", message)

    def _source(self, field: Field) -> str:
        """Return where a field's allowed values are: a list, or names of a sheet."""
        if field.kind in REFERENCES:
            sheet = programme_sheets()[REFERENCES[field.kind]]
            last = len(self._rows.get(sheet.name, [])) + EMPTY_ROWS + 1
            return f"='{sheet.title}'!$A$2:$A${last}"
        if not field.labels:
            return ""
        return self._lists.add(field.heading, list(field.labels.values()))


def cells_to_fill(rows: Rows) -> int:
    """Return how many needed cells are empty."""
    sheets = programme_sheets()
    return sum(len(row.missing(sheets[n])) for n, some in rows.items() for row in some)


def _lines(sheet: SheetOf, row: Row) -> int:
    """Return how many lines the longest text of a row takes."""
    widths = [(row.cells.get(f.name, ""), f.width) for f in sheet.fields]
    widths += [(reason, REASON_WIDTH) for reason in row.reasons.values()]
    return min(MOST_LINES, max(1, *(-(-len(text) // width) for text, width in widths)))
