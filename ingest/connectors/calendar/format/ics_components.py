"""Decide which events of one iCalendar object count, and what each of them replaces.

Of several versions of an event the one with the highest SEQUENCE counts, then the one
changed last, then by content; the order in the file never decides. Events of one UID
without RECURRENCE-ID that start at different times are different events.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time

from icalendar import Calendar, Event
from icalendar.prop import vDDDTypes

from ingest.connectors.calendar.format.ics_events import (
    completed,
    fault_in,
    is_all_day,
    utc,
    version_of,
)
from ingest.connectors.calendar.format.ics_zones import Zones

_SUFFIX = "\x00"  # separates a UID from the number of its event; no UID has a NUL
FOLLOWING = "THISANDFUTURE"


@dataclass(frozen=True)
class Fault:
    """Why an event, or one property of it, cannot be used; its number in the file.

    `text` is the moment of a list that is ignored.
    """

    number: int
    name: str
    message: str
    text: str = ""

    @property
    def payload(self) -> dict[str, object]:
        """Return what quarantine keeps of it."""
        return {"event": self.number} | ({self.name: self.text} if self.text else {})


@dataclass(frozen=True)
class Replacement:
    """An event that replaces an occurrence of a series; `event` may hold no session.

    `at` is the original start of the occurrence (naive UTC).
    """

    event: Event
    at: datetime
    is_usable: bool
    is_readable: bool

    @property
    def version(self) -> tuple[int, datetime, bool, bytes]:
        """Return what orders the events that replace one occurrence."""
        sequence, at, content = version_of(self.event)
        return sequence, at, self.is_readable, content

    @property
    def has_following(self) -> bool:
        """Return whether it replaces the following occurrences too."""
        return range_of(self.event) == FOLLOWING


@dataclass
class _Found:
    """The events of a calendar by what can be made of them, with their numbers."""

    usable: list[tuple[int, Event]] = field(default_factory=list)
    all_day: list[tuple[int, Event]] = field(default_factory=list)
    unreadable: list[tuple[int, Event]] = field(default_factory=list)


class Components:
    """The events of one calendar that count.

    `usable` are events with a session; several events of one UID get different ones
    (`uid_of` returns that of the file). `replacements` are the replaced occurrences,
    `cancelled` the events or series that a cancellation names as a whole, `floating`
    the numbers of events without a known zone, `shared_uid_count` the events that share
    their UID with another event. `has_zoned` is whether any event could be used.

    Args:
        calendar: as parsed; zones are set on its times in place.
        zones: of the calendar.
        method: of the calendar, in upper case.
        starts_of: returns the starts (naive UTC) of a series' own occurrences.
    """

    def __init__(
        self,
        calendar: Calendar,
        zones: Zones,
        method: str,
        starts_of: Callable[[Event], set[datetime | None]],
    ) -> None:
        self._zones, self._method, self._starts_of = zones, method, starts_of
        self.faults: list[Fault] = []
        self.floating: list[int] = []
        self.cancelled: list[Event] = []
        self.all_day_count = 0
        self._found = _Found()
        for number, event in enumerate(calendar.walk("VEVENT"), start=1):
            self._sort(number, completed(event, method))
        self.has_zoned = bool(self._found.usable)
        self._numbers = {
            id(event): number
            for events in (self._found.usable, self._found.unreadable)
            for number, event in events
        }
        self.shared_uid_count = 0
        self.masters: dict[str, Event] = {}
        self._masters_of: dict[str, list[Event]] = defaultdict(list)
        self._choose_masters()
        self.replacements = list(self._chosen_replacements())
        self.usable = [
            *self.masters.values(),
            *(found.event for found in self.replacements if found.is_usable),
        ]

    def number_of(self, event: Event) -> int:
        """Return the number of an event in the file."""
        return self._numbers[id(event)]

    def _sort(self, number: int, event: Event) -> None:
        """File an event by what can be made of it."""
        is_exception = "RECURRENCE-ID" in event
        if self._method == "CANCEL" and "UID" in event and not is_exception:
            self.cancelled.append(event)
        if is_exception and "DTSTART" not in event:
            self._refuse(number, event, "DTSTART", "it has no DTSTART")
        elif is_all_day(event):
            self.all_day_count += 1
            self._found.all_day.append((number, event))
        elif fault := fault_in(event):
            self._refuse(number, event, *fault)
        elif not self._zones.apply(event):
            self.floating.append(number)
            self._found.unreadable.append((number, event))
        else:
            for name, text in self._zones.apply_to_lists(event):
                message = f"its {name} {text} cannot be read and is ignored"
                self.faults.append(Fault(number, name, message, text))
            self._found.usable.append((number, event))

    def _refuse(self, number: int, event: Event, name: str, message: str) -> None:
        self.faults.append(Fault(number, name, message))
        self._found.unreadable.append((number, event))

    def _choose_masters(self) -> None:
        """Choose of each UID and start the version that counts."""
        versions: dict[str, dict[datetime | None, list[Event]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for _number, event in self._found.usable:
            if "RECURRENCE-ID" not in event:
                versions[str(event["UID"])][utc(event.start)].append(event)
        for uid, by_start in versions.items():
            if len(by_start) > 1:
                self.shared_uid_count += len(by_start)
            for number, start in enumerate(sorted(by_start, key=str)):
                events = by_start[start]
                master = events[0] if len(events) == 1 else max(events, key=version_of)
                self._masters_of[uid].append(master)
                if number:
                    master["UID"] = f"{uid}{_SUFFIX}{number}"
                self.masters[str(master["UID"])] = master

    def _chosen_replacements(self) -> Iterator[Replacement]:
        """Yield of each replaced occurrence the version that counts."""
        versions: dict[tuple[str, datetime], list[Replacement]] = defaultdict(list)
        for events, is_usable, is_readable in (
            (self._found.usable, True, True),
            (self._found.all_day, False, True),
            (self._found.unreadable, False, False),
        ):
            for _number, event in events:
                if at := self._set_recurrence_time(event):
                    found = Replacement(event, at, is_usable, is_readable)
                    versions[str(event["UID"]), at].append(found)
        for (uid, at), replacements in versions.items():
            chosen = replacements[0]
            if len(replacements) > 1:  # the content is only compared where it must be
                chosen = max(replacements, key=lambda found: found.version)
            masters = self._masters_of.get(uid, [])
            if len(masters) > 1:
                holds = (m for m in masters if at in self._starts_of(m))
                chosen.event["UID"] = next(holds, masters[0])["UID"]
            yield chosen

    def _set_recurrence_time(self, event: Event) -> datetime | None:
        """Set zone and time of day on the original start of an exception.

        Returns:
            The original start (naive UTC); None if the event is no exception, if what
            it replaces cannot be read, or if it replaces a whole day with another.
        """
        named = event.get("RECURRENCE-ID")
        if not isinstance(named, vDDDTypes) or "UID" not in event:
            return None
        printed, own_start = named.dt, _start_of(event)
        series = next(iter(self._masters_of.get(str(event["UID"]), [])), None)
        if series is None and own_start and isinstance(printed, datetime):
            series = event
        if series is None:
            moment = printed
        else:
            moment = self._zones.occurrence(printed, named.params, series)
            if moment is not None and not isinstance(moment, datetime):
                moment = datetime.combine(moment, self._zones.clock_of(series))
        if moment is None:
            return None
        if not isinstance(moment, datetime):
            # The series is one of whole days, or is not in the file.
            return datetime.combine(moment, time.min) if own_start else None
        at = utc(moment)
        if at is not None and own_start:
            moment = moment.astimezone(own_start.tzinfo)
        complete = vDDDTypes(moment)
        if range_of(event) == FOLLOWING:
            complete.params["RANGE"] = FOLLOWING
        event["RECURRENCE-ID"] = complete
        return at


def _start_of(event: Event) -> datetime | None:
    """Return the start of an event, None if it has no time of day or no zone."""
    start = event.get("DTSTART")
    moment = start.dt if isinstance(start, vDDDTypes) else None
    is_zoned = isinstance(moment, datetime) and moment.tzinfo is not None
    return moment if is_zoned else None


def uid_of(event: Event) -> str:
    """Return the UID that the file states for an event."""
    return str(event["UID"]).partition(_SUFFIX)[0]


def range_of(event: Event) -> str:
    """Return the range that an exception replaces, in upper case."""
    params = getattr(event.get("RECURRENCE-ID"), "params", {})
    return str(params.get("RANGE", "")).upper()


def recurring(events: Iterable[Event]) -> set[str]:
    """Return the UIDs of the events that recur or are exceptions."""
    names = ("RRULE", "RDATE", "RECURRENCE-ID")
    return {str(event["UID"]) for event in events if any(n in event for n in names)}
