"""Land calendar events of Microsoft Graph: saved pages, lists or single events.

Times are local, with seven decimals of a second and a zone of their own: a Windows
name, an IANA name or UTC. The master event of a series is not one of its occurrences.
The time of a missing answer is in the year 1. Answers to `$select` hold any part of an
event, so that an id or the mark of a whole day can be missing.
API: Graph v1.0, event; occurrences come from calendarView or event/instances.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from ingest.connectors.calendar.format.api_events import (
    Collected,
    Guest,
    answers_of,
    local,
    own_id,
    stamp,
    utc_of,
    withdrawn,
)
from ingest.connectors.calendar.format.planned_sessions import (
    Planned,
    Row,
    cancellation,
    planned_session_id,
    zone_name,
)
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.join_keys import key_in_links, optional_title_key
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
CONTEXT = "@odata.context"
SOURCE = "calendar"
_MARKS = re.compile(
    rb'"(?:seriesMasterId|iCalUId|isOnlineMeeting|onlineMeetingProvider)"\s*:',
    re.IGNORECASE,
)
# A part of an event: its context, or its subject beside a start with zone.
_CONTEXT = re.compile(rb'"@odata\.context"\s*:\s*"[^"]*/(?:events|calendarView)\b')
_START = re.compile(
    rb'"start"\s*:\s*\{[^{}]*"(?:dateTime"[^{}]*"timeZone|timeZone"[^{}]*"dateTime)"',
    re.IGNORECASE,
)
_OWN_KEYS = re.compile(
    rb'"(?:subject|emailAddress|isAllDay|isCancelled|bodyPreview)"\s*:', re.IGNORECASE
)
RESPONSES = {
    "accepted": "accepted",
    "declined": "declined",
    "tentativelyAccepted": "tentative",
    "organizer": "accepted",
}


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise keys that only Graph's events have, or a part of such an event."""
    plain = json_head(path, head)
    if not plain or not (_MARKS.search(plain) or _is_part_of_event(plain)):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="graph-events",
        found=(Evidence.HEADINGS,),
        reason="keys of Graph's events, or a subject beside a start with its zone",
        encoding="utf-8",
    )


def _is_part_of_event(plain: bytes) -> bool:
    has_keys = _CONTEXT.search(plain) or _OWN_KEYS.search(plain)
    return bool(_START.search(plain) and has_keys)


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land planned sessions and answers.

    Raises:
        DamagedFile: the file is no JSON, or is cut off.
    """
    collected = Collected(writer)
    tz = delivery.options.tz
    events = list(_events(objects_of(delivery.path)))
    expanded = {text_of(event.get("seriesMasterId")) for _answer_no, event in events}
    for number, (answer_no, event) in enumerate(events, start=1):
        if _is_no_event(event):
            continue
        try:
            if "@removed" in event:
                raise ValueError(
                    "it was deleted at an unknown time: its planned session stays"
                )
            if _is_all_day(event):
                collected.all_day_count += 1
                collected.readings += _replaced(event, is_readable=True)
            elif event.get("type") == "seriesMaster":
                _add_cancelled(event, tz, expanded, collected)
            else:
                session = _session(event, tz)
                answers = list(answers_of(session, _guests(event)))
                is_single = not text_of(event.get("seriesMasterId"))
                reading = Planned(session, answers, is_single, answer_no)
                collected.readings.append(reading)
        except ValueError as error:
            collected.reject(number, error)
            collected.readings += _replaced(event, is_readable=False)
    collected.write()


def _events(answers: list[Object]) -> Iterator[tuple[int, Object]]:
    """Yield the events of pages, lists, batches and of masters with instances.

    Yields:
        The number of the page and the event. Events outside a page have number 0. An
        answer to a delta query may repeat an event: each has a number of its own.
    """
    pages = 0
    waiting = [(0, object_in(camel(value))) for value in reversed(answers)]
    while waiting:
        page_no, answer = waiting.pop()
        if "start" in answer or "@removed" in answer:
            yield page_no, answer
        responses = objects_in(answer.get("responses"))
        inner = [(page_no, object_in(one.get("body"))) for one in responses]
        values = objects_in(answer.get("value"))
        is_delta = "delta" in f"{answer.get('@odata.deltaLink')}{answer.get(CONTEXT)}"
        for value in values:
            pages += is_delta or value is values[0]
            inner.append((pages, value))
        for name in ("instances", "exceptionOccurrences"):
            inner += [(page_no, one) for one in objects_in(answer.get(name))]
        waiting += reversed(inner)


def _replaced(event: Object, *, is_readable: bool) -> Iterator[Planned]:
    """Yield the cancelled occurrence that an event without a session replaces."""
    series = text_of(event.get("seriesMasterId"))
    original_at = stamp(event.get("originalStart"))
    if series and original_at:
        reported_at = stamp(event.get("lastModifiedDateTime"))
        yield withdrawn(series, original_at, reported_at, None, is_readable=is_readable)


def _is_all_day(event: Object) -> bool:
    """Return whether an event lasts whole days; without the mark, by its midnights."""
    if "isAllDay" in event:
        return bool(event["isAllDay"])
    start, end = object_in(event.get("start")), object_in(event.get("end"))
    if start.get("timeZone") != end.get("timeZone"):
        return False
    starts, ends = stamp(start.get("dateTime")), stamp(end.get("dateTime"))
    if starts is None or ends is None or starts.time() != time.min:
        return False
    return ends > starts and not (ends - starts) % timedelta(days=1)


def _is_no_event(event: Object) -> bool:
    """Return whether an object is a message about a meeting, or its settings."""
    return "@removed" not in event and not object_in(event.get("start"))


def _add_cancelled(
    master: Object, tz: str | None, expanded: set[str], collected: Collected
) -> None:
    """Add the cancelled occurrences of a series.

    Args:
        master: the event of the series.
        tz: zone of times that state none.
        expanded: ids of the series whose occurrences are in the delivery.
        collected: takes them.

    Raises:
        ValueError: a time cannot be read, or the occurrences are not in the delivery.
    """
    series_id = text_of(master.get("id"))
    if master.get("isCancelled"):
        reported_at = stamp(master.get("lastModifiedDateTime"))
        collected.cancellations.append(cancellation(series_id, reported_at))
        return
    planned = _session(master, tz)
    name = planned["time_zone"]
    for occurrence_id in master.get("cancelledOccurrences") or []:
        day = date.fromisoformat(text_of(occurrence_id).rsplit(".", 1)[-1])
        if name is None:
            raise ValueError("its zone is not known: pass --tz")
        clock = local(planned["starts_at"], name).time()
        starts_at = to_utc(datetime.combine(day, clock), zone(name))
        ends = planned["ends_at"]
        session = planned | {
            "planned_session_id": planned_session_id(series_id, starts_at),
            "series_id": series_id,
            "original_start_at": starts_at,
            "starts_at": starts_at,
            "ends_at": starts_at + (ends - planned["starts_at"]) if ends else None,
            "status": "cancelled",
        }
        collected.readings.append(Planned(session))
    if series_id not in expanded:
        raise ValueError("a series without its occurrences: export calendarView")


def _session(event: Object, tz: str | None) -> Row:
    start = object_in(event.get("start"))
    starts_at = utc_of(start, tz)
    if starts_at is None:
        raise ValueError("its start has no time")
    series = text_of(event.get("seriesMasterId"))
    original_at = stamp(event.get("originalStart"))
    if series and original_at is None and event.get("type") == "exception":
        raise ValueError("an occurrence that was changed, without its originalStart")
    original_at = original_at or starts_at
    title = text_of(event.get("subject"))
    series_id = series or own_id(event, ("iCalUId", "id"), title)
    original_zone = text_of(event.get("originalStartTimeZone"))
    return {
        "planned_session_id": planned_session_id(
            series_id, original_at if series else None
        ),
        "series_id": series_id,
        "join_key": _join_key(event),
        "title_key": optional_title_key(title),
        "original_start_at": original_at,
        "starts_at": starts_at,
        "ends_at": utc_of(event["end"], tz) if object_in(event.get("end")) else None,
        "time_zone": zone_name(original_zone)
        or zone_name(text_of(start.get("timeZone"))),
        "status": "cancelled" if event.get("isCancelled") else "confirmed",
        "sequence": None,  # Graph states none
        "reported_at": stamp(event.get("lastModifiedDateTime")),
    }


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


def _guests(event: Object) -> Iterator[Guest]:
    organiser = object_in(object_in(event.get("organizer")).get("emailAddress"))
    host = text_of(organiser.get("address")).casefold()
    for attendee in objects_in(event.get("attendees")):
        if attendee.get("type") == "resource":
            continue
        address = text_of(object_in(attendee.get("emailAddress")).get("address"))
        status = object_in(attendee.get("status"))
        response = RESPONSES.get(text_of(status.get("response")), "none")
        is_organiser = address.casefold() == host
        yield Guest(address, response, is_organiser, stamp(status.get("time")))
