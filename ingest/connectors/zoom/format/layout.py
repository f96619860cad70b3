"""Where Zoom's participant reports keep what: columns by words, else by shape."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.connectors.local_clock import ABSENT
from ingest.connectors.zoom.format.report import agent_of, bare_address, number_of
from ingest.connectors.zoom.format.words import (
    MEETING,
    PARTICIPANT,
    column_of,
    language_of,
    plain,
    waiting_column,
)
from ingest.parsing.times import parse_local

_WITH_BRACKET = re.compile(r"\S.* \(.+\)$")
_MINUTES = re.compile(
    r"\(.*(?:min|men|dak|perc|phút|мин|хвил|λεπτ|דק|دق|นาที|分|분).*\)$"
)
_BARE_TIME = re.compile(r"\d|[A-Z][a-z]{2,8}\.? \d")
_NAME_TWICE = re.compile(r"(\S.*) \(.*\1.*\)$")  # Name (Original Name)
Numbered = tuple[int, list[str]]
_LOOKED_AT = 12  # rows after a header that show what its columns hold


@dataclass(frozen=True)
class Layout:
    """Rows and columns of a report, -1 where it has none.

    `header` is the row of headings, `meeting_row` the one that tells of the meeting;
    `is_flat` where every row tells of its meeting.
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
    def variant(self) -> str:
        """The name of this layout among Zoom's."""
        if self.is_flat:
            return "usage"
        name = "participants" if self.join >= 0 else "participants-unique"
        return f"{name}-with-meeting" if self.meeting_row >= 0 else name

    def cell(self, row: Sequence[str], name: str) -> str:
        """Return a participant's cell, "" where the row or the report has none."""
        at = self.columns[name]
        return row[at] if 0 <= at < len(row) else ""

    def about(self, row: Sequence[str], name: str) -> str:
        """Return a cell that tells of the meeting, "" where there is none."""
        at = self.meeting_columns.get(name, -1)
        return row[at] if 0 <= at < len(row) else ""

    def named(self, row: Sequence[str]) -> dict[str, str]:
        """Return a row as a rejection shows it; of two equal headings both stay."""
        names = [
            heading if self.headings.index(heading) == n else f"{heading} {n + 1}"
            for n, heading in enumerate(self.headings)
        ]
        return dict(zip(names, row, strict=False))


def layout_of(table: Sequence[Sequence[str]]) -> Layout | None:
    """Return the layout of a participant report, None where it is none."""
    for at, row in enumerate(table[:40]):
        columns = _by_words(row)
        if columns is not None:
            return _complete(table, at, columns, is_known=True)
    for at in range(min(len(table), 40)):
        columns = _by_shape(table, at)
        if columns is not None:
            return _complete(table, at, columns, is_known=False)
    return None


def _by_words(row: Sequence[str]) -> dict[str, int] | None:
    """Return the columns of a header row: at and after the name, since D repeats some.

    A bare `Name` is a heading of many systems; Zoom's comes with minutes. Whatever the
    address is called, it stands beside the name. Where columns of unknown words lie
    between name and minutes, they may be the times: that is no report of totals.
    """
    name = column_of(row, "name", PARTICIPANT)
    columns = {f: column_of(row, f, PARTICIPANT, max(name, 0)) for f in PARTICIPANT}
    has_times = columns["join"] >= 0 and columns["leave"] >= 0
    if name < 0 or columns["minutes"] < 0:
        return None
    is_total = columns["join"] < 0 and columns["leave"] < 0
    is_total = is_total and columns["minutes"] - name <= 2
    if "(" not in plain(row[name]) and columns["email"] < 0:
        return None
    if columns["email"] < 0 and name + 1 not in columns.values():
        columns["email"] = name + 1
    columns["waiting"] = waiting_column(row, name)
    return columns if has_times or is_total else None


