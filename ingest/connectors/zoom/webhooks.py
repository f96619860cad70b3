"""Captured bodies of Zoom's webhooks: one JSON a line, an array, or one in a file.

A capture is a body, or an object of `headers` and `body` (the raw text, or the object).
If TANDEM_ZOOM_WEBHOOK_SECRET is set, a body whose signature is missing or wrong is
rejected; if not, all land and the variant says that nobody checked. Zoom repeats a hook
until it is answered: told again it is the same statement. How old a hook is does not
matter here, since a replay adds nothing.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors.zoom.format.api_parts import union_seconds
from ingest.connectors.zoom.format.json_answers import Json, actor_of, time_or_none
from ingest.connectors.zoom.format.report import (
    SOURCE,
    Meeting,
    agent_of,
    land_claims,
    number_of,
    session_claims,
    told_session,
)
from ingest.connectors.zoom.format.signature import is_signed
from ingest.connectors.zoom.format.text import decoded_head
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
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
SECONDS_DIGITS = 10  # a time of our days in seconds has no more digits
_STARTED, _ENDED = "started", "ended"


@dataclass(frozen=True)
class Capture:
    """One captured hook: its line, its parsed body, the raw bytes if they are there."""

    line: int
    body: Json
    raw: bytes
    headers: dict[str, str]


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise captured hooks by an event's name beside a payload."""
    if path.suffix.lower() not in SUFFIXES or not (decoded := decoded_head(head)):
        return None
    text = decoded.text.lstrip("\ufeff \n")
    if not text.startswith(("{", "[")) or not _EVENT.search(text):
        return None
    if '"payload' not in text.replace("\\", ""):
        return None
    has_secret = bool(os.environ.get(SECRET))
    checked = "signatures are checked" if has_secret else f"unverified: no {SECRET}"
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="webhooks" if has_secret else "webhooks-unverified",
        confidence=0.95,
        reason=f"an event of Zoom's beside a payload; {checked}",
        encoding=decoded.encoding,
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land joins and leaves of every meeting, its start and end, and its recordings."""
    captures = list(_captures(delivery.path, writer))
    genuine = [one for one in captures if _is_genuine(one, writer)]
    meetings: dict[str, list[Json]] = {}
    for one in genuine:
        found = one.body.get("payload")
        about = found.get("object") if isinstance(found, dict) else None
        if isinstance(about, dict) and (about.get("uuid") or about.get("id")):
            name = str(about.get("uuid") or about["id"])
            meetings.setdefault(name, []).append(one.body)
    for bodies in meetings.values():
        _land(writer, bodies)


def _captures(path: Path, writer: LoadWriter) -> Iterator[Capture]:
    text = decode(path.read_bytes()).text
    try:
        found = json.loads(text)
    except ValueError:
        yield from _lines(text, writer)
        return
    several = found if isinstance(found, list) else [found]
    for number, one in enumerate(several, start=1):
        is_bare = not isinstance(found, list) and isinstance(one, dict)
        raw = text.encode() if is_bare else b""
        if capture := _capture(number, one, raw):
            yield capture


def _lines(text: str, writer: LoadWriter) -> Iterator[Capture]:
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


def _capture(line: int, found: Any, raw: bytes) -> Capture | None:  # noqa: ANN401
    """Return a hook, its headers taken off; None where it is none."""
    if not isinstance(found, dict):
        return None
    headers: dict[str, str] = {}
    if "event" not in found and "body" in found:
        named = found.get("headers") or {}
        headers = {str(k).lower(): str(v) for k, v in named.items()}
        body = found["body"]
        raw = body.encode() if isinstance(body, str) else b""
        found = json.loads(body) if isinstance(body, str) else body
    if not isinstance(found, dict) or "event" not in found:
        return None
    return Capture(line, found, raw or _as_sent(found), headers)


def _as_sent(body: Json) -> bytes:
    """Return a body as Zoom's servers write it, where only its parsed form was kept."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def _is_genuine(one: Capture, writer: LoadWriter) -> bool:
    """Return whether a hook may land; reject it with a code where it may not."""
    if one.body.get("event") == "endpoint.url_validation":
        return False  # a question to a server, and nothing that anybody did
    secret = os.environ.get(SECRET)
    if not secret:
        return True
    signature = one.headers.get("x-zm-signature", "")
    if not signature:
        words = f"It has no x-zm-signature, and {SECRET} asks for one"
        writer.reject(one.line, "webhook.unsigned", "$", words, one.body)
        return False
    timestamp = one.headers.get("x-zm-request-timestamp", "")
    if not is_signed(secret, timestamp, one.raw, signature):
        words = "Its x-zm-signature is not the one of its bytes"
        writer.reject(one.line, "webhook.signature", "$", words, one.body)
        return False
    return True


