"""Zoom participant reports (CSV): one row per connection, times in the exporter's zone.

Variants: `participants` (rows only), `participants-with-meeting` (a block about the
meeting first), `participants-unique` (one row per person, no times: claims only) and
`usage` (since 2023: each row repeats its meeting, several meetings in one file).
Printed minutes are rounded up and overlap, so they are kept as claims beside the
intervals, never as attendance.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ingest.connectors.control_totals import compare_count, compare_length
from ingest.connectors.local_clock import LocalClock
from ingest.connectors.printed_durations import refuse_unread
from ingest.connectors.printed_totals import PrintedTotal, attributed
from ingest.connectors.report_tables import is_time
from ingest.connectors.session_claims import (
    claims_about_session,
    claims_per_person,
    land_claims,
)
from ingest.connectors.zoom.format.meetings import (
    Meeting,
    land_session,
    separate_meetings,
    session_of_connections,
    session_of_meeting,
)
from ingest.connectors.zoom.format.participant_layout import (
    Layout,
    layout_of,
    split_reports,
)
from ingest.connectors.zoom.format.participant_meetings import (
    length_of,
    meeting_in,
    meeting_on_day,
    printed_meeting,
)
from ingest.connectors.zoom.format.people import display_name, participant_agent
from ingest.connectors.zoom.format.phrases import ANSWERS
from ingest.connectors.zoom.format.report_times import (
    PrintedConnection,
    day_in_name,
    precision_of,
    report_clock,
    seconds_of_minutes,
)
from ingest.connectors.zoom.format.sections import Numbered, numbered_rows
from ingest.connectors.zoom.format.table_text import table_in, table_of
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence, groups
from ingest.parsing.text import rows
from ingest.xapi.profiles.meeting_runs import Presence
from ingest.xapi.profiles.virtual_classroom import Agent, Interval, TechnicalSession
from tandem.core.errors import DamagedFile

NAME = "zoom"
ROUNDED_UP_SECONDS = 60  # Zoom rounds minutes up


@dataclass(frozen=True)
class Connection:
    """One row whose times can be read; they are naive UTC."""

    row: list[str]
    joined_at: datetime
    left_at: datetime | None


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a participant report by its headings, else by its layout."""
    table = table_in(path, head)
    if table is None:
        return None
    layout = layout_of(rows(table.text, table.separator)[:60])
    if layout is None:
        return None
    basis = "by their text" if layout.is_known else "by their layout and times"
    has_day = layout.join >= 0 or layout.meeting_row >= 0 or day_in_name(path)
    needs = ("--tz",) if has_day else ("--date", "--tz")
    return Recognition(
        connector=NAME,
        source=NAME,
        variant=layout.variant,
        found=groups(
            {
                Evidence.HEADINGS: layout.is_known,
                Evidence.HEADING_FORM: layout.has_brackets,
                Evidence.LAYOUT: True,
                Evidence.CELLS: not layout.is_known,
            }
        ),
        reason=f"headings of Zoom's participant report, known {basis}",
        encoding=table.encoding,
        delimiter=table.delimiter,
        locale=layout.language,
        needs=needs,
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the sessions of a report, their connections, and the printed minutes.

    Raises:
        UndecidedFile: zone, order of day and month, or the day itself is not known.
    """
    file_table = table_of(delivery.path)
    table = numbered_rows(file_table.text, file_table.separator)
    for report in split_reports(table):
        all_times = (cell for _line, row in table for cell in row if is_time(cell))
        _read_report(delivery, writer, report, all_times)


def _read_report(
    delivery: Delivery,
    writer: LoadWriter,
    report: list[Numbered],
    all_times: Iterable[str],
) -> None:
    """Land one report; times in all reports of a file help to decide the date order."""
    table = [row for _line, row in report]
    layout = layout_of(table)
    if layout is None:
        raise DamagedFile(
            "it has no known headings", delivery.path.name, "export it again"
        )
    people = [
        (line, row)
        for line, row in report[layout.header + 1 :]
        if not ANSWERS.matches(layout.cell(row, "waiting"), "yes")
    ]
    if layout.join < 0 and not people and layout.meeting_row < 0:
        return  # headings only: no day is needed for nobody
    if layout.join < 0:
        _read_totals(delivery, writer, layout, table, people)
        return
    printed = _printed_times(layout, table, people)
    clock = report_clock(
        delivery, printed, _printed_connections(layout, people), all_times
    )
    joins = (layout.cell(row, "join") for _line, row in people)
    clock = replace(clock, precision_seconds=precision_of(clock, joins))
    for meeting_row, members in _meetings(layout, table, people):
        meeting = meeting_in(layout, meeting_row, clock, delivery.path)
        connections = _connections(members, layout, clock, writer)
        presences = [_presence(layout, connection) for connection in connections]
        runs = separate_meetings(meeting, presences, delivery.idle_limit)
        for run in runs:
            _land(writer, layout, meeting, [connections[at] for at in sorted(run)])
        if runs:
            _compare_totals(writer, layout, meeting_row, meeting, connections)


def _printed_connections(
    layout: Layout, people: list[Numbered]
) -> Iterator[PrintedConnection]:
    for _line, row in people:
        seconds = seconds_of_minutes(layout.cell(row, "minutes"))
        joined, left = layout.cell(row, "join"), layout.cell(row, "leave")
        yield PrintedConnection(joined, left, seconds)


def _printed_times(
    layout: Layout, table: list[list[str]], people: list[Numbered]
) -> list[str]:
    times = [
        layout.cell(row, field) for _line, row in people for field in ("join", "leave")
    ]
    block = table[layout.meeting_row] if layout.meeting_row >= 0 else []
    return times + [layout.about(block, field) for field in ("start", "end")]


def _meetings(
    layout: Layout, table: list[list[str]], people: list[Numbered]
) -> Iterator[tuple[list[str], list[Numbered]]]:
    """Yield a row about each meeting of the file, and the meeting's people."""
    if not layout.is_flat:
        yield (table[layout.meeting_row] if layout.meeting_row >= 0 else []), people
        return
    groups: dict[tuple[str, str], list[Numbered]] = {}
    for line, row in people:
        key = (layout.about(row, "number"), layout.about(row, "start"))
        groups.setdefault(key, []).append((line, row))
    for members in groups.values():
        yield members[0][1], members


def _connections(
    people: list[Numbered], layout: Layout, clock: LocalClock, writer: LoadWriter
) -> list[Connection]:
    """Return rows with join and leave; reject those whose times cannot be read."""
    connections = []
    for line, row in people:
        cells = (layout.cell(row, "join"), layout.cell(row, "leave"))
        try:
            joined, left = clock.join_and_leave(*cells)
        except ValueError as error:
            message = f"no interval: {error}"
            writer.reject(line, "interval.time", "$", message, layout.by_heading(row))
            continue
        minutes = layout.cell(row, "minutes")
        refuse_unread(writer, line, minutes, seconds_of_minutes(minutes))
        connections.append(Connection(row, joined, left))
    return connections


def _land(
    writer: LoadWriter, layout: Layout, meeting: Meeting, connections: list[Connection]
) -> None:
    session = session_of_connections(
        meeting,
        [(c.joined_at, layout.cell(c.row, "name"), c.left_at) for c in connections],
    )
    intervals, durations = [], []
    for connection in connections:
        row = connection.row
        actor = _actor(session, layout, row)
        intervals.append(Interval(actor, connection.joined_at, connection.left_at))
        seconds = seconds_of_minutes(layout.cell(row, "minutes"))
        if seconds is not None:
            durations.append((actor, seconds))
    land_session(writer, session, intervals)
    names = [layout.cell(connection.row, "name") for connection in connections]
    land_claims(
        writer, session, claims_per_person("duration_seconds", durations), names
    )
    writer.report_window(session.starts_at, session.ends_at)


def _presence(layout: Layout, connection: Connection) -> Presence:
    name, email = (layout.cell(connection.row, field) for field in ("name", "email"))
    who = email.casefold() or display_name(name).casefold()
    return Presence(who, connection.joined_at, connection.left_at)


def _compare_totals(
    writer: LoadWriter,
    layout: Layout,
    meeting_row: list[str],
    meeting: Meeting,
    connections: list[Connection],
) -> None:
    """Compare the printed participants and minutes; both ways of counting are right.

    Zoom does not say whether it counts people or connections.
    """
    where = f"{meeting.number}|{meeting.starts_at}"
    printed = layout.about(meeting_row, "participants")
    people = {_presence(layout, connection).who for connection in connections}
    count = int(printed) if printed.isdecimal() else None
    counts = (len(people), len(connections))
    compare_count(writer, where, "participants", count, *counts)
    seconds = seconds_of_minutes(layout.about(meeting_row, "minutes"))
    span = (meeting.starts_at, meeting.ends_at)
    compare_length(writer, where, seconds, span, ROUNDED_UP_SECONDS)


def _actor(session: TechnicalSession, layout: Layout, row: list[str]) -> Agent:
    name, email = layout.cell(row, "name"), layout.cell(row, "email")
    return participant_agent(session, name, email)


def _read_totals(
    delivery: Delivery,
    writer: LoadWriter,
    layout: Layout,
    table: list[list[str]],
    people: list[Numbered],
) -> None:
    """Land a report of one row per person: participants and their printed minutes.

    Raises:
        UndecidedFile: the day, the zone, or the order of day and month is not known.
    """
    if layout.meeting_row >= 0:
        block = _printed_times(layout, table, [])
        clock = report_clock(delivery, block, [printed_meeting(layout, table)])
        meeting = meeting_in(layout, table[layout.meeting_row], clock, delivery.path)
    else:
        meeting = meeting_on_day(delivery)
    session = session_of_meeting(meeting, delivery.sha256)
    totals = []
    for line, row in people:
        seconds = seconds_of_minutes(layout.cell(row, "minutes"))
        if seconds is None:
            payload = layout.by_heading(row)
            writer.reject(line, "claim.minutes", "$", "no minutes", payload)
            continue
        totals.append(PrintedTotal(line, _actor(session, layout, row), seconds))
    length = length_of(session, layout, table)
    found = attributed(writer, session, totals, length, ROUNDED_UP_SECONDS)
    land_session(writer, session, [])
    count = claims_about_session({"participant_count": float(len(totals))})
    names = [layout.cell(row, "name") for _line, row in people]
    land_claims(writer, session, found.claims + count, names)
    writer.report_window(session.starts_at, session.ends_at)
