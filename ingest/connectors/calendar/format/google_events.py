"""One event of the Google Calendar API, and the planned session in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from ingest.connectors.calendar.format.api_events import (
    Guest,
    own_id,
    stamp,
    utc_of,
)
from ingest.connectors.calendar.format.planned_sessions import (
    Row,
    planned_session_id,
    status_of,
    zone_name,
)
from ingest.parsing.join_keys import key_in_links, optional_title_key
from ingest.parsing.json_files import Object, object_in, objects_in, text_of

RESPONSES = {
    "accepted": "accepted",
    "declined": "declined",
    "tentative": "tentative",
    "needsAction": "none",
}


@dataclass(frozen=True)
class GoogleEvent:
    """An event with its number in the delivery and the page that states its zone."""

    number: int
    content: Object
    page: Object
    page_no: int
    tz: str | None  # zone of times that state none

    @property
    def series_id(self) -> str:
        """Return the id of the series of an occurrence, empty for a single event."""
        return text_of(self.content.get("recurringEventId"))

    @property
    def original_day(self) -> date | None:
        """Return the day that an exception replaces, if it states no time of day."""
        original = object_in(self.content.get("originalStartTime"))
        printed = text_of(original.get("date"))
        if not self.series_id or not printed or original.get("dateTime"):
            return None
        try:
            return date.fromisoformat(printed)
        except ValueError:
            return None

    @property
    def reported_at(self) -> datetime | None:
        """Return its last change; a stub has none, its page has one."""
        return stamp(self.content.get("updated")) or stamp(self.page.get("updated"))

    @property
    def sequence(self) -> int:
        """Return its version, 0 if it states none."""
        printed = text_of(self.content.get("sequence"))
        return int(printed) if printed.isdecimal() else 0


def session_of(event: GoogleEvent, original_at: datetime | None) -> Row | None:
    """Return a planned session, None for an all-day event.

    Raises:
        ValueError: a time cannot be read.
    """
    content = event.content
    start = object_in(content.get("start"))
    starts_at = utc_of(start, event.tz)
    is_stub = starts_at is None
    if is_stub and (original_at is None or start.get("date") or event.original_day):
        return None
    title = text_of(content.get("summary"))
    series_id = event.series_id or own_id(content, ("iCalUID", "id"), title)
    original = original_at if event.series_id else None
    return {
        "planned_session_id": planned_session_id(series_id, original),
        "series_id": series_id,
        "join_key": _join_key(content),
        "title_key": None if is_stub else optional_title_key(title),
        "original_start_at": original or starts_at,
        "starts_at": starts_at or original_at,
        "ends_at": _ends_at(content, event.tz),
        "time_zone": zone_name(text_of(start.get("timeZone"))) or event.tz,
        "status": status_of(text_of(content.get("status"))),
        "sequence": event.sequence,
        "reported_at": event.reported_at,
    }


def _ends_at(event: Object, tz: str | None) -> datetime | None:
    """Return the end of an event, None if it is not stated or equals the start."""
    ends = object_in(event.get("end"))
    if event.get("endTimeUnspecified") or ends == event.get("start"):
        return None
    return utc_of(ends, tz)


def _join_key(event: Object) -> str | None:
    data = object_in(event.get("conferenceData"))
    links = [text_of(entry.get("uri")) for entry in objects_in(data.get("entryPoints"))]
    links += [
        text_of(event.get(name)) for name in ("hangoutLink", "location", "description")
    ]
    return key_in_links(links)


def guests_of(event: Object) -> Iterator[Guest]:
    """Yield the invitees with their answers; Google states no time of an answer."""
    if event.get("attendeesOmitted"):
        return
    for attendee in objects_in(event.get("attendees")):
        if not attendee.get("resource"):
            response = RESPONSES.get(text_of(attendee.get("responseStatus")), "none")
            yield Guest(
                text_of(attendee.get("email")),
                response,
                is_organiser=bool(attendee.get("organizer")),
                comment=text_of(attendee.get("comment")),
            )
