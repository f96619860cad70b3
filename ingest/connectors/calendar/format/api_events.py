"""What the answers of Google's and Microsoft's calendar APIs have in common.

Both print a time as `{"dateTime": "2026-03-16T09:00:00", "timeZone": "Europe/Rome"}`;
Microsoft's has seven decimals of a second and zone names of Windows. In both an
exception of a series is an event of its own that states what it replaces.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ingest.connectors.calendar.format.absence_reasons import absence_category
from ingest.connectors.calendar.format.ics_components import Fault
from ingest.connectors.calendar.format.planned_sessions import (
    SESSIONS,
    Planned,
    Row,
    distinct,
    note_shared,
    planned_session_id,
    write_calendar,
    zone_name,
)
from ingest.landing.delivery import LoadWriter
from ingest.parsing.json_files import Object, object_in, text_of
from ingest.parsing.times import to_utc, zone
from ingest.xapi.ids import statement_id

_LONG_FRACTION = re.compile(r"(\.\d{6})\d+")


@dataclass
class Collected:
    """What was read of a delivery: readings of sessions, cancellations of series."""

    writer: LoadWriter
    readings: list[Planned] = field(default_factory=list)
    cancellations: list[Row] = field(default_factory=list)
    all_day_count: int = 0
    has_rejected: bool = False

    def reject(self, number: int, error: ValueError) -> None:
        """Put an event into quarantine; the others land."""
        self.has_rejected = True
        message, payload = f"no planned session: {error}", {"event": number}
        self.writer.reject(number, "calendar.time", "$.start", message, payload)

    def ignore_date(self, number: int, fault: Fault) -> None:
        """Put a date of a series into quarantine; its other occurrences land."""
        path, payload = f"$.recurrence.{fault.name}", fault.payload | {"event": number}
        self.writer.reject(number, "calendar.time", path, fault.message, payload)

    def write(self) -> None:
        """Write the readings that count, whatever their order in the delivery."""
        chosen, shared = distinct(self.readings)
        note_shared(self.writer, shared)
        sessions = [reading.session for reading in chosen] + self.cancellations
        answers = [answer for reading in chosen for answer in reading.answers]
        write_calendar(
            self.writer,
            sessions,
            answers,
            self.all_day_count,
            has_rejected=self.has_rejected,
        )


def utc_of(time: Object, tz: str | None) -> datetime | None:
    """Return a time as naive UTC, None for a day.

    Args:
        time: with `dateTime` and `timeZone`.
        tz: zone of times that state none.

    Raises:
        ValueError: the time cannot be read, or its zone is not known.
    """
    printed = text_of(time.get("dateTime"))
    if not printed:
        return None
    moment = _parsed(printed)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC).replace(tzinfo=None)
    printed_zone = text_of(time.get("timeZone"))
    name = zone_name(printed_zone) or tz
    if name is None:
        raise ValueError(f"its zone ({printed_zone or 'none'}) is not known: pass --tz")
    return to_utc(moment, zone(name))


def stamp(printed: object) -> datetime | None:
    """Return a time in naive UTC, None for an empty one and for the year 1 (never)."""
    try:
        moment = _parsed(text_of(printed))
    except ValueError:
        return None
    if moment.year == 1:
        return None
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None)


def local(at: datetime, name: str) -> datetime:
    """Return a naive UTC time on the clock of a zone, without the zone."""
    return at.replace(tzinfo=UTC).astimezone(zone(name)).replace(tzinfo=None)


def own_id(event: Object, names: Iterable[str], title: str) -> str:
    """Return the id of an event: the first property that it has, else by its content.

    An answer to a selection of fields may have no id.
    """
    ids = (text_of(event.get(name)) for name in names)
    times = (object_in(event.get(name)) for name in ("start", "end"))
    texts = [json.dumps(time, sort_keys=True) for time in times]
    content = statement_id("calendar", "without-uid", *texts, title)
    return next((one for one in ids if one), content)


def withdrawn(
    series_id: str,
    original_at: datetime,
    reported_at: datetime | None,
    sequence: int | None,
    *,
    is_readable: bool,
) -> Planned:
    """Return the cancelled occurrence that an event without a session replaces.

    Args:
        series_id: of the occurrence.
        original_at: its start (naive UTC).
        reported_at: when the event was changed (naive UTC).
        sequence: version of the event.
        is_readable: whether the event could be read; else it counts once it can.
    """
    session = dict.fromkeys(SESSIONS) | {
        "planned_session_id": planned_session_id(series_id, original_at),
        "series_id": series_id,
        "original_start_at": original_at,
        "starts_at": original_at,
        "status": "cancelled",
        "sequence": sequence,
        "has_unreadable_replacement": None if is_readable else True,
        "reported_at": reported_at,
    }
    return Planned(session)


@dataclass(frozen=True)
class Guest:
    """One invitee of an event, with the answer; `responded_at` is naive UTC."""

    address: str
    response: str
    is_organiser: bool
    responded_at: datetime | None = None
    comment: str = ""  # only its kind lands


def answers_of(session: Row, guests: Iterable[Guest]) -> Iterator[Row]:
    """Yield the answers to the invitation of a session.

    Args:
        session: the planned session.
        guests: the invitees of its event.
    """
    for guest in guests:
        if "@" not in guest.address:
            continue
        actor = {"objectType": "Agent", "mbox": f"mailto:{guest.address}"}
        yield {
            "planned_session_id": session["planned_session_id"],
            "actor": json.dumps(actor),
            "response": guest.response,
            "role": "organiser" if guest.is_organiser else "invitee",
            "absence_category": absence_category(guest.response, guest.comment),
            "responded_at": guest.responded_at,
            "reported_at": session["reported_at"],
        }


def _parsed(printed: str) -> datetime:
    return datetime.fromisoformat(_LONG_FRACTION.sub(r"\1", printed))
