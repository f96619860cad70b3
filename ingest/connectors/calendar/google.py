"""Land events of the Google Calendar API: saved pages of its answers.

A cancelled exception is a stub with its series and original start; a deleted event or
series is a stub with only its id. If guests are omitted, the answers are unknown. The
event of a series holds its recurrence rule, and its exceptions are events of their own;
a request with `singleEvents=true` returns only occurrences. Birthdays, focus time,
absences and working locations are no sessions.
API: Calendar v3, events.list and events.instances.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path

from ingest.connectors.calendar.format.api_events import (
    Collected,
    answers_of,
    local,
    utc_of,
    withdrawn,
)
from ingest.connectors.calendar.format.google_events import (
    GoogleEvent,
    guests_of,
    session_of,
)
from ingest.connectors.calendar.format.google_series import Occurrence, occurrences_of
from ingest.connectors.calendar.format.ics_components import Fault
from ingest.connectors.calendar.format.planned_sessions import (
    Planned,
    Row,
    cancellation,
    distinct,
    planned_session_id,
    status_of,
    zone_name,
)
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.json_files import (
    Object,
    json_head,
    object_in,
    objects_in,
    objects_of,
    text_of,
)

NAME = "google_calendar"
SOURCE = "calendar"
_MARKS = re.compile(
    rb'"calendar#events?"|"(?:iCalUID|recurringEventId|originalStartTime)"\s*:'
)
NO_SESSIONS = {"birthday", "focusTime", "outOfOffice", "workingLocation"}


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the `kind`, or keys that only Google's events have."""
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
    collected = Collected(writer)
    events = list(_events(objects_of(delivery.path), delivery.options.tz))
    known = [
        e for e in events if text_of(e.content.get("eventType")) not in NO_SESSIONS
    ]
    series = [event for event in known if event.content.get("recurrence")]
    occurrences = list(_expanded(series, collected))
    by_day = {
        (reading.session["series_id"], _day(reading)): reading.session["starts_at"]
        for reading in occurrences
    }
    for event in known:
        if not event.content.get("recurrence"):
            _add(event, by_day, collected)
    exceptions = {r.session["planned_session_id"] for r in collected.readings}
    collected.readings += [
        reading
        for reading in occurrences
        if reading.session["planned_session_id"] not in exceptions
    ]
    collected.write()


def _events(answers: list[Object], tz: str | None) -> Iterator[GoogleEvent]:
    """Yield each event with its page, {} for an event outside a page."""
    number = 0
    for page_no, answer in enumerate(answers, start=1):
        items = answer.get("items")
        is_page = isinstance(items, list)
        page = answer if is_page else {}
        own_zone = tz or zone_name(text_of(page.get("timeZone")))
        for item in objects_in(items) if is_page else [answer]:
            if is_page or "id" in item or "start" in item:
                number += 1
                yield GoogleEvent(
                    number, item, page, page_no if is_page else 0, own_zone
                )


def _day(reading: Planned) -> date:
    """Return the day of an occurrence in the zone of its series."""
    zone = reading.session["time_zone"] or "UTC"
    return local(reading.session["starts_at"], zone).date()


def _add(
    event: GoogleEvent, by_day: dict[tuple[str, date], datetime], collected: Collected
) -> None:
    """Add the readings of a single event, an occurrence or an exception.

    What an exception replaces is removed also where it holds no session.
    """
    original_at = _original_start(event, by_day)
    try:
        session = session_of(event, original_at)
    except ValueError as error:
        collected.reject(event.number, error)
        if event.series_id and original_at:
            collected.readings.append(_withdrawn(event, original_at, is_readable=False))
        return
    if session is not None:
        answers = list(answers_of(session, guests_of(event.content)))
        is_single = not event.series_id
        collected.readings.append(Planned(session, answers, is_single, event.page_no))
    elif event.series_id and original_at:
        collected.readings.append(_withdrawn(event, original_at, is_readable=True))
    elif status_of(text_of(event.content.get("status"))) == "cancelled":
        collected.cancellations += _deleted(event)
    elif object_in(event.content.get("start")):
        collected.all_day_count += 1


def _withdrawn(
    event: GoogleEvent, original_at: datetime, *, is_readable: bool
) -> Planned:
    version = (event.reported_at, event.sequence)
    return withdrawn(event.series_id, original_at, *version, is_readable=is_readable)


def _original_start(
    event: GoogleEvent, by_day: dict[tuple[str, date], datetime]
) -> datetime | None:
    """Return the original start (naive UTC) of an occurrence, None if it is unknown."""
    day = event.original_day
    if day is not None:
        midnight = datetime.combine(day, time.min)
        return by_day.get((event.series_id, day), midnight)
    try:
        return utc_of(object_in(event.content.get("originalStartTime")), event.tz)
    except ValueError:
        return None


def _deleted(event: GoogleEvent) -> Iterable[Row]:
    """Return cancellations of a deleted event, which may be single or a series."""
    name = text_of(event.content.get("id"))
    series_ids = {text_of(event.content.get("iCalUID")) or f"{name}@google.com", name}
    return [cancellation(one, event.reported_at) for one in sorted(series_ids)]


def _expanded(series: list[GoogleEvent], collected: Collected) -> Iterator[Planned]:
    """Yield the occurrences of series by their recurrence rules."""
    firsts = []
    for event in series:
        try:
            first = session_of(event, None)
        except ValueError as error:
            collected.reject(event.number, error)
            continue
        if first is None:
            collected.all_day_count += 1
            continue
        first["series_id"] = text_of(event.content.get("id")) or first["series_id"]
        first["planned_session_id"] = first["series_id"]
        first["time_zone"] = first["time_zone"] or event.tz
        firsts.append(Planned(first, [], True, event.page_no, event))
    current: dict[str, Planned] = {}
    for reading in distinct(firsts)[0]:
        name = reading.session["planned_session_id"]
        if name not in current or current[name].version < reading.version:
            current[name] = reading
    for reading in current.values():
        yield from _occurrences(reading, collected)


def _occurrences(first: Planned, collected: Collected) -> Iterator[Planned]:
    event: GoogleEvent = first.event
    faults: list[Fault] = []
    try:
        found: list[Occurrence] = occurrences_of(event.content, first.session, faults)
    except ValueError as error:
        collected.reject(event.number, error)
        return
    for fault in faults:
        collected.ignore_date(event.number, fault)
    for starts_at, ends_at, is_excluded in found:
        session = first.session | {
            "planned_session_id": planned_session_id(
                first.session["series_id"], starts_at
            ),
            "original_start_at": starts_at,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "status": "cancelled" if is_excluded else first.session["status"],
        }
        answers = list(answers_of(session, guests_of(event.content)))
        yield Planned(session, answers, answer_no=event.page_no)
