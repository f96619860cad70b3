"""Answers of Zoom's API, saved as JSON: participants, polls, questions, quality ...

All times are UTC; durations of participants are seconds where the CSV prints minutes.
Rows of the waiting room are no attendance; breakout rooms lie inside the meeting.
Addresses of machines, devices and places of people land nowhere.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl

from ingest.connectors.zoom.format.api_parts import (
    land_polls,
    land_quality,
    land_questions,
    land_recordings,
    land_registrants,
)
from ingest.connectors.zoom.format.json_answers import (
    Json,
    Pages,
    account_of,
    actor_of,
    email_of,
    meetings_of,
    name_of,
    seconds_of,
    time_of,
)
from ingest.connectors.zoom.format.report import (
    SOURCE,
    agent_of,
    attended_session,
    claim_rows,
    land_claims,
    land_session,
    told_session,
)
from ingest.connectors.zoom.format.text import decoded_head
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.xapi.profiles.aggregates import sum_by_person
from ingest.xapi.profiles.virtual_classroom import Agent, Interval, TechnicalSession

NAME = "zoom_api"
SUFFIXES = frozenset({".json", ".ndjson", ".jsonl", ".txt"})
Timed = list[tuple[Json, Interval]]
# The first whose keys are all in the beginning of the file.
VARIANTS = (
    ("api-quality", ('"user_qos"',)),
    ("api-questions", ('"question_details"', '"answer_details"')),
    ("api-polls", ('"question_details"', '"polling_id"')),
    ("api-polls", ('"question_details"', '"date_time"')),
    ("api-questions", ('"question_details"',)),
    ("api-recordings", ('"recording_files"',)),
    ("api-registrants", ('"registrants"',)),
    ("api-participants", ('"participants"', '"join_time"')),
    ("api-participants", ('"participants"', '"next_page_token"')),
    ("api-participants", ('"join_time"', '"user_id"')),
    ("api-participants", ('"join_time"', '"user_email"')),
    ("api-meeting", ('"uuid"', '"start_time"', '"participants_count"')),
    ("api-meeting", ('"uuid"', '"start_time"', '"total_minutes"')),
    ("api-instances", ('"meetings"', '"uuid"', '"start_time"')),
)


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise an answer by the keys that only it has."""
    if path.suffix.lower() not in SUFFIXES or not (decoded := decoded_head(head)):
        return None
    text = decoded.text.lstrip("\ufeff \n")
    is_webhook = re.search(r'"event"\s*:\s*"[a-z_]+\.', text)
    if not text.startswith(("{", "[")) or is_webhook:
        return None
    for variant, keys in VARIANTS:
        if all(re.search(re.escape(key) + r"\s*:", text) for key in keys):
            return Recognition(
                connector=NAME,
                source=SOURCE,
                variant=variant,
                confidence=0.9,
                reason=f"JSON with Zoom's keys {', '.join(keys)}",
                encoding=decoded.encoding,
            )
    return None


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land what the answer says of each meeting in it.

    Raises:
        DamagedFile: it is no JSON.
    """
    landers: dict[str, Callable[[Delivery, LoadWriter, Pages], None]] = {
        "api-participants": _land_participants,
        "api-quality": land_quality,
        "api-polls": land_polls,
        "api-questions": land_questions,
        "api-recordings": land_recordings,
        "api-registrants": land_registrants,
        "api-meeting": _land_meeting,
        "api-instances": _land_meeting,
    }
    for pages in meetings_of(delivery.path):
        landers[delivery.recognition.variant](delivery, writer, pages)


def _land_participants(delivery: Delivery, writer: LoadWriter, pages: Pages) -> None:
    timed = _timed(writer, pages)
    if not timed:
        if pages.meeting.starts_at:
            _land_meeting(delivery, writer, pages)
        return
    told = [(one.joined_at, name_of(item), one.left_at) for item, one in timed]
    session = attended_session(pages.meeting, told)
    hosts = (item for item, _one in timed if item.get("role") == "host")
    leading = next(hosts, None)
    if session.host is None and leading is not None:
        session = replace(session, host=actor_of(session, leading))
    intervals, claims = [], []
    for item, one in timed:
        actor = actor_of(session, item)
        intervals.append(Interval(actor, one.joined_at, one.left_at))
        seconds = seconds_of(item.get("duration"))
        if seconds is not None:
            claims.append((actor, seconds))
    land_session(writer, session, intervals)
    land_claims(writer, claim_rows(session, "duration_seconds", sum_by_person(claims)))
    _land_links(writer, [item for item, _one in timed])
    writer.report_window(session.starts_at, session.ends_at)


def _timed(writer: LoadWriter, pages: Pages) -> Timed:
    """Return the connections whose times make sense; the others are rejected."""
    nobody: Agent = {}
    found: Timed = []
    for path, item in pages.items("participants"):
        if item.get("status") == "in_waiting_room":
            continue
        try:
            joined = time_of(item.get("join_time"))
            left = time_of(item["leave_time"]) if item.get("leave_time") else None
            if left is not None and left < joined:
                raise ValueError("it leaves before it joins")
        except ValueError as error:
            words = f"no interval: {error}"
            writer.reject(None, "interval.time", path, words, item)
            continue
        found.append((item, Interval(nobody, joined, left)))
    return found


def _land_links(writer: LoadWriter, items: list[Json]) -> None:
    """Bind an account to the address beside it: other answers may leave it out."""
    rows = {}
    for item in items:
        by_email, account = agent_of(email_of(item)), account_of(item)
        if by_email and account:
            actor = json.dumps(account, sort_keys=True)
            rows[actor] = json.dumps(by_email, sort_keys=True)
    if rows:
        writer.links(
            pl.DataFrame(
                {
                    "actor": list(rows),
                    "learner": list(rows.values()),
                    "rule": "zoom_account",
                    "valid_from": None,
                },
                schema_overrides={"valid_from": pl.Datetime("us")},
            )
        )


def _land_meeting(delivery: Delivery, writer: LoadWriter, pages: Pages) -> None:
    """Write a session of which no connection is told."""
    session: TechnicalSession = told_session(pages.meeting, delivery.sha256)
    land_session(writer, session, [])
    writer.report_window(session.starts_at, session.ends_at)
