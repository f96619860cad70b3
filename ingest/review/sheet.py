"""Write the workbook about unmatched people; it names people."""

import csv
import io
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from ingest.choice_lists import offer
from ingest.review.candidates import Candidate
from ingest.review.columns import (
    ACCOUNT,
    ADDRESS,
    CANDIDATE,
    CHOICES,
    COUNT,
    DECISION,
    FIRST,
    FIXED,
    GROUPS,
    ID,
    LAST,
    MINUTES,
    NAME,
    NO_GROUP,
    NO_NAME,
    NOTE,
    PEOPLE,
    SESSIONS,
    START,
    WHY,
    Line,
    headings,
    hidden_headings,
)
from ingest.review.unmatched import Found, Span, Unmatched
from tandem.core.counted import counted
from tandem.core.query_files import without_formula

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - equal homes give equal bytes
WIDTHS = {NAME: 24, ACCOUNT: 30, GROUPS: 22, DECISION: 34, ADDRESS: 30, NOTE: 34}
NUMBER_WIDTH, CANDIDATE_WIDTH, WHY_WIDTH, LINE_HEIGHT, MOST_LINES = 10, 32, 44, 15, 6
NUMBERS, DAYS = (MINUTES, SESSIONS), (FIRST, LAST)
ONLY_OWNER = 0o600
SENTENCES = (
    "{count} none of your lists. The next sheet has them, with the most minutes first.",
    "Choose in column Decision who each is: a candidate, somebody else, or nobody of "
    "your organisation. Empty means that you leave it open.",
    "For somebody else, write the e-mail address in the column beside it. It has to be "
    "the address of a person on one of your lists.",
    "Read the reasons of a candidate. Careful means that both were connected at the "
    "same time, so that they may be two people.",
    "Save this file and run: tandem identity accept, with its name and your --role. It "
    "shows what each decision changes; --apply applies it, undo takes it back.",
    "This file names people: only you can read it. Delete it when you are done.",
)


def lines(
    chosen: Iterable[tuple[Unmatched, list[Candidate]]], found: Found
) -> list[Line]:
    """Return the rows of the workbook, in the order of the people."""
    return [_line(one, candidates, found) for one, candidates in chosen]


