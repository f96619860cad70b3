"""Zoom's webinar reports in languages other than English, recognised by their layout.

A section of people has the same columns in every language: attended or not, names, an
address, the registration, then join, leave and minutes in a row. This module replaces
its headings by the English ones, so that the report is read as an English one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from ingest.connectors.report_tables import is_time
from ingest.connectors.zoom.format.meetings import meeting_number
from ingest.connectors.zoom.format.people import email_agent
from ingest.connectors.zoom.format.phrases import (
    COUNTS,
    MEETING,
    REGISTRATIONS,
    WEBINAR,
    plain,
)
from ingest.connectors.zoom.format.sections import (
    EMPTY_CELLS,
    Numbered,
    is_header,
    is_single_cell,
)

FIRST_JOIN_COLUMN = 3  # after attended or not, a name and an address


def _heading(field: str) -> str:
    """Return the heading of a field in English reports."""
    return WEBINAR.texts(field)[0]


CONNECTION = [_heading("join"), _heading("leave"), _heading("minutes")]
EMPTY_SECTION = [_heading("attended"), _heading("join")]
# In the order of reports that have all five.
COUNT_FIELDS = ("registered_count", "cancelled_count", "unique_viewer_count")
COUNT_FIELDS += ("participant_count", "max_concurrent_count")
FIVE_COUNTS = [COUNTS.texts(field)[0] for field in COUNT_FIELDS]


@dataclass(frozen=True)
class _Section:
    """The row number of a section's header, its people, and the column of the joins."""

    header: int
    people: list[list[str]]
    join: int


def with_english_headings(
    table: list[Numbered], fields: Iterable[str]
) -> tuple[list[Numbered], bool]:
    """Return a report with English headings, and whether it had others.

    Args:
        table: rows that are not blank, with their line numbers.
        fields: those by which an English report is recognised.
    """
    rows = [row for _line, row in table]
    names = tuple(fields)
    if any(is_header(row, WEBINAR, names) for row in rows):
        return table, False
    renamed = list(rows)
    sections = [section for at in range(len(rows)) if (section := _section(rows, at))]
    if sections:
        for section in sections:
            renamed[section.header] = _english_headings(rows[section.header], section)
        _rename_other_sections(renamed, rows, sections)
        first_header = sections[0].header
    else:
        registrations = (
            (at, headings)
            for at, row in enumerate(rows)
            if (headings := _registration_headings(row, rows))
        )
        first_header, headings = next(registrations, (-1, None))
        if headings is None:
            return table, False
        renamed[first_header] = headings
    rename_meeting_block(renamed, first_header)
    numbers = [line for line, _row in table]
    return list(zip(numbers, renamed, strict=True)), True


def _section(rows: Sequence[list[str]], at: int) -> _Section | None:
    """Return the section of a header row, None where the row is no header."""
    header = rows[at]
    if not at or not is_single_cell(rows[at - 1]):
        return None  # a header is below its section's title
    filled = [cell for cell in header if cell]
    if len(filled) < FIRST_JOIN_COLUMN + 3 or _has_value(header):
        return None
    people = _people_below(rows, at)
    attended = {row[0].casefold() for row in people}
    if not people or "" in attended or len(attended) > 2:
        return None
    join = _join_column(people, FIRST_JOIN_COLUMN)
    return _Section(at, people, join) if join else None


def _people_below(rows: Sequence[list[str]], header: int) -> list[list[str]]:
    """Return the people below a header, up to the next title."""
    return list(takewhile(lambda row: not is_single_cell(row), rows[header + 1 :]))


def _join_column(people: Sequence[list[str]], first: int) -> int | None:
    """Return the first column of join, leave and minutes, None where there is none."""
    width = min(len(row) for row in people)
    for join in range(first, width - 2):
        if all(_is_connection(row[join : join + 3]) for row in people):
            return join
    return None


def _rename_other_sections(
    renamed: list[list[str]], rows: Sequence[list[str]], sections: Sequence[_Section]
) -> None:
    """Replace the headings of sections that have no people, or names only, in place."""
    known = {section.header for section in sections}
    for title in range(sections[0].header, len(rows) - 1):
        header = title + 1
        if header in known or _has_value(rows[header]):
            continue
        if not is_single_cell(rows[title]):
            continue
        people = _people_below(rows, header)
        join = _join_column(people, 1) if people else None
        renamed[header] = EMPTY_SECTION
        if join:
            headings = [*rows[header]]
            headings[join : join + 3] = CONNECTION
            headings[0] = _heading("name")
            renamed[header] = headings


