"""Where Zoom's participant reports keep what: columns by words, else by shape."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.connectors._local_files import ABSENT
from ingest.connectors._zoom_report import number_of
from ingest.connectors._zoom_words import (
    MEETING,
    PARTICIPANT,
    column_of,
    language_of,
    plain,
)
from ingest.parsing.times import parse_local

_WITH_BRACKET = re.compile(r"\S.* \(.+\)$")
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

    A bare `Name` is a heading of many systems; Zoom's comes with minutes.
    """
    name = column_of(row, "name", PARTICIPANT)
    columns = {f: column_of(row, f, PARTICIPANT, max(name, 0)) for f in PARTICIPANT}
    has_times = columns["join"] >= 0 and columns["leave"] >= 0
    if name < 0 or columns["minutes"] < 0:
        return None
    is_total = columns["join"] < 0 and columns["leave"] < 0
    if "(" not in plain(row[name]) and columns["email"] < 0:
        return None
    return columns if has_times or is_total else None


def _by_shape(table: Sequence[Sequence[str]], at: int) -> dict[str, int] | None:
    """Return the columns of a header in another language.

    Zoom's headings of name and duration end in brackets, and between them lie two
    columns of times with the address before.
    """
    row = [plain(cell) for cell in table[at]]
    bracketed = [n for n, cell in enumerate(row) if _WITH_BRACKET.match(cell)]
    if len(bracketed) < 2:
        return None
    name, minutes = bracketed[0], bracketed[-1]
    if minutes - name != 4:
        return None
    below = [
        r for r in table[at + 1 : at + 1 + _LOOKED_AT] if len(r) > minutes and any(r)
    ]
    has_minutes = any(r[minutes].strip().isdigit() for r in below)
    if not has_minutes or not all(_is_time(r[minutes - 2]) for r in below):
        return None
    waiting = minutes + 3 if len(row) > minutes + 3 and row[minutes + 3] else -1
    return {
        "name": name,
        "email": name + 1,
        "join": minutes - 2,
        "leave": minutes - 1,
        "minutes": minutes,
        "waiting": waiting,
    }


def _is_time(cell: str) -> bool:
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
    is_flat = flat["number"] >= 0 and flat["start"] >= 0
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
    """Return the row that tells of the meeting, and its columns by their headings."""
    for at, row in enumerate(above[:-1]):
        columns = {f: column_of(row, f, MEETING) for f in MEETING}
        if columns["start"] >= 0 and any(above[at + 1]):
            return at + 1, columns
    return _block_by_shape(above)


def _block_by_shape(above: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Return the row with a meeting's number and two times, its headings unknown."""
    for at, row in enumerate(above):
        numbers = [n for n, cell in enumerate(row) if number_of(cell)]
        times = [n for n, cell in enumerate(row) if _is_time(cell)]
        hosts = [n for n, cell in enumerate(row) if "@" in cell]
        if numbers and len(times) > 1:
            host = hosts[0] if hosts else -1
            start, end = times[:2]
            columns = {"number": numbers[0], "start": start, "end": end, "host": host}
            return at, columns
    return -1, {}
