"""Land the enrolments of a OneRoster or SDS delivery."""

from ingest.connectors.roster.format.enrolments import (
    HOME_PAGE,
    Enrolment,
    Membership,
)
from ingest.connectors.roster.format.oneroster_delivery import (
    InvalidCell,
    RosterClass,
    RosterDelivery,
    is_removed,
)
from ingest.connectors.roster.format.oneroster_files import Roster
from ingest.identity import agents
from ingest.mapping.tables import Row


def land_enrolments(delivery: RosterDelivery) -> None:
    """Write enrolments and the cohorts that they cover; invalid rows are rejected."""
    membership = Membership()
    is_bulk = "enrollments" in delivery.roster.tables and not any(
        delivery.roster.is_delta(name) for name in ("enrollments", "classes")
    )
    if is_bulk:
        membership.fully_listed = set(delivery.classes)
    valid_lines = set()
    for line, row in delivery.valid_rows("enrollments"):
        valid_lines.add(line)
        try:
            enrolment = _enrolment(delivery, row)
        except InvalidCell as error:
            delivery.reject("enrollments", line, error.column, str(error), row)
            membership.incomplete.add(row["classSourcedId"])
            continue
        if enrolment:
            membership.enrolments.append(enrolment)
    membership.incomplete |= {
        row["classSourcedId"]
        for line, row in delivery.roster["enrollments"]
        if line not in valid_lines
    }
    membership.write(delivery.delivery, delivery.writer)
    for note in delivery.roles.notes():
        delivery.writer.note(note)


def _enrolment(delivery: RosterDelivery, row: Row) -> Enrolment | None:
    """Return the enrolment of a row, None for a role that is no membership.

    A delta may name users and classes of an earlier delivery: such a user is known by
    the sourcedId alone, and the class's own row names the programme.

    Raises:
        InvalidCell: a user or class that is in no file, an unknown role, or a date
            that cannot be read or contradicts another.
    """
    roster = delivery.roster
    user, cohort = row["userSourcedId"], row["classSourcedId"]
    person, roster_class = delivery.people.get(user), delivery.classes.get(cohort)
    if person is None:
        if not user or not _may_be_in_earlier_delivery(roster, "users"):
            raise InvalidCell("userSourcedId", f"{user!r} is no user of users.csv")
        person = agents.account_agent(HOME_PAGE, user)
    if roster_class is None:
        if not cohort or not _may_be_in_earlier_delivery(roster, "classes"):
            raise InvalidCell(
                "classSourcedId", f"{cohort!r} is no class of classes.csv"
            )
        roster_class = RosterClass("", None)
    try:
        role = delivery.roles.of(row["role"])
    except ValueError as error:
        raise InvalidCell("role", str(error)) from error
    if role is None:
        return None
    begins = delivery.moment("beginDate", row)
    ends = delivery.moment("endDate", row)
    reported_at = delivery.moment("dateLastModified", row)
    if begins and ends and ends < begins:
        reason = f"the enrolment ends ({row['endDate']}) before it begins"
        raise InvalidCell("endDate", f"{reason} ({row['beginDate']})")
    has_left = is_removed(row)
    return Enrolment(
        person=person,
        programme_id=roster_class.programme_id,
        cohort_id=cohort,
        role=role,
        enrolled_at=begins,
        ends_at=ends or roster_class.ends_at,
        withdrawn_at=reported_at if has_left else None,
        is_withdrawn=True if has_left else None,
        reported_at=reported_at,
    )


def _may_be_in_earlier_delivery(roster: Roster, name: str) -> bool:
    return name not in roster.tables or roster.is_delta(name)
