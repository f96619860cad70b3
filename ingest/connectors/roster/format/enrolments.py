"""What every roster yields: links between identifiers, and enrolments in cohorts.

A user's e-mail, source id, username and identifier are one person. They are linked, so
that a platform's account and the address of an invitation are one learner. Passwords
are never read. A delivery that lists a cohort in full ends the enrolments that it
leaves out; staging does that, from raw.roster_deliveries.
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
_DAY_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_]?([01]\d)[-_]?([0-3]\d)(?!\d)")


def identity_links(
    people: Iterable[tuple[Agent, Mapping[str, str]]], homes: Mapping[str, str]
) -> pl.DataFrame:
    """Return links from each further identifier of people to their first one.

    Args:
        people: the Agent of each person, and the row with OneRoster's column names.
        homes: homePage of the accounts in a column, from tandem.toml.
    """
    links = []
    for person, row in people:
        for column, rule in RULES.items():
            name = row.get(column, "").strip()
            home = homes.get(column, HOME_PAGE if column == "sourcedId" else None)
            if not name or home is None:
                continue
            account = account_agent(home, name)
            if same_person(account) != same_person(person):
                links.append((text_of(account), text_of(person), rule, None))
    schema = {
        "actor": pl.String,
        "learner": pl.String,
        "rule": pl.String,
        "valid_from": pl.Datetime("us"),
    }
    return pl.DataFrame(links, schema=schema, orient="row")


@dataclass(frozen=True)
class Enrolment:
    """One person's enrolment in one cohort, as one delivery reports it; times are UTC.

    `programme_id` is "" if only the cohort's own row names the programme.
    """

    person: Agent
    programme_id: str
    cohort_id: str | None
    role: str
    enrolled_at: datetime | None = None
    ends_at: datetime | None = None
    withdrawn_at: datetime | None = None
    is_withdrawn: bool | None = None
    reported_at: datetime | None = None

    def row(self, delivery_id: str) -> dict[str, Any]:
        """Return the enrolment as a row of raw.enrolments."""
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


ENROLMENTS: dict[str, Any] = {
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
    """The enrolments of a delivery, and the cohorts that it covers.

    `fully_listed` are the cohorts of which the delivery lists every member;
    `incomplete` are those of which a row was rejected.
    """

    enrolments: list[Enrolment] = field(default_factory=list)
    fully_listed: set[str] = field(default_factory=set)
    incomplete: set[str] = field(default_factory=set)

    def write(self, delivery: Delivery, writer: LoadWriter) -> None:
        """Write the enrolments and what the delivery covers."""
        delivery_id = delivery.sha256[:16]
        if self.enrolments:
            rows = [enrolment.row(delivery_id) for enrolment in self.enrolments]
            writer.rows("enrolments", pl.DataFrame(rows, schema=ENROLMENTS).unique())
        covered: list[tuple[str | None, bool]] = [(None, not self.incomplete)]
        covered += [
            (cohort_id, cohort_id not in self.incomplete)
            for cohort_id in sorted(self.fully_listed)
        ]
        day = day_of(delivery)
        rows = [
            (day, delivery_id, cohort_id, is_complete)
            for cohort_id, is_complete in covered
        ]
        schema = {
            "reported_at": pl.Datetime("us"),
            "delivery_id": pl.String,
            "cohort_id": pl.String,
            "is_complete": pl.Boolean,
        }
        frame = pl.DataFrame(rows, schema=schema, orient="row")
        writer.rows("roster_deliveries", frame)


def day_of(delivery: Delivery) -> datetime | None:
    """Return the day of a delivery: the option, else the day in its file name."""
    if delivery.options.date:
        return datetime.combine(delivery.options.date, datetime.min.time())
    for year, month, day in _DAY_IN_NAME.findall(delivery.path.name):
        try:
            return datetime(int(year), int(month), int(day))  # noqa: DTZ001
        except ValueError:
            continue
    return None
