"""Land saved calls of bbb-webhooks: meetings, joins, leaves, polls, chat, raised hands.

The time of a call (`event.ts`) is when it was sent, not when the event occurred: a
replayed backlog has the time of the replay. If a meeting's first call is more than a
day later than its creation, its times are those of a replay: participants are then
kept as claims without a duration, and no times are stored.
Passwords, tokens and IP addresses in calls are not read.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.connectors.bigbluebutton.format.meetings import (
    SOURCE,
    created_at,
    moment,
    participant,
    session_of,
    write_meeting,
)
from ingest.connectors.session_claims import Claim
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.json_files import json_head, objects_of
from ingest.xapi.profiles.interactions import (
    ANSWERED,
    MESSAGE,
    POLL_QUESTION,
    POSTED,
    REACTED,
    Interaction,
)
from ingest.xapi.profiles.virtual_classroom import (
    CLASSROOM_TYPE,
    Agent,
    Interval,
    TechnicalSession,
)

NAME = "bigbluebutton_webhooks"
_MARK = re.compile(rb'\\*"internal-meeting-id\\*"')
REPLAYED_AFTER = timedelta(days=1)  # a live first call comes within a day of creation

Json = dict[str, Any]


@dataclass
class Room:
    """The calls about one session in a room, in their order."""

    internal_id: str
    external_id: str = ""
    parent_id: str = ""  # for a breakout room: the internal id of its meeting
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    first_call_at: datetime | None = None
    people: dict[str, Json] = field(default_factory=dict)
    calls: list[tuple[datetime | None, str, Json]] = field(default_factory=list)

    @property
    def is_replayed(self) -> bool:
        """Whether the calls have the time of a replay."""
        created = self.starts_at or created_at(self.internal_id)
        if created is None or self.first_call_at is None:
            return False
        return self.first_call_at - created > REPLAYED_AFTER


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise calls by the meeting id in each of them."""
    plain = json_head(path, head)
    if not plain or not _MARK.search(plain):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="webhooks",
        found=(Evidence.VENDOR_NAMES,),
        reason="internal-meeting-id of a call of bbb-webhooks",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land each session that the calls report.

    Raises:
        DamagedFile: the file is no JSON, or is cut off.
    """
    for room in _with_breakout_rooms(_rooms(objects_of(delivery.path))):
        _land(room, writer)


def _events(calls: list[Json]) -> Iterator[Json]:
    """Yield the events of calls, also those that a call holds as a string."""
    for call in calls:
        if isinstance(call.get("data"), dict) and "attributes" in call["data"]:
            yield call["data"]
            continue
        inner = call.get("event")
        if isinstance(inner, str):
            try:
                inner = json.loads(inner)
            except ValueError:
                continue
        if isinstance(inner, dict):
            inner = [inner]
        if isinstance(inner, list):
            yield from _events([event for event in inner if isinstance(event, dict)])


def _rooms(calls: list[Json]) -> dict[str, Room]:
    """Return the room of each internal id; a repeated call counts once."""
    rooms: dict[str, Room] = {}
    seen: set[str] = set()
    for event in _events(calls):
        attributes = event.get("attributes") or {}
        meeting = attributes.get("meeting") or {}
        internal_id = str(meeting.get("internal-meeting-id") or "")
        text = json.dumps(event, sort_keys=True)
        if not internal_id or text in seen:
            continue
        seen.add(text)
        room = rooms.setdefault(internal_id, Room(internal_id))
        _add_call(room, event, meeting, attributes)
    return rooms


def _with_breakout_rooms(rooms: dict[str, Room]) -> list[Room]:
    """Return meetings with the calls and people of their breakout rooms."""
    meetings = [room for room in rooms.values() if room.parent_id not in rooms]
    for room in rooms.values():
        if parent := rooms.get(room.parent_id):
            for user, person in room.people.items():
                # The user w_abc of the meeting has the id w_abc-1 in a breakout room.
                own_id = str(person.get("external-user-id") or "").rpartition("-")[0]
                parent.people[user] = person | parent.people.get(own_id, {})
            parent.calls += room.calls
    return meetings


def _add_call(room: Room, event: Json, meeting: Json, attributes: Json) -> None:
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
        person = room.people.setdefault(str(user["internal-user-id"]), {})
        keys = ("external-user-id", "name", "role")
        person |= {key: user[key] for key in keys if user.get(key)}
    room.calls.append((at, name, attributes))


def _land(room: Room, writer: LoadWriter) -> None:
    ends_at = None if room.is_replayed else room.ends_at
    session = session_of(room.internal_id, room.external_id, room.starts_at, ends_at)
    if room.is_replayed:
        claims = _attendance_claims(session, room, _joined(room))
        write_meeting(writer, session, None, [], [], claims)
        return
    claims = _attendance_claims(session, room, _left_without_join(room))
    intervals = list(_intervals(session, room))
    acts = list(_interactions(session, room))
    write_meeting(writer, session, _host(session, room), intervals, acts, claims)
    writer.report_window(session.starts_at, session.ends_at)


def _attendance_claims(
    session: TechnicalSession, room: Room, users: set[str]
) -> list[Claim]:
    """Return claims that users attended, for an unknown duration."""
    actors = (_actor(session, room, user) for user in sorted(users))
    return [(actor, "duration_seconds", None) for actor in actors]


def _actor(session: TechnicalSession, room: Room, user: str) -> Agent:
    person = room.people.get(user, {})
    user_id = person.get("external-user-id")
    return participant(session, user_id, person.get("name") or user, dials_in=False)


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


def _left_without_join(room: Room) -> set[str]:
    """Return users with a leave and no join, whose time of joining is unknown.

    A leave has no name, so a user whose id the server generated is left out: that
    person cannot be identified.
    """
    left = {
        str((attributes.get("user") or {}).get("internal-user-id") or "")
        for _at, name, attributes in room.calls
        if name == "user-left"
    }
    external_ids = {
        user: str(room.people.get(user, {}).get("external-user-id") or "")
        for user in left - _joined(room)
    }
    return {user for user, id_ in external_ids.items() if id_ and id_ != user}


def _intervals(session: TechnicalSession, room: Room) -> Iterator[Interval]:
    """Yield connections; a repeated call changes nothing."""
    since: dict[str, datetime] = {}
    ended: dict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    timed = [call for call in room.calls if call[0] is not None]
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


def _interactions(session: TechnicalSession, room: Room) -> Iterator[Interaction]:
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
        elif name == "user-raise-hand-changed" and _is_hand_raised(attributes):
            target, verb, kind = "hand", REACTED, CLASSROOM_TYPE
        elif name == "user-emoji-changed" and (emoji := _emoji(attributes)):
            target, verb, kind = f"reaction/{emoji}", REACTED, CLASSROOM_TYPE
        else:
            continue
        if user:
            actor = _actor(session, room, user)
            yield Interaction(actor, verb, at, target, kind)


def _is_hand_raised(attributes: Json) -> bool:
    user = attributes.get("user") or {}
    return bool(user.get("raise-hand") or user.get("raised-hand"))


def _emoji(attributes: Json) -> str:
    emoji = str((attributes.get("user") or {}).get("emoji") or "")
    return "" if emoji.casefold() in {"", "none"} else emoji
