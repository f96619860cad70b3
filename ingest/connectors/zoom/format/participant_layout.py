"""The layout of Zoom's participant reports: columns by headings, else by cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.connectors.report_tables import is_time
from ingest.connectors.zoom.format.meetings import meeting_number
from ingest.connectors.zoom.format.people import bare_address, email_agent
from ingest.connectors.zoom.format.phrases import (
    COLUMNS,
    MEETING,
    PARTICIPANT,
    UNITS,
    plain,
)
from ingest.connectors.zoom.format.sections import Numbered

_WITH_BRACKET = re.compile(r"\S.* \(.+\)$")
_TIME_BEGIN = re.compile(r"\d|[A-Z][a-z]{2,8}\.? \d")
_REPEATED_NAME = re.compile(r"(\S.*) \(.*\1.*\)$")  # Name (Original Name)
_HEADER_SEARCH_ROWS = 40
_SAMPLE_ROWS = 12  # rows after a header that show the kinds of its columns
_MAX_BLOCK_ROWS = 6


@dataclass(frozen=True)
class Layout:
    """Numbers of a report's rows and columns, -1 where it has none.

    `header` is the row of headings, `meeting_row` the row about the meeting; `is_flat`
    is true where each row holds its meeting's details as well. `is_known` is false
    where the columns are known by their cells only.
    """

    header: int
    headings: tuple[str, ...]
    columns: dict[str, int]
    meeting_row: int = -1
    meeting_columns: dict[str, int] = field(default_factory=dict)
    is_flat: bool = False
    is_known: bool = True
    language: str | None = None

    @property
    def join(self) -> int:
        """The column of join times, -1 in a report of totals."""
        return self.columns["join"]

    @property
    def has_brackets(self) -> bool:
        """Whether headings end in brackets, such as `Duration (Minutes)`."""
        return any(_WITH_BRACKET.match(plain(heading)) for heading in self.headings)

    @property
    def variant(self) -> str:
        """The variant's name in a recognition."""
        if self.is_flat:
            return "usage"
        name = "participants" if self.join >= 0 else "participants-unique"
        return f"{name}-with-meeting" if self.meeting_row >= 0 else name

    def cell(self, row: Sequence[str], name: str) -> str:
        """Return a participant's cell, "" where the row or the report has none."""
        at = self.columns[name]
        return row[at] if 0 <= at < len(row) else ""

    def about(self, row: Sequence[str], name: str) -> str:
        """Return a cell about the meeting, "" where there is none."""
        at = self.meeting_columns.get(name, -1)
        return row[at] if 0 <= at < len(row) else ""

    def by_heading(self, row: Sequence[str]) -> dict[str, str]:
        """Return cells by heading; a repeated heading gets its column number."""
        names = [
            heading if self.headings.index(heading) == n else f"{heading} {n + 1}"
            for n, heading in enumerate(self.headings)
        ]
        return dict(zip(names, row, strict=False))


def layout_of(table: Sequence[Sequence[str]]) -> Layout | None:
    """Return the layout of a participant report, None where it is none."""
    for at, row in enumerate(table[:_HEADER_SEARCH_ROWS]):
        columns = _columns_by_heading(row)
        if columns is not None:
            return _layout(table, at, columns, is_known=True)
    for at in range(min(len(table), _HEADER_SEARCH_ROWS)):
        columns = _columns_by_cells(table, at)
        if columns is not None:
            return _layout(table, at, columns, is_known=False)
    return None


def _columns_by_heading(row: Sequence[str]) -> dict[str, int] | None:
    """Return the columns of a header row, None where it is no such row.

    They are at or after the name, since the usage report has some headings twice. Many
    systems have a heading `Name`, so that minutes are required as well. The address is
    next to the name under any heading. Columns with unknown headings between name and
    minutes may be times: such a report is not read as one of totals.
    """
    name = PARTICIPANT.column_of(row, "name")
    columns = PARTICIPANT.columns_of(row, max(name, 0))
    has_times = columns["join"] >= 0 and columns["leave"] >= 0
    if name < 0 or columns["minutes"] < 0:
        return None
    is_total = columns["join"] < 0 and columns["leave"] < 0
    is_total = is_total and columns["minutes"] - name <= 2
    if "(" not in plain(row[name]) and columns["email"] < 0:
        return None
    if columns["email"] < 0 and name + 1 not in columns.values():
        columns["email"] = name + 1
    return columns if has_times or is_total else None


