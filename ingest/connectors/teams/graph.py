"""Microsoft Graph's meeting attendance reports (JSON), as saved from the interface.

A report with its records, a page or list of them, the records' page of one report, or
meetings with their reports inside. A report without `attendanceRecords` was fetched
without `$expand`: it says nothing about who was there, which is not that nobody was.
Reference: Graph v1.0, meetingAttendanceReport and attendanceRecord.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors.session_claims import claims_per_person, land_claims
from ingest.connectors.teams.format.graph_engagements import engagements
from ingest.connectors.teams.format.graph_meetings import (
    is_meeting,
    room_of,
    subject_of,
)
from ingest.connectors.teams.format.graph_people import actor_of, shared_names
from ingest.connectors.teams.format.sessions import PLATFORM, SOURCE, session_key
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.join_keys import title_key
from ingest.parsing.json_files import (
    Object,
    camel,
    looks_like_json,
    object_in,
    objects_in,
    objects_of,
    text_of,
)
from ingest.xapi.profiles.interactions import Interaction, interaction_statements
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    opening_statement,
)
from tandem.core.errors import DamagedFile

NAME = "teams_graph"
_MARKS = re.compile(
    rb'(?i)"(?:attendanceRecords|attendanceIntervals|meetingStartDateTime'
    rb'|totalAttendanceInSeconds)"|meetingAttendanceReport|/attendanceReports'
)
_IN_CONTEXT = re.compile(r"attendanceReports\('([^']+)'\)", re.IGNORECASE)
_MEETING_IN_CONTEXT = re.compile(r"onlineMeetings\('([^']+)'\)", re.IGNORECASE)
_TICKS = re.compile(r"^/Date\((-?\d{1,14})\)/$")  # as Windows PowerShell writes times
_EPOCH = datetime.fromisoformat("1970-01-01")
OUTSIDE = timedelta(hours=1)  # how far a connection may lie beside the meeting


@dataclass
class Report:
    """One attendance report; `records` is None where they were not fetched."""

    key: str
    starts_at: datetime | None
    ends_at: datetime | None
    records: list[Object] | None
    title: str = ""
    join_key: str | None = None
    room: str | None = None
    shared: frozenset[str] = frozenset()  # names that several guests go by
    intervals: list[Interval] = field(default_factory=list)
    claims: list[tuple[Agent, float]] = field(default_factory=list)
    engagements: list[Interaction] = field(default_factory=list)


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the names that only attendance reports have."""
    if path.suffix.lower() not in {".json", ".ndjson", ".jsonl", ".txt"}:
        return None
    plain = head.replace(b"\x00", b"")
    if not looks_like_json(head) or not _MARKS.search(plain):
        return None
    is_page = re.match(rb'[^{\[]*\{\s*"@odata\.(?:context|count)"', plain) is not None
    shape = "page" if is_page and b'"value"' in plain else "report"
    shape = "list" if plain.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n")[:1] == b"[" else shape
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant=f"graph-attendance-{shape}",
        confidence=0.95,
        reason="fields of Microsoft Graph's meeting attendance reports",
        encoding="utf-8" if plain == head else "utf-16",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land every report of the file.

    Raises:
        DamagedFile: it is no JSON, or cut off.
    """
    found = [object_in(camel(one)) for one in objects_of(delivery.path)]
    reports = list(_reports(found))
    if not reports:
        raise DamagedFile("it has no attendance report in it", delivery.path.name)
    for ordinal, report in enumerate(reports, start=1):
        _land(report, ordinal, writer)


def _reports(found: list[Object], meeting: Object | None = None) -> Iterator[Report]:
    """Find reports in pages, meetings and lists, however deep they lie."""
    if bare := [one for one in found if "attendanceIntervals" in one]:
        yield Report(_first_join(bare), None, None, bare)
    for one in found:
        value = one.get("value")
        if "attendanceIntervals" in one:
            continue
        if isinstance(value, list):
            yield from _page(one, objects_in(value), meeting)
        elif _is_report(one):
            yield _report(one, meeting)
        else:  # a meeting, or what a batch or a program wrapped around answers
            around = one if is_meeting(one) else meeting
            for inside in one.values():
                within = [inside] if isinstance(inside, dict) else objects_in(inside)
                yield from _reports(within, around)


def _is_report(one: Object) -> bool:
    kind = text_of(one.get("@odata.type"))
    fields = ("meetingStartDateTime", "attendanceRecords", "totalParticipantCount")
    return "AttendanceReport" in kind or any(name in one for name in fields)


def _page(
    page: Object, value: list[Object], meeting: Object | None
) -> Iterator[Report]:
    """Read a page of reports, or the records' page of one that its context names."""
    is_records = any("attendanceIntervals" in one for one in value)
    context = text_of(page.get("@odata.context"))
    if is_records or "attendanceRecords" in context:
        named = _IN_CONTEXT.search(context) or _MEETING_IN_CONTEXT.search(context)
        key = named.group(1) if named else _first_join(value)
        yield Report(key, None, None, value, join_key=room_of(page))
    else:
        around = meeting or (page if room_of(page) else None)
        yield from _reports(value, around)


def _first_join(records: list[Object]) -> str:
    """Name a meeting that nothing names by its first connection."""
    joins = [
        text_of(interval.get("joinDateTime"))
        for record in records
        for interval in objects_in(record.get("attendanceIntervals"))
    ]
    return f"records|{min(joins, default='')}"


def _report(one: Object, meeting: Object | None) -> Report:
    around = meeting or {}
    starts = _window(one.get("meetingStartDateTime"))
    title = subject_of(around) or subject_of(one)
    records = one.get("attendanceRecords")
    by_title = session_key(title, starts) if title and starts else ""
    named = title_key(title) if title else None
    return Report(
        key=by_title or text_of(one.get("id")) or f"report|{starts}",
        starts_at=starts,
        ends_at=_window(one.get("meetingEndDateTime")),
        records=objects_in(records) if isinstance(records, list) else None,
        title=title,
        join_key=room_of(around) or room_of(one) or named,
        room=named,
    )


def _window(value: object) -> datetime | None:
    """Return start or end of a meeting; one that cannot be read is not known."""
    try:
        return moment_of(value)
    except ValueError:
        return None


def moment_of(value: object) -> datetime | None:
    """Return the naive UTC time of a Graph time (7 digits of a second), None for none.

    Raises:
        ValueError: it is text, but no time.
    """
    text = text_of(value)
    if not text or text.startswith("0001-01-01"):
        return None
    if ticks := _TICKS.match(text):
        return _EPOCH + timedelta(milliseconds=int(ticks.group(1)))
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)


