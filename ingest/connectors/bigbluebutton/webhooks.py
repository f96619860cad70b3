"""Captured calls of bbb-webhooks: meetings, joins, leaves, polls, chat, raised hands.

The clock of a call (`event.ts`) is that of the process that sends, not of the event: a
backlog that is replayed bears the time of the replay. Where a meeting's first call
comes more than a day after its creation, its times are the replay's: who was there is
kept as a claim without a length, and when is not invented.
Passwords, tokens and addresses of machines that calls carry are not read at all.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors.bigbluebutton.format.meetings import (
    SOURCE,
    created_at,
    moment,
    session_of,
    whom,
)
from ingest.connectors.session_claims import land_claims
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.json_files import looks_like_json, objects_of
from ingest.xapi.profiles.interactions import (
    ANSWERED,
    MESSAGE,
    POLL_QUESTION,
    POSTED,
    REACTED,
    Interaction,
    interaction_statements,
)
from ingest.xapi.profiles.virtual_classroom import (
    CLASSROOM_TYPE,
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    opening_statement,
)

NAME = "bigbluebutton_webhooks"
_MARK = re.compile(rb'\\*"internal-meeting-id\\*"')
REPLAYED_AFTER = timedelta(days=1)  # no meeting is that long in its first call

Json = dict[str, Any]


@dataclass
class Room:
    """What the calls about one opening of a room say, in their order."""

    internal_id: str
    external_id: str = ""
    parent_id: str = ""  # of a breakout room: the internal id of its meeting
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    first_call_at: datetime | None = None
    people: dict[str, Json] = field(default_factory=dict)
    calls: list[tuple[datetime | None, str, Json]] = field(default_factory=list)

    @property
    def is_replayed(self) -> bool:
        """Whether the calls bear the time of a replay."""
        begun = self.starts_at or created_at(self.internal_id)
        if begun is None or self.first_call_at is None:
            return False
        return self.first_call_at - begun > REPLAYED_AFTER


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise calls by the ids that each of them bears."""
    if path.is_dir() or not looks_like_json(head):
        return None
    if not _MARK.search(head.replace(b"\x00", b"")):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="webhooks",
        confidence=0.95,
        reason="internal-meeting-id of a call of bbb-webhooks",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land each opening of a room that the calls tell of.

    Raises:
        DamagedFile: it is no JSON, or is cut off.
    """
    for room in _whole(_rooms(objects_of(delivery.path))):
        _land(room, writer)


def _events(found: list[Json]) -> Iterator[Json]:
    """Yield events, unpacked from calls that carry them as a text."""
    for one in found:
        if isinstance(one.get("data"), dict) and "attributes" in one["data"]:
            yield one["data"]
            continue
        inner = one.get("event")
        if isinstance(inner, str):
            try:
                inner = json.loads(inner)
            except ValueError:
                continue
        if isinstance(inner, dict):
            inner = [inner]
        if isinstance(inner, list):
            yield from _events([each for each in inner if isinstance(each, dict)])


def _rooms(found: list[Json]) -> dict[str, Room]:
    rooms: dict[str, Room] = {}
    seen: set[str] = set()
    for event in _events(found):
        attributes = event.get("attributes") or {}
        meeting = attributes.get("meeting") or {}
        internal_id = str(meeting.get("internal-meeting-id") or "")
        text = json.dumps(event, sort_keys=True)
        if not internal_id or text in seen:
            continue
        seen.add(text)
        room = rooms.setdefault(internal_id, Room(internal_id))
        _take(room, event, meeting, attributes)
    return rooms


def _whole(rooms: dict[str, Room]) -> list[Room]:
    """Return meetings with their breakout rooms: time in one is time in its meeting."""
    whole = [room for room in rooms.values() if room.parent_id not in rooms]
    for room in rooms.values():
        if parent := rooms.get(room.parent_id):
            for user, told in room.people.items():
                # Who is sent to a breakout room is w_abc-1 there: that of w_abc.
                sent = str(told.get("external-user-id") or "").rpartition("-")[0]
                parent.people[user] = told | parent.people.get(sent, {})
            parent.calls += room.calls
    return whole


def _take(room: Room, event: Json, meeting: Json, attributes: Json) -> None:
    at = moment((event.get("event") or {}).get("ts"))
    name = str(event.get("id") or "")
    room.external_id = str(meeting.get("external-meeting-id") or room.external_id)
    if at and (room.first_call_at is None or at < room.first_call_at):
        room.first_call_at = at
    if name == "meeting-created":
        room.starts_at = moment(meeting.get("create-time"))
        parent = str(meeting.get("parent-id") or "")
        room.parent_id = parent if parent != room.internal_id else ""
    elif name == "meeting-ended":
        room.ends_at = at
    user = attributes.get("user") or {}
    if user.get("internal-user-id"):
        known = room.people.setdefault(str(user["internal-user-id"]), {})
        kept = ("external-user-id", "name", "role")
        known |= {key: user[key] for key in kept if user.get(key)}
    room.calls.append((at, name, attributes))


def _land(room: Room, writer: LoadWriter) -> None:
    ends_at = None if room.is_replayed else room.ends_at
    session = session_of(room.internal_id, room.external_id, room.starts_at, ends_at)
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    if room.is_replayed:
        actors = [_actor(session, room, user) for user in sorted(_joined(room))]
        claims = [(actor, "duration_seconds", None) for actor in actors]
        land_claims(writer, session, claims)
        return
    seen = [_actor(session, room, user) for user in sorted(_only_seen_leaving(room))]
    land_claims(writer, session, [(actor, "duration_seconds", None) for actor in seen])
    if host := _host(session, room):
        writer.documents([opening_statement(session, host)])
    writer.documents(connection_statements(session, list(_intervals(session, room))))
    writer.documents(interaction_statements(session, list(_done(session, room))))
    writer.report_window(session.starts_at, session.ends_at)


def _actor(session: TechnicalSession, room: Room, user: str) -> Agent:
    told = room.people.get(user, {})
    given = told.get("external-user-id")
    return whom(session, given, told.get("name") or user, dials_in=False)


def _host(session: TechnicalSession, room: Room) -> Agent | None:
    for _at, name, attributes in room.calls:
        user = str((attributes.get("user") or {}).get("internal-user-id") or "")
        role = str(room.people.get(user, {}).get("role") or "")
        if name == "user-joined" and role.casefold() == "moderator":
            return _actor(session, room, user)
    return None


def _joined(room: Room) -> set[str]:
    return {
        str((attributes.get("user") or {}).get("internal-user-id"))
        for _at, name, attributes in room.calls
        if name == "user-joined"
    }


def _only_seen_leaving(room: Room) -> set[str]:
    """Return who left without a join: they were there, nobody knows since when.

    A leave bears no name; whose id the server made up is nobody that could be known.
    """
    people = {
        str((attributes.get("user") or {}).get("internal-user-id") or "")
        for _at, name, attributes in room.calls
        if name == "user-left"
    }
    told = {
        user: str(room.people.get(user, {}).get("external-user-id") or "")
        for user in people - _joined(room)
    }
    return {user for user, given in told.items() if given and given != user}


def _intervals(session: TechnicalSession, room: Room) -> Iterator[Interval]:
    """Yield connections; calls that come twice change nothing."""
    since: dict[str, datetime] = {}
    ended: dict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    timed = [(at, name, told) for at, name, told in room.calls if at is not None]
    for at, name, attributes in sorted(timed, key=lambda call: call[0]):
        user = str((attributes.get("user") or {}).get("internal-user-id") or "")
        if not user:
            continue
        if name == "user-joined":
            since.setdefault(user, at)
        elif name == "user-left" and user in since:
            ended[user].append((since.pop(user), at))
    for user, at in since.items():
        ended[user].append((at, None))
    for user, spans in ended.items():
        for joined, left in spans:
            yield Interval(_actor(session, room, user), joined, left)


def _done(session: TechnicalSession, room: Room) -> Iterator[Interaction]:
    for at, name, attributes in room.calls:
        user = str((attributes.get("user") or {}).get("internal-user-id") or "")
        if name == "chat-group-message-sent":
            message = attributes.get("chat-message") or {}
            sender = (message.get("sender") or {}).get("internal-user-id") or user
            target = f"message/{message.get('id') or 'one'}"
            verb, kind, user = POSTED, MESSAGE, str(sender or "")
        elif name == "poll-responded":
            poll = attributes.get("poll") or {}
            target = f"poll/{poll.get('id') or 'one'}"
            verb, kind = ANSWERED, POLL_QUESTION
        elif name == "user-raise-hand-changed" and _is_up(attributes):
            target, verb, kind = "hand", REACTED, CLASSROOM_TYPE
        elif name == "user-emoji-changed" and (shown := _emoji(attributes)):
            target, verb, kind = f"reaction/{shown}", REACTED, CLASSROOM_TYPE
        else:
            continue
        if user:
            actor = _actor(session, room, user)
            yield Interaction(actor, verb, at, target, kind)


def _is_up(attributes: Json) -> bool:
    user = attributes.get("user") or {}
    return bool(user.get("raise-hand") or user.get("raised-hand"))


def _emoji(attributes: Json) -> str:
    shown = str((attributes.get("user") or {}).get("emoji") or "")
    return "" if shown.casefold() in {"", "none"} else shown
