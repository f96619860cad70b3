"""Zoom's reports in sections: a title, a header row, rows, and again.

Quoting, the number of columns and whole sections differ between reports of one kind, so
sections are found by their titles and columns by their headings.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.zoom.format.report import Meeting, ends_after, number_of
from ingest.connectors.zoom.format.words import MEETING, column_of, plain
from ingest.parsing.text import plain_spaces

NOT_OURS = "(not ours)"
UNTOLD = frozenset({"", "na", "n/a", "--", "-"})


@dataclass(frozen=True)
class Row:
    """One row of a section, with the line on which it ends."""

    line: int
    cells: list[str]
    headings: tuple[str, ...] = ()

    def get(self, *names: str) -> str:
        """Return the cell below the first of these headings, "" where it is untold."""
        for name in names:
            if name in self.headings:
                at = self.headings.index(name)
                cell = self.cells[at] if at < len(self.cells) else ""
                return "" if cell.casefold() in UNTOLD else cell
        return ""

    def named(self) -> dict[str, str]:
        """Return the row as a rejection shows it; cells beyond the header by number."""
        names = [*self.headings, *map(str, range(len(self.headings), len(self.cells)))]
        return dict(zip(names, self.cells, strict=False))


@dataclass
class Section:
    """A title (lower case, "" before the first), headings, and the rows below."""

    title: str
    headings: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Sections:
    """A report: the row that tells of the meeting, then its sections."""

    meeting: Row | None
    parts: list[Section]

    def of(self, *words: str) -> Iterator[Section]:
        """Yield the sections whose title has one of these words."""
        for part in self.parts:
            if any(word in part.title for word in words):
                yield part


def numbered_rows(text: str, mark: str) -> list[tuple[int, list[str]]]:
    """Return the rows that say something, each with its last line; cells stripped.

    A cell may hold several lines, so a row's number is no line.
    """
    reader = csv.reader(io.StringIO(text), delimiter=mark)
    found = []
    for row in reader:
        cells = [plain_spaces(cell).strip() for cell in row]
        if any(cells):
            found.append((reader.line_num, cells))
    return found


def sections_of(
    table: Sequence[tuple[int, list[str]]], header_words: frozenset[str]
) -> Sections:
    """Split a report: a header row has two of the words, a title stands right above.

    Args:
        table: rows that say something, with their lines.
        header_words: headings by which a section's header row is known.
    """
    meeting, parts = None, []
    for at, (line, cells) in enumerate(table):
        words = tuple(plain(cell) for cell in cells)
        is_header = len(header_words & set(words)) >= 2
        above = table[at - 1][1] if at else []
        if is_header:
            title = plain(above[0]) if above and is_alone(above) else ""
            parts.append(Section(title, words))
        elif not parts and not meeting and _is_block(cells):
            told = table[at + 1] if at + 1 < len(table) else (line, [])
            meeting = Row(told[0], told[1], words)
        elif parts and _is_end(cells):
            parts.append(Section(NOT_OURS))
        elif parts and parts[-1].title != NOT_OURS:
            parts[-1].rows.append(Row(line, cells, parts[-1].headings))
    return Sections(meeting, [part for part in parts if part.title != NOT_OURS])


def reports_of(
    table: Sequence[tuple[int, list[str]]],
) -> list[list[tuple[int, list[str]]]]:
    """Return the reports that were put below each other into one file, each apart.

    Each begins with a title, when it was made, and what it tells of the meeting.
    """
    begins = [0]
    for at, (_line, cells) in enumerate(table[:-1]):
        if not any(map(number_of, table[at + 1][1])) or not _is_block(cells):
            continue
        first = at
        while first and len([cell for cell in table[first - 1][1] if cell]) <= 2:
            first -= 1
        begins.append(first)
    starts = sorted({0, *begins[2:]})
    return [list(table[a:b]) for a, b in pairwise([*starts, len(table)])]


def _is_block(cells: Sequence[str]) -> bool:
    """Return whether a row has headings of what is told of the meeting."""
    is_answer = not cells[0] or cells[0].isdigit()
    return (
        not is_alone(cells)
        and not is_answer
        and any(column_of(cells, field, MEETING) >= 0 for field in ("start", "number"))
    )


def _is_end(cells: Sequence[str]) -> bool:
    """Return whether a row is a title: one cell of words, no number of an answer."""
    return is_alone(cells) and not cells[0].isdigit()


def is_alone(cells: Sequence[str]) -> bool:
    """Return whether a row has one cell that says something, the first."""
    return bool(cells[0]) and all(cell.casefold() in UNTOLD for cell in cells[1:])


def printed_above(table: Sequence[tuple[int, list[str]]]) -> list[str]:
    """Return what stands above the sections: when a report was made, among others."""
    return [cell for _line, row in table[:4] for cell in row]


def meeting_of(row: Row | None, clock: LocalClock | None, path: Path) -> Meeting:
    """Return what the block above the sections tells; a time it garbles is untold."""
    if row is None:
        return Meeting(number=number_of("", path))
    start = _cell(row, "start")
    try:
        starts_at = clock.utc_or_none(start) if clock else None
    except ValueError:
        starts_at = None
    return Meeting(
        number=number_of(_cell(row, "number"), path),
        starts_at=starts_at,
        ends_at=ends_after(starts_at, _cell(row, "minutes")),
        precision_seconds=clock.precision_seconds if clock else 1,
    )


def printed_start(row: Row | None) -> str:
    """Return when the meeting began as printed, "" where the report has no block."""
    return _cell(row, "start") if row else ""


def _cell(row: Row, name: str) -> str:
    at = column_of(row.headings, name, MEETING)
    return row.cells[at] if 0 <= at < len(row.cells) else ""