def _land(report: Report, ordinal: int, writer: LoadWriter) -> None:
    if report.records is None:
        words = "its records were not fetched; ask with $expand=attendanceRecords"
        writer.reject(ordinal, "report.not_expanded", "$", words, {"id": report.key})
        return
    report.shared = shared_names(report.records)
    session = TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=report.key,
        join_key=report.join_key,
        room=report.room,
        starts_at=report.starts_at,
        ends_at=report.ends_at,
    )
    hosts = [r for r in report.records if text_of(r.get("role")) == "Organizer"]
    for at, record in enumerate(report.records):
        _collect(report, session, record, f"$.attendanceRecords[{at}]", writer)
    if report.starts_at is not None:  # a page of records knows no window
        writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(writer, session, claims_per_person("duration_seconds", report.claims))
    writer.documents(connection_statements(session, report.intervals))
    if hosts:
        began = min((one.joined_at for one in report.intervals), default=None)
        dated = replace(session, starts_at=session.starts_at or began)
        host = actor_of(session, hosts[0], report.shared)
        writer.documents([opening_statement(dated, host)])
    writer.documents(interaction_statements(session, report.engagements))
    writer.report_window(session.starts_at, session.ends_at)


def _collect(
    report: Report,
    session: TechnicalSession,
    record: Object,
    where: str,
    writer: LoadWriter,
) -> None:
    """Take one record's connections, total and engagements."""
    actor = actor_of(session, record, report.shared)
    for at, interval in enumerate(objects_in(record.get("attendanceIntervals"))):
        path = f"{where}.attendanceIntervals[{at}]"
        try:
            report.intervals.append(_interval(report, actor, interval))
        except ValueError as error:
            is_outside = isinstance(error, OutsideError)
            code = "interval.outside_report" if is_outside else "interval.time"
            writer.reject(None, code, path, f"no interval: {error}", interval)
    total = record.get("totalAttendanceInSeconds")
    if isinstance(total, int | float) and isfinite(total):
        report.claims.append((actor, float(total)))
    report.engagements += engagements(actor, record, moment_of)


class OutsideError(ValueError):
    """A connection lies beside the meeting that it is reported of."""


def _interval(report: Report, actor: Agent, interval: dict[str, Any]) -> Interval:
    joined = moment_of(interval.get("joinDateTime"))
    left = moment_of(interval.get("leaveDateTime"))
    if joined is None:
        raise ValueError("it has no join")
    if left is not None and left < joined:
        raise ValueError("it leaves before it joins")
    starts, ends = report.starts_at, report.ends_at
    is_early = starts is not None and (left or joined) < starts - OUTSIDE
    is_late = ends is not None and joined > ends + OUTSIDE
    if is_early or is_late:
        raise OutsideError(
            f"{joined} is not within the meeting from {starts} to {ends}"
        )
    return Interval(actor, joined, left)
