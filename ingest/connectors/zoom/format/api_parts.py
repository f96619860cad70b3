"""What Zoom's API says besides who was there: polls, questions, recordings, quality."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import polars as pl

from ingest.connectors.zoom.format.json_answers import (
    Json,
    Pages,
    actor_of,
    email_of,
    name_of,
    time_or_none,
)
from ingest.connectors.zoom.format.report import (
    agent_of,
    attended_session,
    is_anonymous,
    land_interactions,
    question_slug,
    response_of,
    told_session,
    whom,
)
from ingest.landing.delivery import Delivery, LoadWriter
from ingest.xapi.profiles.interactions import (
    ANSWERED,
    ASKED,
    POLL_QUESTION,
    QUESTION,
    Interaction,
)
from ingest.xapi.profiles.virtual_classroom import TechnicalSession
from tandem.core.errors import UndecidedFile

_MEASURED = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(ms|%|kbps|kb/s|fps|s|)\s*$")
UNITS = {"%": "percent", "kb/s": "kbps", "": "", "s": "seconds"}


def land_polls(delivery: Delivery, writer: LoadWriter, pages: Pages) -> None:
    """Write who answered which question; anonymous answers are counted."""
    session = told_session(pages.meeting, delivery.sha256)
    found, anonymous = [], 0
    for _path, item in pages.items("questions"):
        details = item.get("question_details") or []
        answered = [one for one in details if one.get("answer")]
        if _is_nobody(item):
            anonymous += len(answered)
            continue
        actor = actor_of(session, item)
        for one in answered:
            slug = question_slug(str(one.get("question", "")))
            at = time_or_none(one.get("date_time"))
            target = f"poll/{slug}"
            found.append(Interaction(actor, ANSWERED, at, target, POLL_QUESTION))
    counts = {"anonymous_poll_answer_count": float(anonymous)} if anonymous else {}
    land_interactions(writer, session, found, counts)


def land_questions(delivery: Delivery, writer: LoadWriter, pages: Pages) -> None:
    """Write who asked and who answered in the question panel."""
    session = told_session(pages.meeting, delivery.sha256)
    found, anonymous = [], 0
    for _path, item in pages.items("questions"):
        for one in item.get("question_details") or []:
            words = str(one.get("question_id") or one.get("question", ""))
            target = f"question/{question_slug(words)}"
            if _is_nobody(item):
                anonymous += 1
            else:
                at = time_or_none(one.get("create_time"))
                actor = _asker(session, item)
                found.append(Interaction(actor, ASKED, at, target, QUESTION))
            found += _replies(session, one, target)
    counts = {"anonymous_question_count": float(anonymous)} if anonymous else {}
    land_interactions(writer, session, found, counts)


def _replies(
    session: TechnicalSession, detail: Json, target: str
) -> Iterator[Interaction]:
    for reply in detail.get("answer_details") or []:
        if email_of(reply) or name_of(reply):
            at = time_or_none(reply.get("create_time"))
            yield Interaction(_asker(session, reply), ANSWERED, at, target, QUESTION)


def _asker(session: TechnicalSession, item: Json) -> Json:
    return agent_of(email_of(item)) or whom(session, name_of(item), "")


def _is_nobody(item: Json) -> bool:
    name = name_of(item)
    return not email_of(item) and (not name or is_anonymous(name))


def land_recordings(delivery: Delivery, writer: LoadWriter, pages: Pages) -> None:
    """Write how long a meeting was recorded, by its files: `duration` may be wrong."""
    spans = []
    for _path, file in pages.items("recording_files"):
        start = time_or_none(file.get("recording_start"))
        end = time_or_none(file.get("recording_end"))
        if start and end and end >= start:
            spans.append((start, end))
    ends_at = max((end for _start, end in spans), default=None)
    session = told_session(replace(pages.meeting, ends_at=ends_at), delivery.sha256)
    seconds = union_seconds(spans)
    land_interactions(
        writer, session, [], {"recording_seconds": seconds} if spans else {}
    )


def union_seconds(spans: list[tuple[datetime, datetime]]) -> float:
    """Return the seconds that at least one of the spans covers."""
    total, until = 0.0, None
    for start, end in sorted(spans):
        begins = start if until is None else max(start, until)
        total += max(0.0, (end - begins).total_seconds())
        until = end if until is None else max(until, end)
    return total


def land_registrants(delivery: Delivery, writer: LoadWriter, pages: Pages) -> None:
    """Write who registered, or registered and stayed away.

    Raises:
        UndecidedFile: nothing tells the meeting's number.
    """
    number = pages.meeting.number
    if number is None:
        raise UndecidedFile(
            "it does not say which meeting these people registered for",
            delivery.path.name,
            "put the meeting's number into the file's name",
        )
    session = told_session(pages.meeting, number)
    rows = [
        {
            "planned_session_id": number,
            "actor": json.dumps(_asker(session, item), sort_keys=True),
            "response": response_of(str(item.get("status") or "approved")),
            "role": "registrant",
            "responded_at": time_or_none(item.get("create_time")),
        }
        for _path, item in pages.items("registrants")
    ]
    if rows:
        schema = {"responded_at": pl.Datetime("us")}
        frame = pl.DataFrame(rows, schema_overrides=schema)
        writer.rows("rsvps", frame.unique(maintain_order=True))


def land_quality(delivery: Delivery, writer: LoadWriter, pages: Pages) -> None:
    """Write the mean of each measure over the whole session, no person's own."""
    session = _attended(pages) or told_session(pages.meeting, delivery.sha256)
    values: dict[str, list[float]] = {}
    for _path, item in pages.items("participants"):
        for observed in item.get("user_qos") or []:
            for measure, value in _measures(observed):
                values.setdefault(measure, []).append(value)
    if session.starts_at is not None:
        writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    if values:
        rows = [
            {
                "technical_session_id": session.session_id,
                "measure": measure,
                "value": sum(found) / len(found),
                "observation_count": len(found),
            }
            for measure, found in sorted(values.items())
        ]
        writer.rows("session_quality", pl.DataFrame(rows))


def _attended(pages: Pages) -> TechnicalSession | None:
    """Return the session as a report of the same participants names it."""
    told = [
        (joined, name_of(item), time_or_none(item.get("leave_time")))
        for _path, item in pages.items("participants")
        if (joined := time_or_none(item.get("join_time")))
    ]
    return attended_session(pages.meeting, told) if told else None


def _measures(observed: Json) -> Iterator[tuple[str, float]]:
    """Yield numbers out of strings with units: `27 ms` is audio_input_latency_ms."""
    for stream, leaves in observed.items():
        if not isinstance(leaves, dict):
            continue
        for leaf, printed in leaves.items():
            if measured := _MEASURED.match(str(printed)):
                value, unit = measured.groups()
                words = (stream, leaf, UNITS.get(unit, unit))
                yield "_".join(word for word in words if word), float(value)
