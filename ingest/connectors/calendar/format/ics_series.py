"""Recurring events of a calendar as single occurrences, each with its identity."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Event
from icalendar.prop import vDDDTypes

from ingest.connectors.calendar.format.ics_events import (
    Moment,
    Zones,
    completed,
    fault_in,
    has_end,
    is_no_session,
    utc,
)

LONGEST_SERIES = timedelta(days=3 * 366)  # of a series without an end
LISTS = ("EXDATE", "RDATE")
Key = tuple[str, datetime | None]


class Expanded:
    """One calendar with its series told out.

    `faults` are events that cannot be used in full, by number and why; `floating` the
    numbers of those that lack a zone; `called_off` what a cancellation names whole.

    Args:
        calendar: as parsed; its times are settled in place.
        tz: zone of times that have none; None where nobody said.
    """

    def __init__(self, calendar: Calendar, tz: str | None) -> None:
        self.calendar = calendar
        self.method = str(calendar.get("METHOD", "PUBLISH")).upper()
        self.zones = Zones(calendar, tz)
        self.faults: list[tuple[int, str]] = []
        self.floating: list[int] = []
        self.called_off: list[Event] = []
        self._numbers: dict[str, int] = {}
        self._usable: list[Event] = []
        for number, event in enumerate(calendar.walk("VEVENT"), start=1):
            self._take(number, completed(event, self.method))
        self.has_zoned = bool(self._usable)
        self._masters = {
            str(one["UID"]): one for one in self._usable if "RECURRENCE-ID" not in one
        }
        self._recurring = {
            str(event["UID"])
            for event in self._usable
            if any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID"))
        }
        for event in self._usable:
            self._settle_recurrence(event)
        self._shifts = dict(_shifts(self._usable))
        self._own = {self._key(event): event for event in self._usable}

    def _take(self, number: int, event: Event) -> None:
        whole = "UID" in event and "RECURRENCE-ID" not in event
        if self.method == "CANCEL" and whole:
            self.called_off.append(event)
        if is_no_session(event):
            return
        for name in LISTS:
            if any(not hasattr(one, "dts") for one in _values(event, name)):
                del event[name]
                self.faults.append((number, f"its {name} cannot be read: left out"))
        if fault := fault_in(event):
            self.faults.append((number, fault))
        elif not self.zones.settle(event):
            self.floating.append(number)
        else:
            self._numbers.setdefault(str(event["UID"]), number)
            self._usable.append(event)

    def _settle_recurrence(self, event: Event) -> None:
        """Give an exception that names only the day the hour of its series."""
        named = event.get("RECURRENCE-ID")
        master = self._masters.get(str(event["UID"]))
        if named is None or isinstance(named.dt, datetime) or master is None:
            return
        settled = vDDDTypes(datetime.combine(named.dt, master.start.timetz()))
        settled.params.update(
            {k: v for k, v in named.params.items() if k in ("RANGE", "TZID")}
        )
        event["RECURRENCE-ID"] = settled

    def occurrences(self) -> list[Event]:
        """Return every occurrence of every usable event.

        A series that cannot be told out is a fault, and the others stay.
        """
        if not self._usable:
            return []
        starts = [utc(event.start) for event in self._usable]
        stamps = [at for event in self._usable if (at := stamped_at(event))]
        timed = [at for at in starts if at]
        window = (
            min(timed) - timedelta(days=1),
            max([*timed, *stamps]) + LONGEST_SERIES,
        )
        try:
            return _told_out(self.calendar, self._usable, *window)
        except Exception:  # the library checks each rule as it meets it
            return list(self._one_by_one(window))

    def _one_by_one(self, window: tuple[datetime, datetime]) -> Iterator[Event]:
        for uid, number in self._numbers.items():
            events = [one for one in self._usable if str(one["UID"]) == uid]
            try:
                yield from _told_out(self.calendar, events, *window)
            except Exception as error:  # of this series alone
                words = f"its rule cannot be followed ({type(error).__name__})"
                self.faults.append((number, words))

    def excluded(self) -> Iterator[tuple[Event, datetime]]:
        """Yield what series leave out: the series' event, and when it would begin."""
        for master in self._masters.values():
            if str(master["UID"]) not in self._recurring:
                continue
            for value in _values(master, "EXDATE"):
                for one in value.dts:
                    moment: Moment = one.dt
                    if not isinstance(moment, datetime):
                        moment = datetime.combine(moment, master.start.timetz())
                    if at := utc(moment):
                        yield master, at

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
            return utc(event.start)
        shift = self._shifts.get((uid, utc(recurrence.dt)))
        if shift is None:
            return utc(recurrence.dt)
        return utc(event.start - shift)

    def ends_at(self, event: Event) -> datetime | None:
        """Return when an occurrence ends, None where nobody said.

        A length in hours is exact over a clock change, one in days is not. A night
        class may end by a clock that has just been put forward; what ends as it begins
        says nothing of how long it is.
        """
        told = self.told(event)
        if not has_end(told):
            return None
        if "DTEND" not in told:
            days = timedelta(days=told["DURATION"].dt.days)
            begins = utc(event.start + days)
            ends = begins + (told["DURATION"].dt - days) if begins else None
            return ends if told["DURATION"].dt else None
        starts, ends = utc(event.start), utc(event.end)
        by_the_clock = _wall(event.end) - _wall(event.start)
        if starts and ends and ends <= starts:
            return starts + by_the_clock if by_the_clock else None
        return ends

    def told(self, event: Event) -> Event:
        """Return the event of the file that tells of an occurrence."""
        uid = str(event["UID"])
        own = self._own.get((uid, self.original_start(event)))
        return own or self._masters.get(uid) or event

    def _key(self, event: Event) -> Key:
        if "RECURRENCE-ID" not in event:
            return str(event["UID"]), None
        return str(event["UID"]), utc(event["RECURRENCE-ID"].dt)


def stamped_at(event: Event) -> datetime | None:
    """Return when an event was last changed or sent, UTC by the standard."""
    found = [
        one for name in ("LAST-MODIFIED", "DTSTAMP") for one in _values(event, name)
    ]
    times = [getattr(stamp, "dt", None) for stamp in found]
    return max(
        (_wall(time) for time in times if isinstance(time, datetime)), default=None
    )


def _told_out(
    calendar: Calendar, events: list[Event], first: datetime, last: datetime
) -> list[Event]:
    usable = Calendar()
    usable.update({k: v for k, v in calendar.items() if k == "X-WR-TIMEZONE"})
    for component in [*calendar.walk("VTIMEZONE"), *events]:
        usable.add_component(component)
    return list(recurring_ical_events.of(usable).between(first, last))


def _shifts(events: list[Event]) -> Iterator[tuple[Key, timedelta]]:
    """Yield by how much each "this and following" moved, by the wall clock."""
    for event in events:
        recurrence = event.get("RECURRENCE-ID")
        if recurrence is None or recurrence.params.get("RANGE") != "THISANDFUTURE":
            continue
        if isinstance(recurrence.dt, datetime):
            moved = _wall(event.start) - _wall(recurrence.dt)
            yield (str(event["UID"]), utc(recurrence.dt)), moved


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _values(event: Event, name: str) -> list[Any]:
    value = event.get(name, [])
    return value if isinstance(value, list) else [value]
