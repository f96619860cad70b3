"""Zoom's reports in sections: each has a title, a header row, and rows.

Quoting, the number of columns and the sections differ between reports of one kind, so
sections are recognised by their titles and columns by their headings.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.zoom.format.meetings import Meeting, meeting_number
from ingest.connectors.zoom.format.phrases import MEETING, SECTIONS, plain
from ingest.parsing.source_phrases import SourcePhrases
from ingest.parsing.text import plain_spaces

Numbered = tuple[int, list[str]]  # number of a row's last line, and its cells

EMPTY_CELLS = frozenset({"", "na", "n/a", "--", "-"})
_UNREAD = "(unread)"  # the title of sections without known headings


@dataclass(frozen=True)
class Row:
    """One row of a section, with the number of its last line.

    `columns` are the numbers of its fields' columns, -1 for fields that have none.
    """

    line: int
    cells: list[str]
    headings: tuple[str, ...] = ()
    columns: Mapping[str, int] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return the cell of a field, "" where it is empty or has no column."""
        at = self.columns.get(name, -1)
        cell = self.cells[at] if 0 <= at < len(self.cells) else ""
        return "" if cell.casefold() in EMPTY_CELLS else cell

    def by_heading(self) -> dict[str, str]:
        """Return the cells by heading; those beyond the header by column number."""
        names = [*self.headings, *map(str, range(len(self.headings), len(self.cells)))]
        return dict(zip(names, self.cells, strict=False))


@dataclass
class Section:
    """A title ("" before the first title), headings, fields' columns, and rows."""

    title: str
    headings: tuple[str, ...] = ()
    columns: Mapping[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The people in it: host, panelist, other, or "" for those who attended."""
        return SECTIONS.field_of(self.title) or ""

    def has(self, *fields: str) -> bool:
        """Return whether it has a column for each of these fields."""
        return all(self.columns.get(name, -1) >= 0 for name in fields)


@dataclass(frozen=True)
class SectionedReport:
    """A report: the row about the meeting, and the sections below it."""

    meeting: Row | None
    sections: list[Section]

    @property
    def rows(self) -> list[Row]:
        """The rows of all sections."""
        return [row for section in self.sections for row in section.rows]

    def of_kind(self, kind: str) -> Iterator[Section]:
        """Yield the sections of a kind of people."""
        return (section for section in self.sections if section.kind == kind)


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


def is_header(
    row: Sequence[str], phrases: SourcePhrases, fields: Iterable[str]
) -> bool:
    """Return whether a row names at least two of the fields."""
    return len(phrases.fields_in(row).intersection(fields)) >= 2


def sections_of(
    table: Sequence[Numbered], phrases: SourcePhrases, fields: Iterable[str]
) -> SectionedReport:
    """Split a report: a header row has two known headings, a title is right above it.

    Args:
        table: rows that are not blank, with their line numbers.
        phrases: the headings of the report.
        fields: those by which a section's header row is recognised.
    """
    names = tuple(fields)
    meeting, sections = None, []
    for at, (line, cells) in enumerate(table):
        headings = tuple(plain(cell) for cell in cells)
        above = table[at - 1][1] if at else []
        if is_header(cells, phrases, names):
            title = plain(above[0]) if above and is_single_cell(above) else ""
            sections.append(Section(title, headings, phrases.columns_of(cells)))
        elif not sections and not meeting and _is_block_header(cells):
            below = table[at + 1] if at + 1 < len(table) else (line, [])
            meeting = Row(below[0], below[1], headings)
        elif sections and _is_title(cells):
            sections.append(Section(_UNREAD))
        elif sections and sections[-1].title != _UNREAD:
            section = sections[-1]
            section.rows.append(Row(line, cells, section.headings, section.columns))
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
        and any(MEETING.column_of(cells, name) >= 0 for name in ("start", "number"))
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
    at = MEETING.column_of(row.headings, name)
    return row.cells[at] if 0 <= at < len(row.cells) else ""
