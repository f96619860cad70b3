"""The layout of Meet's attendance report, in any language.

It is recognised by rows with an e-mail address, a duration and two times of day; the
columns before them hold the name. A preface about the meeting may precede the header.
"""

import re
from dataclasses import dataclass

from ingest.connectors.report_tables import (
    Rows,
    cell,
    is_duration,
    most_cells,
    rows_of,
    split_reports,
)
from ingest.parsing.day_periods import with_latin_day_period
from ingest.parsing.source_phrases import source_phrases
from ingest.parsing.text import DELIMITERS, is_blank

_TIME_OF_DAY = re.compile(
    r"^\d{1,2}(?:[:.]|\s?h\s?)\d{2}(?:[:.]\d{2})?(?:\s*[ap]\.?\s?m\.?)?$", re.IGNORECASE
)
_CLOCK_DURATION = re.compile(r"^(?:\d+:)?\d{1,2}:\d{2}$")
HEADINGS = source_phrases("meet", "attendance")
_MIN_COLUMNS = 3


@dataclass(frozen=True)
class PrintedReport:
    """A report as printed, with the numbers of its columns.

    `joined` and `left` are None where the report has totals only.
    """

    delimiter: str
    header: list[str]
    preface: list[list[str]]
    people: Rows
    names: tuple[int, ...]
    email: int | None
    duration: int
    joined: int | None
    left: int | None

    def name_of(self, row: list[str]) -> str:
        """Return the display name, from one cell or from first and last name."""
        return " ".join(cell(row, at) for at in self.names if cell(row, at))

    def email_of(self, row: list[str]) -> str | None:
        """Return the e-mail address, None for guests and callers by telephone."""
        return cell(row, self.email) or None if self.email is not None else None


def language_of(header: list[str]) -> str | None:
    """Return the language of the heading of the durations, None if it is not known."""
    return HEADINGS.language_of(header, ["duration"])


def first_report(text: str) -> PrintedReport | None:
    """Return the first report in a text, None where it has no such layout."""
    return next(iter(printed_reports(text)), None)


def printed_reports(text: str) -> list[PrintedReport]:
    """Return the reports in a text, from top to bottom.

    The delimiter is the one that yields the most people.
    """
    candidates = []
    for delimiter in DELIMITERS:
        tables = split_reports(rows_of(text, delimiter))
        reports = (_report(table, delimiter) for table in tables)
        candidates.append([report for report in reports if report])
    return max(candidates, key=lambda reports: sum(1 + len(r.people) for r in reports))


def locale_of(text: str) -> str | None:
    """Return the language of a report, None where it is none or not known."""
    report = first_report(text)
    return language_of(report.header) if report else None


def _report(table: Rows, delimiter: str) -> PrintedReport | None:
    filled = [(line, row) for line, row in table if not is_blank(row)]
    at = next((n for n, (_l, row) in enumerate(filled) if _is_header(row)), None)
    if at is None:
        return None
    header, people = filled[at][1], filled[at + 1 :]
    sample = [row for _line, row in people[:200]]
    email = _email_column(header, sample)
    if email is None:  # before cells are read as durations, which takes longest
        return None
    duration = _duration_column(header, sample)
    times = [
        n
        for n in range(len(header))
        if n != duration and most_cells(sample, n, _is_time_of_day)
    ]
    if duration is None or (times and len(times) < 2):
        return None
    # Without times only known headings distinguish a report from another list.
    if not times and not (language_of(header) and len(header) <= _MIN_COLUMNS + 1):
        return None
    first = min([email, duration, *times])
    names = tuple(n for n in range(first + 1) if n not in {email, duration, *times})
    if not names:
        return None
    joined, left = (times[0], times[1]) if times else (None, None)
    return PrintedReport(
        delimiter=delimiter,
        header=header,
        preface=[row for _line, row in filled[:at]],
        people=people,
        names=names,
        email=email,
        duration=duration,
        joined=joined,
        left=left,
    )


def _is_header(row: list[str]) -> bool:
    """Return whether a row holds words only, and its first three cells are filled."""
    if len(row) < _MIN_COLUMNS or not all(row[:_MIN_COLUMNS]):
        return False
    return not any("@" in text or re.search(r"\d", text) for text in row)


def _email_column(header: list[str], sample: list[list[str]]) -> int | None:
    by_heading = [n for n, h in enumerate(header) if HEADINGS.matches(h, "email")]
    by_cells = [n for n in range(len(header)) if any("@" in cell(r, n) for r in sample)]
    return next(iter(by_heading + by_cells), None)


def _duration_column(header: list[str], sample: list[list[str]]) -> int | None:
    """Return the column of durations: by heading, by units, else by cells such as 1:05.

    Exactly two columns of such cells are join and leave.
    """
    by_heading = [n for n, h in enumerate(header) if HEADINGS.matches(h, "duration")]
    if by_heading:
        return by_heading[0]
    by_units = [n for n in range(1, len(header)) if most_cells(sample, n, _has_units)]
    clocks = [n for n in range(1, len(header)) if most_cells(sample, n, _is_clock)]
    by_clock = clocks if len(clocks) != 2 else []
    return next(iter(by_units + by_clock), None)


def _has_units(text: str) -> bool:
    return is_duration(text) and not _is_clock(text) and not _is_time_of_day(text)


def _is_clock(text: str) -> bool:
    return _CLOCK_DURATION.match(text) is not None


def _is_time_of_day(text: str) -> bool:
    return _TIME_OF_DAY.match(with_latin_day_period(text).strip()) is not None
