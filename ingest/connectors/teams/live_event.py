"""Attendee reports of Teams live events (CSV); the product is retired.

A log of joins and leaves in UTC, one session a `SessionId`.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from ingest.connectors.local_clock import clock_for
from ingest.connectors.teams.format.log import connections
from ingest.connectors.teams.format.people import principal_address
from ingest.connectors.teams.format.sessions import PLATFORM, SOURCE
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.report_text import head_text
from ingest.parsing.text import decode, delimiter_of, is_blank, rows
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    person,
)

NAME = "teams_live_event"
COLUMNS = ("sessionid", "participantid", "fullname", "utceventtimestamp", "action")


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the report by its headings, which are English everywhere."""
    if path.suffix.lower() not in {".csv", ".tsv", ".txt"}:
        return None
    decoded = head_text(head, lambda _text: None)
    if decoded is None:
        return None
    first = decoded.text.lstrip("\ufeff").split("\n", 1)[0]
    mark = delimiter_of(decoded.text)
    headings = {heading.casefold() for row in rows(first, mark) for heading in row}
    if not set(COLUMNS) <= headings:
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="live-event",
        confidence=0.95,
        reason="headings of the attendee report of a Teams live event",
        encoding=decoded.encoding,
        delimiter=mark,
        locale="en",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land a session for each event, and the connections of its attendees.

    Raises:
        UndecidedFile: the order of day and month is not in the file.
    """
    text = decode(delivery.path.read_bytes()).text
    by_session: dict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)
    for line, row in _records(text):
        by_session[row["sessionid"]].append((line, row))
    options = replace(delivery.options, tz="UTC")
    printed = [
        r["utceventtimestamp"] for found in by_session.values() for _l, r in found
    ]
    clock = clock_for(replace(delivery, options=options), printed)
    for key, found in by_session.items():
        people = {_who(row): row for _line, row in found}
        log = [(n, [_who(r), r["action"], r["utceventtimestamp"]]) for n, r in found]
        stays = connections(log, clock, writer, delivery.path.name)
        if not stays:
            continue
        session = TechnicalSession(
            source=SOURCE,
            platform=PLATFORM,
            key=f"live-event|{key}",
            join_key=None,
            starts_at=min(stay.joined_at for stay in stays),
            ends_at=None,
            precision_seconds=clock.precision_seconds,
        )
        intervals = [
            Interval(_actor(session, people[s.row[0]]), s.joined_at, s.left_at)
            for s in stays
        ]
        writer.rows("technical_sessions", pl.DataFrame([session.row()]))
        writer.documents(connection_statements(session, intervals))
        writer.report_window(session.starts_at, None)


def _records(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows with their lines; who used which browser is not read."""
    table = rows(text.lstrip("\ufeff"))
    header = [heading.casefold() for heading in table[0]]
    for line, row in enumerate(table[1:], start=2):
        if not is_blank(row):
            found = dict(zip(header, row, strict=False))
            yield line, {name: found.get(name, "") for name in COLUMNS}


def _who(row: dict[str, str]) -> str:
    return row["participantid"] or row["fullname"]


def _actor(session: TechnicalSession, row: dict[str, str]) -> Agent:
    """Return who it was: by address where the id is one, else by the name shown."""
    own = row["participantid"]
    return person(
        session, row["fullname"] or own, principal_address(own) if "@" in own else None
    )
