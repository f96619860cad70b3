"""Read an iCalendar file: its calendars and their events.

icalendar keeps zones that a file defines for the life of the process, so that they
would apply to other files. They are cleared before each file.
"""

import warnings
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from icalendar import Calendar, Event
from icalendar.error import GloballyUniqueTZIDGuessed
from icalendar.timezone import tzp

from ingest.connectors.calendar.format.ics_cut_off import CutOff, complete_part
from ingest.parsing.text import decode
from ingest.xapi.ids import statement_id
from tandem.core.errors import DamagedFile

Moment = date | datetime
_ONCE = {"DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"}
_TIMES = _ONCE | {"RRULE"}
_TOO_FREQUENT = {"SECONDLY", "MINUTELY"}  # these rules yield millions of occurrences
YEARS = range(1970, 2200)


def calendars(path: Path) -> tuple[list[Calendar], CutOff | None]:
    """Return the calendars of a file, and what is complete in it if it is cut off.

    Raises:
        DamagedFile: the file is no iCalendar, or is cut off before its first event
            is complete.
    """
    tzp.use_default()
    text = decode(path.read_bytes()).text
    cut_off = complete_part(text)
    if cut_off and not cut_off.event_count:
        raise DamagedFile(
            "the file is cut off before its first event is complete",
            path.name,
            "export the calendar again",
        )
    try:
        with warnings.catch_warnings():
            # The warning concerns zone names with a path, which zone_name() reads.
            warnings.simplefilter("ignore", GloballyUniqueTZIDGuessed)
            parsed = Calendar.from_ical(
                cut_off.text if cut_off else text, multiple=True
            )
    except (ValueError, IndexError, KeyError) as error:
        raise DamagedFile(
            f"this is not an iCalendar file ({error})",
            path.name,
            "export the calendar again",
        ) from error
    return list(parsed), cut_off


def utc(moment: Moment | None) -> datetime | None:
    """Return naive UTC, None for a day and for a time without a zone.

    A local time that a clock change repeats is its first occurrence, one that it skips
    has the offset before the change (RFC 5545, 3.3.5).
    """
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None)


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


def fault_in(event: Event) -> tuple[str, str] | None:
    """Return the property for which an event cannot be read and why, None if it can."""
    if unreadable := unreadable_times_in(event):
        return unreadable[0], f"its {unreadable[0]} cannot be read"
    for rule in values_of(event, "RRULE"):
        if _TOO_FREQUENT & {str(freq).upper() for freq in rule.get("FREQ", [])}:
            return "RRULE", "it recurs every minute or more often"
    try:
        start, end = event.start, event.end
    except (ValueError, TypeError, KeyError, AttributeError):
        return "DTEND", "its DTEND does not fit its DTSTART"
    if start.year not in YEARS or end.year not in YEARS:
        return "DTSTART", "it is before 1970 or after 2199"
    if _local(end) < _local(start):
        return "DTEND", "it ends before it begins"
    return None


def stamped_at(event: Event) -> datetime | None:
    """Return when an event was last changed or sent (UTC, as the standard requires)."""
    stamps = [
        value
        for name in ("LAST-MODIFIED", "DTSTAMP")
        for value in values_of(event, name)
    ]
    times = [getattr(stamp, "dt", None) for stamp in stamps]
    return max(
        (time.replace(tzinfo=None) for time in times if isinstance(time, datetime)),
        default=None,
    )


def sequence_of(event: Event) -> int:
    """Return the version that an event states, 0 if it states none."""
    try:
        return int(event.get("SEQUENCE", 0))
    except (TypeError, ValueError):
        return 0


def version_of(event: Event) -> tuple[int, datetime, bytes]:
    """Return what orders the versions of one event, the current one highest.

    Sequence, then time of the last change (RFC 5546, 2.1.4 and 2.1.5), then content.
    """
    at = stamped_at(event) or datetime.min  # noqa: DTZ901 a naive time, like stamped_at()
    return sequence_of(event), at, event.to_ical()


def _local(moment: Moment) -> Moment:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment
