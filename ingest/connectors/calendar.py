"""iCalendar files of Google, Outlook and others: planned sessions and who was invited.

A cancelled or excluded occurrence stays, as cancelled. A reply says how one person
answered and nothing about when the session is. Times without a zone are the user's to
tell; a day without a time is no session.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from icalendar import Event

from ingest.connectors._base import Delivery, LoadWriter, Sniff
from ingest.connectors._ics import Expanded, calendars, moments
from ingest.connectors._plans import Row, identity, land
from ingest.parsing.join_keys import key_in_link, title_key
from tandem.errors import UndecidedFile

NAME = "calendar"
LINK_PROPERTIES = (
    "CONFERENCE",
    "X-GOOGLE-CONFERENCE",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-MICROSOFT-ONLINEMEETINGCONFLINK",
    "URL",
    "LOCATION",
    "DESCRIPTION",
    "X-ALT-DESC",
)
RESPONSES = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
    "DELEGATED": "delegated",
}
NO_LEARNERS = {"ROOM", "RESOURCE"}


def sniff(path: Path, head: bytes) -> Sniff | None:
    """Recognise a calendar by its first line."""
    plain = head.replace(b"\x00", b"")
    if b"BEGIN:VCALENDAR" not in plain[:400].upper():
        return None
    producer = "google" if b"google" in plain.lower() else "other"
    producer = "outlook" if b"microsoft" in plain.lower() else producer
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
        UndecidedFile: no time in it has a zone, and none was given.
    """
    found = [Expanded(one, delivery.options.tz) for one in calendars(delivery.path)]
    if any(one.floating for one in found) and not any(one.has_zoned for one in found):
        raise UndecidedFile(
            "its times carry no time zone",
            delivery.path.name,
            "pass --tz, e.g. --tz Europe/London, or set it for the source in "
            "tandem.toml",
        )
    sessions: list[Row] = []
    answers: list[Row] = []
    for one in found:
        for number in one.floating:
            words = "its time has no zone, or one that the file does not explain"
            writer.reject(number, "calendar.floating", "$.DTSTART", words, {})
        method = str(one.calendar.get("METHOD", "PUBLISH")).upper()
        for event in one.occurrences():
            named = identity(str(event["UID"]), one.original_start(event))
            if method != "REPLY":
                sessions.append(_session(one, event, named, method))
            answers += _answers(event, named, method)
        sessions += _excluded(one, method)
    land(writer, sessions, answers)


def _session(one: Expanded, event: Event, named: str, method: str) -> Row:
    starts_at = one.utc(event.start)
    status = str(event.get("STATUS", "CONFIRMED")).lower()
    return {
        "planned_session_id": named,
        "series_id": str(event["UID"]),
        "join_key": _join_key(event),
        "title_key": title_key(str(event.get("SUMMARY", ""))),
        "original_start_at": one.original_start(event) or starts_at,
        "starts_at": starts_at,
        "ends_at": one.utc(event.end),
        "time_zone": one.zone_of(event),
        "status": "cancelled" if method == "CANCEL" else status,
        "sequence": int(event.get("SEQUENCE", 0)),
        "reported_at": _reported_at(event),
    }


def _excluded(one: Expanded, method: str) -> Iterator[Row]:
    """Yield the occurrences that a series leaves out, as cancelled."""
    if method == "REPLY":
        return
    for master in one.masters():
        length = one.length_of(master)
        for excluded in moments(master, "EXDATE"):
            starts_at = one.utc(excluded)
            if starts_at is None:
                continue
            yield _session(
                one, master, identity(str(master["UID"]), starts_at), method
            ) | {
                "original_start_at": starts_at,
                "starts_at": starts_at,
                "ends_at": starts_at + length if length else None,
                "status": "cancelled",
            }


def _reported_at(event: Event) -> datetime | None:
    found = [event.get(name) for name in ("LAST-MODIFIED", "DTSTAMP")]
    stamps = [one for it in found for one in (it if isinstance(it, list) else [it])]
    times = [_stamp(stamp.dt) for stamp in stamps if hasattr(stamp, "dt")]
    return max((time for time in times if time is not None), default=None)


def _stamp(moment: date | datetime) -> datetime | None:
    """Return a time stamp, which is UTC by the standard, without its zone."""
    if not isinstance(moment, datetime):
        return None
    return moment.replace(tzinfo=None)


def _join_key(event: Event) -> str | None:
    for name in LINK_PROPERTIES:
        values = event.get(name, [])
        for value in values if isinstance(values, list) else [values]:
            if found := key_in_link(str(value)):
                return found
    return None


def _answers(event: Event, named: str, method: str) -> Iterator[dict[str, Any]]:
    attendees = event.get("ATTENDEE", [])
    for attendee in attendees if isinstance(attendees, list) else [attendees]:
        parameters = attendee.params
        if str(parameters.get("CUTYPE", "INDIVIDUAL")).upper() in NO_LEARNERS:
            continue
        if str(parameters.get("ROLE", "")).upper() == "NON-PARTICIPANT":
            continue
        address = str(attendee).split(":", 1)[-1].strip()
        if "@" not in address:
            continue
        actor = {"objectType": "Agent", "mbox": f"mailto:{address}"}
        status = str(parameters.get("PARTSTAT", "")).upper()
        yield {
            "planned_session_id": named,
            "actor": json.dumps(actor),
            "response": RESPONSES.get(status, "none"),
            "role": _role(event, address),
            "responded_at": _reported_at(event) if method == "REPLY" else None,
            "reported_at": _reported_at(event),
        }


def _role(event: Event, address: str) -> str:
    organiser = str(event.get("ORGANIZER", "")).casefold()
    return "organiser" if organiser.endswith(address.casefold()) else "invitee"
