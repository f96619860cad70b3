"""Zoom's webinar reports in languages other than English, recognised by their layout.

A section of people has the same columns in every language: attended or not, names, an
address, the registration, then join, leave and minutes in a row. This module replaces
its headings by the English ones, so that the report is read as an English one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from ingest.connectors.zoom.format.meetings import meeting_number
from ingest.connectors.zoom.format.participant_layout import is_time
from ingest.connectors.zoom.format.people import email_agent
from ingest.connectors.zoom.format.phrases import plain
from ingest.connectors.zoom.format.sections import (
    EMPTY_CELLS,
    Numbered,
    is_single_cell,
)

FIRST_JOIN_COLUMN = 3  # after attended or not, a name and an address
CONNECTION = ["Join Time", "Leave Time", "Time in Session (minutes)"]
EMPTY_SECTION = ["Attended", "Join Time"]
_REGISTERED = ("regist", "inscri", "anmeld", "rejestr", "kayıt", "регистр")
_REGISTERED += ("登録", "注册", "註冊", "报名", "등록")
_APPROVED = ("approv", "genehm", "aprob", "aprov", "approb", "zatwier", "onay")
_APPROVED += ("goedkeur", "одобр", "утвержд", "承認", "批准", "审批", "승인")
TITLES = {
    "host details": (
        *("host", "gastgeber", "anfitri", "hôte", "organizza", "gospodarz"),
        *("oturum sahibi", "организатор", "ホスト", "主持", "호스트"),
    ),
    "panelist details": (
        *("paneli", "panéli", "podium", "diskussionst", "панелист"),
        *("パネリスト", "パネラー", "嘉宾", "패널"),
    ),
    "other attended": (
        *("other", "sonstig", "andere", "weitere", "autres", "otros", "outros"),
        *("altri", "overige", "pozosta", "diğer", "друг", "その他", "其他", "기타"),
    ),
}
COUNTS = {
    "n.º inscritos": "# registered",
    "n.º de inscritos": "# registered",
    "espectadores exclusivos": "unique viewers",
    "usuarios totales": "total users",
    "vistas simultáneas máximas": "max concurrent views",
}
FIVE_COUNTS = ["# Registered", "# Cancelled", "Unique Viewers", "Total Users"]
FIVE_COUNTS += ["Max Concurrent Views"]  # the order in reports that have all five


@dataclass(frozen=True)
class _Section:
    """The row number of a section's header, its people, and the column of the joins."""

    header: int
    people: list[list[str]]
    join: int


def with_english_headings(
    table: list[Numbered], english: frozenset[str]
) -> tuple[list[Numbered], bool]:
    """Return a report with English headings and titles, and whether it had others.

    Args:
        table: rows that are not blank, with their line numbers.
        english: the headings by which an English report is recognised.
    """
    rows = [row for _line, row in table]
    if has_header(rows, english):
        return table, False
    renamed = list(rows)
    sections = [section for at in range(len(rows)) if (section := _section(rows, at))]
    if sections:
        for section in sections:
            title = rows[section.header - 1][0]
            renamed[section.header] = _english_headings(rows[section.header], section)
            renamed[section.header - 1] = [_english_title(title)]
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


def has_header(rows: Sequence[list[str]], headings: frozenset[str]) -> bool:
    """Return whether a row holds at least two of the headings."""
    return any(len(headings & {plain(cell) for cell in row}) >= 2 for row in rows)


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
        renamed[title] = [_english_title(rows[title][0])]
        renamed[header] = EMPTY_SECTION
        if join:
            headings = [*rows[header]]
            headings[join : join + 3] = CONNECTION
            headings[0] = "User Name"
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
    headings[0] = "Attended"
    headings[section.join : section.join + 3] = CONNECTION
    before = range(1, section.join)
    address = _column_with_most(
        section.people, before, lambda cell: email_agent(cell) is not None
    )
    registered = _column_with_most(section.people, before, is_time)
    if address:
        headings[address] = "Email"
    if registered:
        headings[registered] = "Registration Time"
        headings[min(registered + 1, section.join - 1)] = "Approval Status"
    names = [n for n in before if n < (address or section.join)]
    if names and ("(" in plain(header[1]) or len(names) in (1, 3)):
        headings[names.pop(0)] = "User Name (Original Name)"
    for n, heading in zip(names, ("First Name", "Last Name"), strict=False):
        headings[n] = heading
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
    headings = [plain(cell) for cell in header]
    time_column = _column_with_stem(headings, _REGISTERED)
    status_column = _column_with_stem(headings, _APPROVED)
    if time_column != 3 or status_column != 4 or _has_value(header):
        return None
    below = list(rows)[list(rows).index(list(header)) + 1 :]
    if not any(len(row) > 3 and email_agent(row[2]) for row in below):
        return None
    english = ["First Name", "Last Name", "Email", "Registration Time"]
    return [*english, "Approval Status", *header[5:]]


def _column_with_stem(headings: Sequence[str], stems: tuple[str, ...]) -> int:
    """Return the first column whose heading holds a stem, -1 where there is none."""
    for at, heading in enumerate(headings):
        if any(stem in heading for stem in stems):
            return at
    return -1


def _english_title(printed: str) -> str:
    for english, stems in TITLES.items():
        if any(stem in plain(printed) for stem in stems):
            return english
    return "attendee details"


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
        headings = [COUNTS.get(plain(cell), cell) for cell in rows[at - 1]]
        headings[numbers[0]] = "Webinar ID"
        if times:
            headings[times[0]] = "Actual Start Time"
            after = times[0] + 1
            if after < len(row) and row[after].strip().isdigit():
                headings[after] = "Actual Duration (minutes)"
                counts = row[after + 1 : last + 1]
                if len(counts) == len(FIVE_COUNTS) and all(map(str.isdigit, counts)):
                    headings[after + 1 : last + 1] = FIVE_COUNTS
        rows[at - 1] = headings
        return
