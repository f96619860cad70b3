"""The shape of Teams' attendance reports, whatever their language.

Numbered sections (since 2022), one table below a block about the meeting (2021-22), or
a log of three columns (2020-21). Which column is which is told by what the cells hold:
two dates with times, a duration behind them, an address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Literal

from ingest.connectors.local_clock import ABSENT
from ingest.connectors.report_tables import (
    Rows,
    cell,
    is_duration,
    most_cells,
    rows_of,
    split_reports,
)
from ingest.connectors.teams.format.words import (
    JOINED,
    JOINED_BEFORE,
    LEFT,
    language_of,
)
from ingest.parsing.text import DELIMITERS, is_blank
from ingest.parsing.times import parse_local

Generation = Literal["v1", "v2", "v3"]

_TITLE = re.compile(r"^\W*([1-9])\s?[.)、．]\s*\S")
_ACTIONS = JOINED | JOINED_BEFORE | LEFT
_LOG_HEADS = {"user action", "atividade", "benutzeraktion", "action de l'utilisateur"}
_LOG_HEADS |= {"acción del usuario", "azione utente", "gebruikersactie", "akcja"}
_LOG_HEADS |= {"akcja użytkownika", "tindakan pengguna", "ação do usuário"}
_FOUR_NUMBERS = re.compile(r"\d\D+\d+\D+\d+\D+\d")  # three of a day, one of a clock
_MOST_ACTIONS = 4
_LOG_WIDTH = 3
_NARROWEST = 5  # name, two times, a duration, and whose address or role it is
_SAMPLE = 200


@dataclass(frozen=True)
class Columns:
    """Where a table of connections or of people has what."""

    joined: int = 1
    left: int = 2
    duration: int = 3
    addresses: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A report as printed: rows with their lines, not yet times."""

    generation: Generation
    delimiter: str
    locale: str | None
    summary: list[list[str]] = field(default_factory=list)
    people: Rows = field(default_factory=list)
    connections: Rows = field(default_factory=list)
    log: Rows = field(default_factory=list)

    @property
    def printed_times(self) -> Iterator[str]:
        """Every cell that holds a date with a time."""
        for row in self.summary:
            yield from (cell for cell in row[1:] if is_time(cell))
        for _line, row in [*self.people, *self.connections, *self.log]:
            yield from (cell for cell in row[1:] if is_time(cell))


def meeting_times(sheet: Sheet) -> Iterator[str]:
    """Yield when the meeting and its connections began and ended, as printed.

    Registrations, which are days before, are left out.
    """
    for row in sheet.summary:
        yield from (one for one in row[1:] if is_time(one))
    for table in (sheet.people, sheet.connections):
        columns = columns_of(table)
        for _line, row in table:
            cells = (cell(row, columns.joined), cell(row, columns.left))
            yield from (one for one in cells if is_time(one))
    for _line, row in sheet.log:
        yield from (one for one in row[1:] if is_time(one))


def sheet_of(text: str) -> Sheet | None:
    """Return the first report in a text, None if it has the shape of none."""
    return next(iter(sheets_of(text)), None)


def sheets_of(text: str) -> list[Sheet]:
    """Return the reports in a text, one below the other; none if it has no such shape.

    The separator is the one with which they make most sense.
    """
    found = [_sheets(text, mark) for mark in DELIMITERS]
    return max(found, key=lambda sheets: sum(map(_sense, sheets)))


def _sense(sheet: Sheet) -> float:
    """Weigh rows of connections above all, then the generation, then other rows."""
    weight = {"v3": 2, "v2": 1, "v1": 0}[sheet.generation]
    said = sum(len(row) > 1 and bool(row[1]) for row in sheet.summary)
    least = (len(sheet.people) + said) / (1 + len(sheet.people) + said)
    return 1 + 4 * (len(sheet.connections) + len(sheet.log)) + weight + least


def locale_of(text: str) -> str | None:
    """Return the language of a report, None if it is none or speaks another."""
    sheet = sheet_of(text)
    return sheet.locale if sheet else None


def _sheets(text: str, mark: str) -> list[Sheet]:
    found = (_sheet(table, mark) for table in split_reports(rows_of(text, mark)))
    return [sheet for sheet in found if sheet]


def _sheet(table: Rows, mark: str) -> Sheet | None:
    return _sections(table, mark) or _single_table(table, mark) or _log(table, mark)


def _sections(table: Rows, mark: str) -> Sheet | None:
    """Read numbered sections; the last that holds connections has the intervals."""
    found: dict[str, Rows] = {}
    titles: list[str] = []
    current = None
    for line, row in table:
        title = _TITLE.match(row[0]) if row and is_blank(row[1:]) else None
        if title and title.group(1) not in found:
            current = title.group(1)
            found[current] = []
            titles.append(row[0])
        elif current and not is_blank(row):
            found[current].append((line, row))
    if list(found)[:2] not in (["1", "2"], ["1", "3"]):
        return None
    headers = [cell for n in ("2", "3") if found.get(n) for cell in found[n][0][1]]
    body = [row for n in ("2", "3") for _line, row in found.get(n, [])]
    has_times = any(is_time(one) for row in body for one in row[1:])
    if not has_times and not (
        language_of(headers) and max(map(len, body), default=0) > _LOG_WIDTH
    ):
        return None  # numbered paragraphs of any text
    return Sheet(
        "v3",
        mark,
        language_of([*titles, *headers]),
        summary=[row for _line, row in found["1"]],
        people=found.get("2", [])[1:],
        connections=found.get("3", [])[1:],
    )


