"""Land a recording's events.xml of BigBlueButton: joins, leaves, chat and polls.

`timestamp` counts milliseconds since the server started. The first event is taken as
the meeting's creation, whose time its internal id holds. Newer versions also print
`timestampUTC`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element

from ingest.connectors.bigbluebutton.format.meetings import (
    SOURCE,
    created_at,
    moment,
    participant,
    session_of,
    write_meeting,
    xml_root,
)
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
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
from tandem.core.errors import DamagedFile

NAME = "bigbluebutton_events"
_ROOT = re.compile(rb"<recording[^>]*\bmeeting_id=")


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the root element with the meeting's id."""
    if path.is_dir() or not _ROOT.search(head.replace(b"\x00", b"")):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="events",
        found=(Evidence.VENDOR_NAMES,),
        reason="recording element with a meeting_id",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the session, its connections, messages, votes and reactions.

    Raises:
        DamagedFile: the file is no XML, or holds no time of the meeting.
    """
    root = xml_root(delivery.path)
    internal = (root.get("meeting_id") or "").strip()
    meeting = root.find("meeting")
    external = (meeting.get("externalId") if meeting is not None else None) or ""
    if not external:
        metadata = root.find("metadata")
        external = (metadata.get("meetingId") if metadata is not None else "") or ""
    clock = _Clock(root, created_at(internal))
    if clock.anchor is None:
        raise DamagedFile(
            "it holds no time of the meeting",
            delivery.path.name,
            "its meeting_id should end in the time of creation",
        )
    events = list(root.iter("event"))
    ends_at = max((at for event in events if (at := clock.of(event))), default=None)
    starts_at = created_at(internal) or clock.anchor
    session = session_of(internal, external, starts_at, ends_at)
    people = {
        _field(event, "userId"): event
        for event in events
        if event.get("eventname") == "ParticipantJoinEvent"
    }
    intervals = list(_intervals(session, events, people, clock))
    acts = list(_interactions(session, events, people, clock))
    write_meeting(writer, session, _host(session, people), intervals, acts, [])
    writer.report_window(session.starts_at, session.ends_at)


class _Clock:
    """Converts the timestamps of events to UTC."""

    def __init__(self, root: Element, created: datetime | None) -> None:
        events = list(root.iter("event"))
        stamps = [stamp for event in events if (stamp := _stamp(event)) is not None]
        self.first = min(stamps, default=0)
        self.anchor = created
        for event in events:
            at = moment(_field(event, "timestampUTC"))
            stamp = _stamp(event)
            if at and stamp is not None:
                self.anchor = at - timedelta(milliseconds=stamp - self.first)
                break

    def of(self, event: Element) -> datetime | None:
        """Return the time of an event in naive UTC, None if it has none."""
        if at := moment(_field(event, "timestampUTC")):
            return at
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
    user_id = _field(joined, "externalUserId")
    name = _field(joined, "name") or _field(joined, "userId")
    return participant(session, user_id, name, dials_in=False)


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
    """Yield connections; joins and leaves of a user need not alternate.

    A leave ends all joins before it. Only where a user joined again in between does a
    second leave show that one of the connections went on until then.
    """
    since: dict[str, datetime] = {}
    join_counts: Counter[str] = Counter()
    ended: dict[str, list[Interval]] = defaultdict(list)
    for event in events:
        user, at = _field(event, "userId"), clock.of(event)
        if at is None or user not in people:
            continue
        if event.get("eventname") == "ParticipantJoinEvent":
            join_counts[user] = join_counts[user] + 1 if user in since else 1
            since.setdefault(user, at)
        elif event.get("eventname") == "ParticipantLeftEvent":
            join_counts[user] -= 1
            if user in since:
                actor = _actor(session, people[user])
                ended[user].append(Interval(actor, since.pop(user), at))
            elif ended[user] and join_counts[user] >= 0:
                ended[user][-1] = replace(ended[user][-1], left_at=at)
    for intervals in ended.values():
        yield from intervals
    for user, at in since.items():
        yield Interval(_actor(session, people[user]), at, None)


def _interactions(
    session: TechnicalSession,
    events: list[Element],
    people: dict[str, Element],
    clock: _Clock,
) -> Iterator[Interaction]:
    for number, event in enumerate(events):
        if event.get("eventname") == "PublicChatEvent":
            user = _field(event, "senderId")
            act = (POSTED, f"message/{number}", MESSAGE)
        elif event.get("eventname") == "UserRespondedToPollRecordEvent":
            user = _field(event, "userId")
            act = (ANSWERED, f"poll/{_field(event, 'pollId') or 'one'}", POLL_QUESTION)
        elif reaction := _reaction(event):
            user = _field(event, "userId")
            act = (REACTED, reaction, CLASSROOM_TYPE)
        else:
            continue
        if user in people:
            verb, target, kind = act
            actor = _actor(session, people[user])
            yield Interaction(actor, verb, clock.of(event), target, kind)


def _reaction(event: Element) -> str:
    """Return the target of a reaction or a raised hand, "" for any other event.

    Older versions have one status for hands and emojis, newer versions one for each. A
    lowered hand and the emoji `none` are no reactions.
    """
    if event.get("eventname") != "ParticipantStatusChangeEvent":
        return ""
    status, value = _field(event, "status"), _field(event, "value")
    if value.casefold() in {"", "none", "false"}:
        return ""
    if "raiseHand" in (status, value):
        return "hand"
    return f"reaction/{value}" if status in {"emojiStatus", "reactionEmoji"} else ""
