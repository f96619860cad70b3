"""Responses of Zoom's API, saved as JSON: participants, polls, questions, quality ...

All times are UTC; durations of participants are seconds (the CSV prints minutes). Time
in the waiting room is no attendance; breakout rooms are part of the meeting. Network
addresses, devices and locations of people do not land.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl

from ingest.connectors.session_claims import claims_per_person, land_claims
from ingest.connectors.zoom.format.api_resources import (
    land_polls,
    land_quality_of_service,
    land_questions,
    land_recordings,
    land_registrants,
)
from ingest.connectors.zoom.format.api_responses import (
    Json,
    Pages,
    account_of,
    actor_of,
    email_of,
    is_planned,
    meetings_of,
    name_of,
    seconds_of,
    time_of,
)
from ingest.connectors.zoom.format.api_totals import (
    compare_lists,
    compare_people,
    compare_records,
)
from ingest.connectors.zoom.format.meetings import (
    SOURCE,
    land_session,
    separate_meetings,
    session_of_connections,
    session_of_meeting,
)
from ingest.connectors.zoom.format.people import email_agent
from ingest.connectors.zoom.format.planned_meetings import land_planned
from ingest.connectors.zoom.format.table_text import decoded_head
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.xapi.profiles.meeting_runs import Presence
from ingest.xapi.profiles.session_length import require_possible_length
from ingest.xapi.profiles.virtual_classroom import Interval

NAME = "zoom_api"
Connection = tuple[Json, datetime, datetime | None]  # with join and leave in UTC
SUFFIXES = frozenset({".json", ".ndjson", ".jsonl", ".txt"})
# The variant is the first one whose keys are all in the beginning of the file.
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
    ("api-planned", ('"meetings"', '"created_at"')),
    ("api-planned", ('"meetings"', '"join_url"')),
    ("api-planned", ('"webinars"', '"created_at"')),
    ("api-planned", ('"webinars"', '"join_url"')),
    ("api-planned", ('"host_id"', '"created_at"', '"join_url"')),
    ("api-instances", ('"meetings"', '"uuid"', '"start_time"')),
    ("api-instances", ('"webinars"', '"uuid"', '"start_time"')),
    ("api-planned", ('"meetings"', '"page_size"', '"total_records"')),
    ("api-planned", ('"webinars"', '"page_size"', '"total_records"')),
)


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a response by the keys that only this kind of response has."""
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
                found=(Evidence.HEADINGS,),
                reason=f"JSON with Zoom's keys {', '.join(keys)}",
                encoding=decoded.encoding,
            )
    return None


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the sessions and their details of each meeting in a response.

    Raises:
        DamagedFile: it is no JSON.
        UndecidedFile: it holds registrants, and the meeting's number is not known.
    """
    landers: dict[str, Callable[[Delivery, LoadWriter, Pages], None]] = {
        "api-participants": _land_participants,
        "api-quality": land_quality_of_service,
        "api-polls": land_polls,
        "api-questions": land_questions,
        "api-recordings": land_recordings,
        "api-registrants": land_registrants,
        "api-meeting": _land_meeting,
        "api-instances": _land_meeting,
        "api-planned": _land_meeting,
    }
    lander = landers[delivery.recognition.variant]
    planned: list[Json] = []
    for pages in meetings_of(delivery.path):
        if lander is _land_meeting and all(map(is_planned, pages.pages)):
            planned += pages.pages
        else:
            lander(delivery, writer, pages)
    land_planned(writer, planned)
    compare_lists(writer, delivery.path)


def _land_participants(delivery: Delivery, writer: LoadWriter, pages: Pages) -> None:
    connections = _connections(writer, pages)
    if not connections:
        if pages.meeting.starts_at:
            _land_meeting(delivery, writer, pages)
        return
    presences = [
        Presence(email_of(item).casefold() or name_of(item).casefold(), joined, left)
        for item, joined, left in connections
    ]
    for run in separate_meetings(pages.meeting, presences, delivery.idle_limit):
        _land_connections(writer, pages, [connections[at] for at in sorted(run)])
    compare_records(writer, pages, "participants")
    compare_people(writer, pages, presences)


def _land_connections(
    writer: LoadWriter, pages: Pages, connections: list[Connection]
) -> None:
    session = session_of_connections(
        pages.meeting,
        [(joined, name_of(item), left) for item, joined, left in connections],
    )
    items = [item for item, _joined, _left in connections]
    host = next((item for item in items if item.get("role") == "host"), None)
    if session.host is None and host is not None:
        session = replace(session, host=actor_of(session, host))
    intervals, durations = [], []
    for item, joined, left in connections:
        actor = actor_of(session, item)
        intervals.append(Interval(actor, joined, left))
        seconds = seconds_of(item.get("duration"))
        if seconds is not None:
            durations.append((actor, seconds))
    land_session(writer, session, intervals)
    claims = claims_per_person("duration_seconds", durations)
    land_claims(writer, session, claims, map(name_of, items))
    _land_links(writer, items)
    writer.report_window(session.starts_at, session.ends_at)


def _connections(writer: LoadWriter, pages: Pages) -> list[Connection]:
    """Return participants with join and leave as naive UTC; reject unreadable ones."""
    connections = []
    for path, item in pages.items("participants"):
        if item.get("status") == "in_waiting_room":
            continue
        try:
            joined = time_of(item.get("join_time"))
            left = time_of(item["leave_time"]) if item.get("leave_time") else None
            if left is not None and left < joined:
                raise ValueError("it leaves before it joins")
            require_possible_length(joined, left)
        except ValueError as error:
            message = f"no interval: {error}"
            writer.reject(None, "interval.time", path, message, item)
            continue
        connections.append((item, joined, left))
    return connections


def _land_links(writer: LoadWriter, items: list[Json]) -> None:
    """Link accounts to the addresses beside them, which other objects may omit."""
    rows = {}
    for item in items:
        by_email, account = email_agent(email_of(item)), account_of(item)
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
    """Write a session without known connections."""
    session = session_of_meeting(pages.meeting, delivery.sha256)
    land_session(writer, session, [])
    writer.report_window(session.starts_at, session.ends_at)
