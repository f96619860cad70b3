"""Land events of the Google Calendar API: saved pages of its answers.

A cancelled exception is a stub with its series and original start; a deleted event or
series is a stub with only its id. If guests are omitted, the answers are unknown. The
event of a series holds its recurrence rule, and its exceptions are events of their own;
a request with `singleEvents=true` returns only occurrences. Birthdays, focus time,
absences and working locations are no sessions.
API: Calendar v3, events.list and events.instances.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.connectors.calendar.format.google_series import occurrences_of
from ingest.connectors.calendar.format.planned_sessions import (
    Row,
    cancellation,
    planned_session_id,
    status_of,
    write_calendar,
    zone_name,
)
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.join_keys import key_in_links, title_key
from ingest.parsing.json_files import (
    Object,
    json_head,
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
    """Recognise the `kind` or `iCalUID` of the API's answers."""
    plain = json_head(path, head)
    if not plain or not _MARKS.search(plain):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="google-events",
        found=(Evidence.VENDOR_NAMES,),
        reason="kind or iCalUID of Google Calendar's events",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land planned sessions and answers.

    Raises:
        DamagedFile: the file is no JSON, or is cut off.
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
    exceptions = {row["planned_session_id"] for row in sessions}
    for number, event, page in series:
        try:
            occurrences = list(_expand(event, page, delivery.options.tz))
        except ValueError as error:
            _reject(writer, number, error)
            continue
        for session in occurrences:
            if session["planned_session_id"] not in exceptions:
                sessions.append(session)
                answers += _answers(event, session)
    write_calendar(writer, sessions, answers)


def _reject(writer: LoadWriter, number: int, error: ValueError) -> None:
    message = f"no time: {error}"
    writer.reject(number, "calendar.time", "$.start", message, {"event": number})


def _deleted(event: Object, page: Object) -> Iterable[Row]:
    """Return cancellations of a deleted event, which may be single or a series."""
    if status_of(text_of(event.get("status"))) != "cancelled":
        return []
    name = text_of(event.get("id"))
    series_ids = {text_of(event.get("iCalUID")) or f"{name}@google.com", name}
    reported_at = _reported_at(event, page)
    return [cancellation(series_id, reported_at) for series_id in sorted(series_ids)]


def _expand(event: Object, page: Object, tz: str | None) -> Iterator[Row]:
    """Yield the occurrences of a series by its recurrence rule.

    Raises:
        ValueError: a time or the rule cannot be read.
    """
    planned = _session(event, page, tz)
    if planned is None:
        return
    series_id = text_of(event.get("id"))
    own_zone = tz or zone_name(text_of(page.get("timeZone")))
    planned["time_zone"] = planned["time_zone"] or own_zone
    for starts_at, ends_at, is_excluded in occurrences_of(event, planned):
        yield planned | {
            "planned_session_id": planned_session_id(series_id, starts_at),
            "series_id": series_id,
            "original_start_at": starts_at,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "status": "cancelled" if is_excluded else planned["status"],
        }


def _events(answers: list[Object]) -> Iterator[tuple[Object, Object]]:
    """Yield each event with its page, {} for an event outside a page."""
    for answer in answers:
        items = answer.get("items")
        if isinstance(items, list):
            yield from ((item, answer) for item in items if isinstance(item, dict))
        elif "id" in answer:
            yield answer, {}


def _session(event: Object, page: Object, tz: str | None) -> Row | None:
    """Return a planned session, None for an all-day event.

    A stub has no time of its last change; that of its page is used.

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
        "planned_session_id": planned_session_id(
            series_id, original_at if series else None
        ),
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
    """Return the end of an event, None if it is not stated or equals the start."""
    ends = object_in(event.get("end"))
    if event.get("endTimeUnspecified") or ends == event.get("start"):
        return None
    return _utc(ends, own_zone)


def _utc(time: Object, own_zone: str | None) -> datetime | None:
    printed = text_of(time.get("dateTime"))
    if not printed:
        return None
    moment = datetime.fromisoformat(printed)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC).replace(tzinfo=None)
    name = zone_name(text_of(time.get("timeZone"))) or own_zone
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
    links = [text_of(entry.get("uri")) for entry in objects_in(data.get("entryPoints"))]
    links += [
        text_of(event.get(name)) for name in ("hangoutLink", "location", "description")
    ]
    return key_in_links(links)


def _answers(event: Object, session: Row) -> Iterator[dict[str, Any]]:
    if event.get("attendeesOmitted"):
        return
    for attendee in objects_in(event.get("attendees")):
        address = text_of(attendee.get("email"))
        if attendee.get("resource") or "@" not in address:
            continue
        actor = {"objectType": "Agent", "mbox": f"mailto:{address}"}
        yield {
            "planned_session_id": session["planned_session_id"],
            "actor": json.dumps(actor),
            "response": RESPONSES.get(text_of(attendee.get("responseStatus")), "none"),
            "role": "organiser" if attendee.get("organizer") else "invitee",
            "responded_at": None,
            "reported_at": session["reported_at"],
        }
