"""Microsoft Graph's calendar events: pages, lists or single events, as saved answers.

Times are wall clocks with seven digits and a zone of their own, by Windows name, IANA
name or UTC. A series' master is none of its occurrences. The moment of an answer that
never came is the year 1.
Interface: Graph v1.0, event; occurrences come from calendarView or event/instances.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingest.connectors.calendar.format.planned_sessions import (
    Row,
    called_off,
    identity,
    land,
    zone_name,
)
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.join_keys import key_in_link, title_key
from ingest.parsing.json_files import (
    Object,
    camel,
    looks_like_json,
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
    """Recognise names that only Graph's events have."""
    plain = head.replace(b"\x00", b"")
    if path.is_dir() or not looks_like_json(head) or not _MARKS.search(plain):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="graph-events",
        confidence=0.9,
        reason="iCalUId, seriesMasterId or isOnlineMeeting of Graph's events",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land planned sessions and answers.

    Raises:
        DamagedFile: it is no JSON, or is cut off.
    """
    sessions: list[Row] = []
    answers: list[Row] = []
    found = list(_events(objects_of(delivery.path)))
    told = {text_of(event.get("seriesMasterId")) for event in found}
    for number, event in enumerate(found, start=1):
        if event.get("isAllDay") or _is_foreign(event):
            continue
        try:
            if "@removed" in event:
                raise ValueError("deleted, and not said when: its plan stays")
            if event.get("type") == "seriesMaster":
                sessions += _left_out(event, delivery.options.tz, told)
                continue
            session = _session(event, delivery.options.tz)
        except ValueError as error:
            words = f"no plan: {error}"
            writer.reject(number, "calendar.time", "$.start", words, {"event": number})
            continue
        sessions.append(session)
        answers += _answers(event, session)
    land(writer, sessions, answers)


def _events(found: list[Object]) -> Iterator[Object]:
    """Yield events of pages, lists, batches and of masters with their instances."""
    for one in (object_in(camel(each)) for each in found):
        yield from _events(
            [object_in(each.get("body")) for each in objects_in(one.get("responses"))]
        )
        yield from _events(objects_in(one.get("value")))
        if "start" in one or "@removed" in one:
            yield one
        for name in ("instances", "exceptionOccurrences"):
            yield from _events(objects_in(one.get(name)))


def _is_foreign(event: Object) -> bool:
    """Return whether it is a message about a meeting, or a meeting's own settings."""
    return "@removed" not in event and not object_in(event.get("start"))


def _left_out(master: Object, tz: str | None, told: set[str]) -> Iterator[Row]:
    """Yield the occurrences that a series has lost.

    Raises:
        ValueError: the series' occurrences are not there.
    """
    series_id = text_of(master.get("id"))
    if master.get("isCancelled"):
        yield called_off(series_id, _stamp(master.get("lastModifiedDateTime")))
        return
    planned = _session(master, tz)
    name = planned["time_zone"]
    for lost in master.get("cancelledOccurrences") or []:
        day = date.fromisoformat(text_of(lost).rsplit(".", 1)[-1])
        if name is None:
            raise ValueError("its zone is not known: pass --tz")
        clock = _local(planned["starts_at"], name).time()
        starts_at = to_utc(datetime.combine(day, clock), zone(name))
        ends = planned["ends_at"]
        yield planned | {
            "planned_session_id": identity(series_id, starts_at),
            "series_id": series_id,
            "original_start_at": starts_at,
            "starts_at": starts_at,
            "ends_at": starts_at + (ends - planned["starts_at"]) if ends else None,
            "status": "cancelled",
        }
    if series_id not in told:
        raise ValueError("a series by its rule alone: ask for calendarView instead")


def _local(at: datetime, name: str) -> datetime:
    return at.replace(tzinfo=UTC).astimezone(zone(name)).replace(tzinfo=None)


def _session(event: Object, tz: str | None) -> Row:
    start = object_in(event.get("start"))
    starts_at = _utc(start, tz)
    series = text_of(event.get("seriesMasterId"))
    told = _stamp(event.get("originalStart"))
    if series and told is None and event.get("type") == "exception":
        raise ValueError("an occurrence that was changed, without its originalStart")
    original_at = told or starts_at
    series_id = series or text_of(event.get("iCalUId")) or text_of(event.get("id"))
    told_zone = text_of(event.get("originalStartTimeZone"))
    return {
        "planned_session_id": identity(series_id, original_at if series else None),
        "series_id": series_id,
        "join_key": _join_key(event),
        "title_key": title_key(text_of(event.get("subject"))),
        "original_start_at": original_at,
        "starts_at": starts_at,
        "ends_at": _utc(event["end"], tz) if object_in(event.get("end")) else None,
        "time_zone": zone_name(told_zone) or zone_name(text_of(start.get("timeZone"))),
        "status": "cancelled" if event.get("isCancelled") else "confirmed",
        "sequence": 0,
        "reported_at": _stamp(event.get("lastModifiedDateTime")),
    }


def _utc(told: Object, tz: str | None) -> datetime:
    printed = text_of(told.get("dateTime"))
    moment = datetime.fromisoformat(_LONG_FRACTION.sub(r"\1", printed))
    if moment.tzinfo is not None:
        return moment.astimezone(UTC).replace(tzinfo=None)
    name = zone_name(text_of(told.get("timeZone"))) or tz
    if name is None:
        zone_told = text_of(told.get("timeZone")) or "none"
        raise ValueError(f"its zone ({zone_told}) is not known: pass --tz")
    return to_utc(moment, zone(name))


def _stamp(printed: object) -> datetime | None:
    """Return a moment, UTC; None for none, and for the year 1, which means never."""
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
    found = (key_in_link(link) for link in links)
    return next((key for key in found if key), None)


def _answers(event: Object, session: Row) -> Iterator[dict[str, Any]]:
    organiser = object_in(object_in(event.get("organizer")).get("emailAddress"))
    host = text_of(organiser.get("address")).casefold()
    for one in objects_in(event.get("attendees")):
        address = text_of(object_in(one.get("emailAddress")).get("address"))
        if one.get("type") == "resource" or "@" not in address:
            continue
        actor = {"objectType": "Agent", "mbox": f"mailto:{address}"}
        status = object_in(one.get("status"))
        yield {
            "planned_session_id": session["planned_session_id"],
            "actor": json.dumps(actor),
            "response": RESPONSES.get(text_of(status.get("response")), "none"),
            "role": "organiser" if address.casefold() == host else "invitee",
            "responded_at": _stamp(status.get("time")),
            "reported_at": session["reported_at"],
        }
