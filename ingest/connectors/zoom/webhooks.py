"""Captured bodies of Zoom's webhooks: one JSON per line, an array, or one per file.

A capture is a body, or an object with `headers` and `body` (the raw text, or the parsed
object). If TANDEM_ZOOM_WEBHOOK_SECRET is set, a body whose signature is missing or
invalid is rejected; if not, all land and the variant is `webhooks-unverified`. Zoom
sends a webhook again until it is acknowledged: a repeated one is the same statement.
The age of a webhook is not checked, since a replayed one adds nothing.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors.session_claims import claims_about_session, land_claims
from ingest.connectors.zoom.format.api_resources import (
    recording_counts,
    recording_spans,
)
from ingest.connectors.zoom.format.api_responses import Json, actor_of, time_or_none
from ingest.connectors.zoom.format.meetings import (
    SOURCE,
    Meeting,
    meeting_number,
    session_of_meeting,
)
from ingest.connectors.zoom.format.people import email_agent
from ingest.connectors.zoom.format.planned_meetings import land_planned
from ingest.connectors.zoom.format.signature import is_signed
from ingest.connectors.zoom.format.table_text import decoded_head
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.text import decode
from ingest.xapi.profiles.virtual_classroom import (
    JOINED,
    LEFT,
    TechnicalSession,
    opening_statement,
    presence_statement,
)

NAME = "zoom_webhooks"
SECRET = "TANDEM_ZOOM_WEBHOOK_SECRET"
SUFFIXES = frozenset({".json", ".ndjson", ".jsonl", ".log", ".txt"})
_EVENT = re.compile(
    r'\\?"event\\?"\s*:\s*\\?"(?:(?:meeting|webinar|recording|endpoint)[._]'
    r"|participant_)[a-z_]+"
)
_PRESENCE = {"participant_joined": JOINED, "participant_left": LEFT}
SECONDS_DIGITS = 10  # a present time in seconds since 1970 has no more digits
_STARTED, _ENDED, _CREATED = "started", "ended", "created"
_PLANNING = re.compile(
    r"(?:created|updated|deleted|permanently_|recovered|registration_)"
)


@dataclass(frozen=True)
class Capture:
    """One captured webhook: line number, parsed body, raw bytes, headers."""

    line: int
    body: Json
    raw: bytes
    headers: dict[str, str]


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise captured webhooks by an event's name and a payload."""
    if path.suffix.lower() not in SUFFIXES or not (decoded := decoded_head(head)):
        return None
    text = decoded.text.lstrip("\ufeff \n")
    if not text.startswith(("{", "[")) or not _EVENT.search(text):
        return None
    if '"payload' not in text.replace("\\", ""):
        return None
    has_secret = bool(os.environ.get(SECRET))
    verification = (
        "signatures are checked" if has_secret else f"unverified: no {SECRET}"
    )
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="webhooks" if has_secret else "webhooks-unverified",
        found=(Evidence.VENDOR_NAMES,),
        reason=f"a Zoom event's name and a payload; {verification}",
        encoding=decoded.encoding,
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land joins and leaves of every meeting, its start and end, and its recordings."""
    captures = list(_captures(delivery.path, writer))
    accepted = [capture for capture in captures if _is_accepted(capture, writer)]
    bodies_by_meeting: dict[str, list[Json]] = {}
    for capture in accepted:
        payload = capture.body.get("payload")
        meeting = payload.get("object") if isinstance(payload, dict) else None
        if isinstance(meeting, dict) and (meeting.get("uuid") or meeting.get("id")):
            key = str(meeting.get("uuid") or "") or _key_without_uuid(meeting)
            bodies_by_meeting.setdefault(key, []).append(capture.body)
    planned: list[Json] = []
    for bodies in _with_start(bodies_by_meeting).values():
        # What was planned, changed or registered is no sign that a meeting took place.
        held = [body for body in bodies if not _PLANNING.match(_kind(body))]
        if held:
            _land(writer, held)
        created = [body for body in bodies if _kind(body) == _CREATED]
        planned += [body["payload"]["object"] for body in created]
    land_planned(writer, planned)


def _key_without_uuid(meeting: Json) -> str:
    """Return number and start: a number alone is that of a room or a series."""
    return f"{meeting['id']}|{meeting.get('start_time') or ''}"


def _with_start(bodies_by_meeting: dict[str, list[Json]]) -> dict[str, list[Json]]:
    """Return bodies by meeting; those without a start join the only one of its id."""
    merged = dict(bodies_by_meeting)
    for key in [key for key in merged if key.endswith("|")]:
        others = [other for other in merged if other != key and other.startswith(key)]
        if len(others) == 1:
            merged[others[0]] = merged[others[0]] + merged.pop(key)
    return merged


def _captures(path: Path, writer: LoadWriter) -> Iterator[Capture]:
    text = decode(path.read_bytes()).text
    try:
        value = json.loads(text)
    except ValueError:
        yield from _captures_by_line(text, writer)
        return
    items = value if isinstance(value, list) else [value]
    for number, item in enumerate(items, start=1):
        is_whole_file = not isinstance(value, list) and isinstance(item, dict)
        raw = text.encode() if is_whole_file else b""
        if capture := _capture(number, item, raw):
            yield capture


def _captures_by_line(text: str, writer: LoadWriter) -> Iterator[Capture]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            capture = _capture(number, json.loads(line), line.encode())
        except ValueError as error:
            writer.reject(number, "json.syntax", "$", f"no JSON: {error}", line)
            continue
        if capture:
            yield capture


def _capture(line: int, value: Any, raw: bytes) -> Capture | None:  # noqa: ANN401
    """Return a webhook with its headers, None where a value is no webhook."""
    if not isinstance(value, dict):
        return None
    headers: dict[str, str] = {}
    if "event" not in value and "body" in value:
        captured_headers = value.get("headers") or {}
        headers = {str(k).lower(): str(v) for k, v in captured_headers.items()}
        body = value["body"]
        raw = body.encode() if isinstance(body, str) else b""
        value = json.loads(body) if isinstance(body, str) else body
    if not isinstance(value, dict) or "event" not in value:
        return None
    return Capture(line, value, raw or _as_sent(value), headers)


def _as_sent(body: Json) -> bytes:
    """Return a body as Zoom's servers write it, made of the parsed form."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def _is_accepted(capture: Capture, writer: LoadWriter) -> bool:
    """Return whether a webhook may land; reject it if it is not signed as required."""
    body = capture.body
    if body.get("event") == "endpoint.url_validation":
        return False  # a test of the endpoint, which is about no meeting
    secret = os.environ.get(SECRET)
    if not secret:
        return True
    signature = capture.headers.get("x-zm-signature", "")
    if not signature:
        message = f"It has no x-zm-signature, which is required while {SECRET} is set"
        writer.reject(capture.line, "webhook.unsigned", "$", message, body)
        return False
    timestamp = capture.headers.get("x-zm-request-timestamp", "")
    if not is_signed(secret, timestamp, capture.raw, signature):
        message = "Its x-zm-signature does not match its bytes"
        writer.reject(capture.line, "webhook.signature", "$", message, body)
        return False
    return True


