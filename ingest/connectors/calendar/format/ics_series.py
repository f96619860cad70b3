"""Expand the recurring events of a calendar to occurrences with original starts."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import recurring_ical_events
from icalendar import Calendar, Event
from icalendar.prop import vDDDTypes

from ingest.connectors.calendar.format.ics_events import (
    Moment,
    Zones,
    completed,
    fault_in,
    has_end,
    is_all_day,
    utc,
    values_of,
)

MAX_SERIES = timedelta(days=3 * 366)  # an endless series is expanded this far
LISTS = ("EXDATE", "RDATE")
Key = tuple[str, datetime | None]


class Expanded:
    """One calendar with its series expanded.

    `faults` are the numbers of events that cannot be used completely, with the reason;
    `floating` the numbers of events without a known zone; `cancelled` the events or
    series that a cancellation names as a whole.

    Args:
        calendar: as parsed; zones are set on its times in place.
        tz: zone of times that state none; None if not given.
    """

    def __init__(self, calendar: Calendar, tz: str | None) -> None:
        self.calendar = calendar
        self.method = str(calendar.get("METHOD", "PUBLISH")).upper()
        self.zones = Zones(calendar, tz)
        self.faults: list[tuple[int, str]] = []
        self.floating: list[int] = []
        self.cancelled: list[Event] = []
        self._numbers: dict[str, int] = {}
        self._usable: list[Event] = []
        for number, event in enumerate(calendar.walk("VEVENT"), start=1):
            self._add(number, completed(event, self.method))
        self.has_zoned = bool(self._usable)
        self._masters = {
            str(event["UID"]): event
            for event in self._usable
            if "RECURRENCE-ID" not in event
        }
        self._recurring = {
            str(event["UID"])
            for event in self._usable
            if any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID"))
        }
        for event in self._usable:
            self._set_recurrence_time(event)
        self._shifts = dict(_shifts(self._usable))
        self._own = {self._key(event): event for event in self._usable}

    def _add(self, number: int, event: Event) -> None:
        is_whole = "UID" in event and "RECURRENCE-ID" not in event
        if self.method == "CANCEL" and is_whole:
            self.cancelled.append(event)
        if is_all_day(event):
            return
        for name in LISTS:
            if any(not hasattr(value, "dts") for value in values_of(event, name)):
                del event[name]
                self.faults.append(
                    (number, f"its {name} cannot be read and is ignored")
                )
        if fault := fault_in(event):
            self.faults.append((number, fault))
        elif not self.zones.apply(event):
            self.floating.append(number)
        else:
            self._numbers.setdefault(str(event["UID"]), number)
            self._usable.append(event)

    def _set_recurrence_time(self, event: Event) -> None:
        """Set the time of day of the series on an exception that has only a day."""
        named = event.get("RECURRENCE-ID")
        master = self._masters.get(str(event["UID"]))
        if named is None or isinstance(named.dt, datetime) or master is None:
            return
        complete = vDDDTypes(datetime.combine(named.dt, master.start.timetz()))
        complete.params.update(
            {k: v for k, v in named.params.items() if k in ("RANGE", "TZID")}
        )
        event["RECURRENCE-ID"] = complete

    def occurrences(self) -> list[Event]:
        """Return every occurrence of every usable event.

        A series that cannot be expanded is a fault; the others are returned.
        """
        if not self._usable:
            return []
        starts = [utc(event.start) for event in self._usable]
        stamps = [at for event in self._usable if (at := stamped_at(event))]
        timed = [at for at in starts if at]
        window = (
            min(timed) - timedelta(days=1),
            max([*timed, *stamps]) + MAX_SERIES,
        )
        try:
            return _expand(self.calendar, self._usable, *window)
        except Exception:  # the library checks rules only while it expands them
            return list(self._one_by_one(window))

    def _one_by_one(self, window: tuple[datetime, datetime]) -> Iterator[Event]:
        for uid, number in self._numbers.items():
            events = [event for event in self._usable if str(event["UID"]) == uid]
            try:
                yield from _expand(self.calendar, events, *window)
            except Exception as error:
                reason = f"its rule cannot be expanded ({type(error).__name__})"
                self.faults.append((number, reason))

    def excluded(self) -> Iterator[tuple[Event, datetime]]:
        """Yield the event of the series and the start (UTC) of excluded occurrences."""
        for master in self._masters.values():
            if str(master["UID"]) not in self._recurring:
                continue
            for value in values_of(master, "EXDATE"):
                for excluded in value.dts:
                    moment: Moment = excluded.dt
                    if not isinstance(moment, datetime):
                        moment = datetime.combine(moment, master.start.timetz())
                    if at := utc(moment):
                        yield master, at

    def original_start(self, event: Event) -> datetime | None:
        """Return the original start of an occurrence (UTC), None for a single event.

        Expansion gives a RECURRENCE-ID also to single events. After a change of "this
        and following" all occurrences have that of the change; their original starts
        are computed by undoing the shift.
        """
        uid = str(event["UID"])
        if uid not in self._recurring:
            return None
        recurrence = event.get("RECURRENCE-ID")
        if recurrence is None:
            return utc(event.start)
        shift = self._shifts.get((uid, utc(recurrence.dt)))
        if shift is None:
            return utc(recurrence.dt)
        return utc(event.start - shift)

    def ends_at(self, event: Event) -> datetime | None:
        """Return the end of an occurrence (UTC), None if it states none.

        A duration in hours is exact over a clock change, one in days follows the local
        clock. After the clock is put forward, the printed end of a night class can be
        before its start in UTC; its local duration is then added to the start. An end
        equal to the start states no duration.
        """
        own = self.event_in_file(event)
        if not has_end(own):
            return None
        if "DTEND" not in own:
            duration = own["DURATION"].dt
            days = timedelta(days=duration.days)
            begins = utc(event.start + days)
            ends = begins + (duration - days) if begins else None
            return ends if duration else None
        starts, ends = utc(event.start), utc(event.end)
        local_duration = _local(event.end) - _local(event.start)
        if starts and ends and ends <= starts:
            return starts + local_duration if local_duration else None
        return ends

    def event_in_file(self, event: Event) -> Event:
        """Return the event of the file from which an occurrence was expanded."""
        uid = str(event["UID"])
        own = self._own.get((uid, self.original_start(event)))
        return own or self._masters.get(uid) or event

    def _key(self, event: Event) -> Key:
        if "RECURRENCE-ID" not in event:
            return str(event["UID"]), None
        return str(event["UID"]), utc(event["RECURRENCE-ID"].dt)


def stamped_at(event: Event) -> datetime | None:
    """Return when an event was last changed or sent (UTC, as the standard requires)."""
    stamps = [
        value
        for name in ("LAST-MODIFIED", "DTSTAMP")
        for value in values_of(event, name)
    ]
    times = [getattr(stamp, "dt", None) for stamp in stamps]
    return max(
        (_local(time) for time in times if isinstance(time, datetime)), default=None
    )


def _expand(
    calendar: Calendar, events: list[Event], first: datetime, last: datetime
) -> list[Event]:
    usable = Calendar()
    usable.update({k: v for k, v in calendar.items() if k == "X-WR-TIMEZONE"})
    for component in [*calendar.walk("VTIMEZONE"), *events]:
        usable.add_component(component)
    return list(recurring_ical_events.of(usable).between(first, last))


def _shifts(events: list[Event]) -> Iterator[tuple[Key, timedelta]]:
    """Yield by how much each "this and following" was moved, in local time."""
    for event in events:
        recurrence = event.get("RECURRENCE-ID")
        if recurrence is None or recurrence.params.get("RANGE") != "THISANDFUTURE":
            continue
        if isinstance(recurrence.dt, datetime):
            moved = _local(event.start) - _local(recurrence.dt)
            yield (str(event["UID"]), utc(recurrence.dt)), moved


def _local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
