"""Which columns of a table say when: something was done, begun, or only booked."""

import re

from ingest.mapping.cells import NOTHING
from ingest.mapping.tables import Table
from ingest.parsing.days import day_clock
from ingest.parsing.times import zone
from tandem.core.errors import UndecidedFile

MOSTLY = 0.8  # of the filled cells that say what a column is
DONE, LAST, BEGUN, BOOKED, SOME = "done", "last", "begun", "booked", "some"
# In this order: `Last course activity` and `Course first access` before `access`.
_ROLES = (
    (
        None,
        r"due|deadline|expir|valid|created|generated|download|revision|birth|fällig|"
        r"gültig|échéance|vencim|scaden|termin płat|class (?:start|end)|session end|"
        r"hire",
    ),
    (
        DONE,
        r"complet|finish|achieve|certified|\bdone\b|abgeschl|abschluss|terminé|achèv|"
        r"finaliza|voltooi|ukończ|conclu|slutför|afslut|fullfør|tamamla|完了|修了",
    ),
    (
        BOOKED,
        r"enrol|regist|subscri|assign|inscri|einschreib|eingeschr|anmeld|zapis|"
        r"ingeschr|kayıt|登録",
    ),
    (LAST, r"last|recent|letzt|dernier|últim|ultim|laatst|ostatni|senast|son eri|最終"),
    (
        BEGUN,
        r"start|begin|began|begun|begonn|first|launch|débu|commenc|inici|inizi|"
        r"rozpocz|access|başla|開始",
    ),
)
# Seconds and milliseconds since 1970 between 2000 and 2050.
_COUNTS = {
    "unix_seconds": (946_684_800, 2_524_608_000),
    "unix_milliseconds": (946_684_800_000, 2_524_608_000_000),
}
_SPREADSHEET = (36_526, 54_789)  # days since 1899-12-30, in the same years
_OF_TIME = re.compile(r"(?:^|[^a-z])(?:date|time|on|at|datum|zeit|fecha|data)\b|_at$")


def filled(table: Table, name: str) -> list[str]:
    """Return the cells of a column that say anything: a dash says nothing."""
    return [cell for cell in table.column(name) if cell.casefold() not in NOTHING]


def times_by_role(table: Table) -> dict[str, list[str]]:
    """Return the columns of times by what was then, those of deadlines left out.

    What their headings do not tell is `some` time.
    """
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for name in table.header if name):
        cells = filled(table, name)
        if not cells or not (_mostly_times(cells) or form_of(table, name)):
            continue
        role = _role_of(name)
        if role is not None:
            found.setdefault(role, []).append(name)
    return found


def _role_of(heading: str) -> str | None:
    spoken = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", heading).casefold()
    return next((role for role, form in _ROLES if re.search(form, spoken)), SOME)


def _mostly_times(cells: list[str]) -> bool:
    return sum(map(is_time, cells)) >= MOSTLY * len(cells)


def is_time(cell: str) -> bool:
    """Return whether a cell is a day or a time, and no bare number."""
    if not re.search(r"\d", cell) or re.fullmatch(r"[\d.,]{1,7}", cell):
        return False
    try:
        return day_clock("", zone("UTC"), "dmy", [cell]).utc(cell) is not None
    except (ValueError, UndecidedFile):
        return False


def form_of(table: Table, name: str) -> str | None:
    """Return what a column's bare numbers count, where its heading speaks of time."""
    cells = filled(table, name)
    role = _role_of(name)
    if role is None or (role == SOME and not _OF_TIME.search(name.casefold())):
        return None
    for form, (least, most) in _COUNTS.items():
        if cells and all(c.isdecimal() and least <= int(c) < most for c in cells):
            return form
    return None


def maybe_days(table: Table) -> list[str]:
    """Return the columns of dates that a spreadsheet may have left as bare numbers."""
    least, most = _SPREADSHEET
    found = []
    for name in dict.fromkeys(name for name in table.header if name):
        cells = filled(table, name)
        is_of_time = _role_of(name) != SOME or _OF_TIME.search(name.casefold())
        if is_of_time and cells and all(_within(cell, least, most) for cell in cells):
            found.append(name)
    return found


def _within(cell: str, least: int, most: int) -> bool:
    return re.fullmatch(r"\d{5}(?:[.,]\d+)?", cell) is not None and (
        least <= int(cell[:5]) < most
    )