def _land(writer: LoadWriter, bodies: list[Json]) -> None:
    session = _session(bodies)
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    unhosted = replace(session, host=None)
    told = [_statement(unhosted, body, writer) for body in bodies]
    present = [one for one in told if one is not None]
    if session.host and session.starts_at:
        present.append(opening_statement(session, session.host))
    if present:
        writer.documents(present)
    land_claims(writer, session_claims(session, _recorded(bodies)))
    writer.report_window(session.starts_at, session.ends_at)


def _session(bodies: list[Json]) -> TechnicalSession:
    """Return the session: every hook repeats its number, as text or not, and start.

    A recording began later than its meeting, so its start holds only where no other
    hook tells one.
    """
    meeting = Meeting()
    for body in sorted(bodies, key=lambda one: not _is_recording(one)):
        about = body["payload"]["object"]
        meeting = replace(
            meeting,
            uuid=about.get("uuid") or meeting.uuid,
            number=number_of(str(about.get("id") or "")) or meeting.number,
            starts_at=time_or_none(about.get("start_time")) or meeting.starts_at,
            host=agent_of(str(about.get("host_email") or "")) or meeting.host,
        )
        kind = _kind(body)
        if kind == _ENDED:
            ends_at = time_or_none(about.get("end_time")) or _sent_at(body)
            meeting = replace(meeting, ends_at=ends_at)
        if kind == _STARTED and meeting.starts_at is None:
            meeting = replace(meeting, starts_at=_sent_at(body))
    if meeting.starts_at is None:
        sent = [at for body in bodies if (at := _sent_at(body))]
        meeting = replace(meeting, starts_at=min(sent, default=None))
    return told_session(meeting, "")


def _statement(
    session: TechnicalSession, body: Json, writer: LoadWriter
) -> Json | None:
    """Return a join or leave; None for a waiting room, a breakout, anything else.

    A breakout room lies inside the meeting: its joins and leaves add no presence.
    """
    verb = _PRESENCE.get(_kind(body))
    participant = body["payload"]["object"].get("participant")
    if verb is None or not isinstance(participant, dict):
        return None
    field = "join_time" if verb == JOINED else "leave_time"
    printed = time_or_none(participant.get(field))
    at = printed or _sent_at(body)
    if at is None:
        words = f"It has neither {field} nor event_ts"
        writer.reject(None, "webhook.time", "$", words, body)
        return None
    actor = actor_of(session, participant)
    return presence_statement(session, actor, verb, at, imputed=printed is None)


def _kind(body: Json) -> str:
    """Return what happened, with or without the room's kind before it."""
    return re.sub(r"^(?:meeting|webinar)[._]", "", str(body.get("event", "")))


def _is_recording(body: Json) -> bool:
    return str(body.get("event", "")).startswith("recording.")


def _sent_at(body: Json) -> datetime | None:
    """Return when a hook was sent, naive UTC, from its milliseconds."""
    stamp = str(body.get("event_ts") or "")
    if not stamp.isdigit():
        return None
    unit = 1 if len(stamp) > SECONDS_DIGITS else 1000
    sent = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(stamp) * unit)
    return sent.replace(tzinfo=None)


def _recorded(bodies: list[Json]) -> dict[str, float]:
    spans = set()
    for body in bodies:
        if not _is_recording(body):
            continue
        for file in body["payload"]["object"].get("recording_files") or []:
            start = time_or_none(file.get("recording_start"))
            end = time_or_none(file.get("recording_end"))
            if start and end and end >= start:
                spans.add((start, end))
    return {"recording_seconds": union_seconds(list(spans))} if spans else {}
