"""What every calendar yields: planned sessions and answers to invitations.

A planned session keeps its id when it is moved: the id is made of its series and its
original start, or of the series alone for a single event. All times are naive UTC.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

import polars as pl
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from ingest.landing.delivery import LoadWriter
from ingest.xapi.ids import statement_id

Row = dict[str, Any]
SESSIONS = {
    "planned_session_id": pl.String,
    "series_id": pl.String,
    "join_key": pl.String,
    "title_key": pl.String,
    "original_start_at": pl.Datetime("us"),
    "starts_at": pl.Datetime("us"),
    "ends_at": pl.Datetime("us"),
    "time_zone": pl.String,
    "status": pl.String,
    "sequence": pl.Int64,
    "reported_at": pl.Datetime("us"),
}
ANSWERS = {
    "planned_session_id": pl.String,
    "actor": pl.String,
    "response": pl.String,
    "role": pl.String,
    "responded_at": pl.Datetime("us"),
    "reported_at": pl.Datetime("us"),
}


def planned_session_id(series_id: str, original_start_at: datetime | None) -> str:
    """Return the id of a planned session; without a start, that of a single event."""
    if original_start_at is None:
        return statement_id("calendar", series_id)
    return statement_id("calendar", series_id, str(original_start_at))


def cancellation(series_id: str, reported_at: datetime | None) -> Row:
    """Return the row that cancels a whole series or a single event.

    A cancellation need not state a time. A row without a start is no planned session:
    it cancels those that were reported earlier for its series.
    """
    empty = dict.fromkeys(SESSIONS)
    return empty | {
        "planned_session_id": statement_id("calendar", "called-off", series_id),
        "series_id": series_id,
        "status": "cancelled",
        "reported_at": reported_at,
    }


def status_of(text: str) -> str:
    """Return confirmed, tentative or cancelled; any other text means confirmed."""
    word = text.strip().casefold()
    if word in ("cancelled", "canceled"):
        return "cancelled"
    return "tentative" if word == "tentative" else "confirmed"


def write_calendar(
    writer: LoadWriter, sessions: Iterable[Row], answers: Iterable[Row]
) -> None:
    """Write planned sessions and answers; equal rows are written once."""
    for table, schema, rows in (
        ("planned_sessions", SESSIONS, list(sessions)),
        ("rsvps", ANSWERS, list(answers)),
    ):
        if rows:
            frame = pl.DataFrame(rows, schema=schema)
            writer.rows(table, frame.unique(maintain_order=True))


@lru_cache(maxsize=1024)  # the list of zones is read from disk
def zone_name(text: str | None) -> str | None:
    """Return the IANA name of a zone, None for an unknown zone.

    Outlook uses the zone names of Windows; some producers put a path before the name.
    """
    if not text:
        return None
    name = text.strip().strip('"')
    if name in ("Etc/UTC", "Etc/Zulu", "Zulu"):
        return "UTC"
    if name in WINDOWS_TO_OLSON:
        return WINDOWS_TO_OLSON[name].replace("Etc/UTC", "UTC")
    known = available_timezones()
    if name in known:
        return name
    parts = name.split("/")
    tails = ("/".join(parts[n:]) for n in range(1, len(parts)))
    return next((tail for tail in tails if tail in known), None)
