"""iCalendar files of Google, Outlook and others: planned sessions and who was invited.

A cancelled or excluded occurrence stays, as cancelled. A reply or a counter-proposal
says how one person answered and nothing about when the session is. Times without a zone
are the user's to tell; a day without a time is no session.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from icalendar import Event

from ingest.connectors.calendar.format.ics_events import calendars, utc
from ingest.connectors.calendar.format.ics_series import Expanded, stamped_at
from ingest.connectors.calendar.format.planned_sessions import (
    Row,
    called_off,
    identity,
    land,
    status_of,
)
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.join_keys import key_in_link, title_key
from tandem.core.errors import UndecidedFile

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
NO_LEARNERS = {"ROOM", "RESOURCE", "GROUP"}
ANSWERS = {"REPLY", "COUNTER"}  # of one who was invited
SILENT = {"REFRESH", "DECLINECOUNTER"}  # ask for the plan, or turn a proposal down


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a calendar by its first line."""
    plain = head.replace(b"\x00", b"")
    if b"BEGIN:VCALENDAR" not in plain[:400].upper():
        return None
    producer = "google" if b"google" in plain.lower() else "other"
    producer = "outlook" if b"microsoft" in plain.lower() else producer
    return Recognition(
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
        for event in one.occurrences():
            named = identity(str(event["UID"]), one.original_start(event))
            if one.method not in ANSWERS | SILENT and not _is_past(one, event):
                sessions.append(_session(one, event, named))
            answers += _answers(event, named, one.method)
        sessions += _excluded(one)
        sessions += [
            called_off(str(event["UID"]), stamped_at(event)) for event in one.called_off
        ]
        for number in one.floating:
            words = "its time has no zone, or one that the file does not explain"
            writer.reject(
                number, "calendar.floating", "$.DTSTART", words, {"event": number}
            )
        for number, words in one.faults:
            payload = {"event": number}
            writer.reject(number, "calendar.event", "$.VEVENT", words, payload)
    land(writer, sessions, answers)


def _is_past(one: Expanded, event: Event) -> bool:
    """Return whether a session was over when its whole series was called off."""
    starts_at, told_at = utc(event.start), stamped_at(event)
    told = one.told(event)
    is_whole = any(told is whole for whole in one.called_off)
    return bool(is_whole and starts_at and told_at and starts_at < told_at)


def _session(one: Expanded, event: Event, named: str) -> Row:
    starts_at = utc(event.start)
    status = status_of(str(event.get("STATUS", "")))
    return {
        "planned_session_id": named,
        "series_id": str(event["UID"]),
        "join_key": _join_key(event),
        "title_key": title_key(str(event.get("SUMMARY", ""))),
        "original_start_at": one.original_start(event) or starts_at,
        "starts_at": starts_at,
        "ends_at": one.ends_at(event),
        "time_zone": one.zones.name_of(event),
        "status": "cancelled" if one.method == "CANCEL" else status,
        "sequence": _sequence(one.told(event)),
        "reported_at": stamped_at(event),
    }


def _excluded(one: Expanded) -> Iterator[Row]:
    """Yield the occurrences that a series leaves out, as cancelled."""
    if one.method in ANSWERS | SILENT:
        return
    for master, starts_at in one.excluded():
        planned = _session(one, master, identity(str(master["UID"]), starts_at))
        begins, ends = planned["starts_at"], planned["ends_at"]
        yield planned | {
            "original_start_at": starts_at,
            "starts_at": starts_at,
            "ends_at": starts_at + (ends - begins) if ends else None,
            "status": "cancelled",
        }


def _sequence(event: Event) -> int:
    """Return the version that an event states; expansion raises all to the highest."""
    try:
        return int(event.get("SEQUENCE", 0))
    except (TypeError, ValueError):
        return 0


def _join_key(event: Event) -> str | None:
    for name in LINK_PROPERTIES:
        values = event.get(name, [])
        for value in values if isinstance(values, list) else [values]:
            if found := key_in_link(str(value)):
                return found
    return None


def _answers(event: Event, named: str, method: str) -> Iterator[dict[str, Any]]:
    if method in SILENT:
        return
    attendees = event.get("ATTENDEE", [])
    for attendee in attendees if isinstance(attendees, list) else [attendees]:
        parameters = getattr(attendee, "params", {})
        if str(parameters.get("CUTYPE", "INDIVIDUAL")).upper() in NO_LEARNERS:
            continue
        if str(parameters.get("ROLE", "")).upper() == "NON-PARTICIPANT":
            continue
        address = _address(attendee)
        if "@" not in address:
            continue
        actor = {"objectType": "Agent", "mbox": f"mailto:{address}"}
        status = str(parameters.get("PARTSTAT", "")).upper()
        yield {
            "planned_session_id": named,
            "actor": json.dumps(actor),
            "response": RESPONSES.get(status, "none"),
            "role": _role(event, address),
            "responded_at": stamped_at(event) if method in ANSWERS else None,
            "reported_at": stamped_at(event),
        }


def _address(person: object) -> str:
    """Return the e-mail address of a calendar user: Apple's servers name a path."""
    scheme, _, rest = str(person).strip().rpartition(":")
    if scheme.lower() in ("mailto", "") and "@" in rest:
        return rest.strip()
    told = str(getattr(person, "params", {}).get("EMAIL", ""))
    return told.split(":", 1)[-1].strip()


def _role(event: Event, address: str) -> str:
    organiser = _address(event.get("ORGANIZER", "")).casefold()
    return "organiser" if organiser == address.casefold() else "invitee"
