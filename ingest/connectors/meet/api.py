"""The Meet REST API v2: conference records and what belongs to them, as saved answers.

A file of any kind of resource, or a folder of such files. Connections are the
participant sessions; who a participant is, is said in another resource, so statements
name the participant and identity links say who that is, in whatever order files come.
Interface: Google Meet REST v2, conferenceRecords.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors.google_accounts import google_account
from ingest.connectors.meet.format.accounts import (
    PLATFORM,
    SOURCE,
    code_of,
)
from ingest.connectors.meet.format.resources import Conference, conferences_of, moment
from ingest.connectors.session_claims import Claim, land_claims
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.json_files import (
    Object,
    looks_like_json,
    object_in,
    objects_of,
    text_of,
)
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    person,
)

NAME = "meet_api"
_RESOURCE = re.compile(rb'"name"\s*:\s*"conferenceRecords/')
_KINDS = (
    "participantSessions",
    "entries",
    "participants",
    "recordings",
    "transcripts",
)
_HEAD = 65_536


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise resources by their names; a folder if it holds nothing else."""
    if path.is_dir():
        return _recognise_folder(path)
    plain = head.replace(b"\x00", b"")
    if not looks_like_json(head) or not _RESOURCE.search(plain):
        return None
    found = [
        k
        for k in _KINDS
        if re.search(
            rf'"conferenceRecords/[^"]+/{k}/', plain.decode("utf-8", "replace")
        )
    ]
    kind = found[0] if found else "conferenceRecords"
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant=f"rest-v2-{kind}",
        confidence=0.95,
        reason=f"resources of the Meet REST API v2 ({kind})",
        encoding="utf-8",
    )


def _recognise_folder(path: Path) -> Recognition | None:
    files = _files(path)
    heads = []
    for file in files:
        if file.suffix.lower() not in {".json", ".ndjson", ".jsonl"}:
            return None
        with file.open("rb") as content:
            heads.append(content.read(_HEAD))
    known = [b'"spaces/' in head or bool(_RESOURCE.search(head)) for head in heads]
    if not heads or not all(known) or not any(map(_RESOURCE.search, heads)):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="rest-v2-folder",
        evidence={"encoding": "JSON is UTF-8"},
        confidence=0.95,
        reason=f"{len(heads)} saved answers of the Meet REST API v2",
        encoding="utf-8",
    )