def write(path: Path, rows: list[Line]) -> None:
    """Write a workbook, or the same rows as CSV where the name ends so.

    Only its owner can read it from the first byte on; a file of that name is replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OWNER)
    try:
        with os.fdopen(handle, "wb") as file:
            if path.suffix.lower() == ".csv":
                file.write(_as_csv(rows).encode("utf-8-sig"))
            else:
                _write_workbook(file, rows)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _line(one: Unmatched, candidates: list[Candidate], found: Found) -> Line:
    cells: dict[str, str | int] = {
        NAME: one.name or NO_NAME,
        ACCOUNT: one.account,
        MINUTES: round(one.minutes),
        SESSIONS: len(one.sessions),
        FIRST: one.days[0].isoformat() if one.days else "",
        LAST: one.days[1].isoformat() if one.days else "",
        GROUPS: ", ".join(found.titles.get(c, c) for c in one.cohorts) or NO_GROUP,
        NOTE: _note(one, found),
    }
    for number, candidate in enumerate(candidates, start=1):
        cells[CANDIDATE.format(number=number)] = candidate.person.label
        cells[WHY.format(number=number)] = candidate.words
    labels = tuple(candidate.person.label for candidate in candidates)
    return Line(cells, (*labels, *FIXED), one.accounts)


def _note(one: Unmatched, found: Found) -> str:
    """Return what to know about an account whoever it is."""
    if overlapping(found.spans_of(one.accounts)):
        return (
            "Connected twice at the same time: two devices, or two people of one name."
        )
    domain = one.account.rpartition("@")[2] if "@" in one.account else ""
    if domain and domain.casefold() not in found.organisation.domains:
        return f"None of your people has an address at {domain}."
    return ""


def overlapping(spans: dict[str, list[Span]]) -> bool:
    """Return whether two connections were open at the same time."""
    until = None
    for start, end in sorted(span for some in spans.values() for span in some):
        if until is not None and start < until:
            return True
        until = end if until is None else max(until, end)
    return False


def _as_csv(rows: list[Line]) -> str:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(headings())
    for row in rows:
        out.writerow(without_formula(str(cell)) for cell in _cells(row))
    return text.getvalue()


def _cells(row: Line) -> list[str | int]:
    shown = [row.cells.get(heading, "") for heading in headings()[: -CHOICES - 1]]
    empty = [""] * (CHOICES - len(row.choices))
    return [*shown, *row.choices, *empty, " ".join(row.accounts)]


def _write_workbook(file: Any, rows: list[Line]) -> None:  # noqa: ANN401 - a stream
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": CREATED})
        base: dict[str, Any] = {"valign": "top", "font_name": "Calibri"}
        base["font_size"] = 11
        made = workbook.add_format
        _write_start(workbook.add_worksheet(START), made, base, len(rows))
        page = workbook.add_worksheet(PEOPLE)
        _write_people(page, made, base, rows)


def _write_start(sheet: Worksheet, made: Any, base: dict, count: int) -> None:  # noqa: ANN401
    wrapped, bold = made(base | {"text_wrap": True}), made(base | {"bold": True})
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 96)
    sheet.write_string(0, 1, "Who are these people?", made(base | {"font_size": 18}))
    some = counted(count, "person took part and is on", "people took part and are on")
    for number, sentence in enumerate(SENTENCES, start=1):
        sheet.set_row(number + 1, 34)
        sheet.write_number(number + 1, 0, number, bold)
        sheet.write_string(number + 1, 1, sentence.format(count=some), wrapped)
    sheet.activate()


def _write_people(page: Worksheet, made: Any, base: dict, rows: list[Line]) -> None:  # noqa: ANN401
    head = base | {"bold": True, "text_wrap": True, "bottom": 1}
    plain, needed = (
        made(head | {"bg_color": "#DDE5EC"}),
        made(head | {"bg_color": "#B8CBDA"}),
    )
    # A text that begins like a formula stays a text, also after it is edited.
    text = made(base | {"text_wrap": True, "quote_prefix": True})
    number = made(base | {"num_format": "#,##0"})
    reason = made(base | {"text_wrap": True, "italic": True, "font_color": "#595959"})
    to_fill = made(base | {"text_wrap": True, "bg_color": "#FFF2CC", "border": 1})
    columns = headings()
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(8)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for place, heading in enumerate(columns):
        style = needed if heading in (DECISION, ADDRESS) else plain
        page.write_string(0, place, heading, style)
        hidden = {"hidden": True} if heading in hidden_headings() else {}
        page.set_column(place, place, _width(heading), None, hidden)
    styles = [_style(heading, text, number, reason, to_fill) for heading in columns]
    decision = columns.index(DECISION)
    first_choice = columns.index(ID) - CHOICES
    for line, row in enumerate(rows, start=1):
        page.set_row(line, LINE_HEIGHT * _height(row))
        for place, cell in enumerate(_cells(row)):
            if isinstance(cell, int):
                page.write_number(line, place, cell, styles[place])
            elif cell:
                page.write_string(line, place, cell, styles[place])
            elif styles[place] is to_fill:
                page.write_blank(line, place, None, to_fill)
        cells = [
            xl_rowcol_to_cell(line, at, col_abs=True)
            for at in (first_choice, first_choice + len(row.choices) - 1)
        ]
        offer(
            page,
            decision,
            line,
            f"={cells[0]}:{cells[1]}",
            "Not in the list",
            "Choose from the list. For anybody else, choose Somebody else, and write "
            "the e-mail address beside it.",
            first_row=line,
        )
    page.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)


def _style(
    heading: str, text: Format, number: Format, reason: Format, to_fill: Format
) -> Format:
    if heading in (DECISION, ADDRESS):
        return to_fill
    if heading in NUMBERS:
        return number
    return reason if heading in (NOTE, *_whys()) else text


def _width(heading: str) -> int:
    if heading in (*NUMBERS, *DAYS):
        return NUMBER_WIDTH
    return WIDTHS.get(heading, WHY_WIDTH if heading in _whys() else CANDIDATE_WIDTH)


def _whys() -> list[str]:
    return [WHY.format(number=number) for number in range(1, COUNT + 1)]


def _height(row: Line) -> int:
    """Return how many lines the longest text of a row takes."""
    most = max(-(-len(str(text)) // _width(h)) for h, text in row.cells.items())
    return min(MOST_LINES, max(1, most))
