"""Land calendar events of Microsoft Graph: saved pages, lists or single events.

Times are local, with seven decimals of a second and a zone of their own: a Windows
name, an IANA name or UTC. The master event of a series is not one of its occurrences.
The time of a missing answer is in the year 1.
API: Graph v1.0, event; occurrences come from calendarView or event/instances.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingest.connectors.calendar.format.planned_sessions import (
    Row,
    cancellation,
    planned_session_id,
    write_calendar,
    zone_name,
)
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.join_keys import key_in_links, title_key
from ingest.parsing.json_files import (
    Object,
    camel,
    json_head,
    object_in,
    objects_in,
    objects_of,
    text_of,
)
from ingest.parsing.times import to_utc, zone

NAME = "graph_calendar"
SOURCE = "calendar"
_MARKS = re.compile(
    rb'"(?:seriesMasterId|iCalUId|isOnlineMeeting|onlineMeetingProvider)"\s*:',
    re.IGNORECASE,
)
RESPONSES = {
    "accepted": "accepted",
    "declined": "declined",
    "tentativelyAccepted": "tentative",
    "organizer": "accepted",
}
_LONG_FRACTION = re.compile(r"(\.\d{6})\d+")


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise keys that only Graph's events have."""
    plain = json_head(path, head)
    if not plain or not _MARKS.search(plain):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="graph-events",
        found=(Evidence.HEADINGS,),
        reason="iCalUId, seriesMasterId or isOnlineMeeting of Graph's events",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land planned sessions and answers.

    Raises:
        DamagedFile: the file is no JSON, or is cut off.
    """
    sessions: list[Row] = []
    answers: list[Row] = []
    events = list(_events(objects_of(delivery.path)))
    expanded = {text_of(event.get("seriesMasterId")) for event in events}
    for number, event in enumerate(events, start=1):
        if event.get("isAllDay") or _is_no_event(event):
            continue
        try:
            if "@removed" in event:
                raise ValueError(
                    "it was deleted at an unknown time: its planned session stays"
                )
            if event.get("type") == "seriesMaster":
                sessions += _cancelled_occurrences(event, delivery.options.tz, expanded)
                continue
            session = _session(event, delivery.options.tz)
        except ValueError as error:
            message, payload = f"no planned session: {error}", {"event": number}
            writer.reject(number, "calendar.time", "$.start", message, payload)
            continue
        sessions.append(session)
        answers += _answers(event, session)
    write_calendar(writer, sessions, answers)


def _events(answers: list[Object]) -> Iterator[Object]:
    """Yield the events of pages, lists, batches and of masters with instances."""
    for answer in (object_in(camel(value)) for value in answers):
        responses = objects_in(answer.get("responses"))
        yield from _events([object_in(response.get("body")) for response in responses])
        yield from _events(objects_in(answer.get("value")))
        if "start" in answer or "@removed" in answer:
            yield answer
        for name in ("instances", "exceptionOccurrences"):
            yield from _events(objects_in(answer.get(name)))


def _is_no_event(event: Object) -> bool:
    """Return whether an object is a message about a meeting, or its settings."""
    return "@removed" not in event and not object_in(event.get("start"))


def _cancelled_occurrences(
    master: Object, tz: str | None, expanded: set[str]
) -> Iterator[Row]:
    """Yield the cancelled occurrences of a series.

    Args:
        master: the event of the series.
        tz: zone of times that state none.
        expanded: ids of the series whose occurrences are in the delivery.

    Raises:
        ValueError: a time cannot be read, or the occurrences are not in the delivery.
    """
    series_id = text_of(master.get("id"))
    if master.get("isCancelled"):
        yield cancellation(series_id, _stamp(master.get("lastModifiedDateTime")))
        return
    planned = _session(master, tz)
    name = planned["time_zone"]
    for occurrence_id in master.get("cancelledOccurrences") or []:
        day = date.fromisoformat(text_of(occurrence_id).rsplit(".", 1)[-1])
        if name is None:
            raise ValueError("its zone is not known: pass --tz")
        clock = _local(planned["starts_at"], name).time()
        starts_at = to_utc(datetime.combine(day, clock), zone(name))
        ends = planned["ends_at"]
        yield planned | {
            "planned_session_id": planned_session_id(series_id, starts_at),
            "series_id": series_id,
            "original_start_at": starts_at,
            "starts_at": starts_at,
            "ends_at": starts_at + (ends - planned["starts_at"]) if ends else None,
            "status": "cancelled",
        }
    if series_id not in expanded:
        raise ValueError("a series without its occurrences: export calendarView")


def _local(at: datetime, name: str) -> datetime:
    return at.replace(tzinfo=UTC).astimezone(zone(name)).replace(tzinfo=None)


def _session(event: Object, tz: str | None) -> Row:
    start = object_in(event.get("start"))
    starts_at = _utc(start, tz)
    series = text_of(event.get("seriesMasterId"))
    original_at = _stamp(event.get("originalStart"))
    if series and original_at is None and event.get("type") == "exception":
        raise ValueError("an occurrence that was changed, without its originalStart")
    original_at = original_at or starts_at
    series_id = series or text_of(event.get("iCalUId")) or text_of(event.get("id"))
    original_zone = text_of(event.get("originalStartTimeZone"))
    return {
        "planned_session_id": planned_session_id(
            series_id, original_at if series else None
        ),
        "series_id": series_id,
        "join_key": _join_key(event),
        "title_key": title_key(text_of(event.get("subject"))),
        "original_start_at": original_at,
        "starts_at": starts_at,
        "ends_at": _utc(event["end"], tz) if object_in(event.get("end")) else None,
        "time_zone": zone_name(original_zone)
        or zone_name(text_of(start.get("timeZone"))),
        "status": "cancelled" if event.get("isCancelled") else "confirmed",
        "sequence": 0,
        "reported_at": _stamp(event.get("lastModifiedDateTime")),
    }


def _utc(time: Object, tz: str | None) -> datetime:
    printed = text_of(time.get("dateTime"))
    moment = datetime.fromisoformat(_LONG_FRACTION.sub(r"\1", printed))
    if moment.tzinfo is not None:
        return moment.astimezone(UTC).replace(tzinfo=None)
    printed_zone = text_of(time.get("timeZone"))
    name = zone_name(printed_zone) or tz
    if name is None:
        raise ValueError(f"its zone ({printed_zone or 'none'}) is not known: pass --tz")
    return to_utc(moment, zone(name))


def _stamp(printed: object) -> datetime | None:
    """Return a time in naive UTC, None for an empty one and for the year 1 (never)."""
    try:
        moment = datetime.fromisoformat(_LONG_FRACTION.sub(r"\1", text_of(printed)))
    except ValueError:
        return None
    if moment.year == 1:
        return None
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None)


def _join_key(event: Object) -> str | None:
    links = [
        text_of(object_in(event.get("onlineMeeting")).get("joinUrl")),
        text_of(event.get("onlineMeetingUrl")),
        text_of(object_in(event.get("location")).get("displayName")),
        text_of(object_in(event.get("location")).get("locationUri")),
        text_of(object_in(event.get("body")).get("content")),
        text_of(event.get("bodyPreview")),
    ]
    return key_in_links(links)


def _answers(event: Object, session: Row) -> Iterator[dict[str, Any]]:
    organiser = object_in(object_in(event.get("organizer")).get("emailAddress"))
    host = text_of(organiser.get("address")).casefold()
    for attendee in objects_in(event.get("attendees")):
        address = text_of(object_in(attendee.get("emailAddress")).get("address"))
        if attendee.get("type") == "resource" or "@" not in address:
            continue
        actor = {"objectType": "Agent", "mbox": f"mailto:{address}"}
        status = object_in(attendee.get("status"))
        yield {
            "planned_session_id": session["planned_session_id"],
            "actor": json.dumps(actor),
            "response": RESPONSES.get(text_of(status.get("response")), "none"),
            "role": "organiser" if address.casefold() == host else "invitee",
            "responded_at": _stamp(status.get("time")),
            "reported_at": session["reported_at"],
        }
