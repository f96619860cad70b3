"""A recording's events.xml of BigBlueButton: joins, leaves, chat, polls and signs.

`timestamp` counts milliseconds since the server started; the meeting's creation, which
its internal id says, is the anchor. Newer versions print `timestampUTC` as well.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element

import polars as pl

from ingest.connectors.bigbluebutton.format.meetings import (
    SOURCE,
    created_at,
    moment,
    parsed,
    session_of,
    whom,
)
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
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
from tandem.core.errors import DamagedFile

NAME = "bigbluebutton_events"
_ROOT = re.compile(rb"<recording[^>]*\bmeeting_id=")


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the root element, which bears the meeting's id."""
    if path.is_dir() or not _ROOT.search(head.replace(b"\x00", b"")):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="events",
        confidence=0.95,
        reason="recording element with a meeting_id",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the opening of the room, its connections, messages and votes.

    Raises:
        DamagedFile: it is no XML, or nothing in it says when it was.
    """
    root = parsed(delivery.path)
    internal = (root.get("meeting_id") or "").strip()
    meeting = root.find("meeting")
    external = (meeting.get("externalId") if meeting is not None else None) or ""
    if not external:
        metadata = root.find("metadata")
        external = (metadata.get("meetingId") if metadata is not None else "") or ""
    clock = _Clock(root, created_at(internal))
    if clock.anchor is None:
        raise DamagedFile(
            "nothing in it says when the meeting was",
            delivery.path.name,
            "its meeting_id should end in the time of creation",
        )
    events = list(root.iter("event"))
    ends_at = max((at for event in events if (at := clock.of(event))), default=None)
    begun = created_at(internal) or clock.anchor
    session = session_of(internal, external, begun, ends_at)
    people = {
        _field(event, "userId"): event
        for event in events
        if event.get("eventname") == "ParticipantJoinEvent"
    }
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    if host := _host(session, people):
        writer.documents([opening_statement(session, host)])
    spans = list(_intervals(session, events, people, clock))
    writer.documents(connection_statements(session, spans))
    writer.documents(
        interaction_statements(session, list(_done(session, events, people, clock)))
    )
    writer.report_window(session.starts_at, session.ends_at)


class _Clock:
    """Turns an event's timestamp into UTC."""

    def __init__(self, root: Element, created: datetime | None) -> None:
        events = list(root.iter("event"))
        stamps = [stamp for event in events if (stamp := _stamp(event)) is not None]
        self.first = min(stamps, default=0)
        self.anchor = created
        for event in events:
            told = moment(_field(event, "timestampUTC"))
            stamp = _stamp(event)
            if told and stamp is not None:
                self.anchor = told - timedelta(milliseconds=stamp - self.first)
                break

    def of(self, event: Element) -> datetime | None:
        """Return when an event was, naive UTC."""
        if told := moment(_field(event, "timestampUTC")):
            return told
        stamp = _stamp(event)
        if stamp is None or self.anchor is None:
            return None
        return self.anchor + timedelta(milliseconds=stamp - self.first)


def _stamp(event: Element) -> int | None:
    try:
        return int(event.get("timestamp") or "")
    except ValueError:
        return None


def _field(event: Element, name: str) -> str:
    return (event.findtext(name) or "").strip()


def _actor(session: TechnicalSession, joined: Element) -> Agent:
    given, name = _field(joined, "externalUserId"), _field(joined, "name")
    return whom(session, given, name or _field(joined, "userId"), dials_in=False)


def _host(session: TechnicalSession, people: dict[str, Element]) -> Agent | None:
    for joined in people.values():
        if _field(joined, "role").casefold() == "moderator":
            return _actor(session, joined)
    return None


def _intervals(
    session: TechnicalSession,
    events: list[Element],
    people: dict[str, Element],
    clock: _Clock,
) -> Iterator[Interval]:
    since: dict[str, datetime] = {}
    for event in events:
        user, at = _field(event, "userId"), clock.of(event)
        if at is None or user not in people:
            continue
        if event.get("eventname") == "ParticipantJoinEvent":
            since.setdefault(user, at)
        elif event.get("eventname") == "ParticipantLeftEvent" and user in since:
            yield Interval(_actor(session, people[user]), since.pop(user), at)
    for user, at in since.items():
        yield Interval(_actor(session, people[user]), at, None)


def _done(
    session: TechnicalSession,
    events: list[Element],
    people: dict[str, Element],
    clock: _Clock,
) -> Iterator[Interaction]:
    for number, event in enumerate(events):
        if event.get("eventname") == "PublicChatEvent":
            user = _field(event, "senderId")
            what = (POSTED, f"message/{number}", MESSAGE)
        elif event.get("eventname") == "UserRespondedToPollRecordEvent":
            user = _field(event, "userId")
            what = (ANSWERED, f"poll/{_field(event, 'pollId') or 'one'}", POLL_QUESTION)
        elif sign := _sign(event):
            user = _field(event, "userId")
            what = (REACTED, sign, CLASSROOM_TYPE)
        else:
            continue
        if user in people:
            verb, target, kind = what
            actor = _actor(session, people[user])
            yield Interaction(actor, verb, clock.of(event), target, kind)


def _sign(event: Element) -> str:
    """Return what somebody showed; a hand that goes down and `none` show nothing.

    Older versions have one status for hands and faces, newer ones one for each.
    """
    if event.get("eventname") != "ParticipantStatusChangeEvent":
        return ""
    status, value = _field(event, "status"), _field(event, "value")
    if value.casefold() in {"", "none", "false"}:
        return ""
    if "raiseHand" in (status, value):
        return "hand"
    return f"reaction/{value}" if status in {"emojiStatus", "reactionEmoji"} else ""
