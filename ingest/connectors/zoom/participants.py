"""Zoom participant reports (CSV): one row a connection, times in the exporter's zone.

Variants: `participants` (rows only), `participants-with-meeting` (a block about the
meeting first), `participants-unique` (one row a person, no times: claims alone) and
`usage` (2023 on: each row repeats its meeting, several meetings in one file). Printed
minutes are rounded up and overlap, so they are kept as claims beside the intervals,
never as attendance.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.zoom.format.days import (
    Span,
    day_in_name,
    day_of,
    report_clock,
    whole_day,
)
from ingest.connectors.zoom.format.layout import (
    Layout,
    Numbered,
    is_time,
    layout_of,
    reports_in,
)
from ingest.connectors.zoom.format.report import (
    Meeting,
    agent_of,
    attended_session,
    bare_address,
    claim_rows,
    land_claims,
    land_session,
    minutes_in,
    number_of,
    precision_of,
    session_claims,
    told_session,
    whom,
)
from ingest.connectors.zoom.format.sections import numbered_rows
from ingest.connectors.zoom.format.text import table_in, table_of
from ingest.connectors.zoom.format.words import YES
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.text import rows
from ingest.xapi.profiles.aggregates import sum_by_person
from ingest.xapi.profiles.virtual_classroom import Interval
from tandem.core.errors import DamagedFile, UndecidedFile

NAME = "zoom"


@dataclass(frozen=True)
class Connection:
    """One row whose times make sense."""

    row: list[str]
    joined_at: datetime
    left_at: datetime | None


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a participant report by its headings, else by its shape."""
    found = table_in(path, head)
    if found is None:
        return None
    layout = layout_of(rows(found.text, found.mark)[:60])
    if layout is None:
        return None
    ground = "by their words" if layout.is_known else "by their shape and times"
    has_day = layout.join >= 0 or layout.meeting_row >= 0 or day_in_name(path)
    needs = ("--tz",) if has_day else ("--date", "--tz")
    return Recognition(
        connector=NAME,
        source=NAME,
        variant=layout.variant,
        confidence=0.95 if layout.is_known else 0.8,
        reason=f"headings of Zoom's participant report, known {ground}",
        encoding=found.encoding,
        delimiter=found.delimiter,
        locale=layout.language,
        needs=needs,
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the sessions of a report, their connections, and the printed minutes.

    Raises:
        UndecidedFile: zone, order of day and month, or the day itself is not told.
    """
    found = table_of(delivery.path)
    table = numbered_rows(found.text, found.mark)
    for report in reports_in(table):
        beside = (cell for _line, row in table for cell in row if is_time(cell))
        _read_report(delivery, writer, report, beside)


def _read_report(
    delivery: Delivery,
    writer: LoadWriter,
    report: list[Numbered],
    beside: Iterable[str],
) -> None:
    """Land one report; the times of those below and above tell day from month too."""
    table = [row for _line, row in report]
    layout = layout_of(table)
    if layout is None:
        raise DamagedFile("its headings are gone", delivery.path.name, "export again")
    people = [
        (line, row)
        for line, row in report[layout.header + 1 :]
        if layout.cell(row, "waiting").casefold() not in YES
    ]
    if layout.join < 0:
        _read_totals(delivery, writer, layout, table, people)
        return
    printed = _printed(layout, table, people)
    clock = report_clock(delivery, printed, _spans(layout, people), beside)
    joins = (layout.cell(row, "join") for _line, row in people)
    clock = replace(clock, precision_seconds=precision_of(clock, joins))
    for about, members in _meetings(layout, table, people):
        meeting = _meeting(layout, about, clock, delivery.path)
        _land(writer, layout, meeting, _timed(members, layout, clock, writer))


def _spans(layout: Layout, people: list[Numbered]) -> Iterator[Span]:
    for _line, row in people:
        minutes = minutes_in(layout.cell(row, "minutes"))
        yield Span(layout.cell(row, "join"), layout.cell(row, "leave"), minutes)


def _printed(
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
    """Yield each meeting of the file: a row that tells about it, and its people."""
    if not layout.is_flat:
        yield (table[layout.meeting_row] if layout.meeting_row >= 0 else []), people
        return
    groups: dict[tuple[str, str], list[Numbered]] = {}
    for line, row in people:
        told = (layout.about(row, "number"), layout.about(row, "start"))
        groups.setdefault(told, []).append((line, row))
    for members in groups.values():
        yield members[0][1], members


def _meeting(
    layout: Layout, about: list[str], clock: LocalClock, path: Path
) -> Meeting:
    """Return what a block or row tells of its meeting; a time it garbles is untold."""
    times = []
    for field in ("start", "end"):
        try:
            times.append(clock.utc_or_none(layout.about(about, field)))
        except ValueError:
            times.append(None)
    return Meeting(
        number=number_of(layout.about(about, "number"), path),
        starts_at=times[0],
        ends_at=times[1],
        host=agent_of(bare_address(layout.about(about, "host"))),
        precision_seconds=clock.precision_seconds,
    )


def _timed(
    people: list[Numbered], layout: Layout, clock: LocalClock, writer: LoadWriter
) -> list[Connection]:
    """Return the rows whose times make sense; reject the others, each with its line."""
    found = []
    for line, row in people:
        try:
            joined = clock.utc(layout.cell(row, "join"))
            left = clock.utc_or_none(layout.cell(row, "leave"))
            if left is not None and left < joined:
                raise ValueError("it leaves before it joins")
        except ValueError as error:
            words = f"no interval: {error}"
            writer.reject(line, "interval.time", "$", words, layout.named(row))
            continue
        found.append(Connection(row, joined, left))
    return found


def _land(
    writer: LoadWriter, layout: Layout, meeting: Meeting, timed: list[Connection]
) -> None:
    if not timed:
        return
    session = attended_session(
        meeting,
        [(one.joined_at, layout.cell(one.row, "name"), one.left_at) for one in timed],
    )
    intervals, claims = [], []
    for one in timed:
        name, email = layout.cell(one.row, "name"), layout.cell(one.row, "email")
        actor = whom(session, name, email)
        intervals.append(Interval(actor, one.joined_at, one.left_at))
        seconds = minutes_in(layout.cell(one.row, "minutes"))
        if seconds is not None:
            claims.append((actor, seconds))
    land_session(writer, session, intervals)
    land_claims(writer, claim_rows(session, "duration_seconds", sum_by_person(claims)))
    writer.report_window(session.starts_at, session.ends_at)


def _read_totals(
    delivery: Delivery,
    writer: LoadWriter,
    layout: Layout,
    table: list[list[str]],
    people: list[Numbered],
) -> None:
    """Land a report of one row a person: who was there and for how long it says.

    Raises:
        UndecidedFile: neither the file nor an option tells the day.
    """
    if layout.meeting_row >= 0:
        block = _printed(layout, table, [])
        clock = report_clock(delivery, block, [_block_span(layout, table)])
        meeting = _meeting(layout, table[layout.meeting_row], clock, delivery.path)
    else:
        meeting = _day(delivery)
    session = told_session(meeting, delivery.sha256)
    claims = []
    for line, row in people:
        seconds = minutes_in(layout.cell(row, "minutes"))
        if seconds is None:
            writer.reject(line, "claim.minutes", "$", "no minutes", layout.named(row))
            continue
        actor = whom(session, layout.cell(row, "name"), layout.cell(row, "email"))
        claims.append((actor, seconds))
    land_session(writer, session, [])
    land_claims(
        writer,
        claim_rows(session, "duration_seconds", sum_by_person(claims))
        + session_claims(session, {"participant_count": float(len(claims))}),
    )
    writer.report_window(session.starts_at, session.ends_at)


def _block_span(layout: Layout, table: list[list[str]]) -> Span:
    block = table[layout.meeting_row]
    minutes = minutes_in(layout.about(block, "minutes"))
    return Span(layout.about(block, "start"), layout.about(block, "end"), minutes)


def _day(delivery: Delivery) -> Meeting:
    """Return a meeting of which only the day is known, from the options or the name."""
    day, tz = day_of(delivery), delivery.options.tz
    if day is None or not tz:
        raise UndecidedFile(
            "it prints minutes without any day or time",
            delivery.path.name,
            "pass --tz"
            if day
            else "pass --date, e.g. --date 2026-03-16, and --tz, or "
            "export the report with meeting data and without `unique users`",
        )
    starts_at, ends_at = whole_day(day, tz)
    return Meeting(
        number=number_of("", delivery.path),
        starts_at=starts_at,
        ends_at=ends_at,
        precision_seconds=86_400,
    )