def _land(writer: LoadWriter, bodies: list[Json]) -> None:
    session = _session(bodies)
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    unhosted = replace(session, host=None)
    made = (_statement(unhosted, body, writer) for body in bodies)
    statements = [statement for statement in made if statement is not None]
    if session.host and session.starts_at:
        statements.append(opening_statement(session, session.host))
    if statements:
        writer.documents(statements)
    recordings = [body["payload"]["object"] for body in bodies if _is_recording(body)]
    files = [f for item in recordings for f in item.get("recording_files") or []]
    counts = recording_counts(recording_spans(files))
    land_claims(writer, session, claims_about_session(counts))
    writer.report_window(session.starts_at, session.ends_at)


def _session(bodies: list[Json]) -> TechnicalSession:
    """Return the session: each webhook repeats its number, as text or not, and start.

    A recording starts later than its meeting, so that its start is taken only where no
    other webhook has one.
    """
    meeting = Meeting()
    for body in sorted(bodies, key=lambda body: not _is_recording(body)):
        item = body["payload"]["object"]
        meeting = replace(
            meeting,
            uuid=item.get("uuid") or meeting.uuid,
            number=meeting_number(str(item.get("id") or "")) or meeting.number,
            starts_at=time_or_none(item.get("start_time")) or meeting.starts_at,
            host=email_agent(str(item.get("host_email") or "")) or meeting.host,
        )
        kind = _kind(body)
        if kind == _ENDED:
            ends_at = time_or_none(item.get("end_time")) or _sent_at(body)
            meeting = replace(meeting, ends_at=ends_at)
        if kind == _STARTED and meeting.starts_at is None:
            meeting = replace(meeting, starts_at=_sent_at(body))
    if meeting.starts_at is None:
        sent = [at for body in bodies if (at := _sent_at(body))]
        meeting = replace(meeting, starts_at=min(sent, default=None))
    return session_of_meeting(meeting, "")


def _statement(
    session: TechnicalSession, body: Json, writer: LoadWriter
) -> Json | None:
    """Return a join or leave, None for any other event.

    A breakout room is part of the meeting, so that its joins and leaves do not count.
    """
    verb = _PRESENCE.get(_kind(body))
    participant = body["payload"]["object"].get("participant")
    if verb is None or not isinstance(participant, dict):
        return None
    field = "join_time" if verb == JOINED else "leave_time"
    printed = time_or_none(participant.get(field))
    at = printed or _sent_at(body)
    if at is None:
        message = f"It has neither {field} nor event_ts"
        writer.reject(None, "webhook.time", "$", message, body)
        return None
    actor = actor_of(session, participant)
    return presence_statement(session, actor, verb, at, imputed=printed is None)


def _kind(body: Json) -> str:
    """Return an event's name without `meeting` or `webinar` before it."""
    return re.sub(r"^(?:meeting|webinar)[._]", "", str(body.get("event", "")))


def _is_recording(body: Json) -> bool:
    return str(body.get("event", "")).startswith("recording.")


def _sent_at(body: Json) -> datetime | None:
    """Return when a webhook was sent, naive UTC, from its milliseconds or seconds."""
    timestamp = str(body.get("event_ts") or "")
    if not timestamp.isdigit():
        return None
    unit = 1 if len(timestamp) > SECONDS_DIGITS else 1000
    milliseconds = int(timestamp) * unit
    return datetime.fromisoformat("1970-01-01") + timedelta(milliseconds=milliseconds)