def _files(path: Path) -> list[Path]:
    found = sorted(file for file in path.rglob("*") if file.is_file())
    return [file for file in found if not file.name.startswith(".")]


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land every conference of a file or folder.

    Raises:
        DamagedFile: a file is no JSON, or cut off.
    """
    paths = _files(delivery.path) if delivery.path.is_dir() else [delivery.path]
    found = [one for path in paths for one in objects_of(path)]
    conferences, codes = conferences_of(found)
    times: list[datetime] = []
    for key, conference in conferences.items():
        session = _session(key, conference, codes)
        times += [at for at in (session.starts_at, session.ends_at) if at]
        _land(session, conference, writer)
    writer.report_window(min(times, default=None), max(times, default=None))


def _session(
    key: str, conference: Conference, codes: dict[str, str]
) -> TechnicalSession:
    space = conference.record.get("space")
    inside = space if isinstance(space, dict) else {}
    name = text_of(inside.get("name")) if inside else text_of(space)
    code = text_of(inside.get("meetingCode")) or codes.get(name, "")
    return TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=key,
        join_key=code_of(code) or name or None,
        starts_at=_or_none(conference.record, "startTime"),
        ends_at=_or_none(conference.record, "endTime"),
    )


def _or_none(one: dict[str, Any], name: str) -> datetime | None:
    try:
        return moment(one, name)
    except ValueError:
        return None


def _land(
    session: TechnicalSession, conference: Conference, writer: LoadWriter
) -> None:
    intervals = list(_intervals(conference, writer))
    if missing := _without_sessions(conference):
        words = f"{len(missing)} participants without their participantSessions"
        payload = {"participants": missing}
        writer.reject(None, "participants.without_sessions", "$", words, payload)
    claims = [*_artefacts(conference), *_spoken(conference)]
    if conference.record:  # connections alone know neither window nor room
        writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(writer, session, claims)
    if links := list(_links(session, conference)):
        writer.links(
            pl.DataFrame(links, schema_overrides={"valid_from": pl.Datetime("us")})
        )
    writer.documents(connection_statements(session, intervals))


def _intervals(conference: Conference, writer: LoadWriter) -> Iterator[Interval]:
    """Yield the participant sessions; one that still runs has no end."""
    for name, one in sorted(conference.sessions.items()):
        try:
            joined, left = moment(one, "startTime"), moment(one, "endTime")
            if joined is None:
                raise ValueError("it has no start")
            if left is not None and left < joined:
                raise ValueError("it leaves before it joins")
        except ValueError as error:
            words = f"no interval: {error}"
            writer.reject(None, "interval.time", "$", words, {"name": name, **one})
            continue
        yield Interval(
            _participant(name.partition("/participantSessions/")[0]), joined, left
        )


def _participant(name: str) -> Agent:
    """Return the account of a participant; identity links say which person it is."""
    return google_account(name)


def _without_sessions(conference: Conference) -> list[str]:
    """Return participants whose connections were not delivered.

    From their earliest start to their latest end is no attendance: there may be gaps.
    """
    owners = {
        name.partition("/participantSessions/")[0] for name in conference.sessions
    }
    return [name for name in conference.participants if name not in owners]


def _links(
    session: TechnicalSession, conference: Conference
) -> Iterator[dict[str, Any]]:
    """Yield who each participant is: a signed-in user, else a name of this session.

    Of several guests who call themselves alike each keeps their number beside.
    """
    guests = {name: _guest(one) for name, one in conference.participants.items()}
    known = Counter(guests.values())
    for name, one in conference.participants.items():
        signed_in = object_in(one.get("signedinUser") or one.get("signedInUser"))
        user, shown = text_of(signed_in.get("user")), guests[name]
        if not (user or shown):
            continue
        number = name.rpartition("/")[2]
        called = f"{shown} ({number})" if known[shown] > 1 else shown
        learner = google_account(user) if user else person(session, called, None)
        yield {
            "actor": json.dumps(_participant(name), sort_keys=True),
            "learner": json.dumps(learner, sort_keys=True),
            "rule": "meet_participant" if user else "meet_display_name",
            "valid_from": None,
        }


def _guest(one: Object) -> str:
    """Return the name that somebody without an account shows, empty for all others."""
    unnamed = object_in(one.get("anonymousUser") or one.get("phoneUser"))
    return text_of(unnamed.get("displayName"))


def _artefacts(conference: Conference) -> Iterator[Claim]:
    """Yield how long was recorded and transcribed; files stay where they are."""
    kinds = (
        ("recording_seconds", conference.recordings),
        ("transcript_seconds", conference.transcripts),
    )
    for claim, found in kinds:
        for one in found.values():
            if (seconds := _length(one)) is not None:
                yield None, claim, seconds


def _spoken(conference: Conference) -> Iterator[Claim]:
    """Yield how long each participant spoke, if the policy allows it; no text."""
    seconds: dict[str, float] = {}
    for one in conference.entries.values():
        if who := text_of(one.get("participant")):
            seconds[who] = seconds.get(who, 0.0) + (_length(one) or 0.0)
    for who in sorted(seconds):
        yield _participant(who), "talk_seconds", round(seconds[who], 6)


def _length(one: Object) -> float | None:
    starts, ends = _or_none(one, "startTime"), _or_none(one, "endTime")
    if starts is None or ends is None or ends < starts:
        return None
    return (ends - starts).total_seconds()
