"""The shape of Meet's attendance report, whatever its language.

An address, a duration and two times of day in a row tell it; what stands before the
address is the name. A block about the meeting may come first.
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
from ingest.parsing.day_periods import with_latin_half
from ingest.parsing.text import DELIMITERS, is_blank

_TIME_OF_DAY = re.compile(
    r"^\d{1,2}(?:[:.]|\s?h\s?)\d{2}(?:[:.]\d{2})?(?:\s*[ap]\.?\s?m\.?)?$", re.IGNORECASE
)
_CLOCK_TOTAL = re.compile(r"^(?:\d+:)?\d{1,2}:\d{2}$")
_DURATIONS = {
    "en": ("duration", "time in call"),
    "fr": ("durée",),
    "de": ("dauer",),
    "es": ("duración",),
    "it": ("durata",),
    "pt-BR": ("duração",),
    "nl": ("duur",),
    "pl": ("czas trwania",),
    "id": ("durasi",),
    "uk": ("тривалість",),
    "ru": ("длительность", "продолжительность"),
    "sv": ("varaktighet", "längd"),
    "tr": ("süre",),
    "cs": ("doba trvání",),
    "ja": ("時間", "所要時間"),
}
_MAIL = ("mail", "correo", "адрес", "пошта", "メール", "邮", "이메일")
_FEWEST = 3


@dataclass(frozen=True)
class Sheet:
    """A report as printed; `joined` and `left` are None where only totals are."""

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
        """Return the display name: one cell, or first and last name."""
        return " ".join(cell(row, at) for at in self.names if cell(row, at))

    def email_of(self, row: list[str]) -> str | None:
        """Return the address, None for guests and telephones."""
        return cell(row, self.email) or None if self.email is not None else None


def language_of(header: list[str]) -> str | None:
    """Return the language of the heading over the totals, None if it is not known."""
    said = {heading.casefold() for heading in header}
    return next((code for code, words in _DURATIONS.items() if said & {*words}), None)


def sheet_of(text: str) -> Sheet | None:
    """Return the first report in a text, None if it has the shape of none."""
    return next(iter(sheets_of(text)), None)


def sheets_of(text: str) -> list[Sheet]:
    """Return the reports in a text, one below the other."""
    found = []
    for mark in DELIMITERS:
        parts = split_reports(rows_of(text, mark))
        found.append([sheet for part in parts if (sheet := _sheet(part, mark))])
    return max(found, key=lambda sheets: sum(1 + len(s.people) for s in sheets))


def locale_of(text: str) -> str | None:
    """Return the language of a report, None if it is none or speaks another."""
    sheet = sheet_of(text)
    return language_of(sheet.header) if sheet else None


def _sheet(table: Rows, mark: str) -> Sheet | None:
    filled = [(line, row) for line, row in table if not is_blank(row)]
    at = next((n for n, (_l, row) in enumerate(filled) if _is_header(row)), None)
    if at is None:
        return None
    header, people = filled[at][1], filled[at + 1 :]
    sample = [row for _line, row in people[:200]]
    email = _email_column(header, sample)
    total = _total_column(header, sample)
    times = [
        n for n in range(len(header)) if n != total and most_cells(sample, n, _is_clock)
    ]
    if total is None or email is None or (times and len(times) < 2):
        return None
    # Only totals: the words must tell that this is a report and not any list.
    if not times and not (language_of(header) and len(header) <= _FEWEST + 1):
        return None
    first = min([email, total, *times])
    names = tuple(n for n in range(first + 1) if n not in {email, total, *times})
    if not names:
        return None
    joined, left = (times[0], times[1]) if times else (None, None)
    preface = [row for _line, row in filled[:at]]
    return Sheet(mark, header, preface, people, names, email, total, joined, left)


def _is_header(row: list[str]) -> bool:
    """Return whether a row only has words, the first three of them without gap."""
    if len(row) < _FEWEST or not all(row[:_FEWEST]):
        return False
    return not any("@" in one or re.search(r"\d", one) for one in row)


def _email_column(header: list[str], sample: list[list[str]]) -> int | None:
    by_cells = [n for n in range(len(header)) if any("@" in cell(r, n) for r in sample)]
    by_word = [n for n, h in enumerate(header) if any(w in h.casefold() for w in _MAIL)]
    return next(iter(by_word + by_cells), None)


def _total_column(header: list[str], sample: list[list[str]]) -> int | None:
    """Return the column of totals: by its heading, its units, else the first clock."""
    words = {word for known in _DURATIONS.values() for word in known}
    by_word = [n for n, heading in enumerate(header) if heading.casefold() in words]
    by_units = [n for n in range(1, len(header)) if most_cells(sample, n, _has_units)]
    clocks = [n for n in range(1, len(header)) if most_cells(sample, n, _is_total)]
    by_clock = clocks if len(clocks) != 2 else []
    return next(iter(by_word + by_units + by_clock), None)


def _has_units(text: str) -> bool:
    return is_duration(text) and not _CLOCK_TOTAL.match(text) and not _is_clock(text)


def _is_total(text: str) -> bool:
    return _CLOCK_TOTAL.match(text) is not None


def _is_clock(text: str) -> bool:
    return _TIME_OF_DAY.match(with_latin_half(text).strip()) is not None
