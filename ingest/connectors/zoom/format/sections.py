"""Zoom's reports in sections: each has a title, a header row, and rows.

Quoting, the number of columns and the sections differ between reports of one kind, so
sections are recognised by their titles and columns by their headings.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.zoom.format.meetings import Meeting, meeting_number
from ingest.connectors.zoom.format.phrases import MEETING, column_of, plain
from ingest.parsing.text import plain_spaces

Numbered = tuple[int, list[str]]  # number of a row's last line, and its cells

EMPTY_CELLS = frozenset({"", "na", "n/a", "--", "-"})
_UNREAD = "(unread)"  # the title of sections without known headings


@dataclass(frozen=True)
class Row:
    """One row of a section, with the number of its last line."""

    line: int
    cells: list[str]
    headings: tuple[str, ...] = ()

    def get(self, *names: str) -> str:
        """Return the cell below the first of these headings, "" where it is empty."""
        for name in names:
            if name in self.headings:
                at = self.headings.index(name)
                cell = self.cells[at] if at < len(self.cells) else ""
                return "" if cell.casefold() in EMPTY_CELLS else cell
        return ""

    def by_heading(self) -> dict[str, str]:
        """Return the cells by heading; those beyond the header by column number."""
        names = [*self.headings, *map(str, range(len(self.headings), len(self.cells)))]
        return dict(zip(names, self.cells, strict=False))


@dataclass
class Section:
    """A title (lower case, "" before the first title), headings, and rows."""

    title: str
    headings: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class SectionedReport:
    """A report: the row about the meeting, and the sections below it."""

    meeting: Row | None
    sections: list[Section]

    @property
    def rows(self) -> list[Row]:
        """The rows of all sections."""
        return [row for section in self.sections for row in section.rows]

    def titled(self, word: str) -> Iterator[Section]:
        """Yield the sections with a word in their title."""
        for section in self.sections:
            if word in section.title:
                yield section


def numbered_rows(text: str, separator: str) -> list[Numbered]:
    """Return the rows that are not blank, each with the number of its last line.

    Cells are stripped of spaces. A cell may hold several lines, so that rows and lines
    are numbered differently.
    """
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    numbered = []
    for row in reader:
        cells = [plain_spaces(cell).strip() for cell in row]
        if any(cells):
            numbered.append((reader.line_num, cells))
    return numbered


def sections_of(
    table: Sequence[Numbered], known_headings: frozenset[str]
) -> SectionedReport:
    """Split a report: a header row has two known headings, a title is right above it.

    Args:
        table: rows that are not blank, with their line numbers.
        known_headings: headings by which a section's header row is recognised.
    """
    meeting, sections = None, []
    for at, (line, cells) in enumerate(table):
        headings = tuple(plain(cell) for cell in cells)
        is_header = len(known_headings & set(headings)) >= 2
        above = table[at - 1][1] if at else []
        if is_header:
            title = plain(above[0]) if above and is_single_cell(above) else ""
            sections.append(Section(title, headings))
        elif not sections and not meeting and _is_block_header(cells):
            below = table[at + 1] if at + 1 < len(table) else (line, [])
            meeting = Row(below[0], below[1], headings)
        elif sections and _is_title(cells):
            sections.append(Section(_UNREAD))
        elif sections and sections[-1].title != _UNREAD:
            sections[-1].rows.append(Row(line, cells, sections[-1].headings))
    return SectionedReport(meeting, [s for s in sections if s.title != _UNREAD])


def split_reports(table: Sequence[Numbered]) -> list[list[Numbered]]:
    """Return the reports of one file from top to bottom, each with its own rows.

    A report begins with a title, the time of the export, and the block about the
    meeting.
    """
    begins = [0]
    for at, (_line, cells) in enumerate(table[:-1]):
        below = table[at + 1][1]
        if not any(map(meeting_number, below)) or not _is_block_header(cells):
            continue
        first = at
        while first and len([cell for cell in table[first - 1][1] if cell]) <= 2:
            first -= 1
        begins.append(first)
    starts = sorted({0, *begins[2:]})
    return [list(table[a:b]) for a, b in pairwise([*starts, len(table)])]


def _is_block_header(cells: Sequence[str]) -> bool:
    """Return whether a row has the headings of the block about the meeting."""
    is_answer = not cells[0] or cells[0].isdigit()
    return (
        not is_single_cell(cells)
        and not is_answer
        and any(column_of(cells, field, MEETING) >= 0 for field in ("start", "number"))
    )


def _is_title(cells: Sequence[str]) -> bool:
    """Return whether a row is a title: one cell, which is not an answer's number."""
    return is_single_cell(cells) and not cells[0].isdigit()


def is_single_cell(cells: Sequence[str]) -> bool:
    """Return whether the first cell of a row is its only filled one."""
    return bool(cells[0]) and all(cell.casefold() in EMPTY_CELLS for cell in cells[1:])


def cells_above_sections(table: Sequence[Numbered]) -> list[str]:
    """Return the cells of the first rows; the time of the export is among them."""
    return [cell for _line, row in table[:4] for cell in row]


def meeting_of(row: Row | None, clock: LocalClock | None, path: Path) -> Meeting:
    """Return the meeting of the block above the sections.

    Without a block, or where it has no number, the number is that of the file's name; a
    start that cannot be read is not known.
    """
    if row is None:
        return Meeting(number=meeting_number("", path))
    starts_at = clock.utc_if_readable(_cell(row, "start")) if clock else None
    return Meeting(
        number=meeting_number(_cell(row, "number"), path),
        starts_at=starts_at,
        ends_at=_end_of(starts_at, _cell(row, "minutes")),
        precision_seconds=clock.precision_seconds if clock else 1,
    )


def _end_of(starts_at: datetime | None, minutes: str) -> datetime | None:
    """Return the end of a meeting from its start and its printed whole minutes."""
    digits = minutes.strip()
    if starts_at is None or not digits.isdigit():
        return None
    return starts_at + timedelta(minutes=int(digits))


def printed_start(row: Row | None) -> str:
    """Return the meeting's start as printed, "" where the report has no block."""
    return _cell(row, "start") if row else ""


def _cell(row: Row, name: str) -> str:
    at = column_of(row.headings, name, MEETING)
    return row.cells[at] if 0 <= at < len(row.cells) else ""