def _has_value(row: Sequence[str]) -> bool:
    """Return whether a row holds a time or an address, which no header does."""
    return any(is_time(cell) or email_agent(cell) for cell in row)


def _is_connection(cells: Sequence[str]) -> bool:
    """Return whether cells are join, leave and minutes, or placeholders for all three.

    A placeholder such as `--` counts, an empty cell in place of the join does not.
    """
    join, leave, minutes = cells
    if join.casefold() in EMPTY_CELLS:
        others = (leave.casefold(), minutes.casefold())
        return bool(join) and all(cell in EMPTY_CELLS for cell in others)
    has_leave = is_time(leave) or leave.casefold() in EMPTY_CELLS
    return is_time(join) and has_leave and minutes.strip().isdigit()


def _english_headings(header: Sequence[str], section: _Section) -> list[str]:
    """Return a section's headings in English; columns that are not read keep theirs."""
    headings = list(header)
    headings[0] = _heading("attended")
    headings[section.join : section.join + 3] = CONNECTION
    before = range(1, section.join)
    address = _column_with_most(
        section.people, before, lambda cell: email_agent(cell) is not None
    )
    registered = _column_with_most(section.people, before, is_time)
    if address:
        headings[address] = _heading("email")
    if registered:
        headings[registered] = _heading("registered")
        headings[min(registered + 1, section.join - 1)] = _heading("status")
    names = [n for n in before if n < (address or section.join)]
    if names and ("(" in plain(header[1]) or len(names) in (1, 3)):
        headings[names.pop(0)] = _heading("name")
    for n, name in zip(names, ("first_name", "last_name"), strict=False):
        headings[n] = _heading(name)
    return headings


def _column_with_most(
    people: Sequence[list[str]], columns: range, is_kind: Callable[[str], bool]
) -> int | None:
    """Return the column with the most cells of a kind, None where there is no cell."""
    counts = {n: sum(is_kind(row[n]) for row in people) for n in columns}
    best = max(counts, key=lambda n: counts[n], default=None)
    return best if best is not None and counts[best] else None


def _registration_headings(
    header: Sequence[str], rows: Sequence[list[str]]
) -> list[str] | None:
    """Return the English headings of a registration report, None where it is none."""
    time_column = _column_of(header, "registered")
    status_column = _column_of(header, "status")
    if time_column != 3 or status_column != 4 or _has_value(header):
        return None
    below = list(rows)[list(rows).index(list(header)) + 1 :]
    if not any(len(row) > 3 and email_agent(row[2]) for row in below):
        return None
    fields = ("first_name", "last_name", "email", "registered", "status")
    return [*map(_heading, fields), *header[5:]]


def _column_of(header: Sequence[str], field: str) -> int:
    """Return the first column of a field of registrations, -1 where there is none."""
    columns = (n for n, h in enumerate(header) if REGISTRATIONS.matches(h, field))
    return next(columns, -1)


def rename_meeting_block(rows: list[list[str]], end: int) -> None:
    """Replace the headings of the block about the meeting by English ones, in place.

    Args:
        rows: the report.
        end: the row number of the first section's header, below the block.
    """
    for at in range(1, end):
        row = rows[at]
        numbers = [n for n, cell in enumerate(row) if meeting_number(cell)]
        times = [n for n, cell in enumerate(row) if numbers and is_time(cell)]
        times = [n for n in times if n > numbers[0]]  # the topic may hold a date
        last = max((n for n, cell in enumerate(row) if cell), default=-1)
        if not numbers or len(rows[at - 1]) <= last:
            continue  # each value needs a heading; a trailing empty cell needs none
        headings = list(rows[at - 1])
        headings[numbers[0]] = MEETING.texts("number")[0]
        if times:
            headings[times[0]] = MEETING.texts("start")[0]
            after = times[0] + 1
            if after < len(row) and row[after].strip().isdigit():
                headings[after] = MEETING.texts("minutes")[0]
                counts = row[after + 1 : last + 1]
                if len(counts) == len(FIVE_COUNTS) and all(map(str.isdigit, counts)):
                    headings[after + 1 : last + 1] = FIVE_COUNTS
        rows[at - 1] = headings
        return
