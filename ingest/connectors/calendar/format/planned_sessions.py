"""What every calendar yields: planned sessions and answers to invitations.

A planned session keeps its id when it is moved: the id is made of its series and its
original start, or of the series alone for a single event. All times are naive UTC.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

import polars as pl
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from ingest.landing.delivery import LoadWriter
from ingest.xapi.ids import statement_id

Row = dict[str, Any]
SESSIONS = {
    "planned_session_id": pl.String,
    "series_id": pl.String,
    "join_key": pl.String,
    "title_key": pl.String,
    "original_start_at": pl.Datetime("us"),
    "starts_at": pl.Datetime("us"),
    "ends_at": pl.Datetime("us"),
    "time_zone": pl.String,
    "status": pl.String,
    "sequence": pl.Int64,
    "reported_at": pl.Datetime("us"),
    "has_unreadable_replacement": pl.Boolean,
}
ANSWERS = {
    "planned_session_id": pl.String,
    "actor": pl.String,
    "response": pl.String,
    "role": pl.String,
    "absence_category": pl.String,
    "responded_at": pl.Datetime("us"),
    "reported_at": pl.Datetime("us"),
}


def planned_session_id(series_id: str, original_start_at: datetime | None) -> str:
    """Return the id of a planned session; without a start, that of a single event."""
    if original_start_at is None:
        return statement_id("calendar", series_id)
    return statement_id("calendar", series_id, str(original_start_at))


def cancellation(series_id: str, reported_at: datetime | None) -> Row:
    """Return the row that cancels a whole series or a single event.

    A cancellation need not state a time. A row without a start is no planned session:
    it cancels those that were reported earlier for its series.
    """
    empty = dict.fromkeys(SESSIONS)
    return empty | {
        "planned_session_id": statement_id("calendar", "called-off", series_id),
        "series_id": series_id,
        "status": "cancelled",
        "reported_at": reported_at,
    }


def status_of(text: str) -> str:
    """Return confirmed, tentative or cancelled; any other text means confirmed."""
    word = text.strip().casefold()
    if word in ("cancelled", "canceled"):
        return "cancelled"
    return "tentative" if word == "tentative" else "confirmed"


@dataclass
class Planned:
    """One reading of a planned session, with the answers to its invitation.

    `is_single` is False for an occurrence of a series. `answer_no` numbers the calendar
    or answer of the interface in which the reading is: each shows one state of things.
    """

    session: Row
    answers: list[Row] = field(default_factory=list)
    is_single: bool = False
    answer_no: int = 0
    event: Any = None  # as the connector read it

    @property
    def version(self) -> tuple[int, datetime, str]:
        """Return what orders readings of one session, the current one highest."""
        sequence, at = self.session["sequence"], self.session["reported_at"]
        content = sorted((k, str(v)) for k, v in self.session.items())
        return sequence or 0, at or datetime.min, str(content)  # noqa: DTZ901


def distinct(readings: Iterable[Planned]) -> tuple[list[Planned], int]:
    """Return the readings of a delivery that count, whatever their order.

    Of one session and start the highest sequence counts, then the latest change, then
    the content. Single events of one id that start at different times are different
    events if one answer holds both, or if neither is a later version of the other; they
    are then named by id and start.

    Returns:
        The readings, and how many events share their id with another event.
    """
    by_id: dict[str, list[Planned]] = defaultdict(list)
    for reading in readings:
        by_id[reading.session["planned_session_id"]].append(reading)
    shared = 0
    for readings_of_id in by_id.values():
        if _are_different_events(readings_of_id):
            starts = {reading.session["starts_at"] for reading in readings_of_id}
            shared += len(starts)
            for reading in readings_of_id:
                _name_by_start(reading)
    chosen: dict[tuple[str, datetime], Planned] = {}
    for reading in (reading for some in by_id.values() for reading in some):
        session = reading.session
        key = session["planned_session_id"], session["starts_at"]
        if key not in chosen or chosen[key].version < reading.version:
            chosen[key] = reading
    return list(chosen.values()), shared


def note_shared(writer: LoadWriter, count: int) -> None:
    """Note how many events share their id with another event, if any do."""
    if count:
        writer.note(
            f"{count} events share an id although they start at different times: "
            "all of them are planned"
        )


def _are_different_events(readings: Sequence[Planned]) -> bool:
    """Return whether readings under one id are of different single events."""
    if len(readings) < 2 or not all(reading.is_single for reading in readings):
        return False
    seen: dict[object, datetime] = {}
    for reading in readings:
        start = reading.session["starts_at"]
        sequence, at, _content = reading.version
        # A moved event has a higher sequence or was changed later (RFC 5546, 2.1.4).
        for state in (("answer", reading.answer_no), ("version", sequence, at)):
            is_dated = state[0] == "answer" or reading.session["reported_at"]
            if is_dated and seen.setdefault(state, start) != start:
                return True
    return False


def _name_by_start(reading: Planned) -> None:
    session = reading.session
    name = planned_session_id(session["series_id"], session["starts_at"])
    for row in (session, *reading.answers):
        row["planned_session_id"] = name


def write_calendar(
    writer: LoadWriter,
    sessions: Iterable[Row],
    answers: Iterable[Row],
    all_day: int,
    *,
    has_rejected: bool,
) -> None:
    """Write planned sessions and answers; equal rows are written once.

    A calendar without any of them is noted, unless its events were rejected.

    Args:
        writer: of the load.
        sessions: rows of raw.planned_sessions.
        answers: rows of raw.rsvps.
        all_day: how many events have no time of day, which are no sessions.
        has_rejected: whether an event was rejected.
    """
    tables = (
        ("planned_sessions", SESSIONS, list(sessions)),
        ("rsvps", ANSWERS, list(answers)),
    )
    for table, schema, rows in tables:
        if rows:
            frame = pl.DataFrame(rows, schema=schema)
            writer.rows(table, frame.unique(maintain_order=True))
    is_empty = not any(rows for _table, _schema, rows in tables)
    if is_empty and (all_day or not has_rejected):
        events = "it holds no session"
        if all_day:
            events = f"its {all_day} events last whole days, which hold no session"
        if all_day == 1:
            events = "its 1 event lasts a whole day, which holds no session"
        writer.note(f"no planned session in it: {events}")


@lru_cache(maxsize=1024)  # the list of zones is read from disk
def zone_name(text: str | None) -> str | None:
    """Return the IANA name of a zone, None for an unknown zone.

    Outlook uses the zone names of Windows; some producers put a path before the name.
    """
    if not text:
        return None
    name = text.strip().strip('"')
    if name in ("Etc/UTC", "Etc/Zulu", "Zulu"):
        return "UTC"
    if name in WINDOWS_TO_OLSON:
        return WINDOWS_TO_OLSON[name].replace("Etc/UTC", "UTC")
    known = available_timezones()
    if name in known:
        return name
    parts = name.split("/")
    tails = ("/".join(parts[n:]) for n in range(1, len(parts)))
    return next((tail for tail in tails if tail in known), None)
