"""The people in the rows of a Teams attendance report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.report_tables import Rows, cell
from ingest.connectors.teams.format.phrases import ROLES
from ingest.connectors.teams.format.report_layouts import (
    Columns,
    PrintedReport,
    columns_of,
)
from ingest.connectors.teams.format.section_matches import (
    Person,
    SectionRow,
    people_of,
)
from ingest.xapi.profiles.virtual_classroom import Agent, TechnicalSession, person

_EXTERNAL = re.compile(r"^(.+)_([^_]+)#ext#@", re.IGNORECASE)


@dataclass(frozen=True)
class Participants:
    """The people of a report, by the lines of their rows in both of its sections."""

    by_line: dict[int, Person]

    @classmethod
    def of(cls, report: PrintedReport, clock: LocalClock) -> "Participants":
        """Match the rows of the second section with those of the third."""
        people = list(_section_rows(report.people, clock))
        connections = list(_section_rows(report.connections, clock))
        return cls(
            {
                row.line: person
                for person in people_of(people, connections)
                for row in [*person.rows, *person.matched]
            }
        )

    def actor(self, session: TechnicalSession, line: int) -> Agent:
        """Return a row's person by address, else by name valid in this session only."""
        found = self.by_line[line]
        return person(session, found.name, found.address)


def _section_rows(table: Rows, clock: LocalClock) -> Iterator[SectionRow]:
    columns = columns_of(table)
    for line, row in table:
        name = " ".join(row[0].split())
        joined = clock.utc_if_readable(cell(row, columns.joined))
        left = clock.utc_if_readable(cell(row, columns.left))
        span = (joined, left) if joined else None
        yield SectionRow(line, name, _address(row, columns), span)


def _address(row: list[str], columns: Columns) -> str | None:
    """Return the first address in a row's address columns, a guest's name decoded."""
    cells = [cell(row, column) for column in columns.addresses]
    address = next((text for text in cells if "@" in text), None)
    return principal_address(address) if address else None


def principal_address(principal: str) -> str:
    """Return the address in a guest's principal name `first_last#EXT#@tenant`."""
    external = _EXTERNAL.match(principal)
    return f"{external.group(1)}@{external.group(2)}" if external else principal


def is_organiser(row: list[str]) -> bool:
    """Return whether a cell of a row is the organiser's role, in any language."""
    roles = [text for text in row[Columns.duration + 1 :] if "@" not in text]
    return any(ROLES.matches(role, "organiser") for role in roles)
