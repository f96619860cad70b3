"""Google Workspace's audit log of Meet: JSON of the Reports API, CSV of the console.

One record for each endpoint that was connected, written when it left: the record's
time is the END of the connection. Quality of the connection lands as means a session.
Of other events those land that the classroom profile has a place for (screens, hands,
polls, questions); the rest are counted, as a claim about their session.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors.meet.format.accounts import PLATFORM, SOURCE
from ingest.connectors.meet.format.actions import (
    Action,
    action_of,
    conference_about,
    event_name,
)
from ingest.connectors.meet.format.calls import FIELDS, Call, call_of, number_of
from ingest.connectors.meet.format.log_columns import (
    field_names,
    header_at,
    log_clock,
    table_of,
)
from ingest.connectors.meet.format.times import LogClock
from ingest.connectors.session_claims import Claim, claims_per_person, land_claims
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.durations import seconds_of
from ingest.parsing.json_files import (
    Object,
    looks_like_json,
    object_in,
    objects_in,
    objects_of,
    text_of,
)
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
# line or ordinal, the event, values by name, its time
Named = tuple[int, str, dict[str, Any], str]


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the log by its application, or by the console's headings."""
    plain = head.replace(b"\x00", b"")
    if looks_like_json(head):
        if path.is_dir() or not _ACTIVITY.search(plain):
            return None
        return Recognition(
            connector=NAME,
            source=SOURCE,
            variant="audit-log-json",
            confidence=0.95,
            reason="activities of the Reports API, application meet",
            encoding="utf-8",
        )
    if path.suffix.lower() not in {".csv", ".tsv", ".txt"}:
        return None
    return _recognise_table(head)


def _recognise_table(head: bytes) -> Recognition | None:
    for cut in range(4):
        try:
            decoded = decode(head[: len(head) - cut])
            break
        except UnicodeError:
            continue
    else:
        return None
    table, mark = table_of(decoded.text)
    found = header_at(table)
    if found is None:
        return None
    at, locale = found
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="audit-log-csv",
        confidence=0.95,
        reason="headings of the admin console's log of Meet",
        encoding=decoded.encoding,
        delimiter=mark,
        locale=locale,
        needs=() if log_clock(table[at + 1 :], table[at], None) else ("--tz",),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land a log: a session a conference, a connection a record, quality as means.

    Raises:
        UndecidedFile: its times name no zone and --tz is not given.
        DamagedFile: it is JSON that breaks off.
    """
    with delivery.path.open("rb") as file:
        is_json = looks_like_json(file.read(64))
    if is_json:
        records, clock = list(_activities(objects_of(delivery.path))), LogClock(None)
    else:
        records, clock = _table_records(delivery)
    calls: dict[str, list[Call]] = defaultdict(list)
    events: list[Action] = []
    for line, event, fields, printed in records:
        try:
            written = clock.utc(printed) if printed else None
            if event == CALL:
                call = call_of(fields, written)
                calls[call.conference].append(call)
            else:
                events.append(action_of(event, fields, written))
        except (ValueError, OverflowError, OSError) as error:
            if event == CALL:
                words = f"no interval: {error}"
                writer.reject(line, "interval.time", "$", words, fields)
    actions: dict[str, list[Action]] = defaultdict(list)
    for one in events:
        if conference := one.conference or conference_about(one.code, one.at, calls):
            actions[conference].append(one)
    for conference in calls | actions:
        _land(conference, calls[conference], actions[conference], writer)
    times = [
        at for one in calls.values() for c in one for at in (c.started_at, c.ended_at)
    ]
    writer.report_window(min(times, default=None), max(times, default=None))


def _activities(found: list[Object]) -> Iterator[Named]:
    """Yield the events of activities, each once; pages hold them in `items`."""
    seen: set[str] = set()
    for ordinal, activity in enumerate(_unpacked(found), start=1):
        events = activity.get("events")
        told = [activity.get("id"), activity.get("actor")]
        for event in events if isinstance(events, list) else [events]:
            same = json.dumps([*told, event], sort_keys=True)
            if not isinstance(event, dict) or same in seen:
                continue
            seen.add(same)
            fields = _parameters(event)
            caller = object_in(activity.get("actor"))
            fields["actor_email"] = caller.get("email")
            written = text_of(object_in(activity.get("id")).get("time"))
            yield ordinal, event_name(text_of(event.get("name"))), fields, written


def _unpacked(found: list[Object]) -> Iterator[Object]:
    for one in found:
        inside = one.get("items")
        if isinstance(inside, list):
            yield from _unpacked([item for item in inside if isinstance(item, dict)])
        elif "events" in one:
            yield one


def _parameters(event: Object) -> dict[str, Any]:
    """Return an event's parameters by name; a number is text in `intValue`."""
    found = event.get("parameters")
    if isinstance(found, dict):
        return {name: found[name] for name in found if name in FIELDS}
    kinds = ("value", "intValue", "boolValue", "multiValue", "multiIntValue")
    return {
        one["name"]: next((one[kind] for kind in kinds if kind in one), None)
        for one in objects_in(found)
        if text_of(one.get("name")) in FIELDS
    }


