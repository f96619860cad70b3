"""Read an iCalendar file: its calendars, their usable events and their zones.

icalendar keeps zones that a file defines for the life of the process, so that they
would apply to other files. They are cleared before each file.
"""

import warnings
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.error import GloballyUniqueTZIDGuessed
from icalendar.prop import vDDDLists, vDDDTypes
from icalendar.timezone import tzp

from ingest.connectors.calendar.format.planned_sessions import zone_name
from ingest.parsing.text import decode
from ingest.parsing.times import zone
from ingest.xapi.ids import statement_id
from tandem.core.errors import DamagedFile

Moment = date | datetime
_ONCE = {"DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"}
_TIMES = _ONCE | {"RRULE"}
_TOO_FREQUENT = {"SECONDLY", "MINUTELY"}  # these rules yield millions of occurrences
_YEARS = range(1970, 2200)


def calendars(path: Path) -> list[Calendar]:
    """Return the calendars of a file.

    Raises:
        DamagedFile: the file is no iCalendar, or is cut off.
    """
    tzp.use_default()
    text = decode(path.read_bytes()).text
    try:
        with warnings.catch_warnings():
            # The warning concerns zone names with a path, which zone_name() reads.
            warnings.simplefilter("ignore", GloballyUniqueTZIDGuessed)
            parsed = Calendar.from_ical(text, multiple=True)
    except (ValueError, IndexError, KeyError) as error:
        raise DamagedFile(
            f"this is not an iCalendar file ({error})",
            path.name,
            "export the calendar again",
        ) from error
    return list(parsed)


class Zones:
    """The zones of one calendar's times.

    Args:
        calendar: as parsed.
        tz: zone of times that state none; None if not given.
    """

    def __init__(self, calendar: Calendar, tz: str | None) -> None:
        self._calendar = calendar
        own = zone_name(str(calendar.get("X-WR-TIMEZONE", "")))
        self._given = zone(tz) if tz else None
        self._floating = self._given or (zone(own) if own else None)

    def apply(self, event: Event) -> bool:
        """Set the zone on every time of an event; return False if one is unknown."""
        for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
            if name not in event or not _is_floating(event[name].dt):
                continue
            own = self._zone_of(event[name].params)
            if own is None:
                return False
            zoned = vDDDTypes(event[name].dt.replace(tzinfo=own))
            zoned.params.update(event[name].params)
            event[name] = zoned
        for name in ("EXDATE", "RDATE"):
            if name in event and not self._apply_to_list(event, name):
                return False
        return True

    def _apply_to_list(self, event: Event, name: str) -> bool:
        zoned = []
        for value in values_of(event, name):
            moments = [item.dt for item in value.dts]
            own = self._zone_of(value.params)
            if any(_is_floating(moment) for moment in moments):
                if own is None:
                    return False
                moments = [
                    moment.replace(tzinfo=own) if _is_floating(moment) else moment
                    for moment in moments
                ]
            zoned.append(vDDDLists(moments))
        event[name] = zoned
        return True

    def _zone_of(self, parameters: Mapping[str, str]) -> ZoneInfo | None:
        """Return the zone of a time to which icalendar gave none, None if unknown.

        The calendar's own zone does not apply to a time with an unknown zone name.
        """
        tzid = parameters.get("TZID")
        if not tzid:
            return self._floating
        name = zone_name(str(tzid))
        return zone(name) if name else self._given

    def name_of(self, event: Event) -> str | None:
        """Return the IANA name of an event's zone, None if it is unknown."""
        tzid = event["DTSTART"].params.get("TZID")
        name = zone_name(str(tzid)) or self._defined(str(tzid)) if tzid else None
        return name or _iana(event.start.tzinfo)

    def _defined(self, tzid: str) -> str | None:
        """Return the IANA name in the calendar's definition of a zone."""
        for component in self._calendar.walk("VTIMEZONE"):
            if str(component.get("TZID")) == tzid:
                return zone_name(str(component.get("X-LIC-LOCATION", "")))
        return None


def utc(moment: Moment | None) -> datetime | None:
    """Return naive UTC, None for a day and for a time without a zone.

    A local time that a clock change repeats is its first occurrence, one that it skips
    has the offset before the change (RFC 5545, 3.3.5).
    """
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None)


def _is_floating(moment: object) -> bool:
    return isinstance(moment, datetime) and moment.tzinfo is None


def completed(event: Event, method: str) -> Event:
    """Return an event with the UID and the start that some producers omit.

    The UID is made of its content. A cancellation may name only the occurrence, which
    is then its start. Of DTEND and DURATION the DTEND is kept.
    """
    if "DTEND" in event and "DURATION" in event:
        del event["DURATION"]
    if method == "CANCEL" and "RECURRENCE-ID" in event and "DTSTART" not in event:
        event["DTSTART"] = event["RECURRENCE-ID"]
    if "UID" not in event and "DTSTART" in event and not unreadable_times_in(event):
        values = [event.get(name) for name in ("DTSTART", "DTEND", "SUMMARY")]
        texts = [v.to_ical().decode() if v is not None else "" for v in values]
        event.add("UID", statement_id("calendar", "without-uid", *texts))
    return event


def is_all_day(event: Event) -> bool:
    """Return whether an event has no time of day."""
    if str(event.get("X-MICROSOFT-CDO-ALLDAYEVENT", "")).upper() == "TRUE":
        return True
    if "DTSTART" not in event:
        return True
    return not unreadable_times_in(event) and not isinstance(
        event["DTSTART"].dt, datetime
    )


def values_of(event: Event, name: str) -> list[Any]:
    """Return the values of a property that an event may have several times."""
    value = event.get(name, [])
    return value if isinstance(value, list) else [value]


def has_end(event: Event) -> bool:
    """Return whether an event has an end or a duration."""
    return "DTEND" in event or "DURATION" in event


def unreadable_times_in(event: Event) -> list[str]:
    """Return the names of the times that cannot be read or occur twice."""
    repeated = {name for name in _ONCE if isinstance(event.get(name), list)}
    return sorted(repeated | ({name for name, _message in event.errors} & _TIMES))


def fault_in(event: Event) -> str | None:
    """Return why an event cannot be read, None if it can."""
    if unreadable := unreadable_times_in(event):
        return f"its {unreadable[0]} cannot be read"
    for rule in values_of(event, "RRULE"):
        if _TOO_FREQUENT & {str(freq).upper() for freq in rule.get("FREQ", [])}:
            return "it recurs every minute or more often"
    try:
        start, end = event.start, event.end
    except (ValueError, TypeError, KeyError, AttributeError):
        return "its DTEND does not fit its DTSTART"
    if start.year not in _YEARS or end.year not in _YEARS:
        return "it is before 1970 or after 2199"
    return "it ends before it begins" if _local(end) < _local(start) else None


def _local(moment: Moment) -> Moment:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment


def _iana(tz: tzinfo | None) -> str | None:
    if tz is UTC:
        return "UTC"
    return zone_name(getattr(tz, "key", None) or getattr(tz, "zone", None))
