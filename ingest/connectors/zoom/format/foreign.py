"""Zoom's webinar reports in other languages than English, known by their shape.

A section of people has in every language the same columns: came or not, names, an
address, the registration, then join, leave and minutes side by side. Its headings are
put into English here, and the reports are read as English ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from ingest.connectors.zoom.format.layout import Numbered, is_time
from ingest.connectors.zoom.format.report import agent_of, number_of
from ingest.connectors.zoom.format.sections import UNTOLD, is_alone
from ingest.connectors.zoom.format.words import plain

FIRST_JOIN = 3  # after whether they came, a name and an address
CONNECTION = ["Join Time", "Leave Time", "Time in Session (minutes)"]
NO_PEOPLE = ["Attended", "Join Time"]
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
COUNTED = ["# Registered", "# Cancelled"]  # in this order wherever there are five
COUNTED += ["Unique Viewers", "Total Users", "Max Concurrent Views"]


@dataclass(frozen=True)
class _Section:
    """Where a section's header is, its people, and where they joined."""

    header: int
    people: list[list[str]]
    join: int


def in_english(
    table: list[Numbered], english: frozenset[str]
) -> tuple[list[Numbered], bool]:
    """Return a report with English headings and titles, and whether it had others.

    Args:
        table: rows that say something, with their lines.
        english: the headings by which an English report is known.
    """
    rows = [row for _line, row in table]
    if any(len(english & {plain(cell) for cell in row}) >= 2 for row in rows):
        return table, False
    found = list(rows)
    sections = [one for at in range(len(rows)) if (one := _section(rows, at))]
    for one in sections:
        found[one.header] = _headings(rows[one.header], one)
        found[one.header - 1] = [_title(rows[one.header - 1][0])]
    if sections:
        _name_rest(found, rows, sections)
    if not sections:
        registration = [at for at, row in enumerate(rows) if _registration(row, rows)]
        for at in registration[:1]:
            found[at] = _registration(rows[at], rows) or rows[at]
            sections = [_Section(at, [], -1)]
    if not sections:
        return table, False
    name_block(found, sections[0].header)
    numbers = [line for line, _row in table]
    return list(zip(numbers, found, strict=True)), True


def _section(rows: Sequence[list[str]], at: int) -> _Section | None:
    """Return the section whose header a row is, below a title, else None."""
    header = rows[at]
    if not at or not is_alone(rows[at - 1]):
        return None  # a report says whose it is before it says who came
    if len([cell for cell in header if cell]) < FIRST_JOIN + 3 or _has_value(header):
        return None
    people = _below(rows, at)
    answers = {row[0].casefold() for row in people}
    if not people or "" in answers or len(answers) > 2:
        return None
    join = _join_column(people, FIRST_JOIN)
    return _Section(at, people, join) if join else None


def _below(rows: Sequence[list[str]], header: int) -> list[list[str]]:
    """Return the people below a header, up to the next title."""
    return list(takewhile(lambda row: not is_alone(row), rows[header + 1 :]))


def _join_column(people: Sequence[list[str]], first: int) -> int | None:
    width = min(len(row) for row in people)
    for join in range(first, width - 2):
        if all(_is_connection(row[join : join + 3]) for row in people):
            return join
    return None


def _name_rest(
    found: list[list[str]], rows: Sequence[list[str]], sections: Sequence[_Section]
) -> None:
    """Put the headings of sections into English that nobody is in, or names alone."""
    known = {one.header for one in sections}
    for title in range(sections[0].header, len(rows) - 1):
        header = title + 1
        if header in known or not is_alone(rows[title]) or _has_value(rows[header]):
            continue
        people = _below(rows, header)
        join = _join_column(people, 1) if people else None
        found[title] = [_title(rows[title][0])]
        found[header] = NO_PEOPLE
        if join:
            named = [*rows[header]]
            named[join : join + 3] = CONNECTION
            named[0] = "User Name"
            found[header] = named


