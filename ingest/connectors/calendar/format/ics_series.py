"""Expand the recurring events of a calendar to occurrences with original starts."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import recurring_ical_events
from icalendar import Calendar, Event

from ingest.connectors.calendar.format.ics_components import (
    FOLLOWING,
    Components,
    Fault,
    Replacement,
    range_of,
    recurring,
    uid_of,
)
from ingest.connectors.calendar.format.ics_events import (
    Moment,
    has_end,
    sequence_of,
    stamped_at,
    utc,
    values_of,
)
from ingest.connectors.calendar.format.ics_zones import Zones

MAX_SERIES = timedelta(days=3 * 366)  # an endless series is expanded this far
Key = tuple[str, datetime | None]


@dataclass(frozen=True)
class Gap:
    """An occurrence of a series that does not take place, with its start (naive UTC).

    `event` is the event of the series, or of the replacement where the file has no
    other. `replacement` is the event that took its place and holds no session.
    """

    event: Event
    at: datetime
    replacement: Replacement | None = None


class Expanded:
    """One calendar with its series expanded.

    Args:
        calendar: as parsed; zones are set on its times in place.
        tz: zone of times that state none; None if not given.
    """

    def __init__(self, calendar: Calendar, tz: str | None) -> None:
        self.calendar = calendar
        self.method = str(calendar.get("METHOD", "PUBLISH")).upper()
        self.zones = Zones(calendar, tz)
        self.components = Components(calendar, self.zones, self.method, self._starts_of)
        self._masters = self.components.masters
        self._recurring = recurring(self.components.usable)
        self._shifts = dict(_shifts(self.components.usable))
        self._own = {self._key(event): event for event in self.components.usable}
        self._following: dict[str, list[Replacement]] = defaultdict(list)
        for found in self.components.replacements:
            if found.has_following:
                self._following[str(found.event["UID"])].append(found)
        self._replaced = {
            (uid_of(found.event), found.at): found
            for found in self.components.replacements
        }

    @property
    def faults(self) -> list[Fault]:
        """Return what cannot be used, also of series that could not be expanded."""
        return self.components.faults

    def occurrences(self) -> list[Event]:
        """Return every occurrence of every usable event.

        A series that cannot be expanded is a fault; the others are returned. An
        occurrence that another event replaces is left out, whatever that event holds.
        """
        events = self.components.usable
        if not events:
            return []
        try:
            expanded = _expand(self.calendar, events, *self._window(events))
        except Exception:  # the library checks rules only while it expands them
            expanded = list(self._one_by_one())
        return [event for event in expanded if not self._is_replaced(event)]

    def _window(self, events: list[Event]) -> tuple[datetime, datetime]:
        stamps = [at for event in events if (at := stamped_at(event))]
        timed = [at for event in events if (at := utc(event.start))]
        return (
            min(timed) - timedelta(days=1),
            max([*timed, *stamps]) + MAX_SERIES,
        )

    def _one_by_one(self) -> Iterator[Event]:
        window = self._window(self.components.usable)
        for uid in dict.fromkeys(str(event["UID"]) for event in self.components.usable):
            events = [e for e in self.components.usable if str(e["UID"]) == uid]
            try:
                yield from _expand(self.calendar, events, *window)
            except Exception as error:
                reason = f"its rule cannot be expanded ({type(error).__name__})"
                number = min(self.components.number_of(event) for event in events)
                self.faults.append(Fault(number, "RRULE", reason))

    def _starts_of(self, master: Event) -> set[datetime | None]:
        """Return the starts (naive UTC) of a series without its exceptions."""
        try:
            events = _expand(self.calendar, [master], *self._window([master]))
        except Exception:  # reported when all events are expanded
            return set()
        return {utc(event.start) for event in events}

    def _is_replaced(self, event: Event) -> bool:
        """Return whether another event replaces an expanded occurrence."""
        original = self.original_start(event)
        if original is None:
            return False
        found = self._replaced.get((uid_of(event), original))
        if found is not None:
            return not found.is_usable or self.event_in_file(event) is not found.event
        latest = self._latest_following(str(event["UID"]), original)
        return latest is not None and not latest.is_usable

    def _latest_following(self, uid: str, start: datetime) -> Replacement | None:
        """Return the last change of "this and following" that reaches an occurrence."""
        own = (found for found in self._following.get(uid, []) if found.at <= start)
        return max(own, key=lambda found: found.at, default=None)

    def gaps(self) -> Iterator[Gap]:
        """Yield the occurrences that are excluded or replaced without a session."""
        for master in self._masters.values():
            if str(master["UID"]) not in self._recurring:
                continue
            for at in self._excluded(master):
                yield Gap(master, at)
        for found in self.components.replacements:
            if found.is_usable:
                continue
            uid = str(found.event["UID"])
            master = self._masters.get(uid)
            yield Gap(master or found.event, found.at, found)
            if master is None or not found.has_following:
                continue
            for start in self._starts_of(master):
                if start is None or (uid_of(master), start) in self._replaced:
                    continue
                if self._latest_following(uid, start) is found:
                    yield Gap(master, start, found)

    def excluded_change_count(self) -> int:
        """Return how many changed occurrences are excluded too: they are cancelled."""
        excluded = {
            (uid_of(master), at)
            for master in self._masters.values()
            for at in self._excluded(master)
        }
        changed = {key for key, found in self._replaced.items() if found.is_usable}
        return len(excluded & changed)

    def _excluded(self, master: Event) -> Iterator[datetime]:
        """Yield the starts (naive UTC) that a series excludes."""
        for value in values_of(master, "EXDATE"):
            for excluded in value.dts:
                moment: Moment = excluded.dt
                if not isinstance(moment, datetime):
                    moment = datetime.combine(moment, self.zones.clock_of(master))
                if at := utc(moment):
                    yield at

    def original_start(self, event: Event) -> datetime | None:
        """Return the original start of an occurrence (UTC), None for a single event.

        Expansion gives a RECURRENCE-ID also to single events. After a change of "this
        and following" all occurrences have that of the change; their original starts
        are computed by undoing the shift. An exception of which only the day is known
        has the midnight of that day.
        """
        uid = str(event["UID"])
        if uid not in self._recurring:
            return None
        recurrence = event.get("RECURRENCE-ID")
        if recurrence is None:
            return utc(event.start)
        if not isinstance(recurrence.dt, datetime):
            return datetime.combine(recurrence.dt, time.min)
        shift = self._shifts.get((uid, utc(recurrence.dt)))
        if shift is None:
            return utc(recurrence.dt)
        return utc(event.start - shift)

    def ends_at(self, event: Event) -> datetime | None:
        """Return the end of an occurrence (UTC), None if it states none.

        A duration in hours is exact over a clock change, one in days follows the local
        clock. After the clock is put forward, the printed end of a night class can be
        before its start in UTC; its local duration is then added to the start. An end
        equal to the start states no duration. After a change of "this and following"
        the length is that of the change (RFC 5545, 3.2.13).
        """
        own = self.event_in_file(event)
        original = self.original_start(event)
        if original and "RECURRENCE-ID" not in own:
            latest = self._latest_following(str(event["UID"]), original)
            if latest and latest.is_usable and has_end(latest.event):
                own = latest.event
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
        if "RECURRENCE-ID" in own and original != self._named(own):
            last = own.end.astimezone(own.start.tzinfo)
            local_duration = _local(last) - _local(own.start)
            ends = utc(event.start + local_duration)
        if starts and ends and ends <= starts:
            return starts + local_duration if local_duration else None
        return ends

    def event_in_file(self, event: Event) -> Event:
        """Return the event of the file from which an occurrence was expanded."""
        uid = str(event["UID"])
        own = self._own.get((uid, self.original_start(event)))
        return own or self._masters.get(uid) or event

    def sequence(self, event: Event) -> int:
        """Return the version of an occurrence: that of its series or a higher own one.

        Some producers do not raise the number of an exception with that of its series.
        """
        own = self.event_in_file(event)
        series = self._masters.get(str(event["UID"]), own)
        return max(sequence_of(own), sequence_of(series))

    def _key(self, event: Event) -> Key:
        if "RECURRENCE-ID" not in event:
            return str(event["UID"]), None
        return str(event["UID"]), self._named(event)

    def _named(self, event: Event) -> datetime | None:
        moment = event["RECURRENCE-ID"].dt
        if isinstance(moment, datetime):
            return utc(moment)
        return datetime.combine(moment, time.min)


def _expand(
    calendar: Calendar, events: list[Event], first: datetime, last: datetime
) -> list[Event]:
    usable = Calendar()
    usable.update({k: v for k, v in calendar.items() if k == "X-WR-TIMEZONE"})
    for component in [*calendar.walk("VTIMEZONE"), *events]:
        usable.add_component(component)
    return list(recurring_ical_events.of(usable).between(first, last))


def _shifts(events: list[Event]) -> Iterator[tuple[Key, timedelta]]:
    """Yield by how much each "this and following" was moved.

    Both times are in the zone of the exception, so that the shift is one of the clock.
    """
    for event in events:
        if range_of(event) != FOLLOWING:
            continue
        recurrence = event["RECURRENCE-ID"]
        if isinstance(recurrence.dt, datetime):
            moved = event.start - recurrence.dt
            yield (str(event["UID"]), utc(recurrence.dt)), moved


def _local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
