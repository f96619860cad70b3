"""What BigBlueButton posts after a meeting (`meta_analytics-callback-url`), JSON.

Made from the recording's events: when each person came and went, to the second and with
an offset, and sums of what they did. Of late each internal id has a list of its own.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from ingest.connectors.bigbluebutton.format.meetings import (
    SOURCE,
    created_at,
    session_of,
    whom,
)
from ingest.connectors.session_claims import Claim, land_claims
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.json_files import (
    Object,
    looks_like_json,
    object_in,
    objects_in,
    objects_of,
    text_of,
)
from ingest.xapi.profiles.interactions import (
    ANSWERED,
    POLL_QUESTION,
    Interaction,
    interaction_statements,
)
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    opening_statement,
)

NAME = "bigbluebutton_analytics"
_MEETING = re.compile(rb'"internal_meeting_id"\s*:')
_PEOPLE = re.compile(rb'"attendees"\s*:')
SUMS = {"talk_time": "talk_seconds", "chats": "message_count"}
Span = tuple[datetime, datetime | None]


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the meeting's id beside its attendees."""
    plain = head.replace(b"\x00", b"")
    if path.is_dir() or not looks_like_json(head):
        return None
    if not _MEETING.search(plain) or not _PEOPLE.search(plain):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="analytics-callback",
        confidence=0.95,
        reason="internal_meeting_id and attendees of a callback after a meeting",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land each meeting: its opening, connections, votes and sums.

    Raises:
        DamagedFile: it is no JSON, or is cut off.
    """
    for number, told in enumerate(objects_of(delivery.path), start=1):
        if text_of(told.get("internal_meeting_id")):
            _land(number, told, writer)


def _land(number: int, told: Object, writer: LoadWriter) -> None:
    data, internal = object_in(told.get("data")), text_of(told["internal_meeting_id"])
    session = session_of(
        internal,
        text_of(told.get("meeting_id")),
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
                words = "a connection ends before it begins"
                writer.reject(number, "interval.time", "$.data", words, {"user": line})
                continue
            intervals.append(Interval(actor, joined, left))
            if person.get("moderator"):
                hosts.append((joined, line - 1))
        claims += _sums(person, actor)
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(writer, session, claims)
    if hosts:
        writer.documents(
            [opening_statement(session, _actor(session, people[min(hosts)[1]]))]
        )
    writer.documents(connection_statements(session, intervals))
    writer.documents(
        interaction_statements(session, list(_votes(session, data, people)))
    )
    writer.report_window(session.starts_at, session.ends_at)


def _actor(session: TechnicalSession, person: Object) -> Agent:
    given, name = person.get("ext_user_id"), person.get("name")
    return whom(session, given, name, dials_in=False)


def _spans(person: Object) -> Iterator[Span]:
    """Yield connections: of each internal id where they are told apart."""
    sessions = [object_in(one) for one in object_in(person.get("sessions")).values()]
    for one in sessions or [person]:
        ends = "lefts" if sessions else "leaves"
        joins, leaves = _moments(one.get("joins")), _moments(one.get(ends))
        for place, joined in enumerate(joins):
            yield joined, leaves[place] if place < len(leaves) else None


def _moments(told: object) -> list[datetime]:
    found = [
        _moment(object_in(one).get("timestamp") if isinstance(one, dict) else one)
        for one in (told if isinstance(told, list) else [])
        if not object_in(one).get("remove")
    ]
    return sorted(at for at in found if at)


def _moment(printed: object) -> datetime | None:
    """Return naive UTC of `2023-08-07 14:06:14 -0300`; None without an offset."""
    try:
        at = datetime.fromisoformat(re.sub(r" (?=[+-])", "", text_of(printed)))
    except ValueError:
        return None
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else None


def _sums(person: Object, actor: Agent) -> Iterator[Claim]:
    done = object_in(person.get("engagement"))
    told = {claim: done.get(name) for name, claim in SUMS.items()}
    for claim, value in ({"duration_seconds": person.get("duration")} | told).items():
        if isinstance(value, int | float) and value:
            yield actor, claim, float(value)


def _votes(
    session: TechnicalSession, data: Object, people: list[Object]
) -> Iterator[Interaction]:
    known = {text_of(one.get("ext_user_id")): one for one in people}
    for poll in objects_in(data.get("polls")):
        for voter in object_in(poll.get("votes")):
            if person := known.get(voter):
                target = f"poll/{text_of(poll.get('id')) or 'one'}"
                actor = _actor(session, person)
                yield Interaction(actor, ANSWERED, None, target, POLL_QUESTION)