def _by_shape(table: Sequence[Sequence[str]], at: int) -> dict[str, int] | None:
    """Return the columns of a header in another language.

    Zoom's headings of name and duration end in brackets. Between them lies the address,
    and two columns of times unless it is a report of totals; of that little is left, so
    its name must be told twice, `Name (Original Name)`, and its minutes be minutes.
    """
    row = [plain(cell) for cell in table[at]]
    bracketed = [n for n, cell in enumerate(row) if _WITH_BRACKET.match(cell)]
    if len(bracketed) < 2:
        return None
    name, minutes = bracketed[0], bracketed[-1]
    below = [
        r for r in table[at + 1 : at + 1 + _LOOKED_AT] if len(r) > minutes and any(r)
    ]
    columns = {"name": name, "email": name + 1, "join": -1, "leave": -1}
    columns |= {"minutes": minutes, "waiting": waiting_column(row, name)}
    if not any(r[minutes].strip().isdigit() for r in below):
        return None
    if minutes - name == 2:
        is_told = _NAME_TWICE.match(row[name]) and _MINUTES.search(row[minutes])
        is_total = is_told and len([cell for cell in row if cell]) <= 4
        return columns if is_total and not any(map(_has_time, below)) else None
    if minutes - name != 4 or not all(is_time(r[minutes - 2]) for r in below):
        return None
    if columns["waiting"] < 0 and len(row) > minutes + 3 and row[minutes + 3]:
        columns["waiting"] = minutes + 3
    return columns | {"join": minutes - 2, "leave": minutes - 1}


def _has_time(row: Sequence[str]) -> bool:
    return any(map(is_time, row))


def is_time(cell: str) -> bool:
    """Return whether a cell is a date and time in some order."""
    if cell.casefold() in ABSENT:
        return False
    for order in ("dmy", "mdy"):
        try:
            parse_local(cell, order)
        except ValueError:
            continue
        return True
    return False


def _complete(
    table: Sequence[Sequence[str]], at: int, columns: dict[str, int], *, is_known: bool
) -> Layout:
    """Return the layout with what the report tells of the meeting, before or beside."""
    header = table[at]
    before = header[: columns["name"]]
    flat = {f: column_of(before, f, MEETING) for f in MEETING}
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
        language=language_of(header, PARTICIPANT) if is_known else None,
    )


def _block(above: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Return the row that tells of the meeting, and its columns by their headings.

    What no heading tells is found by what it looks like.
    """
    for at, row in enumerate(above[:-1]):
        columns = {f: column_of(row, f, MEETING) for f in MEETING}
        if columns["start"] >= 0 and any(above[at + 1]):
            told = {f: n for f, n in columns.items() if n >= 0}
            return at + 1, _by_looks(above[at + 1]) | told
    for at, row in enumerate(above):
        columns = _by_looks(row)
        if {"number", "start", "end"} <= set(columns):
            return at, columns
    return -1, {}


def _by_looks(row: Sequence[str]) -> dict[str, int]:
    """Return where a row has a meeting's number, two times, and an address.

    A topic before them may hold a day too: start and end are the last, and bare.
    """
    numbers = [n for n, cell in enumerate(row) if number_of(cell)]
    bare = [n for n, cell in enumerate(row) if _BARE_TIME.match(cell)]
    times = [n for n in bare if is_time(row[n])][-2:]
    hosts = [n for n, cell in enumerate(row) if agent_of(bare_address(cell))]
    found = {"number": numbers[:1], "host": hosts[:1]}
    found |= {"start": times[:1], "end": times[1:2]}
    return {name: places[0] for name, places in found.items() if places}


def reports_in(table: list[Numbered]) -> list[list[Numbered]]:
    """Return the reports that were put below each other into one file, each apart.

    A report begins at its meeting's block, else at its headings.

    Args:
        table: rows with their lines.
    """
    rows = [row for _line, row in table]
    first = layout_of(rows)
    if first is None:
        return [table]
    told = [at for at, row in enumerate(rows) if not _has_minutes(row, first)]
    headings = [at for at in told if tuple(rows[at]) == first.headings]
    headings += [at for at in told if _by_words(rows[at]) is not None]
    begins = [0]
    for before, at in pairwise(sorted({first.header, *headings})):
        block = _begin_of_block(rows, before + 1, at)
        begins.append(block)
    return [table[a:b] for a, b in pairwise([*begins, len(table)])]


def _has_minutes(row: Sequence[str], layout: Layout) -> bool:
    """Return whether a row is of a person: most are, and their words do not matter."""
    return layout.cell(row, "minutes").isdigit()


def _begin_of_block(rows: Sequence[Sequence[str]], after: int, header: int) -> int:
    """Return the row in which the block above a header begins, the header without one.

    Rows are looked at from the header up; people of the report above end the search.
    """
    for at in range(header - 1, max(after, header - 6) - 1, -1):
        is_headings = column_of(rows[at], "start", MEETING) >= 0
        if is_headings and not _has_time(rows[at]):
            return at
    return header
