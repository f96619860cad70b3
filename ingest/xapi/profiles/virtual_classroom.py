"""xAPI statements of connection intervals in live sessions.

All sources of live sessions use this module: a connection interval becomes a join and a
leave. The models decide how much of it counts as attendance.
Profile: Gaia-X virtual classroom (https://w3id.org/xapi/virtual-classroom).
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from ingest.xapi.ids import statement_id

JOINED = "http://activitystrea.ms/join"
LEFT = "http://activitystrea.ms/leave"
OPENED = "http://adlnet.gov/expapi/verbs/initialized"
CLASSROOM = "https://w3id.org/xapi/virtual-classroom"
CLASSROOM_TYPE = f"{CLASSROOM}/activity-types/virtual-classroom"
SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
OWN = "https://tandem.example/xapi/extensions"

# Display names of note-taking programs that join a meeting ("Ana's Notetaker").
NOTE_TAKERS = re.compile(
    r"\b(?:otter\s?pilot|otter\.ai|fireflies\.ai|read\.ai|fathom\.video|tl;dv|"
    r"tldv\.io|sembly\.ai|meetgeek|chorus\.ai|gong\.io|recall\.ai|note[\s-]?taker)\b",
    re.IGNORECASE,
)

Agent = dict[str, Any]


@dataclass(frozen=True)
class TechnicalSession:
    """One run of a meeting, from opening to closing; a restart is another session.

    Times are naive UTC. `join_key` is the meeting's number, code or room, `title_key`
    the key of its title (ingest.parsing.join_keys). `room` identifies the meeting room
    where another report of the same room has another `join_key`.
    """

    source: str
    platform: str
    key: str
    join_key: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    host: Agent | None = None
    precision_seconds: int = 1
    room: str | None = None
    title_key: str | None = None

    @cached_property
    def session_id(self) -> str:
        """The UUID that identifies this session in statements."""
        return statement_id(self.source, "technical-session", self.key)

    @property
    def activity_id(self) -> str:
        """The IRI of the room, equal in all its sessions where the source has an id."""
        room = self.room or self.join_key or self.title_key or self.session_id
        if "@" in room:  # the name of a chat thread, which looks like an e-mail address
            room = statement_id(self.source, "room", room)
        return f"https://tandem.example/classrooms/{self.source}/{room}"

    def row(self) -> dict[str, Any]:
        """Return the session as a row of raw.technical_sessions."""
        return {
            "technical_session_id": self.session_id,
            "join_key": self.join_key,
            "title_key": self.title_key,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "precision_seconds": self.precision_seconds,
        }


@dataclass(frozen=True)
class Interval:
    """One connection of one participant, [joined_at, left_at) in UTC."""

    actor: Agent
    joined_at: datetime
    left_at: datetime | None
    is_imputed: bool = False


def person(session: TechnicalSession, name: str, email: str | None) -> Agent:
    """Return a participant by e-mail address, else by a name valid in this session.

    The homePage of a name's account is the session, so that equal names of two sessions
    stay two people. A note-taking program becomes a Group: it stays visible, and counts
    as no attendance.
    """
    if email and "@" in email:
        return {"objectType": "Agent", "mbox": f"mailto:{email.strip()}"}
    home_page = f"https://tandem.example/sessions/{session.session_id}"
    return {
        "objectType": "Group" if NOTE_TAKERS.search(name) else "Agent",
        "account": {"homePage": home_page, "name": " ".join(name.split())},
    }


def connection_statements(
    session: TechnicalSession, intervals: list[Interval]
) -> Iterator[dict[str, Any]]:
    """Yield a join for each interval, and a leave for each one that ended."""
    seen: Counter[tuple[str, str]] = Counter()
    for interval in intervals:
        who = fingerprint(interval.actor)
        joined = f"{interval.joined_at.isoformat()}Z"
        ordinal = str(seen[(who, joined)])
        seen[(who, joined)] += 1
        key = (session.source, session.key, who, joined, ordinal)
        yield _statement(session, interval.actor, JOINED, joined, key)
        if interval.left_at is None:
            continue
        left = f"{interval.left_at.isoformat()}Z"
        seconds = (interval.left_at - interval.joined_at).total_seconds()
        result: dict[str, Any] = {
            "duration": f"PT{seconds:.6f}".rstrip("0").rstrip(".") + "S",
            "extensions": {f"{OWN}/interval-start": joined},
        }
        if interval.is_imputed:
            result["extensions"][f"{OWN}/imputed"] = True
        leave = _statement(session, interval.actor, LEFT, left, (*key, left))
        yield leave | {"result": result}


def opening_statement(session: TechnicalSession, host: Agent) -> dict[str, Any]:
    """Return the statement that a host opened the session.

    It alone names the host. Where only one of two reports of a meeting names the host,
    joins and leaves with an instructor would differ between the two reports.
    """
    at = f"{session.starts_at.isoformat()}Z" if session.starts_at else ""
    key = (session.source, session.key, "opened", fingerprint(host), at)
    return _statement(replace(session, host=host), host, OPENED, at, key)


def presence_statement(
    session: TechnicalSession, actor: Agent, verb: str, at: datetime, *, imputed: bool
) -> dict[str, Any]:
    """Return a join or a leave that a source reports as an event of its own.

    A repeated report yields the same statement id, since a webhook is sent again until
    it is acknowledged.
    """
    printed = f"{at.isoformat()}Z"
    key = (session.source, session.key, "moment", fingerprint(actor), printed)
    statement = _statement(session, actor, verb, printed, key)
    if imputed:
        statement["result"] = {"extensions": {f"{OWN}/imputed": True}}
    return statement


def _statement(
    session: TechnicalSession,
    actor: Agent,
    verb: str,
    timestamp: str,
    key: tuple[str, ...],
) -> dict[str, Any]:
    return {
        "id": statement_id(*key, verb),
        "actor": actor,
        "verb": {"id": verb},
        "object": {
            "objectType": "Activity",
            "id": session.activity_id,
            "definition": {"type": CLASSROOM_TYPE},
        },
        "context": classroom_context(session),
    } | ({"timestamp": timestamp} if timestamp else {})


def classroom_context(session: TechnicalSession) -> dict[str, Any]:
    """Return the context of a session's statements, with the profile as category."""
    category = {
        "id": CLASSROOM,
        "definition": {"type": "http://adlnet.gov/expapi/activities/profile"},
    }
    context: dict[str, Any] = {
        "platform": session.platform,
        "contextActivities": {"category": [category]},
        "extensions": {SESSION: session.session_id},
    }
    if session.host:
        context["instructor"] = session.host
    return context


def fingerprint(actor: Agent) -> str:
    """Return a hash that stands for a participant in a natural key."""
    account = actor.get("account", {})
    name = actor.get("mbox", "").casefold() or repr(sorted(account.items()))
    return hashlib.sha256(name.encode()).hexdigest()
