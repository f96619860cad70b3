"""Google Workspace's audit log of Meet: JSON of the Reports API, CSV of the console.

It has one record per connected endpoint, written when the endpoint left: the time of
the record is the end of the connection. Quality measures land as means per session. Of
other events those that the classroom profile covers land (screens, hands, polls,
questions); the number of the others lands as a claim about their session.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors.meet.format.identifiers import PLATFORM, SOURCE
from ingest.connectors.meet.format.log_columns import (
    field_names,
    find_header,
    log_clock,
    table_of,
)
from ingest.connectors.meet.format.log_connections import (
    FIELDS,
    LogConnection,
    connection_of,
    number_of,
    with_conferences,
)
from ingest.connectors.meet.format.log_events import (
    LogEvent,
    conference_at,
    event_name,
    event_of,
)
from ingest.connectors.meet.format.log_times import LogClock
from ingest.connectors.session_claims import Claim, claims_per_person, land_claims
from ingest.connectors.session_quality import land_quality
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.duration_formats import seconds_of
from ingest.parsing.json_files import (
    Object,
    looks_like_json,
    object_in,
    objects_in,
    objects_of,
    text_of,
)
from ingest.parsing.numbers import count_of
from ingest.parsing.report_text import head_text
from ingest.parsing.text import decode
from ingest.xapi.profiles.interactions import interaction_statements
from ingest.xapi.profiles.virtual_classroom import (
    Interval,
    TechnicalSession,
    connection_statements,
)

NAME = "meet_audit"
_ACTIVITY = re.compile(
    rb'"applicationName"\s*:\s*"meet"|"(?:name|eventName)"\s*:\s*"call_ended"'
    rb'|"type"\s*:\s*"conference_action"'
)
CALL, WATCHED = "call_ended", "livestream_watched"
# line number or ordinal, event name, values by field name, printed time
Record = tuple[int, str, dict[str, Any], str]


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the log by its application's name, or by the console's headings."""
    plain = head.replace(b"\x00", b"")
    if looks_like_json(head):
        if path.is_dir() or not _ACTIVITY.search(plain):
            return None
        return Recognition(
            connector=NAME,
            source=SOURCE,
            variant="audit-log-json",
            found=(Evidence.VENDOR_NAMES,),
            reason="activities of the Reports API, application meet",
            encoding="utf-8",
        )
    if path.suffix.lower() not in {".csv", ".tsv", ".txt"}:
        return None
    return _recognise_table(head)


def _recognise_table(head: bytes) -> Recognition | None:
    decoded = head_text(head)
    if decoded is None:
        return None
    table, delimiter = table_of(decoded.text)
    header = find_header(table)
    if header is None:
        return None
    at, locale = header
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="audit-log-csv",
        found=(Evidence.HEADINGS, Evidence.FURTHER_HEADINGS),
        reason="headings of the admin console's log of Meet",
        encoding=decoded.encoding,
        delimiter=delimiter,
        locale=locale,
        needs=() if log_clock(table[at + 1 :], table[at], None) else ("--tz",),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land a log: one session per conference, one connection per record, quality means.

    Raises:
        UndecidedFile: its times have no offset and --tz is not given.
        DamagedFile: it is JSON that is cut off.
    """
    with delivery.path.open("rb") as file:
        is_json = looks_like_json(file.read(64))
    if is_json:
        records, clock = list(_activities(objects_of(delivery.path))), LogClock(None)
    else:
        records, clock = _table_records(delivery)
    found: list[LogConnection] = []
    events: list[LogEvent] = []
    for line, event, fields, printed in records:
        try:
            written = clock.utc(printed) if printed else None
            if event == CALL:
                found.append(connection_of(fields, written))
            else:
                events.append(event_of(event, fields, written))
        except (ValueError, OverflowError, OSError) as error:
            if event == CALL:
                message = f"no interval: {error}"
                writer.reject(line, "interval.time", "$", message, fields)
    connections: dict[str, list[LogConnection]] = defaultdict(list)
    for connection in with_conferences(found, delivery.idle_limit):
        connections[connection.conference].append(connection)
    by_conference = _events_by_conference(events, connections)
    for conference in connections | by_conference:
        conference_events = by_conference[conference]
        _land(conference, connections[conference], conference_events, writer)
    all_connections = [c for connected in connections.values() for c in connected]
    times = [at for c in all_connections for at in (c.started_at, c.ended_at)]
    writer.report_window(min(times, default=None), max(times, default=None))


def _events_by_conference(
    events: list[LogEvent], connections: dict[str, list[LogConnection]]
) -> dict[str, list[LogEvent]]:
    """Return events by conference; those of no known conference are left out."""
    by_conference: dict[str, list[LogEvent]] = defaultdict(list)
    for event in events:
        conference = event.conference or conference_at(
            event.code, event.at, connections
        )
        if conference:
            by_conference[conference].append(event)
    return by_conference


def _activities(objects: list[Object]) -> Iterator[Record]:
    """Yield the events of activities, each once; pages hold activities in `items`."""
    seen: set[str] = set()
    for ordinal, activity in enumerate(_unpacked(objects), start=1):
        events = activity.get("events")
        identity = [activity.get("id"), activity.get("actor")]
        for event in events if isinstance(events, list) else [events]:
            event_key = json.dumps([*identity, event], sort_keys=True)
            if not isinstance(event, dict) or event_key in seen:
                continue
            seen.add(event_key)
            fields = _parameters(event)
            caller = object_in(activity.get("actor"))
            fields["actor_email"] = caller.get("email")
            written = text_of(object_in(activity.get("id")).get("time"))
            yield ordinal, event_name(text_of(event.get("name"))), fields, written


def _unpacked(objects: list[Object]) -> Iterator[Object]:
    """Yield activities, also those inside of pages."""
    for item in objects:
        items = item.get("items")
        if isinstance(items, list):
            yield from _unpacked(objects_in(items))
        elif "events" in item:
            yield item


def _parameters(event: Object) -> dict[str, Any]:
    """Return an event's parameters by name; a number is text in `intValue`."""
    parameters = event.get("parameters")
    if isinstance(parameters, dict):
        return {name: parameters[name] for name in parameters if name in FIELDS}
    kinds = ("value", "intValue", "boolValue", "multiValue", "multiIntValue")
    return {
        parameter["name"]: next((parameter[k] for k in kinds if k in parameter), None)
        for parameter in objects_in(parameters)
        if text_of(parameter.get("name")) in FIELDS
    }


