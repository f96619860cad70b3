"""The people in the rows of a Teams attendance report."""

import re
from dataclasses import dataclass

from ingest.connectors.report_tables import Rows, cell
from ingest.connectors.teams.format.phrases import ORGANISERS
from ingest.connectors.teams.format.report_layouts import (
    Columns,
    PrintedReport,
    columns_of,
)
from ingest.xapi.profiles.virtual_classroom import Agent, TechnicalSession, person

_EXTERNAL = re.compile(r"^(.+)_([^_]+)#ext#@", re.IGNORECASE)


@dataclass(frozen=True)
class AddressBook:
    """The e-mail addresses of a report's people.

    The address is in the row itself, or in the second section beside the same name. A
    name that is there more than once, or once without an address (a guest with the name
    of an account), gives no address: people are not merged by name.
    """

    columns: Columns
    addresses: dict[str, str]

    @classmethod
    def of(cls, report: PrintedReport) -> "AddressBook":
        """Collect the addresses of a report."""
        columns = columns_of(report.people)
        by_name: dict[str, set[str | None]] = {}
        for _line, row in report.people:
            by_name.setdefault(row[0], set()).add(_address(row, columns))
        unique = {
            name: addresses.pop()
            for name, addresses in by_name.items()
            if len(addresses) == 1
        }
        return cls(
            columns_of(_rows_with_address(report)),
            {name: address for name, address in unique.items() if address},
        )

    def actor(self, session: TechnicalSession, row: list[str]) -> Agent:
        """Return a row's person by address, else by name valid in this session only."""
        address = _address(row, self.columns) or self.addresses.get(row[0])
        return person(session, row[0], address)


def _rows_with_address(report: PrintedReport) -> Rows:
    return [*report.connections, *report.people]


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
    roles = [text.casefold() for text in row[Columns.duration + 1 :] if "@" not in text]
    return any(role in ORGANISERS or role.startswith("organ") for role in roles)
