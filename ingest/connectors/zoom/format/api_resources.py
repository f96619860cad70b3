"""Polls, questions, recordings, registrants and quality in responses of Zoom's API."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

import polars as pl

from ingest.connectors.control_totals import compare_count
from ingest.connectors.session_quality import land_quality
from ingest.connectors.zoom.format.api_responses import (
    Json,
    Pages,
    actor_of,
    email_of,
    name_of,
    time_or_none,
)
from ingest.connectors.zoom.format.api_totals import compare_records
from ingest.connectors.zoom.format.interactions import land_interactions, question_slug
from ingest.connectors.zoom.format.meetings import (
    session_of_connections,
    session_of_meeting,
)
from ingest.connectors.zoom.format.people import is_anonymous, participant_agent
from ingest.connectors.zoom.format.rsvps import land_rsvps, rsvp_row
from ingest.landing.delivery import Delivery, LoadWriter
from ingest.xapi.profiles.interactions import (
    ANSWERED,
    ASKED,
    POLL_QUESTION,
    QUESTION,
    Interaction,
)
from ingest.xapi.profiles.virtual_classroom import Agent, TechnicalSession
from tandem.core.errors import UndecidedFile

_MEASUREMENT = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(ms|%|kbps|kb/s|fps|s|)\s*$")
UNITS = {"%": "percent", "kb/s": "kbps", "": "", "s": "seconds"}


def land_polls(delivery: Delivery, writer: LoadWriter, pages: Pages) -> None:
    """Write each answer to a poll's question; anonymous answers are counted."""
    session = session_of_meeting(pages.meeting, delivery.sha256)
    interactions, anonymous_count = [], 0
    for _path, item in pages.items("questions"):
        details = item.get("question_details") or []
        answers = [detail for detail in details if detail.get("answer")]
        if _is_anonymous(item):
            anonymous_count += len(answers)
            continue
        actor = actor_of(session, item)
        for answer in answers:
            target = f"poll/{question_slug(str(answer.get('question', '')))}"
            at = time_or_none(answer.get("date_time"))
            interactions.append(Interaction(actor, ANSWERED, at, target, POLL_QUESTION))
    counts = {"anonymous_poll_answer_count": float(anonymous_count)}
    land_interactions(writer, session, interactions, counts if anonymous_count else {})


def land_questions(delivery: Delivery, writer: LoadWriter, pages: Pages) -> None:
    """Write the questions and answers of the question panel; anonymous ones counted."""
    session = session_of_meeting(pages.meeting, delivery.sha256)
    interactions, anonymous_count = [], 0
    for _path, item in pages.items("questions"):
        for detail in item.get("question_details") or []:
            question = str(detail.get("question_id") or detail.get("question", ""))
            target = f"question/{question_slug(question)}"
            if _is_anonymous(item):
                anonymous_count += 1
            else:
                at = time_or_none(detail.get("create_time"))
                actor = _named_agent(session, item)
                interactions.append(Interaction(actor, ASKED, at, target, QUESTION))
            interactions += _replies(session, detail, target)
    counts = {"anonymous_question_count": float(anonymous_count)}
    land_interactions(writer, session, interactions, counts if anonymous_count else {})


def _replies(
    session: TechnicalSession, detail: Json, target: str
) -> Iterator[Interaction]:
    for reply in detail.get("answer_details") or []:
        if email_of(reply) or name_of(reply):
            at = time_or_none(reply.get("create_time"))
            actor = _named_agent(session, reply)
            yield Interaction(actor, ANSWERED, at, target, QUESTION)


def _named_agent(session: TechnicalSession, item: Json) -> Agent:
    """Return a person by address, else by name valid in this session only."""
    return participant_agent(session, name_of(item), email_of(item))


def _is_anonymous(item: Json) -> bool:
    name = name_of(item)
    return not email_of(item) and (not name or is_anonymous(name))


def land_recordings(delivery: Delivery, writer: LoadWriter, pages: Pages) -> None:
    """Write how long a meeting was recorded, by its files: `duration` may be wrong."""
    files = [file for _path, file in pages.items("recording_files")]
    spans = recording_spans(files)
    ends_at = max((end for _start, end in spans), default=None)
    meeting = replace(pages.meeting, ends_at=ends_at)
    where = str(pages.meeting.uuid or pages.meeting.number)
    compare_count(
        writer, where, "recordings", pages.number_of("recording_count"), len(files)
    )
    session = session_of_meeting(meeting, delivery.sha256)
    land_interactions(writer, session, [], recording_counts(spans))


def recording_spans(files: Iterable[Json]) -> list[tuple[datetime, datetime]]:
    """Return start and end of recording files as naive UTC, where both are known."""
    spans = []
    for file in files:
        start = time_or_none(file.get("recording_start"))
        end = time_or_none(file.get("recording_end"))
        if start and end and end >= start:
            spans.append((start, end))
    return spans


def recording_counts(spans: list[tuple[datetime, datetime]]) -> dict[str, float]:
    """Return the claim of the seconds recorded; overlapping files count once."""
    if not spans:
        return {}
    total, until = 0.0, None
    for start, end in sorted(spans):
        begins = start if until is None else max(start, until)
        total += max(0.0, (end - begins).total_seconds())
        until = end if until is None else max(until, end)
    return {"recording_seconds": total}


def land_registrants(delivery: Delivery, writer: LoadWriter, pages: Pages) -> None:
    """Write the registrations of a meeting as rows of raw.rsvps.

    Raises:
        UndecidedFile: the meeting's number is not known.
    """
    number = pages.meeting.number
    if number is None:
        raise UndecidedFile(
            "it does not say which meeting these people registered for",
            delivery.path.name,
            "put the meeting's number into the file's name",
        )
    session = session_of_meeting(pages.meeting, number)
    rows = [
        rsvp_row(
            number,
            _named_agent(session, item),
            str(item.get("status") or "approved"),
            time_or_none(item.get("create_time")),
        )
        for _path, item in pages.items("registrants")
    ]
    land_rsvps(writer, rows)
    compare_records(writer, pages, "registrants")


def land_quality_of_service(
    delivery: Delivery, writer: LoadWriter, pages: Pages
) -> None:
    """Write the mean of each quality measure over the session, none per person."""
    session = _session_of_participants(pages)
    session = session or session_of_meeting(pages.meeting, delivery.sha256)
    values: dict[str, list[float]] = {}
    for _path, item in pages.items("participants"):
        for sample in item.get("user_qos") or []:
            for measure, value in _measurements(sample):
                values.setdefault(measure, []).append(value)
    if session.starts_at is not None:
        writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_quality(writer, session, values)


def _session_of_participants(pages: Pages) -> TechnicalSession | None:
    """Return the session with the key that a report of the participants gives it."""
    connections = [
        (joined, name_of(item), time_or_none(item.get("leave_time")))
        for _path, item in pages.items("participants")
        if (joined := time_or_none(item.get("join_time")))
    ]
    return session_of_connections(pages.meeting, connections) if connections else None


def _measurements(sample: Json) -> Iterator[tuple[str, float]]:
    """Yield numbers of texts with units: `27 ms` becomes audio_input_latency_ms, 27."""
    for stream, fields in sample.items():
        if not isinstance(fields, dict):
            continue
        for field, printed in fields.items():
            if measurement := _MEASUREMENT.match(str(printed)):
                value, unit = measurement.groups()
                words = (stream, field, UNITS.get(unit, unit))
                yield "_".join(word for word in words if word), float(value)
