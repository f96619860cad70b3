"""Who takes part in a course, from a report that lists all of its people.

They are a group that no programme is named for: which one the course is, the
organisation says. Without that the group is in no figure.
"""

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ingest.identity.agents import Agent, same_person, text_of
from ingest.landing.delivery import LoadWriter
from ingest.mapping.cells import Cells
from ingest.mapping.mapping_file import Mapping
from ingest.mapping.wide_tables import ACTIVITY, LISTED, STATE


@dataclass
class Participants:
    """The people that a report lists, by the group of its course."""

    mapping: Mapping
    platform: str
    found: dict[tuple[str, str], Agent] = field(default_factory=dict)

    def took(self, cells: Cells) -> bool:
        """Add a person, and return whether the row says only that they are listed.

        Raises:
            InvalidCell: the row names no person.
        """
        if self.mapping.wide is None or cells.row.get(STATE) != LISTED:
            return False
        person = cells.agent(self.mapping.person) if self.mapping.person else None
        if person is not None:
            group = f"{cells.row[ACTIVITY]} ({self.platform})"
            self.found[group, same_person(person)] = person
        return True

    def land(self, writer: LoadWriter) -> None:
        """Write who takes part; no report says since when."""
        rows = [
            {"actor": text_of(person), "programme_id": "", "cohort_id": group}
            for (group, _key), person in self.found.items()
        ]
        if rows:
            schema: dict[str, Any] = dict.fromkeys(rows[0], pl.String)
            frame = pl.DataFrame(rows, schema=schema)
            writer.rows("enrolments", frame.with_columns(role=pl.lit("learner")))
