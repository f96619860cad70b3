"""Land a people list of an HR system: CSV or a spreadsheet, headings in any language.

An e-mail or an id is required. Name, business unit, region, hire and leaving date,
language, time zone and segment are optional. With a cohort or programme column each row
is an enrolment too, and `start` and `end` are those of the enrolment. The manager is
not kept, because no measure uses it. `delivery = "bulk"` under [sources.<name>] in
tandem.toml declares that each file lists all people: a person who is missing from a
cohort has left it.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors.roster.format.enrolments import (
    HOME_PAGE,
    Enrolment,
    Membership,
    day_of,
    identity_links,
    role_of,
)
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
HEADER_WITHIN = 12  # lines: reports print a title and filters above the header
HR_FIELDS = {"business_unit", "hired_on", "left_at", "manager", "region"}
ENROLMENT_FIELDS = {"cohort", "programme"}
DATE_FIELDS = ("hired_on", "left_at", "start", "end")
OWN_TABLE_COLUMNS = {
    "email",
    "segment",
    "business_unit",
    "region",
    "time_zone",
    "language",
}
OWN_TABLE_COLUMNS |= {
    "valid_from",
    "left_at",
    "hired_on",
    "tenure_band",
    "prior_completion_band",
}
# Workday prints the employment status after the name.
_EMPLOYMENT_STATUS = re.compile(
    r"\s*\((?:terminated|on leave|inactive)\)$", re.IGNORECASE
)
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
    """Recognise a header with an e-mail or id, and fields that only HR systems have."""
    is_sheet = path.suffix.lower() in SPREADSHEETS
    if not head or not (is_sheet or path.suffix.lower() in (".csv", ".txt", ".tsv")):
        return None
    try:
        lines = sheet_lines(path) if is_sheet else csv_lines(whole_lines(head))
    except (UnicodeError, ValueError, DamagedFile):
        return None
    at, places = _header(lines)
    fields = set(places)
    is_list = bool({"email", "id"} & fields) and (
        len(HR_FIELDS & fields) >= 2
        or ("cohort" in fields and {"email", "name"} <= fields)
        or (HR_FIELDS & fields and {"name", "family"} & fields)
    )
    if not is_list:
        return None
    is_own_table = {cell.casefold() for cell in lines[at][1]} <= OWN_TABLE_COLUMNS
    is_named = path.stem.lower() in ("people", "enrolments") and not is_own_table
    decoded = None if is_sheet else decode(whole_lines(head))
    return Recognition(
        connector=NAME,
        source=NAME,
        variant="people-sheet" if is_sheet else "people-csv",
        confidence=0.92 if is_named else 0.6,
        reason=f"columns for {', '.join(sorted(fields))}",
        encoding=decoded.encoding if decoded else None,
        delimiter=delimiter_of(decoded.text) if decoded else None,
    )


def _header(lines: Lines) -> tuple[int, dict[str, int]]:
    """Return the index of the line that names most fields, and their columns."""
    best: tuple[int, dict[str, int]] = (0, {})
    for at, (_line, cells) in enumerate(lines[:HEADER_WITHIN]):
        places = fields_of(cells)
        if len(places) > len(best[1]):
            best = (at, places)
    return best


def _is_header(cells: list[str], places: dict[str, int]) -> bool:
    """Return whether a row below the header repeats it."""
    repeated = fields_of(cells)
    is_header = len(repeated) > 2
    return is_header and len(repeated.items() & places.items()) * 2 > len(places)


@dataclass
class _PeopleList:
    """One people list: its columns, and what its rows yield."""

    name: str
    places: dict[str, int]
    clock: DayClock
    delivery: Delivery
    people: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    linked: list[tuple[Agent, dict[str, str]]] = field(default_factory=list)
    membership: Membership = field(default_factory=Membership)

    def cell(self, cells: list[str], name: str) -> str:
        """Return the cell of a field, "" if there is none."""
        place = self.places.get(name)
        return cells[place] if place is not None and place < len(cells) else ""


class _InvalidField(ValueError):
    """A field that makes its row unusable: rejection code, field and reason."""

    def __init__(self, code: str, field_name: str, reason: str) -> None:
        self.code, self.field_name = code, field_name
        super().__init__(reason)


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land people, their ids, and their enrolments if the list has any.

    Raises:
        DamagedFile: there is no row below the header.
        UndecidedFile: the order of day and month is not known.
    """
    path = delivery.path
    is_sheet = path.suffix.lower() in SPREADSHEETS
    lines = sheet_lines(path) if is_sheet else csv_lines(path.read_bytes())
    at, places = _header(lines)
    # SuccessFactors prints its header twice, once for programs and once for people.
    rows = [line for line in lines[at + 1 :] if not _is_header(line[1], places)]
    if not rows:
        raise DamagedFile(
            "there are no people on this list", path.name, "export it again"
        )
    printed = [
        cells[places[name]]
        for _line, cells in rows
        for name in DATE_FIELDS
        if name in places and places[name] < len(cells)
    ]
    options = delivery.options
    tz = zone(options.tz or "UTC")
    clock = day_clock(path.name, tz, options.date_order, printed)
    people_list = _PeopleList(path.name, places, clock, delivery)
    headings = lines[at][1]
    for line, cells in rows:
        try:
            _add_row(people_list, cells)
        except _InvalidField as error:
            place = places.get(error.field_name)
            column = headings[place] if place is not None else error.field_name
            message = f"{path.name} line {line}, column {column}: {error}"
            payload = dict(zip(headings, cells, strict=False))
            writer.reject(line, error.code, "$", message, payload)
            people_list.membership.incomplete.add(people_list.cell(cells, "cohort"))
    _write(people_list, writer)


