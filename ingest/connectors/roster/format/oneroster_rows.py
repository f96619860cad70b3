"""From the tables of a OneRoster or SDS delivery to people, cohorts and seats."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from ingest.connectors import roster_rows
from ingest.connectors.roster.format.oneroster_files import Roster
from ingest.connectors.roster_rows import Membership, Seat
from ingest.identity import agents
from ingest.identity.agents import Agent
from ingest.landing.delivery import Delivery, LoadWriter
from ingest.mapping.tables import Row
from ingest.parsing.days import DayClock

GONE = ("tobedeleted", "inactive")
STATUSES = ("active", "", *GONE)
PEOPLE: dict[str, Any] = {
    "actor": pl.String,
    "business_unit": pl.String,
    "left_at": pl.Datetime("us"),
    "reported_at": pl.Datetime("us"),
}
COHORTS: dict[str, Any] = {
    "cohort_id": pl.String,
    "programme_id": pl.String,
    "cohort_name": pl.String,
    "starts_at": pl.Datetime("us"),
    "ends_at": pl.Datetime("us"),
    "reported_at": pl.Datetime("us"),
}
PROGRAMMES: dict[str, Any] = {
    "programme_id": pl.String,
    "programme_name": pl.String,
    "reported_at": pl.Datetime("us"),
}


class Refused(ValueError):
    """A row that does not fit: its code, and a message with file, line and column."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Class:
    """A class of the roster as a cohort."""

    programme_id: str
    ends_at: datetime | None


@dataclass
class _Landing:
    """One delivery on its way in."""

    roster: Roster
    clock: DayClock
    delivery: Delivery
    writer: LoadWriter
    people: dict[str, Agent] = field(default_factory=dict)
    classes: dict[str, Class] = field(default_factory=dict)

    @property
    def day(self) -> datetime | None:
        """The day that the delivery says it is of."""
        return roster_rows.day_of(self.delivery)

    def each(self, name: str) -> Iterable[tuple[int, Row]]:
        """Yield the rows of a file whose status is one of the standard's."""
        for line, row in self.roster[name]:
            status = row.get("status", "").casefold()
            if status not in STATUSES:
                self.reject(name, line, "status", f"{status!r} is no status", row)
            elif self.roster.is_delta(name) and not status:
                self.reject(
                    name, line, "status", "it is empty, which a delta may not be", row
                )
            else:
                yield line, row

    def reject(self, name: str, line: int, column: str, what: str, row: Row) -> None:
        """Put a row into quarantine, with file, line and column in the message."""
        codes = {"userSourcedId": "roster.user", "classSourcedId": "roster.class"}
        codes |= {"status": "roster.status", "role": "roster.role"}
        codes |= {"sourcedId": "roster.duplicate"}
        allowed = "; it must be active or tobedeleted" if column == "status" else ""
        message = f"{name}.csv line {line}, column {column}: {what}{allowed}"
        kept = {key: value for key, value in row.items() if key != "password"}
        code = codes.get(column, "roster.date")
        self.writer.reject(line, code, "$", message, kept)

    def moment(self, name: str, line: int, column: str, row: Row) -> datetime | None:
        """Return the time in a cell.

        Raises:
            Refused: it is none.
        """
        text = row.get(column, "")
        try:
            return self.clock.utc(text)
        except ValueError as error:
            raise Refused(
                column, f"{text!r} is no date like 2026-04-01 ({error})"
            ) from error


def land(
    roster: Roster, clock: DayClock, delivery: Delivery, writer: LoadWriter
) -> None:
    """Hand over everything that a roster says; rows that do not fit are rejected."""
    landing = _Landing(roster, clock, delivery, writer)
    _people(landing)
    _cohorts(landing)
    _seats(landing)


def _people(landing: _Landing) -> None:
    homes = landing.delivery.settings.get("account_home_pages", {})
    units, known, rows = _units(landing), [], []
    seen: dict[str, Row] = {}
    for line, row in landing.each("users"):
        identity = row["sourcedId"]
        if identity in seen and seen[identity] != row:
            landing.reject("users", line, "sourcedId", "it stands here twice", row)
            continue
        if identity in seen or not identity:
            continue
        seen[identity] = row
        person = _agent(row)
        landing.people[identity] = person
        known.append((person, row))
        unit = units.get(identity) or units.get(_own_unit(row))
        is_gone = row.get("status", "").casefold() in GONE
        try:
            told = landing.moment("users", line, "dateLastModified", row)
        except Refused as refused:
            landing.reject("users", line, refused.code, str(refused), row)
            told = None
        if unit or is_gone:
            left = told if is_gone else None
            rows.append((agents.text_of(person), unit, left, told or landing.day))
    if known:
        landing.writer.links(roster_rows.links(known, homes))
    if rows:
        landing.writer.rows("people", pl.DataFrame(rows, schema=PEOPLE, orient="row"))


def _agent(row: Row) -> Agent:
    """Return the Agent under which a user is known first: the e-mail, if any."""
    given = row.get("preferredGivenName") or row.get("givenName", "")
    family = row.get("preferredFamilyName") or row.get("familyName", "")
    name = " ".join(f"{given} {family}".split())
    mail = row.get("email") or row.get("username", "")
    return agents.mail_agent(mail, name) or agents.account_agent(
        roster_rows.HOME_PAGE, row["sourcedId"], name
    )


