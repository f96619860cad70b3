"""Set the zones of the times in an iCalendar file.

A time that identifies an occurrence (RECURRENCE-ID, EXDATE) or adds one (RDATE) and has
no zone is read in the zone of its series: see docs/decisions/0015.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.prop import vDDDLists, vDDDTypes

from ingest.connectors.calendar.format.ics_events import YEARS, Moment, values_of
from ingest.connectors.calendar.format.planned_sessions import zone_name
from ingest.parsing.times import zone

Period = tuple[Moment, Moment | timedelta]
LISTS = ("EXDATE", "RDATE")


class Zones:
    """The zones of one calendar's times.

    `assumed` holds the names that are not known, for which the given zone was used.

    Args:
        calendar: as parsed.
        tz: zone of times that state none; None if not given.
    """

    def __init__(self, calendar: Calendar, tz: str | None) -> None:
        self._calendar = calendar
        self.assumed: set[str] = set()
        own = zone_name(str(calendar.get("X-WR-TIMEZONE", "")))
        self._own = zone(own) if own else None
        self._given = zone(tz) if tz else None
        self._floating = self._given or self._own

    def apply(self, event: Event) -> bool:
        """Set the zone of an event's start and end; return False if it is unknown."""
        for name in ("DTSTART", "DTEND"):
            if name not in event or not _is_floating(event[name].dt):
                continue
            own = self._zone_of(event[name].params)
            if own is None:
                return False
            zoned = vDDDTypes(event[name].dt.replace(tzinfo=own))
            zoned.params.update(event[name].params)
            event[name] = zoned
        return True

    def apply_to_lists(self, event: Event) -> Iterator[tuple[str, str]]:
        """Set the zones of an event's excluded and added occurrences.

        Yields:
            The property and the text of each moment that cannot be read. It is left
            out; the others count.
        """
        for name in LISTS:
            if name not in event:
                continue
            read: list[Any] = []
            for moment, params, text in _moments(event, name):
                is_usable = moment is not None and _year_of(moment) in YEARS
                known = self._listed(moment, params, event) if is_usable else None
                if known is None:
                    yield name, text
                elif name == "RDATE" and not isinstance(known, datetime | tuple):
                    read.append(datetime.combine(known, self.clock_of(event)))
                else:
                    read.append(known)
            del event[name]
            if read:
                event[name] = [vDDDLists([moment]) for moment in read]

    def _listed(
        self, moment: Moment | Period, params: Mapping[str, str], event: Event
    ) -> Moment | Period | None:
        """Return a moment or a period of a list with its zone, None if unknown."""
        if not isinstance(moment, tuple):
            return self.occurrence(moment, params, event)
        begins = self.occurrence(moment[0], params, event)
        ends: Moment | timedelta | None = moment[1]
        if ends is not None and not isinstance(ends, timedelta):
            ends = self.occurrence(ends, params, event)
        return None if begins is None or ends is None else (begins, ends)

    def occurrence(
        self, moment: Moment, params: Mapping[str, str], series: Event
    ) -> Moment | None:
        """Return the moment that identifies an occurrence of a series, with its zone.

        Args:
            moment: as printed; a day stays a day.
            params: of its property.
            series: the event of the series, whose start has its zone.

        Returns:
            None if the moment names a zone that the file does not explain.
        """
        if not _is_floating(moment):
            return moment
        local: Any = moment
        zones: list[tzinfo | None]
        if tzid := params.get("TZID"):
            own = series["DTSTART"].params.get("TZID")
            zones = [series.start.tzinfo if tzid == own else self._zone_of(params)]
        else:
            zones = [self.zone_of_series(series), self._own, self._given]
        known = [local.replace(tzinfo=tz) for tz in zones if tz is not None]
        # Another zone than that of the series is meant only where the moment then falls
        # on the time of day at which the series takes place.
        clock = self.clock_of(series)
        fits = (at for at in known if at.astimezone(clock.tzinfo).timetz() == clock)
        return next(fits, known[0] if known else None)

    def zone_of_series(self, series: Event) -> tzinfo | None:
        """Return the zone in which a series recurs.

        A calendar that states its zone and prints its times in UTC means local times.
        """
        tz: tzinfo | None = series.start.tzinfo
        return self._own if self._own and _iana(tz) == "UTC" else tz

    def clock_of(self, series: Event) -> time:
        """Return the time of day, with its zone, at which a series takes place."""
        local: datetime = series.start.astimezone(self.zone_of_series(series))
        return local.timetz()

    def _zone_of(self, parameters: Mapping[str, str]) -> ZoneInfo | None:
        """Return the zone of a time to which icalendar gave none, None if unknown.

        The calendar's own zone does not apply to a time with an unknown zone name.
        """
        tzid = parameters.get("TZID")
        if not tzid:
            return self._floating
        name = zone_name(str(tzid))
        if name:
            return zone(name)
        if self._given:
            self.assumed.add(str(tzid))
        return self._given

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


def _moments(
    event: Event, name: str
) -> Iterator[tuple[Moment | Period | None, Mapping[str, str], str]]:
    """Yield the moments of a list with parameters and text, None for an unreadable one.

    icalendar refuses a whole list for one moment that it cannot read.
    """
    for value in values_of(event, name):
        params = getattr(value, "params", {})
        if isinstance(value, vDDDLists):
            for item in value.dts:
                yield item.dt, params, item.to_ical().decode()
            continue
        for text in str(value).split(","):
            try:
                moment = vDDDTypes.from_ical(text.strip(), params.get("TZID"))
            except (ValueError, TypeError):
                moment = None
            yield moment, params, text.strip()


def _year_of(moment: Moment | Period) -> int:
    return (moment[0] if isinstance(moment, tuple) else moment).year


def _is_floating(moment: object) -> bool:
    return isinstance(moment, datetime) and moment.tzinfo is None


def _iana(tz: tzinfo | None) -> str | None:
    if tz is UTC:
        return "UTC"
    return zone_name(getattr(tz, "key", None) or getattr(tz, "zone", None))
