"""Google Calendar's interface: pages of events, as saved answers.

A cancelled exception is a stub that names its series and original start; what was
deleted whole is a stub with nothing but its id. Where guests are omitted nothing is
known of answers, which is not that nobody answered. A series' own event says how it
recurs and its exceptions lie beside it; asked for with `singleEvents=true`, there are
only occurrences. Holidays, focus time and the like are no sessions.
Interface: Calendar API v3, events.list and events.instances.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.connectors.calendar.format.google_series import occurrences
from ingest.connectors.calendar.format.planned_sessions import (
    Row,
    called_off,
    identity,
    land,
    status_of,
    zone_name,
)
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.join_keys import key_in_link, title_key
from ingest.parsing.json_files import (
    Object,
    looks_like_json,
    object_in,
    objects_in,
    objects_of,
    text_of,
)
from ingest.parsing.times import to_utc, zone

NAME = "google_calendar"
SOURCE = "calendar"
_MARKS = re.compile(rb'"calendar#events?"|"iCalUID"\s*:')
NO_SESSIONS = {"birthday", "focusTime", "outOfOffice", "workingLocation"}
RESPONSES = {
    "accepted": "accepted",
    "declined": "declined",
    "tentative": "tentative",
    "needsAction": "none",
}


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the kind that every answer of this interface names."""
    plain = head.replace(b"\x00", b"")
    if path.is_dir() or not looks_like_json(head) or not _MARKS.search(plain):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="google-events",
        confidence=0.95,
        reason="kind or iCalUID of Google Calendar's events",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land planned sessions and answers.

    Raises:
        DamagedFile: it is no JSON, or is cut off.
    """
    sessions: list[Row] = []
    answers: list[Row] = []
    series: list[tuple[int, Object, Object]] = []
    for number, (event, page) in enumerate(_events(objects_of(delivery.path)), 1):
        if text_of(event.get("eventType")) in NO_SESSIONS:
            continue
        if event.get("recurrence"):
            series.append((number, event, page))
            continue
        try:
            session = _session(event, page, delivery.options.tz)
        except ValueError as error:
            _reject(writer, number, error)
            continue
        if session is None:
            sessions += _deleted(event, page)
            continue
        sessions.append(session)
        answers += _answers(event, session)
    apart = {row["planned_session_id"] for row in sessions}
    for number, event, page in series:
        try:
            told = list(_told_out(event, page, delivery.options.tz))
        except ValueError as error:
            _reject(writer, number, error)
            continue
        for session in told:
            if session["planned_session_id"] not in apart:
                sessions.append(session)
                answers += _answers(event, session)
    land(writer, sessions, answers)


def _reject(writer: LoadWriter, number: int, error: ValueError) -> None:
    words = f"no time: {error}"
    writer.reject(number, "calendar.time", "$.start", words, {"event": number})


def _deleted(event: Object, page: Object) -> Iterable[Row]:
    """Return that an event was deleted; its stub does not say of which kind it was."""
    if status_of(text_of(event.get("status"))) != "cancelled":
        return []
    name = text_of(event.get("id"))
    told = {text_of(event.get("iCalUID")) or f"{name}@google.com", name}
    return [called_off(one, _reported_at(event, page)) for one in sorted(told)]


def _told_out(event: Object, page: Object, tz: str | None) -> Iterator[Row]:
    """Yield the occurrences that a series' rule makes.

    Raises:
        ValueError: a time or the rule cannot be read.
    """
    planned = _session(event, page, tz)
    if planned is None:
        return
    series_id = text_of(event.get("id"))
    own_zone = tz or zone_name(text_of(page.get("timeZone")))
    planned["time_zone"] = planned["time_zone"] or own_zone
    for starts_at, ends_at, is_left_out in occurrences(event, planned):
        yield planned | {
            "planned_session_id": identity(series_id, starts_at),
            "series_id": series_id,
            "original_start_at": starts_at,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "status": "cancelled" if is_left_out else planned["status"],
        }


def _events(found: list[Object]) -> Iterator[tuple[Object, Object]]:
    """Yield events with the page that lists them, {} for one alone."""
    for one in found:
        items = one.get("items")
        if isinstance(items, list):
            yield from ((item, one) for item in items if isinstance(item, dict))
        elif "id" in one:
            yield one, {}


def _session(event: Object, page: Object, tz: str | None) -> Row | None:
    """Return a planned session, None for a day without a time.

    A stub does not say when it was changed: the page does, at the latest.

    Raises:
        ValueError: a time cannot be read.
    """
    own_zone = tz or zone_name(text_of(page.get("timeZone")))
    start, original = (
        object_in(event.get("start")),
        object_in(event.get("originalStartTime")),
    )
    starts_at, original_at = _utc(start, own_zone), _utc(original, own_zone)
    if starts_at is None and original_at is None:
        return None
    series = text_of(event.get("recurringEventId"))
    series_id = series or text_of(event.get("iCalUID")) or text_of(event.get("id"))
    is_stub = starts_at is None
    return {
        "planned_session_id": identity(series_id, original_at if series else None),
        "series_id": series_id,
        "join_key": _join_key(event),
        "title_key": None if is_stub else title_key(text_of(event.get("summary"))),
        "original_start_at": original_at or starts_at,
        "starts_at": starts_at or original_at,
        "ends_at": _ends_at(event, own_zone),
        "time_zone": zone_name(text_of(start.get("timeZone"))) or own_zone,
        "status": status_of(text_of(event.get("status"))),
        "sequence": int(event.get("sequence") or 0),
        "reported_at": _reported_at(event, page),
    }


def _reported_at(event: Object, page: Object) -> datetime | None:
    return _stamp(event.get("updated")) or _stamp(page.get("updated"))


def _ends_at(event: Object, own_zone: str | None) -> datetime | None:
    """Return when an event ends; one without length does not say how long it is."""
    ends = object_in(event.get("end"))
    if event.get("endTimeUnspecified") or ends == event.get("start"):
        return None
    return _utc(ends, own_zone)


def _utc(told: Object, own_zone: str | None) -> datetime | None:
    printed = text_of(told.get("dateTime"))
    if not printed:
        return None
    moment = datetime.fromisoformat(printed)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC).replace(tzinfo=None)
    name = zone_name(text_of(told.get("timeZone"))) or own_zone
    if name is None:
        raise ValueError(f"{printed} has no zone: pass --tz")
    return to_utc(moment, zone(name))


def _stamp(printed: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text_of(printed))
    except ValueError:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None)


def _join_key(event: Object) -> str | None:
    data = object_in(event.get("conferenceData"))
    links = [text_of(one.get("uri")) for one in objects_in(data.get("entryPoints"))]
    links += [
        text_of(event.get(name)) for name in ("hangoutLink", "location", "description")
    ]
    found = (key_in_link(link) for link in links)
    return next((key for key in found if key), None)


def _answers(event: Object, session: Row) -> Iterator[dict[str, Any]]:
    if event.get("attendeesOmitted"):
        return
    for one in objects_in(event.get("attendees")):
        address = text_of(one.get("email"))
        if one.get("resource") or "@" not in address:
            continue
        actor = {"objectType": "Agent", "mbox": f"mailto:{address}"}
        yield {
            "planned_session_id": session["planned_session_id"],
            "actor": json.dumps(actor),
            "response": RESPONSES.get(text_of(one.get("responseStatus")), "none"),
            "role": "organiser" if one.get("organizer") else "invitee",
            "responded_at": None,
            "reported_at": session["reported_at"],
        }
