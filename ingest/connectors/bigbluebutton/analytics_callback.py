"""Land the JSON that BigBlueButton posts after a meeting (analytics callback).

The server sends it to `meta_analytics-callback-url`. It holds when each participant
joined and left, to the second and with an offset, and totals of their activity. Newer
versions have one list of joins and leaves per internal id.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ingest.connectors.bigbluebutton.format.meetings import (
    SOURCE,
    created_at,
    participant,
    session_of,
    write_meeting,
)
from ingest.connectors.control_totals import compare_length
from ingest.connectors.session_claims import Claim
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.json_files import (
    Object,
    json_head,
    object_in,
    objects_in,
    objects_of,
    text_of,
)
from ingest.xapi.profiles.interactions import (
    ANSWERED,
    POLL_QUESTION,
    Interaction,
)
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
)

NAME = "bigbluebutton_analytics"
_MEETING = re.compile(rb'"internal_meeting_id"\s*:')
_PEOPLE = re.compile(rb'"attendees"\s*:')
TOLERANCE_SECONDS = 60  # a meeting closes some time after its last participant
TOTALS = {"talk_time": "talk_seconds", "chats": "message_count"}
Span = tuple[datetime, datetime | None]


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the keys of the meeting's id and of its attendees."""
    plain = json_head(path, head)
    if not plain or not _MEETING.search(plain) or not _PEOPLE.search(plain):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="analytics-callback",
        found=(Evidence.VENDOR_NAMES,),
        reason="internal_meeting_id and attendees of a callback after a meeting",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land each meeting: its start, connections, votes and totals.

    Raises:
        DamagedFile: the file is no JSON, or is cut off.
    """
    for number, meeting in enumerate(objects_of(delivery.path), start=1):
        if text_of(meeting.get("internal_meeting_id")):
            _land(number, meeting, writer)


def _land(number: int, meeting: Object, writer: LoadWriter) -> None:
    data = object_in(meeting.get("data"))
    internal = text_of(meeting["internal_meeting_id"])
    session = session_of(
        internal,
        text_of(meeting.get("meeting_id")),
        created_at(internal) or _moment(data.get("start")),
        _moment(data.get("finish")),
    )
    people = objects_in(data.get("attendees"))
    intervals: list[Interval] = []
    claims: list[Claim] = []
    hosts: list[tuple[datetime, int]] = []
    for line, person in enumerate(people, start=1):
        actor = _actor(session, person)
        for joined, left in _spans(person):
            if left is not None and left < joined:
                message = "a connection ends before it begins"
                payload = {"user": line}
                writer.reject(number, "interval.time", "$.data", message, payload)
                continue
            intervals.append(Interval(actor, joined, left))
            if person.get("moderator"):
                hosts.append((joined, line - 1))
        claims += _totals(person, actor)
    host = _actor(session, people[min(hosts)[1]]) if hosts else None
    votes = list(_votes(session, data, people))
    write_meeting(writer, session, host, intervals, votes, claims)
    span = (_moment(data.get("start")), _moment(data.get("finish")))
    seconds = data.get("duration")
    printed = float(seconds) if isinstance(seconds, int | float) else None
    compare_length(writer, session.session_id, printed, span, TOLERANCE_SECONDS)
    writer.report_window(session.starts_at, session.ends_at)


def _actor(session: TechnicalSession, person: Object) -> Agent:
    user_id, name = person.get("ext_user_id"), person.get("name")
    return participant(session, user_id, name, dials_in=False)


def _spans(person: Object) -> Iterator[Span]:
    """Yield start and end of each connection, of each internal id if listed."""
    sessions = [object_in(s) for s in object_in(person.get("sessions")).values()]
    for connections in sessions or [person]:
        leave_key = "lefts" if sessions else "leaves"
        joins = _moments(connections.get("joins"))
        leaves = _moments(connections.get(leave_key))
        for place, joined in enumerate(joins):
            yield joined, leaves[place] if place < len(leaves) else None


def _moments(entries: object) -> list[datetime]:
    """Return the times (naive UTC) of a list, in order; removed entries are skipped."""
    moments = [
        _moment(object_in(entry).get("timestamp") if isinstance(entry, dict) else entry)
        for entry in (entries if isinstance(entries, list) else [])
        if not object_in(entry).get("remove")
    ]
    return sorted(at for at in moments if at)


def _moment(printed: object) -> datetime | None:
    """Return naive UTC of `2023-08-07 14:06:14 -0300`; None without an offset."""
    try:
        at = datetime.fromisoformat(re.sub(r" (?=[+-])", "", text_of(printed)))
    except ValueError:
        return None
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else None


def _totals(person: Object, actor: Agent) -> Iterator[Claim]:
    engagement = object_in(person.get("engagement"))
    totals = {"duration_seconds": person.get("duration")}
    totals |= {claim: engagement.get(name) for name, claim in TOTALS.items()}
    for claim, value in totals.items():
        if isinstance(value, int | float) and value:
            yield actor, claim, float(value)


def _votes(
    session: TechnicalSession, data: Object, people: list[Object]
) -> Iterator[Interaction]:
    by_user_id = {text_of(person.get("ext_user_id")): person for person in people}
    for poll in objects_in(data.get("polls")):
        for voter in object_in(poll.get("votes")):
            if person := by_user_id.get(voter):
                target = f"poll/{text_of(poll.get('id')) or 'one'}"
                actor = _actor(session, person)
                yield Interaction(actor, ANSWERED, None, target, POLL_QUESTION)