def _columns_by_cells(table: Sequence[Sequence[str]], at: int) -> dict[str, int] | None:
    """Return the columns of a header in an unlisted language, None where it is none.

    Zoom's headings of name and duration end in brackets. Between them are the address
    and, except in a report of totals, two columns of times. A report of totals has few
    other features, so that its first heading must have the form `Name (Original Name)`
    and its last one must name minutes.
    """
    row = [plain(cell) for cell in table[at]]
    bracketed = [n for n, cell in enumerate(row) if _WITH_BRACKET.match(cell)]
    if len(bracketed) < 2:
        return None
    name, minutes = bracketed[0], bracketed[-1]
    sample = table[at + 1 : at + 1 + _SAMPLE_ROWS]
    below = [r for r in sample if len(r) > minutes and any(r)]
    columns = {"name": name, "email": name + 1, "join": -1, "leave": -1}
    columns |= {
        "minutes": minutes,
        "waiting": PARTICIPANT.column_of(row, "waiting", name),
    }
    if not any(r[minutes].strip().isdigit() for r in below):
        return None
    if minutes - name == 2:
        is_named = _REPEATED_NAME.match(row[name]) and UNITS.matches(
            row[minutes], "in_minutes"
        )
        is_total = is_named and len([cell for cell in row if cell]) <= 4
        return columns if is_total and not any(map(_has_time, below)) else None
    if minutes - name != 4 or not all(is_time(r[minutes - 2]) for r in below):
        return None
    if columns["waiting"] < 0 and len(row) > minutes + 3 and row[minutes + 3]:
        columns["waiting"] = minutes + 3
    return columns | {"join": minutes - 2, "leave": minutes - 1}


def _has_time(row: Sequence[str]) -> bool:
    return any(map(is_time, row))


def _layout(
    table: Sequence[Sequence[str]], at: int, columns: dict[str, int], *, is_known: bool
) -> Layout:
    """Return the layout, with the meeting's columns in a block above or in each row."""
    header = table[at]
    before = header[: columns["name"]]
    flat = MEETING.columns_of(before)
    is_flat = flat["number"] >= 0
    block = (-1, {}) if is_flat else _block(table[:at])
    return Layout(
        header=at,
        headings=tuple(header),
        columns=columns,
        meeting_row=block[0],
        meeting_columns=flat if is_flat else block[1],
        is_flat=is_flat,
        is_known=is_known,
        language=PARTICIPANT.language_of(header, COLUMNS) if is_known else None,
    )


def _block(above: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Return the row about the meeting, and its columns by heading, else by cells."""
    for at, row in enumerate(above[:-1]):
        columns = MEETING.columns_of(row)
        if columns["start"] >= 0 and any(above[at + 1]):
            by_heading = {f: n for f, n in columns.items() if n >= 0}
            return at + 1, _meeting_columns_by_cells(above[at + 1]) | by_heading
    for at, row in enumerate(above):
        columns = _meeting_columns_by_cells(row)
        if {"number", "start", "end"} <= set(columns):
            return at, columns
    return -1, {}


def _meeting_columns_by_cells(row: Sequence[str]) -> dict[str, int]:
    """Return the columns of a meeting's number, start, end and host's address.

    Start and end are the last two cells that begin with a time: a topic before them may
    hold a date too.
    """
    numbers = [n for n, cell in enumerate(row) if meeting_number(cell)]
    candidates = [n for n, cell in enumerate(row) if _TIME_BEGIN.match(cell)]
    times = [n for n in candidates if is_time(row[n])][-2:]
    hosts = [n for n, cell in enumerate(row) if email_agent(bare_address(cell))]
    by_field = {"number": numbers[:1], "host": hosts[:1]}
    by_field |= {"start": times[:1], "end": times[1:2]}
    return {name: columns[0] for name, columns in by_field.items() if columns}


def split_reports(table: list[Numbered]) -> list[list[Numbered]]:
    """Return the reports of one file from top to bottom, each with its own rows.

    A report begins at its meeting's block, else at its headings.

    Args:
        table: rows with their line numbers.
    """
    rows = [row for _line, row in table]
    first = layout_of(rows)
    if first is None:
        return [table]
    candidates = [at for at, row in enumerate(rows) if not _has_minutes(row, first)]
    headers = [at for at in candidates if tuple(rows[at]) == first.headings]
    headers += [at for at in candidates if _columns_by_heading(rows[at]) is not None]
    begins = [0]
    for before, at in pairwise(sorted({first.header, *headers})):
        begins.append(_begin_of_block(rows, before + 1, at))
    return [table[a:b] for a, b in pairwise([*begins, len(table)])]


def _has_minutes(row: Sequence[str], layout: Layout) -> bool:
    """Return whether a row is a person's, which is not searched for headings."""
    return layout.cell(row, "minutes").isdigit()


def _begin_of_block(rows: Sequence[Sequence[str]], after: int, header: int) -> int:
    """Return the first row of the block above a header, the header where it has none.

    The search goes upwards from the header and ends below `after`, at most six rows up.
    """
    for at in range(header - 1, max(after, header - _MAX_BLOCK_ROWS) - 1, -1):
        is_headings = MEETING.column_of(rows[at], "start") >= 0
        if is_headings and not _has_time(rows[at]):
            return at
    return header
