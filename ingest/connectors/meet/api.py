"""Conference records of the Meet REST API v2 and their child resources, saved as JSON.

A delivery is a file of any kind of resource, or a folder of such files. Connections are
the participant sessions. The person of a participant is in another resource, so that
statements name the participant, and an identity link binds the participant to the
person, in any order of files.
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

from ingest.connectors.control_totals import compare_count
from ingest.connectors.google_accounts import google_account
from ingest.connectors.meet.format.identifiers import PLATFORM, SOURCE, code_of
from ingest.connectors.meet.format.resources import (
    Conference,
    all_objects,
    conferences_of,
    time_of,
    time_or_none,
)
from ingest.connectors.session_claims import Claim, land_claims
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.json_files import (
    Object,
    looks_like_json,
    number_in,
    object_in,
    objects_of,
    text_of,
)
from ingest.xapi.profiles.session_length import require_possible_length
from ingest.xapi.profiles.virtual_classroom import (
    Interval,
    TechnicalSession,
    connection_statements,
    person,
)
from tandem.core.counted import counted

NAME = "meet_api"
_RESOURCE = re.compile(rb'"name"\s*:\s*"conferenceRecords/')
_KINDS = (
    "participantSessions",
    "entries",
    "participants",
    "recordings",
    "transcripts",
)
_HEAD_BYTES = 65_536


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise resources by their names, and a folder that holds nothing else."""
    if path.is_dir():
        return _recognise_folder(path)
    plain = head.replace(b"\x00", b"")
    if not looks_like_json(head) or not _RESOURCE.search(plain):
        return None
    text = plain.decode("utf-8", "replace")
    kinds = (k for k in _KINDS if re.search(rf'"conferenceRecords/[^"]+/{k}/', text))
    kind = next(kinds, "conferenceRecords")
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant=f"rest-v2-{kind}",
        found=(Evidence.VENDOR_NAMES,),
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
            heads.append(content.read(_HEAD_BYTES))
    is_known = [b'"spaces/' in head or bool(_RESOURCE.search(head)) for head in heads]
    if not heads or not all(is_known) or not any(map(_RESOURCE.search, heads)):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="rest-v2-folder",
        evidence={"encoding": "JSON is UTF-8"},
        found=(Evidence.VENDOR_NAMES,),
        reason=f"{len(heads)} saved responses of the Meet REST API v2",
        encoding="utf-8",
    )


def _files(path: Path) -> list[Path]:
    files = sorted(file for file in path.rglob("*") if file.is_file())
    return [file for file in files if not file.name.startswith(".")]


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land every conference of a file or folder.

    Raises:
        DamagedFile: a file is no JSON, or is cut off.
    """
    paths = _files(delivery.path) if delivery.path.is_dir() else [delivery.path]
    responses = [response for path in paths for response in objects_of(path)]
    conferences, codes = conferences_of(responses)
    times: list[datetime] = []
    for key, conference in conferences.items():
        session = _session(key, conference, codes)
        times += [at for at in (session.starts_at, session.ends_at) if at]
        _land(session, conference, writer)
    _compare_totals(responses, conferences, writer)
    writer.report_window(min(times, default=None), max(times, default=None))


def _compare_totals(
    responses: list[Object], conferences: dict[str, Conference], writer: LoadWriter
) -> None:
    """Compare the total of the last page of participants with all that are here."""
    for page in all_objects(responses):
        total, listed = number_in(page.get("totalSize")), page.get("participants")
        if total is None or page.get("nextPageToken") or not isinstance(listed, list):
            continue
        names = [text_of(object_in(p).get("name")) for p in listed]
        key = names[0].split("/")[1] if names and "/" in names[0] else ""
        if key in conferences:
            count = len(conferences[key].participants)
            compare_count(writer, key, "participants", total, count)


def _session(
    key: str, conference: Conference, codes: dict[str, str]
) -> TechnicalSession:
    """Return the session; a record's space is a resource, or the name of one."""
    space = conference.record.get("space")
    resource = object_in(space)
    name = text_of(resource.get("name")) if resource else text_of(space)
    code = text_of(resource.get("meetingCode")) or codes.get(name, "")
    return TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=key,
        join_key=code_of(code) or name or None,
        starts_at=time_or_none(conference.record, "startTime"),
        ends_at=time_or_none(conference.record, "endTime"),
    )


