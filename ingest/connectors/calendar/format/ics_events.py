"""One iCalendar file: its calendars, what of them can be used, and in which zone.

icalendar keeps the zones that files define for the life of the process, so that one
file's zone would explain another's: the memory is emptied before each file.
"""

import warnings
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
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
_TOO_OFTEN = {"SECONDLY", "MINUTELY"}  # a rule that makes no sessions, but millions
_YEARS = range(1970, 2200)


def calendars(path: Path) -> list[Calendar]:
    """Return the calendars of a file.

    Raises:
        DamagedFile: it is no iCalendar, or is cut off.
    """
    tzp.use_default()
    text = decode(path.read_bytes()).text
    try:
        with warnings.catch_warnings():
            # Of a path before a zone's name; zone_name() reads those itself.
            warnings.simplefilter("ignore", GloballyUniqueTZIDGuessed)
            found = Calendar.from_ical(text, multiple=True)
    except (ValueError, IndexError, KeyError) as error:
        raise DamagedFile(
            f"this is not an iCalendar file ({error})",
            path.name,
            "export the calendar again",
        ) from error
    return list(found)


class Zones:
    """Which zone the times of one calendar are in.

    Args:
        calendar: as parsed.
        tz: zone of times that have none; None where nobody said.
    """

    def __init__(self, calendar: Calendar, tz: str | None) -> None:
        self._calendar = calendar
        own = zone_name(str(calendar.get("X-WR-TIMEZONE", "")))
        self._told = zone(tz) if tz else None
        self._floating = self._told or (zone(own) if own else None)

    def settle(self, event: Event) -> bool:
        """Give every time of an event its zone; False where one is not known."""
        for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
            if name not in event or not _is_floating(event[name].dt):
                continue
            own = self._zone_of(event[name].params)
            if own is None:
                return False
            settled = vDDDTypes(event[name].dt.replace(tzinfo=own))
            settled.params.update(event[name].params)
            event[name] = settled
        for name in ("EXDATE", "RDATE"):
            if name in event and not self._settle_list(event, name):
                return False
        return True

    def _settle_list(self, event: Event, name: str) -> bool:
        values = event[name] if isinstance(event[name], list) else [event[name]]
        settled = []
        for value in values:
            moments = [one.dt for one in value.dts]
            own = self._zone_of(value.params)
            if any(_is_floating(moment) for moment in moments):
                if own is None:
                    return False
                moments = [
                    one.replace(tzinfo=own) if _is_floating(one) else one
                    for one in moments
                ]
            settled.append(vDDDLists(moments))
        event[name] = settled
        return True

    def _zone_of(self, parameters: Mapping[str, str]) -> ZoneInfo | None:
        """Return the zone of a time that icalendar left without.

        The calendar's own zone says nothing of one that is named and unknown.
        """
        tzid = parameters.get("TZID")
        if not tzid:
            return self._floating
        name = zone_name(str(tzid))
        return zone(name) if name else self._told

    def name_of(self, event: Event) -> str | None:
        """Return the IANA name of the zone that an event was planned in."""
        told = event["DTSTART"].params.get("TZID")
        named = zone_name(str(told)) or self._defined(str(told)) if told else None
        return named or _iana(event.start.tzinfo)

    def _defined(self, tzid: str) -> str | None:
        for component in self._calendar.walk("VTIMEZONE"):
            if str(component.get("TZID")) == tzid:
                return zone_name(str(component.get("X-LIC-LOCATION", "")))
        return None


def utc(moment: Moment | None) -> datetime | None:
    """Return naive UTC; None for a day, or without a zone.

    A wall clock that the clock change shows twice is meant the first time, one that it
    leaves out goes by the offset before it (RFC 5545, 3.3.5).
    """
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None)


def _is_floating(moment: object) -> bool:
    return isinstance(moment, datetime) and moment.tzinfo is None


def completed(event: Event, method: str) -> Event:
    """Return an event with the name and the start that some producers leave out.

    Without a name it is known by what it says; a call-off may name nothing but the
    occurrence. Of an end and a length the end holds.
    """
    if "DTEND" in event and "DURATION" in event:
        del event["DURATION"]
    if method == "CANCEL" and "RECURRENCE-ID" in event and "DTSTART" not in event:
        event["DTSTART"] = event["RECURRENCE-ID"]
    if "UID" not in event and "DTSTART" in event and not broken_in(event):
        told = [event.get(name) for name in ("DTSTART", "DTEND", "SUMMARY")]
        words = [one.to_ical().decode() if one is not None else "" for one in told]
        event.add("UID", statement_id("calendar", "without-uid", *words))
    return event


def is_no_session(event: Event) -> bool:
    """Return whether an event has a day, but no hour."""
    if str(event.get("X-MICROSOFT-CDO-ALLDAYEVENT", "")).upper() == "TRUE":
        return True
    if "DTSTART" not in event:
        return True
    return not broken_in(event) and not isinstance(event["DTSTART"].dt, datetime)


def has_end(event: Event) -> bool:
    """Return whether an event says when it ends."""
    return "DTEND" in event or "DURATION" in event


def broken_in(event: Event) -> list[str]:
    """Return the names of the times that cannot be read, or are told twice."""
    twice = {name for name in _ONCE if isinstance(event.get(name), list)}
    return sorted(twice | ({name for name, _words in event.errors} & _TIMES))


def fault_in(event: Event) -> str | None:
    """Return what keeps an event from being read, None where nothing does."""
    if broken := broken_in(event):
        return f"its {broken[0]} cannot be read"
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if _TOO_OFTEN & {str(one).upper() for one in rule.get("FREQ", [])}:
            return "it recurs every minute or more often"
    try:
        start, end = event.start, event.end
    except (ValueError, TypeError, KeyError, AttributeError):
        return "its DTEND does not fit its DTSTART"
    if start.year not in _YEARS or end.year not in _YEARS:
        return "it lies too far off"
    return "it ends before it begins" if _wall(end) < _wall(start) else None


def _wall(moment: Moment) -> Moment:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment


def _iana(tz: tzinfo | None) -> str | None:
    if tz is UTC:
        return "UTC"
    return zone_name(getattr(tz, "key", None) or getattr(tz, "zone", None))
