"""Meetings of Zoom: number, session key, and landing of a session."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

import polars as pl

from ingest.landing.delivery import LoadWriter
from ingest.xapi.profiles.meeting_runs import Presence, meeting_runs
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    fingerprint,
    opening_statement,
)

SOURCE = "zoom"
PLATFORM = "Zoom"
_MEETING_NUMBER = re.compile(r"(?<!\d)(\d{9,11})(?!\d)")


@dataclass(frozen=True)
class Meeting:
    """A report's details about the meeting itself; times are naive UTC."""

    number: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    host: Agent | None = None
    uuid: str | None = None
    precision_seconds: int = 1


def meeting_number(printed: str, path: Path | None = None) -> str | None:
    """Return a meeting's number without spaces and dashes, else that in a file's name.

    None where neither the text nor the name holds a number of 9 to 11 digits.
    """
    digits = re.sub(r"[\s-]", "", printed.strip("'\"=\u200e\u200f"))
    if re.fullmatch(r"\d{9,11}", digits):
        return digits
    in_name = _MEETING_NUMBER.search(path.name) if path else None
    return in_name.group(1) if in_name else None


def separate_meetings(
    meeting: Meeting, presences: Sequence[Presence], idle_limit: timedelta
) -> list[list[int]]:
    """Return the positions of the connections of each meeting in a report.

    A report with a UUID or a start is about one meeting. A number alone is that of a
    room or a series.

    Args:
        meeting: the report's details about the meeting.
        presences: its connections.
        idle_limit: the longest time without anybody in one meeting.
    """
    if meeting.uuid or meeting.starts_at:
        return [list(range(len(presences)))] if presences else []
    precision = timedelta(seconds=meeting.precision_seconds)
    return meeting_runs(presences, idle_limit, precision)


def session_of_connections(
    meeting: Meeting, connections: Iterable[tuple[datetime, str, datetime | None]]
) -> TechnicalSession:
    """Return the session of a participant report.

    All kinds of participant reports have the meeting's number and the first join, only
    some the start. The session's key is made of these two, so that reports of one
    meeting get the same key. Without a number, the first participant takes its place.

    Args:
        meeting: the report's details about the meeting.
        connections: join, name or address, and leave of each connection; at least one.
    """
    listed = list(connections)
    first_join, first_name, _left = min(listed, key=lambda row: (row[0], row[1]))
    leaves = [left for _joined, _name, left in listed if left is not None]
    first_participant = fingerprint({"account": {"name": first_name.casefold()}})
    return TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=f"{meeting.number or first_participant}|{first_join.isoformat()}",
        join_key=meeting.number,
        starts_at=meeting.starts_at or first_join,
        ends_at=meeting.ends_at or max(leaves, default=None),
        host=meeting.host,
        precision_seconds=meeting.precision_seconds,
    )


def session_of_meeting(meeting: Meeting, fallback_key: str) -> TechnicalSession:
    """Return the session of a report without joins; key: UUID, else number and start.

    Args:
        meeting: the report's details about the meeting.
        fallback_key: completes the key where number or start is missing, e.g. the
            file's name.
    """
    start = meeting.starts_at.isoformat() if meeting.starts_at else ""
    key = meeting.uuid or f"{meeting.number or ''}|{start}"
    if not meeting.uuid and not (meeting.number and start):
        key += f"|{fallback_key}"
    return TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=key,
        join_key=meeting.number,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        host=meeting.host,
        precision_seconds=meeting.precision_seconds,
    )


def land_session(
    writer: LoadWriter, session: TechnicalSession, intervals: list[Interval]
) -> None:
    """Write a session, its opening by the host, and its connection intervals."""
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    opening = [opening_statement(session, session.host)] if session.host else []
    unhosted = replace(session, host=None)
    if opening or intervals:
        writer.documents(chain(opening, connection_statements(unhosted, intervals)))