def _has_value(row: Sequence[str]) -> bool:
    return any(is_time(cell) or agent_of(cell) for cell in row)


def _is_connection(cells: Sequence[str]) -> bool:
    """Return whether cells are a join, a leave and minutes, or three times nothing."""
    join, leave, minutes = cells
    if join.casefold() in UNTOLD:
        untold = leave.casefold() in UNTOLD and minutes.casefold() in UNTOLD
        return untold and bool(join)  # `--`: an empty cell says nothing
    is_left = is_time(leave) or leave.casefold() in UNTOLD
    return is_time(join) and is_left and minutes.strip().isdigit()


def _headings(header: Sequence[str], one: _Section) -> list[str]:
    """Return a section's headings in English; columns of no concern keep theirs."""
    found = list(header)
    found[0] = "Attended"
    found[one.join : one.join + 3] = CONNECTION
    before = range(1, one.join)
    address = _most(one.people, before, lambda cell: agent_of(cell) is not None)
    registered = _most(one.people, before, is_time)
    if address:
        found[address] = "Email"
    if registered:
        found[registered] = "Registration Time"
        found[min(registered + 1, one.join - 1)] = "Approval Status"
    names = [n for n in before if n < (address or one.join)]
    if names and ("(" in plain(header[1]) or len(names) in (1, 3)):
        found[names.pop(0)] = "User Name (Original Name)"
    for n, heading in zip(names, ("First Name", "Last Name"), strict=False):
        found[n] = heading
    return found


def _most(
    people: Sequence[list[str]], columns: range, is_one: Callable[[str], bool]
) -> int | None:
    """Return the column in which most cells are of a kind, None where none is."""
    counts = {n: sum(is_one(row[n]) for row in people) for n in columns}
    best = max(counts, key=lambda n: counts[n], default=None)
    return best if best is not None and counts[best] else None


def _registration(header: Sequence[str], rows: Sequence[list[str]]) -> list[str] | None:
    """Return the English headings of a registration report, None where it is none."""
    words = [plain(cell) for cell in header]
    time = _with_stem(words, _REGISTERED)
    status = _with_stem(words, _APPROVED)
    if time != 3 or status != 4 or _has_value(header):
        return None
    below = list(rows)[list(rows).index(list(header)) + 1 :]
    if not any(len(row) > 3 and agent_of(row[2]) for row in below):
        return None
    english = ["First Name", "Last Name", "Email", "Registration Time"]
    return [*english, "Approval Status", *header[5:]]


def _with_stem(words: Sequence[str], stems: tuple[str, ...]) -> int:
    for at, word in enumerate(words):
        if any(stem in word for stem in stems):
            return at
    return -1


def _title(printed: str) -> str:
    for english, stems in TITLES.items():
        if any(stem in plain(printed) for stem in stems):
            return english
    return "attendee details"


def name_block(rows: list[list[str]], until: int) -> None:
    """Give the row above the webinar's number and start English headings, in place."""
    for at in range(1, until):
        row = rows[at]
        numbers = [n for n, cell in enumerate(row) if number_of(cell)]
        times = [n for n, cell in enumerate(row) if numbers and is_time(cell)]
        times = [n for n in times if n > numbers[0]]  # a topic may hold a day
        last = max((n for n, cell in enumerate(row) if cell), default=-1)
        if not numbers or len(rows[at - 1]) <= last:
            continue  # the values may end in a comma more than their headings
        named = [COUNTS.get(plain(cell), cell) for cell in rows[at - 1]]
        named[numbers[0]] = "Webinar ID"
        if times:
            named[times[0]] = "Actual Start Time"
            after = times[0] + 1
            if after < len(row) and row[after].strip().isdigit():
                named[after] = "Actual Duration (minutes)"
                printed = row[after + 1 : last + 1]
                if len(printed) == len(COUNTED) and all(map(str.isdigit, printed)):
                    named[after + 1 : last + 1] = COUNTED
        rows[at - 1] = named
        return
