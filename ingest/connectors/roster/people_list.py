"""A list of people from an HR system: CSV or a spreadsheet, headings in any language.

Needed is an e-mail or an id; name, business unit, region, hire and leaving date,
language, time zone, segment are taken where they are there. With a cohort or programme
column each row is a seat as well, and `start` and `end` are the seat's. The manager is
recognised and not kept: no measure uses it. `delivery = "bulk"` under
[sources.<name>] in tandem.toml says that each file lists everybody, so that whoever is
left out of a cohort has left it.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors import roster_rows
from ingest.connectors.roster_rows import Membership, Seat
from ingest.identity import agents
from ingest.identity.agents import Agent
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.mapping.people_headings import fields_of
from ingest.mapping.tables import SPREADSHEETS, csv_lines, sheet_lines, whole_lines
from ingest.parsing.days import DayClock, day_clock
from ingest.parsing.text import decode, delimiter_of
from ingest.parsing.times import zone
from tandem.core.errors import DamagedFile

NAME = "hr"
HEADER_WITHIN = 12  # lines: reports put their title and filters above the header
TELLING = {"business_unit", "hired_on", "left_at", "manager", "region"}
SEATED = {"cohort", "programme"}
DATED = ("hired_on", "left_at", "start", "end")
OWN = {"email", "segment", "business_unit", "region", "time_zone", "language"}
OWN |= {"valid_from", "left_at", "hired_on", "tenure_band", "prior_completion_band"}
# What Workday prints behind the name of who is not at work.
_STANDING = re.compile(r"\s*\((?:terminated|on leave|inactive)\)$", re.IGNORECASE)
PEOPLE: dict[str, Any] = {
    "actor": pl.String,
    "segment": pl.String,
    "business_unit": pl.String,
    "region": pl.String,
    "time_zone": pl.String,
    "language": pl.String,
    "hired_on": pl.Date,
    "left_at": pl.Datetime("us"),
    "reported_at": pl.Datetime("us"),
}

Lines = list[tuple[int, list[str]]]


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a header with an e-mail or id and what only HR systems know."""
    is_sheet = path.suffix.lower() in SPREADSHEETS
    if not head or not (is_sheet or path.suffix.lower() in (".csv", ".txt", ".tsv")):
        return None
    try:
        lines = sheet_lines(path) if is_sheet else csv_lines(whole_lines(head))
    except (UnicodeError, ValueError, DamagedFile):
        return None
    at, found = _header(lines)
    is_list = bool({"email", "id"} & set(found)) and (
        len(TELLING & set(found)) >= 2
        or ("cohort" in found and {"email", "name"} <= set(found))
        or (TELLING & set(found) and {"name", "family"} & set(found))
    )
    if not is_list:
        return None
    is_own_table = {cell.casefold() for cell in lines[at][1]} <= OWN
    is_named = path.stem.lower() in ("people", "enrolments") and not is_own_table
    decoded = None if is_sheet else decode(whole_lines(head))
    return Recognition(
        connector=NAME,
        source=NAME,
        variant="people-sheet" if is_sheet else "people-csv",
        confidence=0.92 if is_named else 0.6,
        reason=f"columns for {', '.join(sorted(found))}",
        encoding=decoded.encoding if decoded else None,
        delimiter=delimiter_of(decoded.text) if decoded else None,
    )


def _header(lines: Lines) -> tuple[int, dict[str, int]]:
    """Return which of the first lines names most fields, and where."""
    best: tuple[int, dict[str, int]] = (0, {})
    for at, (_line, cells) in enumerate(lines[:HEADER_WITHIN]):
        found = fields_of(cells)
        if len(found) > len(best[1]):
            best = (at, found)
    return best


def _is_header(cells: list[str], places: dict[str, int]) -> bool:
    """Return whether a row below the header names the same fields once more."""
    again = fields_of(cells)
    return len(again) > 2 and len(again.items() & places.items()) * 2 > len(places)


@dataclass
class _List:
    """One list of people on its way in."""

    name: str
    places: dict[str, int]
    clock: DayClock
    delivery: Delivery
    people: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    linked: list[tuple[Agent, dict[str, str]]] = field(default_factory=list)
    membership: Membership = field(default_factory=Membership)

    def cell(self, cells: list[str], name: str) -> str:
        """Return the cell of a field, empty where there is none."""
        place = self.places.get(name)
        return cells[place] if place is not None and place < len(cells) else ""


