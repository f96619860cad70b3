"""Land people, cohorts and enrolments of a Canvas SIS export."""

from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from ingest.connectors.roster.format.enrolments import (
    HOME_PAGE,
    Enrolment,
    Membership,
    day_of,
    identity_links,
)
from ingest.connectors.roster.format.oneroster_cohorts import COHORTS, PROGRAMMES
from ingest.connectors.roster.format.oneroster_delivery import CODES, InvalidCell
from ingest.connectors.roster.format.roles import Roles
from ingest.identity import agents
from ingest.identity.agents import Agent
from ingest.landing.delivery import Delivery, LoadWriter
from ingest.mapping.tables import Row, Table
from ingest.parsing.days import DayClock

# An inactive member is still on the list, and can neither see nor do anything.
LEFT = ("deleted", "deleted_last_completed", "inactive", "rejected")
STATUSES = ("active", "completed", "", *LEFT)
DATES = ("start_date", "end_date")
COLUMNS = {"user_id": "userSourcedId", "section_id": "classSourcedId"}


@dataclass
class CanvasDelivery:
    """One SIS export, with its people by user_id and what its cohorts are."""

    tables: dict[str, Table]
    clock: DayClock
    delivery: Delivery
    writer: LoadWriter
    people: dict[str, Agent] = field(default_factory=dict)
    sections: dict[str, Row] = field(default_factory=dict)
    courses: dict[str, Row] = field(default_factory=dict)
    terms: dict[str, Row] = field(default_factory=dict)
    roles: Roles = field(default_factory=Roles)

    def rows(self, kind: str) -> tuple[tuple[int, Row], ...]:
        """Return the rows of a kind of file with their lines."""
        return self.tables[kind].rows if kind in self.tables else ()

    def moment(self, row: Row, name: str) -> datetime | None:
        """Return a time of a row in UTC, None if it is empty.

        Raises:
            InvalidCell: it is no time.
        """
        text = row.get(name, "")
        try:
            return self.clock.utc(text)
        except ValueError as error:
            raise InvalidCell(name, f"{text!r} is no date ({error})") from error

    def reject(self, kind: str, line: int, error: InvalidCell, row: Row) -> None:
        """Put a row into quarantine, with file, line and column in the message."""
        name = self.tables[kind].name
        message = f"{name} line {line}, column {error.column}: {error}"
        code = CODES.get(COLUMNS.get(error.column, error.column), "roster.date")
        self.writer.reject(line, code, "$", message, row)


def land(canvas: CanvasDelivery) -> None:
    """Write everything; invalid rows are rejected and the others land."""
    _land_people(canvas)
    canvas.courses = _by_id(canvas, "courses", "course_id")
    canvas.sections = _by_id(canvas, "sections", "section_id")
    canvas.terms = _by_id(canvas, "terms", "term_id")
    membership, cohorts = Membership(), set()
    for line, row in canvas.rows("enrollments"):
        cohort, course = _cohort_and_course(canvas, row)
        try:
            enrolment = _enrolment(canvas, row, cohort, course)
        except InvalidCell as error:
            canvas.reject("enrollments", line, error, row)
            membership.incomplete.add(cohort)
            continue
        cohorts.add((cohort, course))
        if enrolment:
            membership.enrolments.append(enrolment)
    if canvas.delivery.settings.get("delivery") == "bulk":
        membership.fully_listed = {cohort for cohort, _course in cohorts}
    _land_cohorts(canvas, cohorts)
    membership.write(canvas.delivery, canvas.writer)
    for note in canvas.roles.notes():
        canvas.writer.note(note)


def _by_id(canvas: CanvasDelivery, kind: str, column: str) -> dict[str, Row]:
    """Return the rows of a file by id; a date that cannot be read is rejected."""
    found: dict[str, Row] = {}
    for line, row in canvas.rows(kind):
        kept = dict(row)
        for name in DATES:
            try:
                canvas.moment(row, name)
            except InvalidCell as error:
                canvas.reject(kind, line, error, row)
                kept[name] = ""
        if row[column]:
            found[row[column]] = kept
    return found


def _home_page(canvas: CanvasDelivery) -> str:
    """Return the homePage of user ids, which are unique within one Canvas."""
    homes = canvas.delivery.settings.get("account_home_pages", {})
    return homes.get("sourcedId", f"{HOME_PAGE}/{canvas.delivery.source}")


