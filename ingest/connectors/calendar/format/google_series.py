"""Expand a series of the Google Calendar API by its recurrence rule.

The API prints rules as iCalendar does, so they are expanded as iCalendar events.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar

from ingest.connectors.calendar.format.ics_components import Fault
from ingest.connectors.calendar.format.ics_events import utc
from ingest.connectors.calendar.format.ics_series import Expanded
from ingest.connectors.calendar.format.ics_zones import LISTS
from ingest.connectors.calendar.format.planned_sessions import Row
from ingest.parsing.json_files import Object, text_of

Occurrence = tuple[datetime, datetime | None, bool]


def occurrences_of(
    event: Object, planned: Row, faults: list[Fault]
) -> list[Occurrence]:
    """Return start and end (naive UTC), and whether the series excludes the occurrence.

    Args:
        event: the event of the series, with its `recurrence`.
        planned: its first occurrence, with the zone of the series.
        faults: takes a fault for each date that is ignored.

    Raises:
        ValueError: the rule cannot be expanded.
    """
    expanded = Expanded(_calendar(event, planned), None)
    events = expanded.occurrences()
    for fault in expanded.faults:
        if fault.name not in LISTS:
            raise ValueError(fault.message)
        faults.append(fault)
    held = [
        (starts_at, expanded.ends_at(occurrence), False)
        for occurrence in events
        if (starts_at := utc(occurrence.start))
    ]
    length = planned["ends_at"] - planned["starts_at"] if planned["ends_at"] else None
    excluded = [
        (gap.at, gap.at + length if length else None, True) for gap in expanded.gaps()
    ]
    return held + excluded


def _calendar(event: Object, planned: Row) -> Calendar:
    name = planned["time_zone"] or "UTC"
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:series"]
    for property_name, at in (
        ("DTSTART", planned["starts_at"]),
        ("DTEND", planned["ends_at"]),
    ):
        if at is not None:
            local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(name))
            lines.append(f"{property_name};TZID={name}:{local:%Y%m%dT%H%M%S}")
    if planned["reported_at"]:
        lines.append(f"DTSTAMP:{planned['reported_at']:%Y%m%dT%H%M%SZ}")
    lines += [text_of(rule) for rule in event.get("recurrence") or []]
    lines += ["END:VEVENT", "END:VCALENDAR", ""]
    calendar = Calendar.from_ical("\r\n".join(lines))
    assert isinstance(calendar, Calendar)
    return calendar