def _units(landing: _Landing) -> dict[str, str]:
    """Return the name of each organisation, and of each user's own by their role."""
    names = {r["sourcedId"]: r.get("name", "") for _l, r in landing.roster["orgs"]}
    units = dict(names)
    for _line, row in landing.roster["roles"]:
        is_primary = row.get("roleType", "").casefold() == "primary"
        is_primary |= row.get("isPrimary", "").casefold() in ("true", "1")
        user, unit = row["userSourcedId"], names.get(row.get("orgSourcedId", ""))
        if unit and (is_primary or user not in units):
            units[user] = unit
    return units


def _own_unit(row: Row) -> str:
    primary = row.get("primaryOrgSourcedId", "")
    return primary or row.get("orgSourcedIds", "").split(",")[0].strip()


def _cohorts(landing: _Landing) -> None:
    terms = _terms(landing)
    cohorts = []
    for line, row in landing.each("classes"):
        identity = row["sourcedId"]
        programme = row.get("courseSourcedId") or identity
        named = row.get("termSourcedIds") or row.get("sessionSourcedIds", "")
        spans = [terms[t.strip()] for t in named.split(",") if t.strip() in terms]
        starts = min((s for s, _e in spans if s), default=None)
        ends = max((e for _s, e in spans if e), default=None)
        landing.classes[identity] = Class(programme, ends)
        if row.get("status", "").casefold() in GONE:
            continue
        try:
            told = landing.moment("classes", line, "dateLastModified", row)
        except Refused as refused:
            landing.reject("classes", line, refused.code, str(refused), row)
            told = None
        cohorts.append(
            (identity, programme, row.get("title"), starts, ends, told or landing.day)
        )
    if cohorts:
        frame = pl.DataFrame(cohorts, schema=COHORTS, orient="row")
        landing.writer.rows("cohorts", frame.unique())
    courses = [
        (row["sourcedId"], row.get("title") or None, landing.day)
        for _line, row in landing.each("courses")
        if row.get("status", "").casefold() not in GONE
    ]
    if courses:
        frame = pl.DataFrame(courses, schema=PROGRAMMES, orient="row")
        landing.writer.rows("programmes", frame.unique())


def _terms(landing: _Landing) -> dict[str, tuple[datetime | None, datetime | None]]:
    found = {}
    for line, row in landing.each("academicSessions"):
        try:
            begins = landing.moment("academicSessions", line, "startDate", row)
            ends = landing.moment("academicSessions", line, "endDate", row)
        except Refused as refused:
            landing.reject("academicSessions", line, refused.code, str(refused), row)
            continue
        if begins and ends and ends < begins:
            what = f"the term ends ({row['endDate']}) before it begins"
            landing.reject("academicSessions", line, "endDate", what, row)
            continue
        found[row["sourcedId"]] = (begins, ends)
    return found


def _seats(landing: _Landing) -> None:
    membership = Membership()
    is_whole = "enrollments" in landing.roster.tables and not any(
        landing.roster.is_delta(name) for name in ("enrollments", "classes")
    )
    if is_whole:
        membership.listed = set(landing.classes)
    good = set()
    for line, row in landing.each("enrollments"):
        good.add(line)
        try:
            seat = _seat(landing, line, row)
        except Refused as refused:
            landing.reject("enrollments", line, refused.code, str(refused), row)
            membership.doubtful.add(row["classSourcedId"])
            continue
        if seat:
            membership.seats.append(seat)
    membership.doubtful |= {
        row["classSourcedId"]
        for line, row in landing.roster["enrollments"]
        if line not in good
    }
    membership.write(landing.delivery, landing.writer)


def _seat(landing: _Landing, line: int, row: Row) -> Seat | None:
    """Return the seat of an enrolment, None for a role that takes none.

    A delta names users and classes that an earlier delivery brought: they are known
    by their source ids, and the cohort says which programme it is of.
    """
    roster = landing.roster
    user, cohort = row["userSourcedId"], row["classSourcedId"]
    person, known = landing.people.get(user), landing.classes.get(cohort)
    if person is None:
        if not user or not _may_be_elsewhere(roster, "users"):
            raise Refused("userSourcedId", f"{user!r} is no user of users.csv")
        person = agents.account_agent(roster_rows.HOME_PAGE, user)
    if known is None:
        if not cohort or not _may_be_elsewhere(roster, "classes"):
            raise Refused("classSourcedId", f"{cohort!r} is no class of classes.csv")
        known = Class("", None)
    try:
        role = roster_rows.role_of(row["role"])
    except ValueError as error:
        raise Refused("role", str(error)) from error
    if role is None:
        return None
    begins = landing.moment("enrollments", line, "beginDate", row)
    ends = landing.moment("enrollments", line, "endDate", row)
    told = landing.moment("enrollments", line, "dateLastModified", row)
    if begins and ends and ends < begins:
        what = f"the enrolment ends ({row['endDate']}) before it begins"
        raise Refused("endDate", f"{what} ({row['beginDate']})")
    is_gone = row.get("status", "").casefold() in GONE
    return Seat(
        person=person,
        programme_id=known.programme_id,
        cohort_id=cohort,
        role=role,
        enrolled_at=begins,
        ends_at=ends or known.ends_at,
        withdrawn_at=told if is_gone else None,
        is_withdrawn=True if is_gone else None,
        reported_at=told,
    )


def _may_be_elsewhere(roster: Roster, name: str) -> bool:
    return name not in roster.tables or roster.is_delta(name)
