"""Google Meet's attendance report (CSV), as mailed to the host.

It has one row per person: first join, last leave and total duration, times of day only.
Gaps between join and leave are not known: a total that is shorter than the time between
them sets the leave, marked as imputed. The day comes from the report, the file's name,
or --date.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from ingest.connectors.local_clock import ABSENT, required_zone
from ingest.connectors.meet.format.identifiers import PLATFORM, SOURCE, code_of
from ingest.connectors.meet.format.meeting_details import (
    MeetingDetails,
    details_of,
    local_times,
)
from ingest.connectors.meet.format.report_layouts import (
    PrintedReport,
    first_report,
    language_of,
    locale_of,
    printed_reports,
)
from ingest.connectors.printed_durations import durations_in
from ingest.connectors.printed_totals import PrintedTotal, attributed
from ingest.connectors.report_tables import cell
from ingest.connectors.session_claims import land_claims
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence, groups
from ingest.parsing.join_keys import optional_title_key
from ingest.parsing.report_text import file_text, head_text
from ingest.parsing.times import clock_of, to_utc
from ingest.xapi.profiles.aggregates import interval_from_total
from ingest.xapi.profiles.meeting_runs import Presence, first_presence, meeting_runs
from ingest.xapi.profiles.virtual_classroom import (
    TechnicalSession,
    connection_statements,
    person,
)
from tandem.core.errors import DamagedFile

NAME = "meet"
TOLERANCE_SECONDS = 60  # times are printed in whole minutes
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class TimedRow:
    """One person's row with its times in naive UTC and its total in seconds."""

    line: int
    row: list[str]
    joined_at: datetime | None
    left_at: datetime | None
    seconds: float | None


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise rows with an e-mail address, a duration and two times of day."""
    if path.suffix.lower() not in {".csv", ".txt", ".tsv"}:
        return None
    decoded = head_text(head, locale_of)
    report = first_report(decoded.text) if decoded else None
    if decoded is None or report is None:
        return None
    locale = language_of(report.header)
    has_times = report.joined is not None
    has_day = _DAY.search(path.stem) or any(
        re.search(r"\d{4}", value) for row in report.preface for value in row[1:]
    )
    times = " and two times of day" if has_times else ""
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="attendance" if has_times else "attendance-totals",
        found=groups(
            {
                Evidence.HEADINGS: locale is not None,
                Evidence.LAYOUT: True,
                Evidence.CELLS: True,
                Evidence.ADDRESSES: True,
            }
        ),
        reason=f"Meet's attendance report: a row per person with a total{times}",
        encoding=decoded.encoding,
        delimiter=report.delimiter,
        locale=locale,
        needs=("--tz",) if has_day else ("--tz", "--date"),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land each report of a file: session, one interval per person, printed totals.

    Raises:
        UndecidedFile: the day, its order, or the zone is not known.
        DamagedFile: the file holds no report.
    """
    reports = printed_reports(file_text(delivery.path, locale_of))
    if not reports:
        raise DamagedFile("it has no attendance in it", delivery.path.name)
    tz = required_zone(delivery)
    sessions = [s for report in reports for s in _land(report, delivery, tz, writer)]
    starts = [session.starts_at for session in sessions if session.starts_at]
    ends = [session.ends_at for session in sessions if session.ends_at]
    writer.report_window(min(starts, default=None), max(ends, default=None))


def _land(
    report: PrintedReport, delivery: Delivery, tz: ZoneInfo, writer: LoadWriter
) -> list[TechnicalSession]:
    details = details_of(delivery, report)
    people = _timed_rows(report, details, delivery, writer)
    return [
        _land_meeting(report, details, meeting, tz, writer)
        for meeting in _meetings(report, details, people, delivery.idle_limit)
    ]


def _meetings(
    report: PrintedReport,
    details: MeetingDetails,
    people: list[TimedRow],
    idle_limit: timedelta,
) -> list[list[TimedRow]]:
    """Return the rows of each meeting; a report with a printed start is of one.

    Rows without a join belong to the first meeting.
    """
    timed = [row for row in people if row.joined_at]
    precision = timedelta(seconds=TOLERANCE_SECONDS)
    runs = meeting_runs(_presences(report, timed), idle_limit, precision)
    if details.starts or len(runs) <= 1:
        return [people]
    others = [row for row in people if not row.joined_at]
    meetings = [[timed[at] for at in sorted(run)] for run in runs]
    return [others + meetings[0], *meetings[1:]]


