"""Convert the rows of a people list to people, links and enrolments."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from ingest.connectors.roster.format.enrolments import (
    HOME_PAGE,
    Enrolment,
    Membership,
)
from ingest.connectors.roster.format.roles import Roles
from ingest.identity import agents
from ingest.identity.agents import Agent
from ingest.landing.delivery import Delivery
from ingest.parsing.days import DayClock

ENROLMENT_FIELDS = {"cohort", "programme"}
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


@dataclass
class PeopleList:
    """One people list: its columns, and what its rows yield."""

    name: str
    places: dict[str, int]
    clock: DayClock
    delivery: Delivery
    people: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    linked: list[tuple[Agent, dict[str, str]]] = field(default_factory=list)
    membership: Membership = field(default_factory=Membership)
    roles: Roles = field(default_factory=Roles)

    def cell(self, cells: list[str], name: str) -> str:
        """Return the cell of a field, "" if there is none."""
        place = self.places.get(name)
        return cells[place] if place is not None and place < len(cells) else ""


class InvalidField(ValueError):
    """A field that makes its row unusable: rejection code, field and reason."""

    def __init__(self, code: str, field_name: str, reason: str) -> None:
        self.code, self.field_name = code, field_name
        super().__init__(reason)


def add_row(people_list: PeopleList, cells: list[str]) -> None:
    """Add the person, the id and the enrolment of a row.

    Raises:
        InvalidField: a field makes the row unusable.
    """
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
            raise InvalidField(
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
        raise InvalidField("people.duplicate", column, reason)
    if identity := people_list.cell(cells, "id"):
        people_list.linked.append((person, {"sourcedId": identity}))
    if has_enrolments:
        _add_enrolment(people_list, cells, person, starts, ends)


def _label(name: str) -> str:
    return {"start": "start", "hired_on": "hire date"}[name]


def _hire_date_cell(people_list: PeopleList, cells: list[str]) -> str:
    """Return the cell of the hire date, which may be in the column `start`."""
    name = "hired_on" if people_list.cell(cells, "hired_on") else "start"
    return people_list.cell(cells, name)


def _person(people_list: PeopleList, cells: list[str]) -> Agent:
    parts = (people_list.cell(cells, "given"), people_list.cell(cells, "family"))
    name = people_list.cell(cells, "name") or " ".join(part for part in parts if part)
    name = _EMPLOYMENT_STATUS.sub("", name)
    email, identity = people_list.cell(cells, "email"), people_list.cell(cells, "id")
    if email:
        if agent := agents.mail_agent(email, name):
            return agent
        raise InvalidField("people.email", "email", "this is no e-mail address")
    if identity:
        return agents.account_agent(home_page_of(people_list.delivery), identity, name)
    missing = "email" if "email" in people_list.places else "id"
    raise InvalidField(
        "people.unidentified",
        missing,
        "it is empty: every person needs an e-mail or an id",
    )


def home_page_of(delivery: Delivery) -> str:
    """Return the homePage of the list's ids, which are unique within one system."""
    homes = delivery.settings.get("account_home_pages", {})
    return homes.get("id", f"{HOME_PAGE}/{delivery.source}")


def _date(people_list: PeopleList, cells: list[str], name: str) -> datetime | None:
    """Return the time of a field in UTC, None if it is empty."""
    text = people_list.cell(cells, name)
    try:
        return people_list.clock.utc(text)
    except ValueError as error:
        reason = f"{text!r} is no date like 2026-04-01 ({error})"
        raise InvalidField("people.dates", name, reason) from error


def _add_enrolment(
    people_list: PeopleList,
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
        roles = people_list.roles.all_of(people_list.cell(cells, "role") or "learner")
    except ValueError as error:
        raise InvalidField("people.role", "role", str(error)) from error
    people_list.membership.enrolments += [
        Enrolment(person, programme, cohort or None, role, starts, ends)
        for role in roles
    ]
    if cohort and people_list.delivery.settings.get("delivery") == "bulk":
        people_list.membership.fully_listed.add(cohort)
