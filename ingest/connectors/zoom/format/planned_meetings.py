"""Meetings and webinars that Zoom lists or describes as planned.

An answer of `users/{id}/meetings`, `users/{id}/webinars`,
`users/{id}/upcoming_meetings` or `meetings/{id}` says what was scheduled, whatever its
`type`: meetings of the past have the same fields, and some of them were never held.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from ingest.connectors.zoom.format.api_responses import Json, seconds_of
from ingest.connectors.zoom.format.meetings import SOURCE, meeting_number
from ingest.landing.delivery import LoadWriter
from ingest.parsing.join_keys import title_key
from ingest.parsing.times import naive_utc, to_utc, zone
from ingest.xapi.ids import statement_id
from tandem.core.counted import counted
from tandem.core.errors import UndecidedFile

SERIES_TYPES = frozenset({3, 6, 8, 9})  # recurring meetings and webinars
COLUMNS = {
    "planned_session_id": pl.String,
    "series_id": pl.String,
    "join_key": pl.String,
    "title_key": pl.String,
    "original_start_at": pl.Datetime("us"),
    "starts_at": pl.Datetime("us"),
    "ends_at": pl.Datetime("us"),
    "time_zone": pl.String,
    "status": pl.String,
}


def land_planned(writer: LoadWriter, meetings: Iterable[Json]) -> None:
    """Write planned sessions; meetings without a fixed time are counted in a note."""
    sessions: list[dict[str, Any]] = []
    timeless_count = 0
    for meeting in meetings:
        found = list(_sessions(meeting, writer))
        timeless_count += not found and not meeting.get("start_time")
        sessions += found
    if timeless_count:
        writer.note(
            f"{counted(timeless_count, 'meeting has', 'meetings have')} no fixed time: "
            "nothing is planned"
        )
    if sessions:
        frame = pl.DataFrame(sessions, schema=COLUMNS)
        writer.rows("planned_sessions", frame.unique(maintain_order=True))


def _sessions(meeting: Json, writer: LoadWriter) -> Iterator[dict[str, Any]]:
    """Yield the session of a meeting, or those of its occurrences."""
    occurrences = meeting.get("occurrences")
    listed = occurrences if isinstance(occurrences, list) else []
    for item in [o for o in listed if isinstance(o, dict)] or [meeting]:
        if not item.get("start_time"):
            continue
        try:
            yield _session(meeting, item)
        except ValueError as error:
            message = f"no planned session: {error}"
            writer.reject(None, "planned.time", "$", message, item)


def _session(meeting: Json, item: Json) -> dict[str, Any]:
    """Return a planned session; a series' sessions are told apart by their start.

    Raises:
        ValueError: its start is no time.
    """
    tz = _zone_of(item) or _zone_of(meeting)
    starts = _start(str(item["start_time"]), tz)
    original = _original_start(item) or starts
    minutes = seconds_of(item.get("duration", meeting.get("duration")))
    number = meeting_number(str(meeting.get("id") or ""))
    key = number or str(meeting.get("uuid") or meeting.get("id") or "")
    is_series = meeting.get("type") in SERIES_TYPES or item is not meeting
    topic = str(meeting.get("topic") or "").strip()
    return {
        "planned_session_id": statement_id(
            SOURCE, "planned", key, *([original.isoformat()] if is_series else [])
        ),
        "series_id": statement_id(SOURCE, "series", key) if is_series else None,
        "join_key": number,
        "title_key": title_key(topic) if topic else None,
        "original_start_at": original,
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=minutes) if minutes is not None else None,
        "time_zone": tz.key if tz else None,
        "status": "cancelled" if item.get("status") == "deleted" else "confirmed",
    }


def _zone_of(item: Json) -> ZoneInfo | None:
    try:
        return zone(str(item["timezone"])) if item.get("timezone") else None
    except UndecidedFile:
        return None


def _start(printed: str, tz: ZoneInfo | None) -> datetime:
    """Return a start as naive UTC; without an offset it is local in the zone beside it.

    Raises:
        ValueError: the text is no time.
    """
    at = datetime.fromisoformat(printed.strip())
    return to_utc(at, tz) if at.tzinfo is None and tz else naive_utc(at)


def _original_start(occurrence: Json) -> datetime | None:
    """Return the planned start in an occurrence's id: seconds or milliseconds, UTC."""
    digits = str(occurrence.get("occurrence_id") or "")
    if not digits.isdigit() or len(digits) not in {10, 13}:
        return None
    seconds = int(digits) / (1 if len(digits) == 10 else 1000)
    return datetime.fromisoformat("1970-01-01") + timedelta(seconds=seconds)