def _land_people(canvas: CanvasDelivery) -> None:
    """Write the links of every person; a user may have several logins."""
    home, linked = _home_page(canvas), []
    for _line, row in canvas.rows("users"):
        identity = row["user_id"]
        name = row.get("full_name") or " ".join(
            part for part in (row.get("first_name"), row.get("last_name")) if part
        )
        mail = row.get("email") or row.get("login_id", "")
        person = agents.mail_agent(mail, name)
        if not identity and not person:
            continue
        person = person or agents.account_agent(home, identity, name)
        person = canvas.people.setdefault(identity, person)
        identifiers = {
            "sourcedId": identity,
            "username": row.get("login_id", ""),
            "identifier": row.get("integration_id", ""),
        }
        linked.append((person, identifiers))
    if linked:
        homes = canvas.delivery.settings.get("account_home_pages", {})
        links = identity_links(linked, {**homes, "sourcedId": home})
        canvas.writer.links(links.unique(maintain_order=True))


def _cohort_and_course(canvas: CanvasDelivery, row: Row) -> tuple[str, str]:
    """Return cohort and programme of an enrolment: its section, else its course."""
    section = row.get("section_id", "")
    course = row.get("course_id", "")
    course = canvas.sections.get(section, {}).get("course_id") or course
    return section or course, course


def _enrolment(
    canvas: CanvasDelivery, row: Row, cohort: str, course: str
) -> Enrolment | None:
    """Return the enrolment of a row, None for a role without a part in the class.

    Raises:
        InvalidCell: no user, no course or section, an unknown role or status, or a
            date that cannot be read or contradicts another.
    """
    user, status = row.get("user_id", ""), row.get("status", "").casefold()
    if not user:
        raise InvalidCell("user_id", "it is empty: every enrolment needs a user")
    if not cohort:
        raise InvalidCell("section_id", "neither a section nor a course is named")
    if status not in STATUSES:
        allowed = ", ".join(filter(None, STATUSES))
        raise InvalidCell("status", f"{status!r} is not one of {allowed}")
    try:
        role = canvas.roles.of(row.get("role") or row.get("role_id", ""))
    except ValueError as error:
        raise InvalidCell("role", str(error)) from error
    if role is None:
        return None
    starts, ends = canvas.moment(row, "start_date"), canvas.moment(row, "end_date")
    if starts and ends and ends < starts:
        raise InvalidCell("end_date", "the enrolment ends before it starts")
    has_left = status in LEFT
    person = canvas.people.get(user) or agents.account_agent(_home_page(canvas), user)
    return Enrolment(
        person=person,
        programme_id=course,
        cohort_id=cohort,
        role=role,
        enrolled_at=starts,
        ends_at=ends or _span(canvas, cohort, course)[1],
        withdrawn_at=ends if has_left else None,
        is_withdrawn=True if has_left else None,
    )


def _span(
    canvas: CanvasDelivery, cohort: str, course: str
) -> tuple[datetime | None, datetime | None]:
    """Return start and end of a cohort: the section's, else the course's or term's."""
    course_row = canvas.courses.get(course, {})
    sources = (
        canvas.sections.get(cohort, {}),
        course_row,
        canvas.terms.get(course_row.get("term_id", ""), {}),
    )
    starts = (canvas.moment(row, "start_date") for row in sources)
    ends = (canvas.moment(row, "end_date") for row in sources)
    return next(filter(None, starts), None), next(filter(None, ends), None)


def _land_cohorts(canvas: CanvasDelivery, cohorts: set[tuple[str, str]]) -> None:
    """Write the cohorts that enrolments name, and the courses as programmes."""
    day = day_of(canvas.delivery)
    rows = []
    for cohort, course in sorted(cohorts):
        row = canvas.sections.get(cohort, {})
        name = row.get("name") or canvas.courses.get(course, {}).get("long_name")
        rows.append((cohort, course, name, *_span(canvas, cohort, course), day))
    if rows:
        frame = pl.DataFrame(rows, schema=COHORTS, orient="row")
        canvas.writer.rows("cohorts", frame)
    courses = [
        (row["course_id"], row.get("long_name") or row.get("short_name") or None, day)
        for row in canvas.courses.values()
        if row["course_id"] and row.get("status", "").casefold() != "deleted"
    ]
    if courses:
        frame = pl.DataFrame(courses, schema=PROGRAMMES, orient="row")
        canvas.writer.rows("programmes", frame.unique(maintain_order=True))
