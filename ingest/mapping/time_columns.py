"""Classify the time columns of a table: finished, last used, started or registered."""

import re

from ingest.mapping.column_formats import filled
from ingest.mapping.tables import Table
from ingest.parsing.days import day_clock
from ingest.parsing.source_phrases import spaced_words
from ingest.parsing.times import zone
from ingest.parsing.zone_abbreviations import UnclearZone
from tandem.core.errors import UndecidedFile

MIN_SHARE = 0.8  # of the filled cells must have a shape for the column to count
FINISHED, LAST_USED, STARTED = "finished", "last_used", "started"
REGISTERED, UNSPECIFIED = "registered", "unspecified"
# The first match decides: `Last course activity` and `Course first access` come before
# `access`.
_ROLES = (
    (
        None,
        r"due|deadline|expir|valid|created|generated|download|revision|birth|fällig|"
        r"gültig|échéance|vencim|scaden|termin płat|class (?:start|end)|session end|"
        r"नियत|देय|hire",
    ),
    (
        FINISHED,
        r"complet|finish|achieve|certified|\bdone\b|abgeschl|abschluss|terminé|achèv|"
        r"finaliza|voltooi|ukończ|conclu|slutför|afslut|fullfør|tamamla|完了|修了|पूर्ण|पूरा|समाप",
    ),
    (
        REGISTERED,
        r"enrol|regist|subscri|assign|inscri|einschreib|eingeschr|anmeld|zapis|"
        r"ingeschr|kayıt|登録|नामांकन|पंजीक",
    ),
    (
        LAST_USED,
        r"last|recent|letzt|dernier|últim|ultim|laatst|ostatni|senast|son eri|最終|"
        r"अंतिम|पिछल",
    ),
    (
        STARTED,
        r"start|begin|began|begun|begonn|first|launch|débu|commenc|inici|inizi|"
        r"rozpocz|access|başla|開始|आरंभ|प्रारंभ|शुरू",
    ),
)
# Seconds and milliseconds since 1970 between 2000 and 2050.
_COUNTS = {
    "unix_seconds": (946_684_800, 2_524_608_000),
    "unix_milliseconds": (946_684_800_000, 2_524_608_000_000),
}
_SPREADSHEET = (36_526, 54_789)  # days since 1899-12-30, in the same years
_OF_TIME = re.compile(r"(?:^|[^a-z])(?:date|time|on|at|datum|zeit|fecha|data)\b|_at$")


def times_by_role(table: Table) -> dict[str, list[str]]:
    """Return the time columns by role, without deadlines and dates of the record.

    A column whose heading has no known word is `UNSPECIFIED`.
    """
    by_role: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for name in table.header if name):
        cells = filled(table, name)
        if not cells or not (_mostly_times(cells) or form_of(table, name)):
            continue
        role = _role_of(name)
        if role is not None:
            by_role.setdefault(role, []).append(name)
    return by_role


def _role_of(heading: str) -> str | None:
    words = words_of(heading)
    return next(
        (role for role, pattern in _ROLES if re.search(pattern, words)), UNSPECIFIED
    )


def words_of(heading: str) -> str:
    """Return the words of a heading: `timeModified` and `timemodified` are two."""
    words = spaced_words(heading).casefold()
    return re.sub(r"^(time|date)(?=[a-z]{4})", r"\1 ", words)


def _mostly_times(cells: list[str]) -> bool:
    return sum(map(is_time, cells)) >= MIN_SHARE * len(cells)


def is_time(cell: str) -> bool:
    """Return whether a cell is a day or a time, not a bare number."""
    if not re.search(r"\d", cell) or re.fullmatch(r"[\d.,]{1,7}", cell):
        return False
    try:
        return day_clock("", zone("UTC"), "dmy", [cell]).utc(cell) is not None
    except UnclearZone:
        return True
    except (ValueError, UndecidedFile):
        return False


def form_of(table: Table, name: str) -> str | None:
    """Return the mapping's `form` of a column of numbers whose heading names a time."""
    cells = filled(table, name)
    role = _role_of(name)
    if role is None or (role == UNSPECIFIED and not _OF_TIME.search(words_of(name))):
        return None
    for form, (least, most) in _COUNTS.items():
        if cells and all(c.isdecimal() and least <= int(c) < most for c in cells):
            return form
    return None


def possible_spreadsheet_days(table: Table) -> list[str]:
    """Return the columns whose numbers may be a spreadsheet's dates."""
    least, most = _SPREADSHEET
    columns = []
    for name in dict.fromkeys(name for name in table.header if name):
        cells = filled(table, name)
        is_of_time = _role_of(name) != UNSPECIFIED or _OF_TIME.search(words_of(name))
        if is_of_time and cells and all(_within(cell, least, most) for cell in cells):
            columns.append(name)
    return columns


def _within(cell: str, least: int, most: int) -> bool:
    return re.fullmatch(r"\d{5}(?:[.,]\d+)?", cell) is not None and (
        least <= int(cell[:5]) < most
    )
