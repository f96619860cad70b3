"""Land BigBlueButton's learning dashboard (JSON): connections, votes and totals.

Version 2.4 has one connection per user, versions up to 2.6 one per internal id, 3.0
several; the API's answer holds the whole file as a string. A time of 0 means not yet:
the server writes the file every few seconds during the meeting, and a later copy has
the ends. Time on camera and microphone are claims that the collection policy drops
unless it allows them.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.connectors.bigbluebutton.format.meetings import (
    SOURCE,
    moment,
    participant,
    session_of,
    write_meeting,
)
from ingest.connectors.session_claims import Claim
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.json_files import json_head, object_in, objects_in, objects_of
from ingest.xapi.profiles.interactions import (
    ANSWERED,
    POLL_QUESTION,
    REACTED,
    Interaction,
)
from ingest.xapi.profiles.virtual_classroom import (
    CLASSROOM_TYPE,
    Agent,
    Interval,
    TechnicalSession,
)

NAME = "bigbluebutton"
_MARKS = re.compile(rb'\\*"intIds?\\*"\s*:')
_MODERATOR = re.compile(rb'\\*"isModerator\\*"\s*:')
_SESSIONS = re.compile(rb'\\*"sessions\\*"\s*:')
_WRAPPED = re.compile(rb'\\"intIds?\\"')

_NEVER = datetime(9999, 1, 1)  # noqa: DTZ001 - naive UTC

Json = dict[str, Any]


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise keys that only the dashboard's data have."""
    plain = json_head(path, head)
    if not plain or not _MARKS.search(plain) or not _MODERATOR.search(plain):
        return None
    version = "3.0" if _SESSIONS.search(plain) else "2.x"
    wrapped = "-as-answered" if _WRAPPED.search(plain) else ""
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant=f"learning-dashboard-{version}{wrapped}",
        found=(Evidence.VENDOR_NAMES,),
        reason="intId, users and isModerator of a learning dashboard",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land each meeting: its start, connections, interactions and totals.

    Raises:
        DamagedFile: the file is no JSON, or is cut off.
    """
    for meeting in _meetings(objects_of(delivery.path)):
        _land(meeting, writer)


def _meetings(values: list[Json]) -> Iterator[Json]:
    """Yield the meetings in values, also those within an answer of the API."""
    for value in values:
        if "intId" in value and isinstance(value.get("users"), dict):
            yield value
            continue
        for key in ("response", "learningDashboard", "data"):
            inner = value.get(key)
            if isinstance(inner, str):
                try:
                    inner = json.loads(inner)
                except ValueError:
                    continue
            if isinstance(inner, dict | list):
                yield from _meetings(inner if isinstance(inner, list) else [inner])


def _land(meeting: Json, writer: LoadWriter) -> None:
    users = objects_in(list(meeting["users"].values()))
    session = session_of(
        str(meeting["intId"]),
        str(meeting.get("extId") or ""),
        moment(meeting.get("createdOn")),
        moment(meeting.get("endedOn")),
    )
    intervals: list[Interval] = []
    acts: list[Interaction] = []
    claims: list[Claim] = []
    for line, user in enumerate(users, start=1):
        actor = _actor(session, user)
        spans = list(_spans(user))
        for joined, left in spans:
            if joined is None or (left is not None and left < joined):
                message = "a connection has no beginning, or ends before it"
                payload = {"user": line}
                writer.reject(line, "interval.time", "$.users", message, payload)
                continue
            intervals.append(Interval(actor, joined, left))
        acts += _interactions(user, actor)
        claims += _totals(user, actor)
    write_meeting(writer, session, _host(session, users), intervals, acts, claims)
    writer.report_window(session.starts_at, session.ends_at)


def _actor(session: TechnicalSession, user: Json) -> Agent:
    dials_in = bool(user.get("isDialIn"))
    return participant(session, user.get("extId"), user.get("name"), dials_in=dials_in)


def _host(session: TechnicalSession, users: list[Json]) -> Agent | None:
    """Return the moderator who joined first."""
    first_joins = [
        (min(joined for joined, _left in _spans(user) if joined), number)
        for number, user in enumerate(users)
        if user.get("isModerator") and any(joined for joined, _left in _spans(user))
    ]
    return _actor(session, users[min(first_joins)[1]]) if first_joins else None


def _spans(user: Json) -> Iterator[tuple[datetime | None, datetime | None]]:
    """Yield start and end of each connection of a user."""
    internal_ids = object_in(user.get("intIds")) or {"": user}
    for internal_id in map(object_in, internal_ids.values()):
        sessions = internal_id.get("sessions")
        has_list = isinstance(sessions, list)
        for span in objects_in(sessions) if has_list else [internal_id]:
            yield moment(span.get("registeredOn")), moment(span.get("leftOn"))


def _interactions(user: Json, actor: Agent) -> Iterator[Interaction]:
    for poll, answers in object_in(user.get("answers")).items():
        if answers:
            yield Interaction(actor, ANSWERED, None, f"poll/{poll}", POLL_QUESTION)
    for at in user.get("raiseHand") or []:
        yield Interaction(actor, REACTED, moment(at), "hand", CLASSROOM_TYPE)
    for kind in ("emojis", "reactions"):
        for reaction in objects_in(user.get(kind)):
            name = reaction.get("name") or "other"  # up to 2.5 also a raised hand
            target = "hand" if name == "raiseHand" else f"reaction/{name}"
            at = moment(reaction.get("sentOn"))
            yield Interaction(actor, REACTED, at, target, CLASSROOM_TYPE)


def _totals(user: Json, actor: Agent) -> Iterator[Claim]:
    talked = object_in(user.get("talk")).get("totalTime")
    totals = {
        "talk_seconds": float(talked or 0) / 1000,
        "camera_seconds": _camera_seconds(user),
        "message_count": float(user.get("totalOfMessages") or 0),
    }
    yield from ((actor, claim, value) for claim, value in totals.items() if value)


def _camera_seconds(user: Json) -> float:
    """Return the seconds in which a user's camera was on while the user was connected.

    The server does not record every stop of a camera: it can seem to be on after its
    user has left. A camera without a stop counts nothing.
    """
    connected = _merged(
        (joined, left or _NEVER) for joined, left in _spans(user) if joined
    )
    shown = [
        (moment(camera.get("startedOn")), moment(camera.get("stoppedOn")))
        for camera in objects_in(user.get("webcams"))
    ]
    cameras = _merged((start, stop) for start, stop in shown if start and stop)
    overlaps = (
        min(stop, left) - max(start, joined)
        for start, stop in cameras
        for joined, left in connected
    )
    return sum(max(0.0, overlap.total_seconds()) for overlap in overlaps)


def _merged(
    spans: Iterable[tuple[datetime, datetime]],
) -> list[tuple[datetime, datetime]]:
    """Return intervals with overlapping ones merged."""
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
