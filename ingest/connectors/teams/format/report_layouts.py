"""The layouts of Teams' attendance reports, in any language.

Numbered sections (v3, since 2022), one table below a block about the meeting (v2,
2021-22), or a log of three columns (v1, 2020-21). Columns are recognised by their
cells: two dates with times, a duration after them, an address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ingest.connectors.local_clock import ABSENT
from ingest.connectors.report_tables import (
    Rows,
    cell,
    is_duration,
    is_time,
    most_cells,
    rows_of,
    split_reports,
)
from ingest.connectors.teams.format.phrases import ACTIONS, CONNECTIONS, HEADINGS
from ingest.parsing.text import DELIMITERS, is_blank

Generation = Literal["v1", "v2", "v3"]

_SECTION_TITLE = re.compile(r"^\W*([1-9])\s?[.)、．]\s*\S")
_MAX_LOG_ACTIONS = 4
_LOG_COLUMN_COUNT = 3
_MIN_TABLE_COLUMNS = 5  # name, two times, a duration, an address or a role
_SAMPLE_ROWS = 200


@dataclass(frozen=True)
class Columns:
    """Column numbers of a table of connections or of people."""

    joined: int = 1
    left: int = 2
    duration: int = 3
    addresses: tuple[int, ...] = ()


@dataclass(frozen=True)
class PrintedReport:
    """A report as printed: rows with their line numbers, all cells still text."""

    generation: Generation
    delimiter: str
    locale: str | None
    summary: list[list[str]] = field(default_factory=list)
    people: Rows = field(default_factory=list)
    connections: Rows = field(default_factory=list)
    log: Rows = field(default_factory=list)

    @property
    def printed_times(self) -> Iterator[str]:
        """All cells that hold a date with a time."""
        for row in self.summary:
            yield from (cell for cell in row[1:] if is_time(cell))
        for _line, row in [*self.people, *self.connections, *self.log]:
            yield from (cell for cell in row[1:] if is_time(cell))


def meeting_times(report: PrintedReport) -> Iterator[str]:
    """Yield the printed starts and ends of the meeting and of its connections.

    The times of registrations, which may be days earlier, are left out.
    """
    for row in report.summary:
        yield from (text for text in row[1:] if is_time(text))
    for table in (report.people, report.connections):
        columns = columns_of(table)
        for _line, row in table:
            cells = (cell(row, columns.joined), cell(row, columns.left))
            yield from (text for text in cells if is_time(text))
    for _line, row in report.log:
        yield from (text for text in row[1:] if is_time(text))


def first_report(text: str) -> PrintedReport | None:
    """Return the first report in a text, None where it has no such layout."""
    return next(iter(printed_reports(text)), None)


def printed_reports(text: str) -> list[PrintedReport]:
    """Return the reports in a text, from top to bottom; none where no layout fits.

    The delimiter is the one that yields the highest layout score.
    """
    candidates = [_reports(text, delimiter) for delimiter in DELIMITERS]
    return max(candidates, key=lambda reports: sum(map(_layout_score, reports)))


def _layout_score(report: PrintedReport) -> float:
    """Return a score by number of connections, then generation, then other rows."""
    weight = {"v3": 2, "v2": 1, "v1": 0}[report.generation]
    value_count = sum(len(row) > 1 and bool(row[1]) for row in report.summary)
    other_rows = len(report.people) + value_count
    connection_count = len(report.connections) + len(report.log)
    return 1 + 4 * connection_count + weight + other_rows / (1 + other_rows)


def locale_of(text: str) -> str | None:
    """Return the language of a report, None if it is none or speaks another."""
    report = first_report(text)
    return report.locale if report else None


def _reports(text: str, delimiter: str) -> list[PrintedReport]:
    tables = split_reports(rows_of(text, delimiter))
    reports = (_report(table, delimiter) for table in tables)
    return [report for report in reports if report]


def _report(table: Rows, delimiter: str) -> PrintedReport | None:
    return (
        _sectioned_report(table, delimiter)
        or _single_table(table, delimiter)
        or _event_log(table, delimiter)
    )


def _sectioned_report(table: Rows, delimiter: str) -> PrintedReport | None:
    """Read numbered sections: 1 the summary, 2 the people, 3 the connections."""
    sections: dict[str, Rows] = {}
    titles: list[str] = []
    current = None
    for line, row in table:
        title = _SECTION_TITLE.match(row[0]) if row and is_blank(row[1:]) else None
        if title and title.group(1) not in sections:
            current = title.group(1)
            sections[current] = []
            titles.append(row[0])
        elif current and not is_blank(row):
            sections[current].append((line, row))
    if list(sections)[:2] not in (["1", "2"], ["1", "3"]):
        return None
    headers = [
        cell for n in ("2", "3") if sections.get(n) for cell in sections[n][0][1]
    ]
    body = [row for n in ("2", "3") for _line, row in sections.get(n, [])]
    has_times = any(is_time(text) for row in body for text in row[1:])
    widest = max(map(len, body), default=0)
    if not has_times and not (
        HEADINGS.language_of(headers) and widest > _LOG_COLUMN_COUNT
    ):
        return None  # numbered paragraphs of another text
    return PrintedReport(
        "v3",
        delimiter,
        HEADINGS.language_of([*titles, *headers]),
        summary=[row for _line, row in sections["1"]],
        people=sections.get("2", [])[1:],
        connections=sections.get("3", [])[1:],
    )


def _single_table(table: Rows, delimiter: str) -> PrintedReport | None:
    """Read one table of connections: name, two times, a duration, further cells."""
    connections = [n for n, (_line, row) in enumerate(table) if _is_connection(row)]
    if not any(is_time(cell(table[n][1], Columns.left)) for n in connections):
        return _empty_table(table, delimiter)
    first = connections[0]
    wide_rows = sum(len(row) > _LOG_COLUMN_COUNT for _line, row in table[first:])
    if 2 * len(connections) <= wide_rows:
        return None
    has_header = first > 0 and len(table[first - 1][1]) > _LOG_COLUMN_COUNT
    header = table[first - 1][1] if has_header else []
    above = table[: first - 1] if has_header else table[:first]
    summary = [row for _line, row in above if not is_blank(row)]
    body = [(line, row) for line, row in table[first:] if not is_blank(row)]
    locale = HEADINGS.language_of([*(row[0] for row in summary), *header])
    return PrintedReport("v2", delimiter, locale, summary=summary, connections=body)


def _empty_table(table: Rows, delimiter: str) -> PrintedReport | None:
    """Read the report of a meeting that nobody joined: a header without rows."""
    for at, (_line, row) in enumerate(table):
        if not at or CONNECTIONS.column_of(row, "join") < 0:
            continue
        if not any(is_time(text) for _l, below in table[at + 1 :] for text in below):
            summary = [cells for _l, cells in table[:at] if not is_blank(cells)]
            locale = HEADINGS.language_of(row)
            return PrintedReport("v2", delimiter, locale, summary=summary)
    return None


def _is_connection(row: list[str]) -> bool:
    """Return whether a row is name, join, leave (or none yet) and a duration."""
    if len(row) < _MIN_TABLE_COLUMNS or not row[0]:
        return False
    _name, joined, left, duration, *rest = row
    if not is_time(joined) or is_blank([left, duration, *rest]):
        return False  # a line about the meeting itself, with empty cells after it
    if not (is_time(left) or left.casefold() in ABSENT):
        return False
    return is_duration(duration) or duration.casefold() in ABSENT


def _event_log(table: Rows, delimiter: str) -> PrintedReport | None:
    """Read an event log: name, action, time."""
    filled = [(line, [*row, "", ""]) for line, row in table if not is_blank(row)]
    body = [(line, row) for line, row in filled if row[0] and is_time(row[2])]
    if not filled or any(not is_blank(r[_LOG_COLUMN_COUNT:]) for _line, r in filled):
        return None
    header = filled[0][1][:_LOG_COLUMN_COUNT]
    has_known_heading = HEADINGS.matches(header[1], "action")
    actions = {row[1].casefold() for _line, row in body}
    is_log = 2 * len(body) > len(filled) - 1 and len(actions) <= _MAX_LOG_ACTIONS
    if not (has_known_heading or (body and is_log and "" not in actions)):
        return None
    has_known_action = any(map(ACTIONS.field_of, actions))
    if not has_known_heading and not has_known_action and not _has_leaves(body):
        return None
    has_header = not is_time(header[2])
    log = filled[int(has_header) :]
    return PrintedReport("v1", delimiter, HEADINGS.language_of(header), log=log)


def _has_leaves(body: Rows) -> bool:
    """Return whether exactly one action is never a person's first, as a leave is."""
    first_actions: dict[str, str] = {}
    for _line, row in body:
        first_actions.setdefault(row[0], row[1].casefold())
    later = {row[1].casefold() for _line, row in body} - set(first_actions.values())
    return len(later) == 1 and not any("@" in name for name in first_actions)


def columns_of(table: Rows) -> Columns:
    """Return a table's columns: two columns of times followed by a duration.

    Where the cells do not show them, they are the columns of all known reports.
    """
    sample = [row for _line, row in table[:_SAMPLE_ROWS]]
    width = max((len(row) for row in sample), default=0)
    times = [n for n in range(1, width) if most_cells(sample, n, is_time)]
    before_duration = [n for n in times if most_cells(sample, n + 2, is_duration)]
    pairs = [n for n in before_duration if n + 1 in times]
    joined = (pairs or times or [Columns.joined])[0]
    rest = range(joined + 3, width)
    addresses = [n for n in rest if any("@" in cell(row, n) for row in sample)]
    return Columns(joined, joined + 1, joined + 2, tuple(addresses))
