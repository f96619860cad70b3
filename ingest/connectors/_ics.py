"""Recurring events of one iCalendar file as single occurrences, each with its identity.

icalendar keeps the zones that files define for the life of the process, so that one
file's zone would explain another's: the memory is emptied before each file.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path

import recurring_ical_events
from icalendar import Calendar, Event
from icalendar.timezone import tzp

from ingest.connectors._plans import zone_name
from ingest.parsing.text import decode
from ingest.parsing.times import to_utc, zone
from tandem.errors import DamagedFile

LONGEST_SERIES = timedelta(days=3 * 366)  # of a series without an end
Moment = date | datetime


def calendars(path: Path) -> list[Calendar]:
    """Return the calendars of a file.

    Raises:
        DamagedFile: it is no iCalendar, or is cut off.
    """
    tzp.use_default()
    try:
        found = Calendar.from_ical(decode(path.read_bytes()).text, multiple=True)
    except (ValueError, IndexError, KeyError) as error:
        raise DamagedFile(
            f"this is not an iCalendar file ({error})",
            path.name,
            "export the calendar again",
        ) from error
    return list(found)


class Expanded:
    """One calendar with its series told out.

    Args:
        calendar: as parsed.
        tz: zone of times that have none; None where nobody said.
    """

    def __init__(self, calendar: Calendar, tz: str | None) -> None:
        self.calendar = calendar
        told = str(calendar.get("X-WR-TIMEZONE", "")) or None
        name = tz or zone_name(told)
        self._floating_zone = zone(name) if name else None
        self._unknown = calendar.get_missing_tzids() - _known(calendar)
        self.floating: list[int] = []
        self._usable: list[Event] = []
        for number, event in enumerate(calendar.walk("VEVENT"), start=1):
            if "DTSTART" not in event or not isinstance(event.start, datetime):
                continue  # a day without a time is no session
            if self.utc(event.start, event) is None:
                self.floating.append(number)
            else:
                self._usable.append(event)
        self.has_zoned = bool(self._usable)
        self._recurring = {
            str(event["UID"])
            for event in self._usable
            if any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID"))
        }
        self._shifts = dict(_shifts(self._usable))

    def utc(self, moment: Moment | None, event: Event | None = None) -> datetime | None:
        """Return naive UTC; None for a day, or where no zone is known."""
        if not isinstance(moment, datetime):
            return None
        is_unknown = event is not None and _tzid(event) in self._unknown
        if moment.tzinfo is None or is_unknown:
            if self._floating_zone is None:
                return None
            return to_utc(moment.replace(tzinfo=None), self._floating_zone)
        return moment.astimezone(UTC).replace(tzinfo=None)

    def occurrences(self) -> Iterator[Event]:
        """Yield every occurrence of every usable event."""
        starts = [self.utc(event.start, event) for event in self._usable]
        timed = [start for start in starts if start is not None]
        if not timed:
            return
        first, last = min(timed) - timedelta(days=1), max(timed) + LONGEST_SERIES
        wanted = {str(event["UID"]) for event in self._usable}
        for event in recurring_ical_events.of(self.calendar).between(first, last):
            if str(event["UID"]) in wanted and self.utc(event.start) is not None:
                yield event

    def masters(self) -> list[Event]:
        """Return the events that define a series."""
        return [event for event in self._usable if "RRULE" in event or "RDATE" in event]

    def length_of(self, event: Event) -> timedelta | None:
        """Return how long an event is planned."""
        starts, ends = self.utc(event.start), self.utc(event.end)
        return ends - starts if starts and ends else None

    def original_start(self, event: Event) -> datetime | None:
        """Return when an occurrence was first planned; None for a single event.

        Expansion gives single events a RECURRENCE-ID too, and all occurrences after a
        change of "this and following" that of the change: these are told by shifting
        back what was shifted.
        """
        uid = str(event["UID"])
        if uid not in self._recurring:
            return None
        recurrence = event.get("RECURRENCE-ID")
        if recurrence is None:
            return self.utc(event.start)
        shift = self._shifts.get((uid, recurrence.dt))
        if shift is None:
            return self.utc(recurrence.dt)
        return self.utc(_moved(event.start, -shift))

    def zone_of(self, event: Event) -> str | None:
        """Return the IANA name of the zone that an event was planned in."""
        told = _tzid(event)
        if told in self._unknown or told is None:
            if isinstance(event.start, datetime) and event.start.tzinfo is UTC:
                return "UTC"
            return zone_name(told) or _iana(event.start.tzinfo) or self._calendars_own()
        return zone_name(told) or self._defined(told) or _iana(event.start.tzinfo)

    def _calendars_own(self) -> str | None:
        return str(self._floating_zone) if self._floating_zone else None

    def _defined(self, tzid: str) -> str | None:
        for component in self.calendar.walk("VTIMEZONE"):
            if str(component.get("TZID")) == tzid:
                return zone_name(str(component.get("X-LIC-LOCATION", "")))
        return None


def moments(event: Event, name: str) -> Iterator[Moment]:
    """Yield the moments of a property that may be there often, with many in each."""
    values = event.get(name, [])
    for value in values if isinstance(values, list) else [values]:
        for one in getattr(value, "dts", []):
            yield one.dt


def _known(calendar: Calendar) -> set[str]:
    """Return the zones in use that need no definition: known by IANA or Windows."""
    return {tzid for tzid in calendar.get_missing_tzids() if zone_name(tzid)}


def _tzid(event: Event) -> str | None:
    told = event["DTSTART"].params.get("TZID") if "DTSTART" in event else None
    return str(told) if told else None


def _shifts(events: list[Event]) -> Iterator[tuple[tuple[str, Moment], timedelta]]:
    """Yield by how much each "this and following" moved, by the wall clock."""
    for event in events:
        recurrence = event.get("RECURRENCE-ID")
        if recurrence is None or recurrence.params.get("RANGE") != "THISANDFUTURE":
            continue
        if isinstance(recurrence.dt, datetime):
            yield (
                (str(event["UID"]), recurrence.dt),
                _wall(event.start) - _wall(recurrence.dt),
            )


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _moved(moment: Moment, by: timedelta) -> Moment:
    """Return a moment moved by the wall clock, in its own zone."""
    return moment + by


def _iana(tz: tzinfo | None) -> str | None:
    return zone_name(getattr(tz, "key", None) or getattr(tz, "zone", None))
