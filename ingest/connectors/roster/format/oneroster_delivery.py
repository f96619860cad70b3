"""The state of one OneRoster or SDS delivery while it lands, and its checks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ingest.connectors.roster.format.enrolments import day_of
from ingest.connectors.roster.format.oneroster_files import Roster
from ingest.connectors.roster.format.roles import Roles
from ingest.identity.agents import Agent
from ingest.landing.delivery import Delivery, LoadWriter
from ingest.mapping.tables import Row
from ingest.parsing.days import DayClock

REMOVED = ("tobedeleted", "inactive")
STATUSES = ("active", "", *REMOVED)
CODES = {
    "userSourcedId": "roster.user",
    "classSourcedId": "roster.class",
    "status": "roster.status",
    "role": "roster.role",
    "sourcedId": "roster.duplicate",
}


class InvalidCell(ValueError):
    """A cell that makes its row unusable: the column and the reason."""

    def __init__(self, column: str, reason: str) -> None:
        self.column = column
        super().__init__(reason)


@dataclass(frozen=True)
class RosterClass:
    """The programme and the end (UTC) of a class, which is a cohort."""

    programme_id: str
    ends_at: datetime | None


@dataclass
class RosterDelivery:
    """One delivery, with its people and classes by sourcedId as they are read."""

    roster: Roster
    clock: DayClock
    delivery: Delivery
    writer: LoadWriter
    people: dict[str, Agent] = field(default_factory=dict)
    classes: dict[str, RosterClass] = field(default_factory=dict)
    roles: Roles = field(default_factory=Roles)

    @property
    def day(self) -> datetime | None:
        """The day of the delivery."""
        return day_of(self.delivery)

    def valid_rows(self, name: str) -> Iterator[tuple[int, Row]]:
        """Yield the rows of a file with a valid status; other rows are rejected."""
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

    def reject(self, name: str, line: int, column: str, reason: str, row: Row) -> None:
        """Put a row into quarantine, with file, line and column in the message."""
        allowed = "; it must be active or tobedeleted" if column == "status" else ""
        message = f"{name}.csv line {line}, column {column}: {reason}{allowed}"
        kept = {key: value for key, value in row.items() if key != "password"}
        code = CODES.get(column, "roster.date")
        self.writer.reject(line, code, "$", message, kept)

    def moment(self, column: str, row: Row) -> datetime | None:
        """Return the time of a cell in UTC, None if it is empty.

        Raises:
            InvalidCell: the cell is no date.
        """
        text = row.get(column, "")
        try:
            return self.clock.utc(text)
        except ValueError as error:
            reason = f"{text!r} is no date like 2026-04-01 ({error})"
            raise InvalidCell(column, reason) from error

    def last_modified(self, name: str, line: int, row: Row) -> datetime | None:
        """Return when a row was last changed; a cell that is no date is rejected."""
        try:
            return self.moment("dateLastModified", row)
        except InvalidCell as error:
            self.reject(name, line, error.column, str(error), row)
            return None


def is_removed(row: Row) -> bool:
    """Return whether the status of a row says that it no longer applies."""
    return row.get("status", "").casefold() in REMOVED