def _table_records(delivery: Delivery) -> tuple[list[Named], LogClock]:
    table, _mark = table_of(decode(delivery.path.read_bytes()).text)
    found = header_at(table)
    if found is None:
        return [], LogClock(None)
    at, _locale = found
    clock = log_clock(table[at + 1 :], table[at], delivery) or LogClock(None)
    names = field_names(table[at])
    records: list[Named] = []
    seen: set[tuple[str, ...]] = set()
    for line, row in enumerate(table[at + 1 :], start=at + 2):
        fields: dict[str, Any] = {}
        for name, value in zip(names, row, strict=False):
            if name and value:
                fields.setdefault(name, value)
        lasted = text_of(fields.get("duration_seconds"))
        if lasted and not lasted.isdigit():
            fields["duration_seconds"] = _in_seconds(lasted)
        # In whatever language: who left or watched a stream has a duration.
        event = event_name(text_of(fields.get("event")))
        if number_of(fields.get("duration_seconds")) is not None and event != WATCHED:
            event = CALL
        if event and tuple(row) not in seen:
            records.append((line, event, fields, text_of(fields.get("written_at"))))
        seen.add(tuple(row))
    return records, clock


def _in_seconds(lasted: str) -> float | None:
    try:
        return seconds_of(lasted)
    except ValueError:
        return number_of(lasted)


def _land(
    conference: str, calls: list[Call], actions: list[Action], writer: LoadWriter
) -> None:
    """Land one conference; its start and end are those of its connections."""
    organiser = next((call.organiser for call in calls if call.organiser), None)
    session = TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=conference,
        join_key=next((one.code for one in [*calls, *actions] if one.code), None),
        starts_at=None,
        ends_at=None,
        host={"objectType": "Agent", "mbox": f"mailto:{organiser}"}
        if organiser
        else None,
    )
    people = [call for call in calls if not call.is_room]
    intervals = [
        Interval(call.actor(session), call.started_at, call.ended_at) for call in people
    ]
    lasted = [(c.actor(session), c.seconds) for c in people if c.seconds is not None]
    claims: list[Claim] = claims_per_person("duration_seconds", lasted)
    rooms = {call.name for call in calls if call.is_room}
    if rooms:
        claims.append((None, "room_device_count", float(len(rooms))))
    done = [action.interaction(session, calls) for action in actions]
    if others := done.count(None):
        claims.append((None, "other_event_count", float(others)))
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(writer, session, claims)
    if quality := list(_quality(session, calls)):
        writer.rows("session_quality", pl.DataFrame(quality))
    writer.documents(connection_statements(session, intervals))
    # An event does not name the organiser, a page of events alone knows none.
    unhosted = replace(session, host=None)
    writer.documents(interaction_statements(unhosted, [one for one in done if one]))


def _quality(session: TechnicalSession, calls: list[Call]) -> Iterator[dict[str, Any]]:
    """Yield the mean of each measure over a conference's connections."""
    measured: dict[str, list[float]] = defaultdict(list)
    for call in calls:
        for measure, value in call.measures.items():
            measured[measure].append(value)
    for measure, values in sorted(measured.items()):
        yield {
            "technical_session_id": session.session_id,
            "measure": measure,
            "value": sum(values) / len(values),
            "observation_count": len(values),
        }
