"""Meeting attendance reports of Microsoft Graph (JSON), as saved from the API.

A file holds a report with its records, a page or list of reports, a page of one
report's records, or meetings with their reports. A report without `attendanceRecords`
was fetched without `$expand`: its attendance is unknown, which differs from none.
Reference: Graph v1.0, meetingAttendanceReport and attendanceRecord.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors.control_totals import compare_count
from ingest.connectors.session_claims import claims_per_person, land_claims
from ingest.connectors.teams.format.graph_engagements import engagements
from ingest.connectors.teams.format.graph_meetings import (
    is_meeting,
    room_of,
    subject_of,
)
from ingest.connectors.teams.format.graph_people import actor_of, shared_names
from ingest.connectors.teams.format.graph_runs import separate_meetings
from ingest.connectors.teams.format.graph_times import moment_of, time_or_none
from ingest.connectors.teams.format.sessions import PLATFORM, SOURCE, session_key
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.join_keys import optional_title_key
from ingest.parsing.json_files import (
    Object,
    camel,
    looks_like_json,
    number_in,
    object_in,
    objects_in,
    objects_of,
    text_of,
)
from ingest.xapi.profiles.interactions import Interaction, interaction_statements
from ingest.xapi.profiles.session_length import require_possible_length
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    fingerprint,
    opening_statement,
)
from tandem.core.errors import DamagedFile

NAME = "teams_graph"
_REPORT_FIELDS = re.compile(
    rb'(?i)"(?:attendanceRecords|attendanceIntervals|meetingStartDateTime'
    rb'|totalAttendanceInSeconds)"|meetingAttendanceReport|/attendanceReports'
)
_REPORT_IN_CONTEXT = re.compile(r"attendanceReports\('([^']+)'\)", re.IGNORECASE)
WINDOW_TOLERANCE = timedelta(hours=1)  # before and after the meeting


@dataclass
class Report:
    """One attendance report, and what is collected from its records.

    `key` is "" where nothing names the report, `is_page` true for a page of records.
    `records` is None where they were not fetched; `shared` holds the display names that
    several guests have.
    """

    key: str
    starts_at: datetime | None
    ends_at: datetime | None
    records: list[Object] | None
    participant_count: int | None = None

    join_key: str | None = None
    title_key: str | None = None
    room: str | None = None
    is_page: bool = False
    shared: frozenset[str] = frozenset()
    intervals: list[Interval] = field(default_factory=list)
    claims: list[tuple[Agent, float]] = field(default_factory=list)
    engagements: list[Interaction] = field(default_factory=list)


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the field names that only attendance reports have."""
    if path.suffix.lower() not in {".json", ".ndjson", ".jsonl", ".txt"}:
        return None
    plain = head.replace(b"\x00", b"")
    if not looks_like_json(head) or not _REPORT_FIELDS.search(plain):
        return None
    is_page = re.match(rb'[^{\[]*\{\s*"@odata\.(?:context|count)"', plain) is not None
    is_list = plain.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n")[:1] == b"["
    kind = "page" if is_page and b'"value"' in plain else "report"
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant=f"graph-attendance-{'list' if is_list else kind}",
        found=(Evidence.VENDOR_NAMES,),
        reason="fields of Microsoft Graph's meeting attendance reports",
        encoding="utf-8" if plain == head else "utf-16",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land every report of the file.

    Raises:
        DamagedFile: it is no JSON, is cut off, or holds no report.
    """
    objects = [object_in(camel(value)) for value in objects_of(delivery.path)]
    reports = list(_reports(objects))
    if not reports:
        raise DamagedFile("it has no attendance report in it", delivery.path.name)
    identified = _identified(reports, delivery.idle_limit)
    for ordinal, report in enumerate(identified, start=1):
        _land(report, ordinal, writer)


def _identified(reports: list[Report], idle_limit: timedelta) -> Iterator[Report]:
    """Yield reports with a key; records of no named report are split into meetings.

    Pages of records of one meeting are read together.
    """
    pages: dict[str | None, Report] = {}
    for report in reports:
        if report.key or report.records is None:
            yield report
        elif report.is_page and report.join_key in pages:
            pages[report.join_key].records += report.records
        elif report.is_page:
            pages[report.join_key] = replace(report, records=[*report.records])
        else:
            yield from _meetings(report, idle_limit)
    for page in pages.values():
        yield from _meetings(page, idle_limit)


def _meetings(report: Report, idle_limit: timedelta) -> Iterator[Report]:
    """Yield the meetings of a report without a key; one with a start is one meeting."""
    limit = idle_limit if report.starts_at is None else timedelta.max
    parts = separate_meetings(report.records or [], limit, moment_of)
    count = report.participant_count if len(parts) == 1 else None
    for key, records in parts:
        own = {"intervals": [], "claims": [], "engagements": []}
        yield replace(report, key=key, records=records, participant_count=count, **own)


def _reports(objects: list[Object], meeting: Object | None = None) -> Iterator[Report]:
    """Yield the reports in pages, meetings and lists, at any depth.

    Args:
        objects: JSON objects of one level.
        meeting: the closest enclosing object that describes a meeting.
    """
    if records := [item for item in objects if "attendanceIntervals" in item]:
        yield Report("", None, None, records, is_page=True)
    for item in objects:
        value = item.get("value")
        if "attendanceIntervals" in item:
            continue
        if isinstance(value, list):
            yield from _page(item, objects_in(value), meeting)
        elif _is_report(item):
            yield _report(item, meeting)
        else:  # a meeting, or an envelope that a batch or a program added
            enclosing = item if is_meeting(item) else meeting
            for nested in item.values():
                inner = [nested] if isinstance(nested, dict) else objects_in(nested)
                yield from _reports(inner, enclosing)


def _is_report(item: Object) -> bool:
    kind = text_of(item.get("@odata.type"))
    fields = ("meetingStartDateTime", "attendanceRecords", "totalParticipantCount")
    return "AttendanceReport" in kind or any(name in item for name in fields)


def _page(
    page: Object, value: list[Object], meeting: Object | None
) -> Iterator[Report]:
    """Read a page of reports, or a page of the records of the report in its context."""
    is_records = any("attendanceIntervals" in item for item in value)
    context = text_of(page.get("@odata.context"))
    if is_records or "attendanceRecords" in context:
        in_context = _REPORT_IN_CONTEXT.search(context)
        key = in_context.group(1) if in_context else ""
        is_part = "@odata.nextLink" in page
        count = None if is_part else number_in(page.get("@odata.count"))
        room = room_of(page)
        yield Report(key, None, None, value, count, join_key=room, is_page=True)
    else:
        enclosing = meeting or (page if room_of(page) else None)
        yield from _reports(value, enclosing)


def _report(item: Object, meeting: Object | None) -> Report:
    enclosing = meeting or {}
    starts = time_or_none(item.get("meetingStartDateTime"))
    title = subject_of(enclosing) or subject_of(item)
    records = item.get("attendanceRecords")
    key_by_title = session_key(title, starts) if title and starts else ""
    room = optional_title_key(title)
    return Report(
        key=key_by_title or text_of(item.get("id")),
        participant_count=number_in(item.get("totalParticipantCount")),
        starts_at=starts,
        ends_at=time_or_none(item.get("meetingEndDateTime")),
        records=objects_in(records) if isinstance(records, list) else None,
        join_key=room_of(enclosing) or room_of(item),
        title_key=room,
        room=room,
    )


def _land(report: Report, ordinal: int, writer: LoadWriter) -> None:
    if report.records is None:
        message = (
            "its records were not fetched; request it with $expand=attendanceRecords"
        )
        writer.reject(ordinal, "report.not_expanded", "$", message, {"id": report.key})
        return
    report.shared = shared_names(report.records)
    session = TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=report.key,
        join_key=report.join_key,
        title_key=report.title_key,
        room=report.room,
        starts_at=report.starts_at,
        ends_at=report.ends_at,
    )
    hosts = [r for r in report.records if text_of(r.get("role")) == "Organizer"]
    for at, record in enumerate(report.records):
        _collect(report, session, record, f"$.attendanceRecords[{at}]", writer)
    if report.starts_at is not None:  # a page of records has no start and end
        writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(writer, session, claims_per_person("duration_seconds", report.claims))
    writer.documents(connection_statements(session, report.intervals))
    if hosts:
        first_join = min((i.joined_at for i in report.intervals), default=None)
        dated_session = replace(session, starts_at=session.starts_at or first_join)
        host = actor_of(session, hosts[0], report.shared)
        writer.documents([opening_statement(dated_session, host)])
    writer.documents(interaction_statements(session, report.engagements))
    people = {fingerprint(actor_of(session, r, report.shared)) for r in report.records}
    counts = (report.participant_count, len(people), len(report.records))
    compare_count(writer, session.session_id, "participants", *counts)
    writer.report_window(session.starts_at, session.ends_at)


def _collect(
    report: Report,
    session: TechnicalSession,
    record: Object,
    record_path: str,
    writer: LoadWriter,
) -> None:
    """Add one record's connections, total and interactions to its report."""
    actor = actor_of(session, record, report.shared)
    for at, interval in enumerate(objects_in(record.get("attendanceIntervals"))):
        path = f"{record_path}.attendanceIntervals[{at}]"
        try:
            report.intervals.append(_interval(report, actor, interval))
        except ValueError as error:
            is_outside = isinstance(error, OutsideMeetingError)
            code = "interval.outside_report" if is_outside else "interval.time"
            writer.reject(None, code, path, f"no interval: {error}", interval)
    total = record.get("totalAttendanceInSeconds")
    if isinstance(total, int | float) and isfinite(total):
        report.claims.append((actor, float(total)))
    report.engagements += engagements(actor, record, moment_of)


class OutsideMeetingError(ValueError):
    """A connection lies outside the time of its meeting."""


def _interval(report: Report, actor: Agent, interval: dict[str, Any]) -> Interval:
    joined = moment_of(interval.get("joinDateTime"))
    left = moment_of(interval.get("leaveDateTime"))
    if joined is None:
        raise ValueError("it has no join")
    if left is not None and left < joined:
        raise ValueError("it leaves before it joins")
    require_possible_length(joined, left)
    starts, ends = report.starts_at, report.ends_at
    is_early = starts is not None and (left or joined) < starts - WINDOW_TOLERANCE
    is_late = ends is not None and joined > ends + WINDOW_TOLERANCE
    if is_early or is_late:
        raise OutsideMeetingError(
            f"{joined} is not within the meeting from {starts} to {ends}"
        )
    return Interval(actor, joined, left)