def _presences(report: PrintedReport, people: list[TimedRow]) -> list[Presence]:
    """Return the time of each row that has a join."""
    return [
        Presence(
            (report.email_of(timed.row) or report.name_of(timed.row)).casefold(),
            timed.joined_at,
            timed.left_at,
        )
        for timed in people
        if timed.joined_at
    ]


def _land_meeting(
    report: PrintedReport,
    details: MeetingDetails,
    people: list[TimedRow],
    tz: ZoneInfo,
    writer: LoadWriter,
) -> TechnicalSession:
    session = _session(details, people, _presences(report, people), tz)
    totals = [
        PrintedTotal(
            timed.line,
            person(session, report.name_of(timed.row), report.email_of(timed.row)),
            timed.seconds,
        )
        for timed in people
    ]
    length = None
    if session.starts_at and session.ends_at:
        length = (session.ends_at - session.starts_at).total_seconds()
    found = attributed(writer, session, totals, length, TOLERANCE_SECONDS)
    intervals = [
        interval_from_total(
            found.actors[timed.line],
            timed.joined_at,
            timed.left_at,
            timed.seconds,
            TOLERANCE_SECONDS,
        )
        for timed in people
        if timed.joined_at
    ]
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(writer, session, found.claims)
    writer.documents(connection_statements(session, intervals))
    return session


def _timed_rows(
    report: PrintedReport,
    details: MeetingDetails,
    delivery: Delivery,
    writer: LoadWriter,
) -> list[TimedRow]:
    """Return the rows whose times can be read; reject the others by line number."""
    tz = required_zone(delivery)
    readable: list[tuple[int, list[str], tuple[time | None, time | None]]] = []
    for line, row in report.people:
        try:
            clocks = (_clock(row, report.joined), _clock(row, report.left))
        except ValueError as error:
            _reject(writer, line, row, error)
            continue
        readable.append((line, row, clocks))
    timed: list[tuple[int, list[str], datetime | None, datetime | None]] = []
    local = local_times(details, [clocks for _line, _row, clocks in readable])
    for (line, row, _clocks), (joined, left) in zip(readable, local, strict=True):
        try:
            start = to_utc(joined, tz) if joined else None
            end = to_utc(left, tz) if left else None
        except ValueError as error:
            _reject(writer, line, row, error)
            continue
        timed.append((line, row, start, end))
    seconds_in = durations_in(
        [(line, cell(row, report.duration)) for line, row, _start, _end in timed],
        delivery,
        writer,
        report.header[report.duration],
        [
            (end - start).total_seconds() if start and end else None
            for _line, _row, start, end in timed
        ],
    )
    return [
        TimedRow(line, row, start, end, seconds_in(cell(row, report.duration)))
        for line, row, start, end in timed
    ]


def _reject(writer: LoadWriter, line: int, row: list[str], error: ValueError) -> None:
    payload = dict(enumerate(row))
    writer.reject(line, "interval.time", "$", f"no interval: {error}", payload)


def _clock(row: list[str], column: int | None) -> time | None:
    printed = cell(row, column) if column is not None else ""
    return None if printed.casefold() in ABSENT else clock_of(printed)[0]


def _session(
    details: MeetingDetails,
    people: list[TimedRow],
    presences: list[Presence],
    tz: ZoneInfo,
) -> TechnicalSession:
    """Return the meeting; its start and end include all known joins and leaves.

    A title identifies no meeting, so that without a code the first participant does.
    """
    joins = [timed.joined_at for timed in people if timed.joined_at]
    leaves = [timed.left_at for timed in people if timed.left_at]
    printed = [details.starts, details.ends]
    clocks = [(details.starts, details.ends)] if details.starts else []
    window = [at for pair in local_times(details, clocks) for at in pair if at]
    starts, ends = ([*(to_utc(at, tz) for at in window), None, None])[:2]
    code = code_of(details.code or "")
    begin = starts or min(joins, default=None)
    begin_text = begin.isoformat() if begin else ""
    first = first_presence(presences) if presences and not code else ""
    return TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=f"{code or details.title}|{details.day}|{first or begin_text}",
        join_key=code or None,
        title_key=optional_title_key(details.title),
        starts_at=min([*joins, *([starts] if starts else [])], default=None),
        ends_at=max([*leaves, *([ends] if ends else [])], default=None),
        precision_seconds=1 if any(at and at.second for at in printed) else 60,
    )
