"""Microsoft Teams attendance reports (CSV), all generations.

`attendance-v3` (since 2022) has three numbered sections: a summary, one row per person,
the connections. Intervals come from the third; the second gives claims and user
principal names, and the time from its first join to its last leave is not attendance.
`attendance-v2` (2021-22) is one table of connections, `attendance-v1` (2020-21) a log
of joins and leaves. Reports are recognised by their layout, so that a report in a
language without known phrases is read as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from ingest.connectors.control_totals import compare_count, compare_length
from ingest.connectors.local_clock import ABSENT, LocalClock
from ingest.connectors.printed_durations import durations_in
from ingest.connectors.printed_totals import PrintedTotal, attributed
from ingest.connectors.report_tables import Rows, cell
from ingest.connectors.session_claims import Claim, claims_per_person, land_claims
from ingest.connectors.teams.format.event_log import Connection, connections
from ingest.connectors.teams.format.people import Participants, is_organiser
from ingest.connectors.teams.format.report_clock import (
    needs_date_order,
    report_clock,
)
from ingest.connectors.teams.format.report_layouts import (
    Columns,
    PrintedReport,
    columns_of,
    locale_of,
    printed_reports,
)
from ingest.connectors.teams.format.sessions import (
    printed_totals,
    separate_lists,
    separate_reports,
    session_of_list,
    session_of_report,
)
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence, groups
from ingest.parsing.report_text import file_text, head_text
from ingest.xapi.profiles.aggregates import interval_from_total
from ingest.xapi.profiles.virtual_classroom import (
    Interval,
    TechnicalSession,
    connection_statements,
    fingerprint,
    opening_statement,
    person,
)
from tandem.core.errors import DamagedFile

NAME = "teams"
PRINTED_TOLERANCE_SECONDS = 60  # totals of an hour and more omit the seconds


@dataclass(frozen=True)
class TimedRow:
    """A row with its times in naive UTC."""

    line: int
    row: list[str]
    joined_at: datetime
    left_at: datetime | None


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a report by its layout; its phrases give only the language."""
    if path.suffix.lower() not in {".csv", ".txt", ".tsv"}:
        return None
    decoded = head_text(head, locale_of)
    reports = printed_reports(decoded.text) if decoded else []
    if decoded is None or not reports:
        return None
    report = reports[0]
    layouts = {
        "v1": "a log of joins and leaves in three columns",
        "v2": "one table of connections",
        "v3": "numbered sections",
    }
    known = f"in {report.locale}" if report.locale else "in a language read by position"
    return Recognition(
        connector=NAME,
        source=NAME,
        variant=f"attendance-{report.generation}",
        found=groups(
            {
                Evidence.SECTION_TITLES: report.generation == "v3",
                Evidence.HEADINGS: report.locale is not None,
                Evidence.LAYOUT: True,
                Evidence.CELLS: bool(report.connections or report.people or report.log),
            }
        ),
        reason=f"{layouts[report.generation]} of a Teams attendance report, {known}",
        encoding=decoded.encoding,
        delimiter=report.delimiter,
        locale=report.locale,
        needs=("--tz", *(("--date-order",) if needs_date_order(reports) else ())),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land each report of a file: session, connection intervals, printed durations.

    Raises:
        UndecidedFile: the zone, or the order of day and month, is not known.
        DamagedFile: the file holds no report.
    """
    reports = printed_reports(file_text(delivery.path, locale_of))
    if not reports:
        raise DamagedFile("it has no attendance in it", delivery.path.name)
    clock = report_clock(delivery, reports)
    sessions: list[TechnicalSession] = []
    limit = delivery.idle_limit
    for report in reports:
        if report.generation == "v1":
            connected = connections(report.log, clock, writer, delivery.path.name)
            lists = separate_lists(connected, clock, limit) if connected else []
            sessions += [_land_list(part, clock, writer) for part in lists]
            continue
        for part in separate_reports(report, clock, limit):
            if session := _land_report(part, clock, delivery, writer):
                sessions.append(session)
    starts = [session.starts_at for session in sessions if session.starts_at]
    ends = [session.ends_at for session in sessions if session.ends_at]
    writer.report_window(min(starts, default=None), max(ends, default=None))


def _land_list(
    connected: list[Connection], clock: LocalClock, writer: LoadWriter
) -> TechnicalSession:
    session = session_of_list(connected, clock)
    intervals = [
        Interval(
            person(session, connection.row[0], None),
            connection.joined_at,
            connection.left_at,
            is_imputed=connection.is_imputed,
        )
        for connection in connected
    ]
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(writer, session, [], [connection.row[0] for connection in connected])
    writer.documents(connection_statements(session, intervals))
    return session


def _land_report(
    report: PrintedReport, clock: LocalClock, delivery: Delivery, writer: LoadWriter
) -> TechnicalSession | None:
    participants = Participants.of(report, clock)
    timed = list(_timed_rows(report.connections, clock, writer))
    # People without a row among the connections are known by their total only.
    others = [
        (line, row)
        for line, row in report.people
        if not participants.by_line[line].is_connected
    ]
    totals = list(_timed_rows(others, clock, writer, columns_of(report.people)))
    spans = [(t.row, t.joined_at, t.left_at) for t in [*timed, *totals]]
    session = session_of_report(report, clock, spans, delivery.path.stem)
    if session is None:
        return None
    intervals = [
        Interval(participants.actor(session, t.line), t.joined_at, t.left_at)
        for t in timed
    ]
    claimed_rows = report.people or report.connections
    duration_column = columns_of(claimed_rows).duration
    cells = [(line, cell(row, duration_column)) for line, row in claimed_rows]
    seconds_in = durations_in(cells, delivery, writer)
    intervals += [
        interval_from_total(
            participants.actor(session, t.line),
            t.joined_at,
            t.left_at,
            seconds_in(cell(t.row, duration_column)),
            PRINTED_TOLERANCE_SECONDS,
        )
        for t in totals
    ]
    durations = [
        PrintedTotal(line, participants.actor(session, line), seconds)
        for line, row in claimed_rows
        if (seconds := seconds_in(cell(row, duration_column))) is not None
    ]
    if report.people:
        length = _length(session, intervals)
        tolerance = PRINTED_TOLERANCE_SECONDS
        claims = attributed(writer, session, durations, length, tolerance).claims
    else:  # overlapping connections may sum to more than the meeting
        claims = _claims_of_connections(durations)
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    names = [cell(t.row, 0) for t in [*timed, *totals]]
    land_claims(writer, session, claims, names)
    writer.documents(connection_statements(session, intervals))
    hosts = [t.line for t in [*timed, *totals] if is_organiser(t.row)]
    if hosts:
        host = participants.actor(session, hosts[0])
        writer.documents([opening_statement(session, host)])
    _compare_totals(report, session, intervals, writer)
    return session


def _claims_of_connections(durations: list[PrintedTotal]) -> list[Claim]:
    seconds = [(d.actor, d.seconds) for d in durations if d.seconds is not None]
    return claims_per_person("duration_seconds", seconds)


def _length(session: TechnicalSession, intervals: list[Interval]) -> float | None:
    """Return the seconds in which anybody was connected, None without an end.

    People may come before the printed start, or stay after the printed end.
    """
    starts = [i.joined_at for i in intervals]
    starts += [session.starts_at] if session.starts_at else []
    ends = [i.left_at for i in intervals if i.left_at]
    if session.ends_at is None or not starts:
        return None
    return (max([*ends, session.ends_at]) - min(starts)).total_seconds()


def _compare_totals(
    report: PrintedReport,
    session: TechnicalSession,
    intervals: list[Interval],
    writer: LoadWriter,
) -> None:
    """Compare the summary's participants and duration with what landed."""
    people = {fingerprint(interval.actor) for interval in intervals}
    printed, seconds = printed_totals(report)
    where = session.session_id
    compare_count(writer, where, "participants", printed, len(people))
    span = (session.starts_at, session.ends_at)
    compare_length(writer, where, seconds, span, PRINTED_TOLERANCE_SECONDS)


def _timed_rows(
    table: Rows, clock: LocalClock, writer: LoadWriter, columns: Columns | None = None
) -> Iterator[TimedRow]:
    """Yield rows with join and leave in UTC; reject those whose times cannot be read.

    People who registered and did not come have a row without a join or a leave.
    """
    columns = columns or columns_of(table)
    for line, row in table:
        times = (cell(row, columns.joined), cell(row, columns.left))
        if len(row) > columns.left and all(t.casefold() in ABSENT for t in times):
            continue
        try:
            joined, left = clock.join_and_leave(*times)
        except ValueError as error:
            payload = dict(enumerate(row))
            writer.reject(line, "interval.time", "$", f"no interval: {error}", payload)
            continue
        yield TimedRow(line, row, joined, left)
