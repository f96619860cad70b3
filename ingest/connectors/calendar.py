"""iCalendar files of Google and Outlook: planned sessions and who was invited.

A planned session keeps its identity when it moves: series and original start; a single
event is its UID alone. A cancelled occurrence stays, as cancelled.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import recurring_ical_events
from icalendar import Calendar, Event

from ingest.connectors._base import Delivery, LoadWriter, Sniff
from ingest.parsing.join_keys import key_in_link, title_key
from ingest.xapi.ids import statement_id
from tandem.errors import DamagedFile

NAME = "calendar"
LINK_PROPERTIES = (
    "CONFERENCE",
    "X-GOOGLE-CONFERENCE",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-MICROSOFT-ONLINEMEETINGCONFLINK",
    "URL",
    "LOCATION",
    "DESCRIPTION",
)
LONGEST_SERIES = timedelta(days=3 * 366)  # of a series without an end
RESPONSES = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
    "DELEGATED": "delegated",
}


def sniff(path: Path, head: bytes) -> Sniff | None:
    """Recognise a calendar by its first line."""
    if b"BEGIN:VCALENDAR" not in head[:200]:
        return None
    producer = "google" if b"google" in head.lower() else "other"
    producer = "outlook" if b"microsoft" in head.lower() else producer
    return Sniff(
        connector=NAME,
        source=NAME,
        variant=f"ics-{producer}",
        confidence=1.0,
        reason="BEGIN:VCALENDAR",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the planned sessions of a calendar and the answers to its invitations.

    Raises:
        DamagedFile: the file is no iCalendar.
    """
    try:
        calendar = Calendar.from_ical(delivery.path.read_bytes())
    except ValueError as error:
        raise DamagedFile(
            f"this is not an iCalendar file ({error})",
            delivery.path.name,
            "export the calendar again",
        ) from error
    series = _series(calendar)
    sessions, answers = [], []
    for occurrence in _occurrences(calendar):
        identity = _identity(occurrence, series)
        sessions.append(_session(occurrence, identity))
        answers.extend(_answers(occurrence, identity))
    if sessions:
        frame = pl.DataFrame(sessions, infer_schema_length=None)
        writer.rows("planned_sessions", frame.unique(maintain_order=True))
    if answers:
        frame = pl.DataFrame(answers, infer_schema_length=None)
        writer.rows("rsvps", frame.unique(maintain_order=True))


def _occurrences(calendar: Calendar) -> Iterator[Event]:
    """Yield timed occurrences; all-day and floating ones are no sessions."""
    starts = [
        _utc(event.start) for event in calendar.walk("VEVENT") if "DTSTART" in event
    ]
    timed = [start for start in starts if start is not None]
    if not timed:
        return
    first, last = min(timed) - timedelta(days=1), max(timed) + LONGEST_SERIES
    for event in recurring_ical_events.of(calendar).between(first, last):
        if _utc(event.start) is not None:
            yield event


def _session(event: Event, identity: str) -> dict[str, Any]:
    uid = str(event["UID"])
    original = _original_start(event)
    return {
        "planned_session_id": identity,
        "series_id": uid,
        "join_key": _join_key(event),
        "title_key": title_key(str(event.get("SUMMARY", ""))),
        "original_start_at": original,
        "starts_at": _utc(event.start),
        "ends_at": _utc(event.end),
        "time_zone": str(event.start.tzinfo),
        "status": _status(event),
        "sequence": int(event.get("SEQUENCE", 0)),
        "reported_at": _reported_at(event),
    }


def _identity(event: Event, series: frozenset[str]) -> str:
    """Return the id that survives rescheduling.

    The expansion gives single events a RECURRENCE-ID too, so the file says which UIDs
    recur.
    """
    uid = str(event["UID"])
    if uid not in series:
        return statement_id("calendar", uid)
    return statement_id("calendar", uid, str(_original_start(event)))


def _series(calendar: Calendar) -> frozenset[str]:
    recurring = ("RRULE", "RDATE", "RECURRENCE-ID")
    return frozenset(
        str(event["UID"])
        for event in calendar.walk("VEVENT")
        if any(name in event for name in recurring)
    )


def _original_start(event: Event) -> datetime | None:
    recurrence = event.get("RECURRENCE-ID")
    return _utc(recurrence.dt) if recurrence is not None else _utc(event.start)


def _reported_at(event: Event) -> datetime | None:
    stamps = [event.get(name) for name in ("LAST-MODIFIED", "DTSTAMP")]
    times = [_utc(stamp.dt) for stamp in stamps if stamp is not None]
    return max((time for time in times if time is not None), default=None)


def _status(event: Event) -> str:
    return str(event.get("STATUS", "CONFIRMED")).lower()


def _join_key(event: Event) -> str | None:
    for name in LINK_PROPERTIES:
        values = event.get(name, [])
        for value in values if isinstance(values, list) else [values]:
            if found := key_in_link(str(value)):
                return found
    return None


def _answers(event: Event, identity: str) -> Iterator[dict[str, Any]]:
    attendees = event.get("ATTENDEE", [])
    for attendee in attendees if isinstance(attendees, list) else [attendees]:
        parameters = attendee.params
        if parameters.get("CUTYPE", "INDIVIDUAL") in {"ROOM", "RESOURCE"}:
            continue
        if parameters.get("ROLE") == "NON-PARTICIPANT":
            continue
        address = str(attendee).split(":", 1)[-1]
        if "@" not in address:
            continue
        actor = {"objectType": "Agent", "mbox": f"mailto:{address}"}
        yield {
            "planned_session_id": identity,
            "actor": json.dumps(actor),
            "response": RESPONSES.get(parameters.get("PARTSTAT", ""), "none"),
            "role": _role(event, address),
            "responded_at": None,
            "reported_at": _reported_at(event),
        }


def _role(event: Event, address: str) -> str:
    organiser = str(event.get("ORGANIZER", "")).casefold()
    return "organiser" if organiser.endswith(address.casefold()) else "invitee"


def _utc(moment: date | datetime | None) -> datetime | None:
    """Return naive UTC; None for a date without a time, or a time without a zone."""
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None)
