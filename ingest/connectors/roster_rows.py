"""What rosters have in common: people with several names, seats in cohorts, history.

A user's e-mail, source id, username and identifier are one person: they are linked, so
that a platform's account and an invitation's address meet. Passwords are never read.
A delivery that lists a cohort in full ends the seats that it leaves out; staging does
that, from raw.roster_deliveries.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from ingest.identity.agents import Agent, account_agent, same_person, text_of
from ingest.landing.delivery import Delivery, LoadWriter

HOME_PAGE = "https://tandem.example/rosters"
RULES = {
    "sourcedId": "roster_source_id",
    "username": "roster_username",
    "identifier": "roster_identifier",
}
LEARNERS = ("student", "learner", "participant", "pupil", "trainee", "attendee")
FACILITATORS = ("teacher", "aide", "facilitator", "instructor", "trainer", "faculty")
# Roles that the standards know and that make nobody a member of a cohort.
OTHERS = ("administrator", "proctor", "parent", "guardian", "relative", "staff")
_DAY_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_]?([01]\d)[-_]?([0-3]\d)(?!\d)")


def role_of(text: str) -> str | None:
    """Return learner, facilitator, or None for a role that takes no seat.

    Raises:
        ValueError: no standard knows the role.
    """
    word = text.strip().casefold()
    if word in LEARNERS:
        return "learner"
    if word in FACILITATORS:
        return "facilitator"
    if word in OTHERS:
        return None
    allowed = ", ".join((*LEARNERS, *FACILITATORS, *OTHERS))
    raise ValueError(f"{text!r} is no role; known are {allowed}")


def links(
    found: Iterable[tuple[Agent, Mapping[str, str]]], homes: Mapping[str, str]
) -> pl.DataFrame:
    """Tie each further identifier of people to the Agent that they are known by first.

    Args:
        found: Agent and row of each person, by OneRoster's column names.
        homes: homePage of the accounts that a column names, from tandem.toml.
    """
    tied = []
    for person, row in found:
        for column, rule in RULES.items():
            name = row.get(column, "").strip()
            home = homes.get(column, HOME_PAGE if column == "sourcedId" else None)
            if not name or home is None:
                continue
            other = account_agent(home, name)
            if same_person(other) != same_person(person):
                tied.append((text_of(other), text_of(person), rule, None))
    schema = {
        "actor": pl.String,
        "learner": pl.String,
        "rule": pl.String,
        "valid_from": pl.Datetime("us"),
    }
    return pl.DataFrame(tied, schema=schema, orient="row")


@dataclass(frozen=True)
class Seat:
    """One person's place in one cohort, as one delivery tells it. Times are UTC."""

    person: Agent
    programme_id: str  # "" where only the cohort says it
    cohort_id: str | None
    role: str
    enrolled_at: datetime | None = None
    ends_at: datetime | None = None
    withdrawn_at: datetime | None = None
    is_withdrawn: bool | None = None
    reported_at: datetime | None = None

    def row(self, delivery_id: str) -> dict[str, Any]:
        """Return the seat as a row of raw.enrolments."""
        return {
            "actor": text_of(self.person),
            "programme_id": self.programme_id,
            "cohort_id": self.cohort_id,
            "role": self.role,
            "enrolled_at": self.enrolled_at,
            "ends_at": self.ends_at,
            "withdrawn_at": self.withdrawn_at,
            "is_withdrawn": self.is_withdrawn,
            "reported_at": self.reported_at,
            "delivery_id": delivery_id,
        }


SEATS: dict[str, Any] = {
    "actor": pl.String,
    "programme_id": pl.String,
    "cohort_id": pl.String,
    "role": pl.String,
    "enrolled_at": pl.Datetime("us"),
    "ends_at": pl.Datetime("us"),
    "withdrawn_at": pl.Datetime("us"),
    "is_withdrawn": pl.Boolean,
    "reported_at": pl.Datetime("us"),
    "delivery_id": pl.String,
}


@dataclass
class Membership:
    """The seats of a delivery, and the cohorts whose members it lists in full."""

    seats: list[Seat] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)

    def write(self, delivery: Delivery, writer: LoadWriter) -> None:
        """Hand over seats and what the delivery covers."""
        delivery_id = delivery.sha256[:16]
        if self.seats:
            rows = [seat.row(delivery_id) for seat in self.seats]
            writer.rows("enrolments", pl.DataFrame(rows, schema=SEATS).unique())
        covered: list[tuple[str | None, bool]] = [(None, not self.doubtful)]
        covered += [(name, name not in self.doubtful) for name in sorted(self.listed)]
        day = day_of(delivery)
        rows = [(day, delivery_id, name, complete) for name, complete in covered]
        schema = {
            "reported_at": pl.Datetime("us"),
            "delivery_id": pl.String,
            "cohort_id": pl.String,
            "is_complete": pl.Boolean,
        }
        frame = pl.DataFrame(rows, schema=schema, orient="row")
        writer.rows("roster_deliveries", frame)


def day_of(delivery: Delivery) -> datetime | None:
    """Return the day of a delivery: as given, else as its file or folder is named."""
    if delivery.options.date:
        return datetime.combine(delivery.options.date, datetime.min.time())
    for year, month, day in _DAY_IN_NAME.findall(delivery.path.name):
        try:
            return datetime(int(year), int(month), int(day))  # noqa: DTZ001
        except ValueError:
            continue
    return None