def _add_row(people_list: _PeopleList, cells: list[str]) -> None:
    person = _person(people_list, cells)
    hired, left = (_date(people_list, cells, name) for name in ("hired_on", "left_at"))
    starts, ends = _date(people_list, cells, "start"), _date(people_list, cells, "end")
    has_enrolments = bool(ENROLMENT_FIELDS & set(people_list.places))
    if not has_enrolments:
        hired, left = hired or starts, left or ends
    for first, last, name in ((hired, left, "left_at"), (starts, ends, "end")):
        if first and last and last < first:
            other = "start" if name == "end" else "hired_on"
            name = name if name in people_list.places else "end"
            raise _InvalidField(
                "people.dates", name, f"it is before the {_label(other)}"
            )
    values = (
        *(people_list.cell(cells, name) or None for name in list(PEOPLE)[1:6]),
        people_list.clock.day(_hire_date_cell(people_list, cells)) if hired else None,
        left,
    )
    key = agents.same_person(person)
    if people_list.people.setdefault(key, (person, values))[1] != values:
        column = "email" if "email" in people_list.places else "id"
        reason = "an earlier row has this person and other values; it is the one used"
        raise _InvalidField("people.duplicate", column, reason)
    if identity := people_list.cell(cells, "id"):
        people_list.linked.append((person, {"sourcedId": identity}))
    if has_enrolments:
        _add_enrolment(people_list, cells, person, starts, ends)


def _label(name: str) -> str:
    return {"start": "start", "hired_on": "hire date"}[name]


def _hire_date_cell(people_list: _PeopleList, cells: list[str]) -> str:
    """Return the cell of the hire date, which may be in the column `start`."""
    name = "hired_on" if people_list.cell(cells, "hired_on") else "start"
    return people_list.cell(cells, name)


def _person(people_list: _PeopleList, cells: list[str]) -> Agent:
    parts = (people_list.cell(cells, "given"), people_list.cell(cells, "family"))
    name = people_list.cell(cells, "name") or " ".join(part for part in parts if part)
    name = _EMPLOYMENT_STATUS.sub("", name)
    email, identity = people_list.cell(cells, "email"), people_list.cell(cells, "id")
    if email:
        if agent := agents.mail_agent(email, name):
            return agent
        raise _InvalidField("people.email", "email", "this is no e-mail address")
    if identity:
        return agents.account_agent(_home_page(people_list.delivery), identity, name)
    missing = "email" if "email" in people_list.places else "id"
    raise _InvalidField(
        "people.unidentified",
        missing,
        "it is empty: every person needs an e-mail or an id",
    )


def _home_page(delivery: Delivery) -> str:
    """Return the homePage of the list's ids, which are unique within one system."""
    homes = delivery.settings.get("account_home_pages", {})
    return homes.get("id", f"{HOME_PAGE}/{delivery.source}")


def _date(people_list: _PeopleList, cells: list[str], name: str) -> datetime | None:
    """Return the time of a field in UTC, None if it is empty."""
    text = people_list.cell(cells, name)
    try:
        return people_list.clock.utc(text)
    except ValueError as error:
        reason = f"{text!r} is no date like 2026-04-01 ({error})"
        raise _InvalidField("people.dates", name, reason) from error


def _add_enrolment(
    people_list: _PeopleList,
    cells: list[str],
    person: Agent,
    starts: datetime | None,
    ends: datetime | None,
) -> None:
    cohort, programme = (
        people_list.cell(cells, "cohort"),
        people_list.cell(cells, "programme"),
    )
    if not cohort and not programme:
        return
    try:
        role = role_of(people_list.cell(cells, "role") or "learner")
    except ValueError as error:
        raise _InvalidField("people.role", "role", str(error)) from error
    if role is None:
        return
    enrolment = Enrolment(person, programme, cohort or None, role, starts, ends)
    people_list.membership.enrolments.append(enrolment)
    if cohort and people_list.delivery.settings.get("delivery") == "bulk":
        people_list.membership.fully_listed.add(cohort)


def _write(people_list: _PeopleList, writer: LoadWriter) -> None:
    day = day_of(people_list.delivery)
    rows = [
        (agents.text_of(person), *values, day)
        for person, values in people_list.people.values()
    ]
    if rows:
        writer.rows("people", pl.DataFrame(rows, schema=PEOPLE, orient="row"))
    if people_list.linked:
        homes = {"sourcedId": _home_page(people_list.delivery)}
        writer.links(
            identity_links(people_list.linked, homes).unique(maintain_order=True)
        )
    if ENROLMENT_FIELDS & set(people_list.places):
        people_list.membership.write(people_list.delivery, writer)