def _single_table(table: Rows, mark: str) -> Sheet | None:
    """Read one table of connections: name, two times, a duration, further cells."""
    connecting = [n for n, (_line, row) in enumerate(table) if _connects(row)]
    if not any(is_time(cell(table[n][1], Columns.left)) for n in connecting):
        return _empty_table(table, mark)
    first = connecting[0]
    if 2 * len(connecting) <= sum(len(row) > _LOG_WIDTH for _l, row in table[first:]):
        return None
    has_header = first > 0 and len(table[first - 1][1]) > _LOG_WIDTH
    header = table[first - 1][1] if has_header else []
    above = table[: first - 1] if has_header else table[:first]
    summary = [row for _line, row in above if not is_blank(row)]
    body = [(line, row) for line, row in table[first:] if not is_blank(row)]
    locale = language_of([*(row[0] for row in summary), *header])
    return Sheet("v2", mark, locale, summary=summary, connections=body)


def _empty_table(table: Rows, mark: str) -> Sheet | None:
    """Read a report of a meeting that nobody joined: its header is all there is."""
    for at, (_line, row) in enumerate(table):
        known = {"join time", "heure d'arrivée", "ora di ingresso", "hora de unión"}
        if at and known & {cell.casefold().replace("’", "'") for cell in row}:
            summary = [cells for _l, cells in table[:at] if not is_blank(cells)]
            return Sheet("v2", mark, language_of(row), summary=summary)
    return None


def _connects(row: list[str]) -> bool:
    """Return whether a row is name, join, leave (or none yet) and a duration."""
    if len(row) < _NARROWEST or not row[0]:
        return False
    _name, joined, left, lasted, *rest = row
    if not is_time(joined) or is_blank([left, lasted, *rest]):
        return False  # such is a line about the meeting itself, padded
    if not (is_time(left) or left.casefold() in ABSENT):
        return False
    return is_duration(lasted) or lasted.casefold() in ABSENT


def _log(table: Rows, mark: str) -> Sheet | None:
    """Read a log: name, one of a few actions, a time."""
    filled = [(line, [*row, "", ""]) for line, row in table if not is_blank(row)]
    body = [(line, row) for line, row in filled if row[0] and is_time(row[2])]
    if not filled or any(not is_blank(row[_LOG_WIDTH:]) for _line, row in filled):
        return None
    header = filled[0][1][:_LOG_WIDTH]
    is_named = header[1].casefold().replace("’", "'") in _LOG_HEADS
    actions = {row[1].casefold() for _line, row in body}
    is_log = 2 * len(body) > len(filled) - 1 and len(actions) <= _MOST_ACTIONS
    if not (is_named or (body and is_log and "" not in actions)):
        return None
    if not is_named and not actions & _ACTIONS and not _has_leaves(body):
        return None
    has_header = not is_time(header[2])
    return Sheet("v1", mark, language_of(header), log=filled[int(has_header) :])


def _has_leaves(body: Rows) -> bool:
    """Return whether one action, and only one, is nobody's first: it can be leaving."""
    firsts: dict[str, str] = {}
    for _line, row in body:
        firsts.setdefault(row[0], row[1].casefold())
    later = {row[1].casefold() for _line, row in body} - set(firsts.values())
    return len(later) == 1 and not any("@" in name for name in firsts)


def columns_of(table: Rows) -> Columns:
    """Return where a table has what: a pair of times with a duration behind it.

    Where nothing shows it, the positions are those of every known report.
    """
    sample = [row for _line, row in table[:_SAMPLE]]
    width = max((len(row) for row in sample), default=0)
    times = [at for at in range(1, width) if most_cells(sample, at, is_time)]
    pairs = [at for at in times if most_cells(sample, at + 2, is_duration)]
    likely = [at for at in pairs if at + 1 in times] or times or [Columns.joined]
    joined = likely[0]
    rest = range(joined + 3, width)
    addresses = [at for at in rest if any("@" in cell(row, at) for row in sample)]
    return Columns(joined, joined + 1, joined + 2, tuple(addresses))


@lru_cache(maxsize=20_000)
def is_time(text: str) -> bool:
    """Return whether a cell is a date with a time, in whatever order."""
    if not _FOUR_NUMBERS.search(text):
        return False
    return any(_reads(text, order) for order in ("dmy", "mdy", "ymd"))


def _reads(text: str, order: Literal["dmy", "mdy", "ymd"]) -> datetime | None:
    try:
        return parse_local(text, order).at
    except ValueError:
        return None
