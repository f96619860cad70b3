"""Who the rows of a Teams attendance report are about."""

import re
from dataclasses import dataclass

from ingest.connectors.report_tables import Rows, cell
from ingest.connectors.teams.format.shapes import Columns, Sheet, columns_of
from ingest.connectors.teams.format.words import ORGANISERS
from ingest.xapi.profiles.virtual_classroom import Agent, TechnicalSession, person

_EXTERNAL = re.compile(r"^(.+)_([^_]+)#ext#@", re.IGNORECASE)


@dataclass(frozen=True)
class Directory:
    """The addresses of a report: in a row itself, or of the name in the second section.

    A name that stands there more than once, or once without an address (a guest who is
    called like an account), gives none: people do not merge by name.
    """

    columns: Columns
    addresses: dict[str, str]

    @classmethod
    def of(cls, sheet: Sheet) -> "Directory":
        """Collect the addresses of a report."""
        columns = columns_of(sheet.people)
        found: dict[str, set[str | None]] = {}
        for _line, row in sheet.people:
            found.setdefault(row[0], set()).add(_address(row, columns))
        unique = {name: one.pop() for name, one in found.items() if len(one) == 1}
        return cls(
            columns_of(_rows_with_address(sheet)),
            {name: address for name, address in unique.items() if address},
        )

    def actor(self, session: TechnicalSession, row: list[str]) -> Agent:
        """Return who a row is about: by address, else by name in this session alone."""
        address = _address(row, self.columns) or self.addresses.get(row[0])
        return person(session, row[0], address)


def _rows_with_address(sheet: Sheet) -> Rows:
    return [*sheet.connections, *sheet.people]


def _address(row: list[str], columns: Columns) -> str | None:
    """Return the first address behind the times, that of a guest decoded."""
    cells = [cell(row, at) for at in columns.addresses]
    found = next((one for one in cells if "@" in one), None)
    return principal_address(found) if found else None


def principal_address(principal: str) -> str:
    """Return the address inside a guest's `first_last#EXT#@tenant` name."""
    external = _EXTERNAL.match(principal)
    return f"{external.group(1)}@{external.group(2)}" if external else principal


def is_organiser(row: list[str]) -> bool:
    """Return whether one of a row's cells is the organiser's role, in any language."""
    roles = [one.casefold() for one in row[Columns.duration + 1 :] if "@" not in one]
    return any(role in ORGANISERS or role.startswith("organ") for role in roles)