def _land(
    session: TechnicalSession, conference: Conference, writer: LoadWriter
) -> None:
    intervals = list(_intervals(conference, writer))
    if missing := _without_sessions(conference):
        message = (
            f"{counted(len(missing), 'participant')} without their participantSessions"
        )
        payload = {"participants": missing}
        writer.reject(None, "participants.without_sessions", "$", message, payload)
    claims = [*_artefact_lengths(conference), *_talk_times(conference)]
    if conference.record:  # connections alone have neither start and end nor room
        writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(writer, session, claims)
    if links := list(_links(session, conference)):
        writer.links(
            pl.DataFrame(links, schema_overrides={"valid_from": pl.Datetime("us")})
        )
    writer.documents(connection_statements(session, intervals))


def _intervals(conference: Conference, writer: LoadWriter) -> Iterator[Interval]:
    """Yield the participant sessions; a connection that still exists has no end."""
    for name, resource in sorted(conference.sessions.items()):
        try:
            joined, left = time_of(resource, "startTime"), time_of(resource, "endTime")
            if joined is None:
                raise ValueError("it has no start")
            if left is not None and left < joined:
                raise ValueError("it leaves before it joins")
            require_possible_length(joined, left)
        except ValueError as error:
            message = f"no interval: {error}"
            payload = {"name": name, **resource}
            writer.reject(None, "interval.time", "$", message, payload)
            continue
        yield Interval(google_account(_participant_of(name)), joined, left)


def _participant_of(session_name: str) -> str:
    """Return the resource name of a participant session's participant."""
    return session_name.partition("/participantSessions/")[0]


def _without_sessions(conference: Conference) -> list[str]:
    """Return participants whose connections were not delivered.

    The time from their earliest start to their latest end is no attendance, since it
    may have gaps.
    """
    connected = {_participant_of(name) for name in conference.sessions}
    return [name for name in conference.participants if name not in connected]


def _links(
    session: TechnicalSession, conference: Conference
) -> Iterator[dict[str, Any]]:
    """Yield a link from each participant to a user, else to a name of this session.

    A display name that several guests have gets the participant's number appended.
    """
    guest_names = {n: _guest_name(r) for n, r in conference.participants.items()}
    name_counts = Counter(guest_names.values())
    for name, resource in conference.participants.items():
        signed_in = resource.get("signedinUser") or resource.get("signedInUser")
        user, guest_name = text_of(object_in(signed_in).get("user")), guest_names[name]
        if not (user or guest_name):
            continue
        if name_counts[guest_name] > 1:
            guest_name = f"{guest_name} ({name.rpartition('/')[2]})"
        learner = google_account(user) if user else person(session, guest_name, None)
        yield {
            "actor": json.dumps(google_account(name), sort_keys=True),
            "learner": json.dumps(learner, sort_keys=True),
            "rule": "meet_participant" if user else "meet_display_name",
            "valid_from": None,
        }


def _guest_name(resource: Object) -> str:
    """Return the display name of a participant without an account, "" for others."""
    guest = object_in(resource.get("anonymousUser") or resource.get("phoneUser"))
    return text_of(guest.get("displayName"))


def _artefact_lengths(conference: Conference) -> Iterator[Claim]:
    """Yield the lengths of recordings and transcripts."""
    kinds = (
        ("recording_seconds", conference.recordings),
        ("transcript_seconds", conference.transcripts),
    )
    for claim, artefacts in kinds:
        for artefact in artefacts.values():
            if (seconds := _length(artefact)) is not None:
                yield None, claim, seconds


def _talk_times(conference: Conference) -> Iterator[Claim]:
    """Yield each participant's speaking time; the text is not read."""
    seconds: dict[str, float] = {}
    for entry in conference.entries.values():
        if name := text_of(entry.get("participant")):
            seconds[name] = seconds.get(name, 0.0) + (_length(entry) or 0.0)
    for name in sorted(seconds):
        yield google_account(name), "talk_seconds", round(seconds[name], 6)


def _length(resource: Object) -> float | None:
    starts, ends = (
        time_or_none(resource, "startTime"),
        time_or_none(resource, "endTime"),
    )
    if starts is None or ends is None or ends < starts:
        return None
    return (ends - starts).total_seconds()