def _table_records(delivery: Delivery) -> tuple[list[Record], LogClock]:
    table, _delimiter = table_of(decode(delivery.path.read_bytes()).text)
    header = find_header(table)
    if header is None:
        return [], LogClock(None)
    at, _locale = header
    clock = log_clock(table[at + 1 :], table[at], delivery) or LogClock(None)
    names = field_names(table[at])
    records: list[Record] = []
    seen: set[tuple[str, ...]] = set()
    for line, row in enumerate(table[at + 1 :], start=at + 2):
        fields: dict[str, Any] = {}
        for name, value in zip(names, row, strict=False):
            if name and value:
                fields.setdefault(name, value)
        duration = text_of(fields.get("duration_seconds"))
        if duration and not duration.isdigit():
            fields["duration_seconds"] = _seconds_in(duration)
        # Event names are localised: only leaving and watching a stream have durations.
        event = event_name(text_of(fields.get("event")))
        if number_of(fields.get("duration_seconds")) is not None and event != WATCHED:
            event = CALL
        if event and tuple(row) not in seen:
            records.append((line, event, fields, text_of(fields.get("written_at"))))
        seen.add(tuple(row))
    return records, clock


def _seconds_in(printed: str) -> float | None:
    """Return a printed duration in seconds: a whole number, or one with its units."""
    for read in (count_of, seconds_of):
        try:
            return read(printed)
        except ValueError:
            continue
    return number_of(printed)


def _land(
    conference: str,
    connections: list[LogConnection],
    events: list[LogEvent],
    writer: LoadWriter,
) -> None:
    """Land one conference; its start and end are those of its connections."""
    organiser = next((c.organiser for c in connections if c.organiser), None)
    codes = (record.code for record in [*connections, *events] if record.code)
    session = TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=conference,
        join_key=next(codes, None),
        starts_at=None,
        ends_at=None,
        host={"objectType": "Agent", "mbox": f"mailto:{organiser}"}
        if organiser
        else None,
    )
    people = [connection for connection in connections if not connection.is_room]
    intervals = [Interval(c.actor(session), c.started_at, c.ended_at) for c in people]
    durations = [(c.actor(session), c.seconds) for c in people if c.seconds is not None]
    claims: list[Claim] = claims_per_person("duration_seconds", durations)
    room_devices = {c.name for c in connections if c.is_room}
    if room_devices:
        claims.append((None, "room_device_count", float(len(room_devices))))
    interactions = [event.interaction(session, connections) for event in events]
    if other_count := interactions.count(None):
        claims.append((None, "other_event_count", float(other_count)))
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(writer, session, claims)
    land_quality(writer, session, _measured_values(connections))
    writer.documents(connection_statements(session, intervals))
    # A file with events only has no organiser: the statements must not differ by it.
    unhosted = replace(session, host=None)
    known = [interaction for interaction in interactions if interaction]
    writer.documents(interaction_statements(unhosted, known))


def _measured_values(connections: list[LogConnection]) -> dict[str, list[float]]:
    values: dict[str, list[float]] = defaultdict(list)
    for connection in connections:
        for measure, value in connection.measures.items():
            values[measure].append(value)
    return values