class _Misfit(ValueError):
    def __init__(self, code: str, field_name: str, what: str) -> None:
        self.code, self.field_name = code, field_name
        super().__init__(what)


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land people, their ids, and their seats where the list has any.

    Raises:
        DamagedFile: there is no row below the header.
        UndecidedFile: day and month cannot be told apart.
    """
    path = delivery.path
    is_sheet = path.suffix.lower() in SPREADSHEETS
    lines = sheet_lines(path) if is_sheet else csv_lines(path.read_bytes())
    at, places = _header(lines)
    # SuccessFactors prints its header twice, once for programs and once for people.
    rows = [one for one in lines[at + 1 :] if not _is_header(one[1], places)]
    if not rows:
        raise DamagedFile("there is nobody on this list", path.name, "export it again")
    printed = [
        cells[places[name]]
        for _line, cells in rows
        for name in DATED
        if name in places and places[name] < len(cells)
    ]
    options = delivery.options
    tz = zone(options.tz or "UTC")
    clock = day_clock(path.name, tz, options.date_order, printed)
    found = _List(path.name, places, clock, delivery)
    headings = lines[at][1]
    for line, cells in rows:
        try:
            _take(found, cells)
        except _Misfit as error:
            place = places.get(error.field_name)
            column = headings[place] if place is not None else error.field_name
            message = f"{path.name} line {line}, column {column}: {error}"
            payload = dict(zip(headings, cells, strict=False))
            writer.reject(line, error.code, "$", message, payload)
            found.membership.doubtful.add(found.cell(cells, "cohort"))
    _write(found, writer)


def _take(found: _List, cells: list[str]) -> None:
    person = _person(found, cells)
    hired = _date(found, cells, "hired_on" if "hired_on" in found.places else None)
    left = _date(found, cells, "left_at" if "left_at" in found.places else None)
    starts, ends = _date(found, cells, "start"), _date(found, cells, "end")
    is_seated = bool(SEATED & set(found.places))
    if not is_seated:
        hired, left = hired or starts, left or ends
    for first, last, name in ((hired, left, "left_at"), (starts, ends, "end")):
        if first and last and last < first:
            other = "start" if name == "end" else "hired_on"
            name = name if name in found.places else "end"
            raise _Misfit("people.dates", name, f"it is before the {_words(other)}")
    told = (
        *(found.cell(cells, name) or None for name in list(PEOPLE)[1:6]),
        found.clock.day(_printed(found, cells, hired)) if hired else None,
        left,
    )
    key = agents.same_person(person)
    if found.people.setdefault(key, (person, told))[1] != told:
        column = "email" if "email" in found.places else "id"
        what = "this person stands above with other particulars; the first row counts"
        raise _Misfit("people.twice", column, what)
    if identity := found.cell(cells, "id"):
        found.linked.append((person, {"sourcedId": identity}))
    if is_seated:
        _seat(found, cells, person, starts, ends)


def _words(name: str) -> str:
    return {"start": "start", "hired_on": "hire date"}[name]


def _printed(found: _List, cells: list[str], hired: object) -> str:
    name = "hired_on" if found.cell(cells, "hired_on") else "start"
    return found.cell(cells, name) if hired else ""


def _person(found: _List, cells: list[str]) -> Agent:
    parts = (found.cell(cells, "given"), found.cell(cells, "family"))
    name = found.cell(cells, "name") or " ".join(part for part in parts if part)
    name = _STANDING.sub("", name)
    email, identity = found.cell(cells, "email"), found.cell(cells, "id")
    if email:
        if agent := agents.mail_agent(email, name):
            return agent
        raise _Misfit("people.email", "email", "this is no e-mail address")
    if identity:
        return agents.account_agent(_home(found.delivery), identity, name)
    missing = "email" if "email" in found.places else "id"
    raise _Misfit("people.nobody", missing, "it is empty: a person needs one")


def _home(delivery: Delivery) -> str:
    """Return whose ids these are: two systems' number 17 are not one person."""
    homes = delivery.settings.get("account_home_pages", {})
    return homes.get("id", f"{roster_rows.HOME_PAGE}/{delivery.source}")


def _date(found: _List, cells: list[str], name: str | None) -> datetime | None:
    text = found.cell(cells, name) if name else ""
    try:
        return found.clock.utc(text)
    except ValueError as error:
        what = f"{text!r} is no date like 2026-04-01 ({error})"
        raise _Misfit("people.dates", str(name), what) from error


def _seat(
    found: _List,
    cells: list[str],
    person: Agent,
    starts: datetime | None,
    ends: datetime | None,
) -> None:
    cohort, programme = found.cell(cells, "cohort"), found.cell(cells, "programme")
    if not cohort and not programme:
        return
    try:
        role = roster_rows.role_of(found.cell(cells, "role") or "learner")
    except ValueError as error:
        raise _Misfit("people.role", "role", str(error)) from error
    if role is None:
        return
    seat = Seat(person, programme, cohort or None, role, starts, ends)
    found.membership.seats.append(seat)
    if cohort and found.delivery.settings.get("delivery") == "bulk":
        found.membership.listed.add(cohort)


def _write(found: _List, writer: LoadWriter) -> None:
    day = roster_rows.day_of(found.delivery)
    rows = [
        (agents.text_of(person), *told, day) for person, told in found.people.values()
    ]
    if rows:
        writer.rows("people", pl.DataFrame(rows, schema=PEOPLE, orient="row"))
    if found.linked:
        homes = {"sourcedId": _home(found.delivery)}
        writer.links(roster_rows.links(found.linked, homes).unique(maintain_order=True))
    if SEATED & set(found.places):
        found.membership.write(found.delivery, writer)
