"""Attendee reports of Teams live events (CSV), a retired product.

The report is a log of joins and leaves in UTC; each `SessionId` is one session.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from ingest.connectors.local_clock import clock_for
from ingest.connectors.report_tables import cell
from ingest.connectors.teams.format.event_log import connections
from ingest.connectors.teams.format.people import principal_address
from ingest.connectors.teams.format.sessions import PLATFORM, SOURCE
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.report_text import head_text
from ingest.parsing.source_phrases import source_phrases
from ingest.parsing.text import decode, delimiter_of, is_blank, rows
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    person,
)

NAME = "teams_live_event"
HEADINGS = source_phrases("teams", "live_event")


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the report by its headings, which are always English."""
    if path.suffix.lower() not in {".csv", ".tsv", ".txt"}:
        return None
    decoded = head_text(head)
    if decoded is None:
        return None
    first = decoded.text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = delimiter_of(decoded.text)
    header = next(iter(rows(first, delimiter)), [])
    if min(HEADINGS.columns_of(header).values()) < 0:
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="live-event",
        found=(Evidence.HEADINGS, Evidence.LAYOUT),
        reason="headings of the attendee report of a Teams live event",
        encoding=decoded.encoding,
        delimiter=delimiter,
        locale="en",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land one session per event, and the connections of its attendees.

    Raises:
        UndecidedFile: the order of day and month is not known.
    """
    text = decode(delivery.path.read_bytes()).text
    by_session: dict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)
    for line, row in _records(text):
        by_session[row["session"]].append((line, row))
    options = replace(delivery.options, tz="UTC")
    printed_times = [
        row["time"] for records in by_session.values() for _line, row in records
    ]
    clock = clock_for(replace(delivery, options=options), printed_times)
    for key, records in by_session.items():
        people = {_participant_key(row): row for _line, row in records}
        log = [
            (line, [_participant_key(row), row["action"], row["time"]])
            for line, row in records
        ]
        connected = connections(log, clock, writer, delivery.path.name)
        if not connected:
            continue
        session = TechnicalSession(
            source=SOURCE,
            platform=PLATFORM,
            key=f"live-event|{key}",
            join_key=None,
            starts_at=min(connection.joined_at for connection in connected),
            ends_at=None,
            precision_seconds=clock.precision_seconds,
        )
        intervals = [
            Interval(_actor(session, people[c.row[0]]), c.joined_at, c.left_at)
            for c in connected
        ]
        writer.rows("technical_sessions", pl.DataFrame([session.row()]))
        writer.documents(connection_statements(session, intervals))
        writer.report_window(session.starts_at, None)


def _records(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield rows with their line numbers; other columns (the browser) are dropped."""
    table = rows(text.lstrip("\ufeff"))
    columns = HEADINGS.columns_of(table[0])
    for line, row in enumerate(table[1:], start=2):
        if not is_blank(row):
            yield line, {name: cell(row, column) for name, column in columns.items()}


def _participant_key(row: dict[str, str]) -> str:
    return row["participant"] or row["name"]


def _actor(session: TechnicalSession, row: dict[str, str]) -> Agent:
    """Return a participant by address where the id is one, else by display name."""
    id_ = row["participant"]
    address = principal_address(id_) if "@" in id_ else None
    return person(session, row["name"] or id_, address)
