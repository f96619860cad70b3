"""Microsoft Teams attendance reports (CSV), all generations.

`attendance-v3` (since 2022) has three numbered sections: a summary, an aggregate a
person, the connections. Intervals come from the third; the second gives claims and user
principal names, and its first join to last leave is *not* attendance. `attendance-v2`
(2021-22) is one table of connections, `attendance-v1` (2020-21) a log of joins and
leaves. All are found by their shape, so a language that the dictionary lacks is read
as well.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from ingest.connectors.local_clock import ABSENT, LocalClock, clock_for
from ingest.connectors.report_tables import Rows, cell, seconds_or_none
from ingest.connectors.session_claims import claims_per_person, land_claims
from ingest.connectors.teams.format.log import connections
from ingest.connectors.teams.format.people import Directory, is_organiser
from ingest.connectors.teams.format.sessions import listed_session, reported_session
from ingest.connectors.teams.format.shapes import (
    Columns,
    Sheet,
    columns_of,
    locale_of,
    meeting_times,
    sheets_of,
)
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.day_periods import unknown_halves
from ingest.parsing.report_text import file_text, head_text
from ingest.parsing.times import Order, needs_order, order_of, parse_local
from ingest.xapi.profiles.aggregates import interval_from_total
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    opening_statement,
    person,
)
from tandem.core.errors import DamagedFile, UndecidedFile

NAME = "teams"
LONGEST_MEETING = timedelta(hours=30)  # Teams ends every meeting after that
FIRST_REPORTS = datetime.fromisoformat("2020-01-01")
_ORDERS: tuple[Order, ...] = ("dmy", "mdy")
PRINTED_TOLERANCE_SECONDS = 60  # totals of an hour and more drop the seconds

Timed = list[tuple[list[str], datetime, datetime | None]]


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a report by its shape; its words only tell the language."""
    if path.suffix.lower() not in {".csv", ".txt", ".tsv"}:
        return None
    decoded = head_text(head, locale_of)
    sheets = sheets_of(decoded.text) if decoded else []
    if decoded is None or not sheets:
        return None
    sheet = sheets[0]
    shapes = {
        "v1": "a log of joins and leaves in three columns",
        "v2": "one table of connections",
        "v3": "numbered sections",
    }
    if sheet.generation == "v3":
        confidence = 0.95 if sheet.locale else 0.7
    else:
        confidence = 0.9 if sheet.locale else 0.6
    known = f"in {sheet.locale}" if sheet.locale else "in a language read by position"
    return Recognition(
        connector=NAME,
        source=NAME,
        variant=f"attendance-{sheet.generation}",
        confidence=confidence,
        reason=f"{shapes[sheet.generation]} of a Teams attendance report, {known}",
        encoding=decoded.encoding,
        delimiter=sheet.delimiter,
        locale=sheet.locale,
        needs=("--tz", *(("--date-order",) if _is_undecided(sheets) else ())),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land one report: a session, its connection intervals, the printed durations.

    Raises:
        UndecidedFile: zone, or order of day and month, are not in the file.
        DamagedFile: it is no report after all.
    """
    sheets = sheets_of(file_text(delivery.path, locale_of))
    if not sheets:
        raise DamagedFile("it has no attendance in it", delivery.path.name)
    clock = _clock(delivery, sheets)
    found: list[TechnicalSession] = []
    for sheet in sheets:
        land = _land_log if sheet.generation == "v1" else _land_report
        if session := land(sheet, clock, delivery, writer):
            found.append(session)
    starts = [session.starts_at for session in found if session.starts_at]
    ends = [session.ends_at for session in found if session.ends_at]
    writer.report_window(min(starts, default=None), max(ends, default=None))


def _clock(delivery: Delivery, sheets: list[Sheet]) -> LocalClock:
    """Return the file's clock; what it proves itself outranks what was said of it."""
    printed = [text for sheet in sheets for text in sheet.printed_times]
    if len(halves := unknown_halves(printed)) > 1:
        raise UndecidedFile(
            f"its halves of the day ({', '.join(halves)}) are not known",
            delivery.path.name,
            "set Teams to another language and download the report again",
        )
    proven = order_of(printed)
    order = _order_by_length(sheets) if proven is None else _order_by_age(printed)
    if order and order != proven:
        options = replace(delivery.options, date_order=order)
        delivery = replace(delivery, options=options)
    return clock_for(delivery, printed)


def _is_undecided(sheets: list[Sheet]) -> bool:
    printed = [text for sheet in sheets for text in sheet.printed_times]
    is_open = needs_order(printed) and order_of(printed) is None
    return is_open and _order_by_length(sheets) is None


def _order_by_length(sheets: list[Sheet]) -> Order | None:
    """Return the only order in which no meeting is longer than meetings are.

    From 11/12 to 12/12 it is a night or a month. Where all times are the same in both
    orders (3/3), either will do.
    """
    printed = [list(meeting_times(sheet)) for sheet in sheets]
    readings = {o: [_readings(times, o) for times in printed] for o in _ORDERS}
    possible = [order for order in _ORDERS if all(map(_fits, readings[order]))]
    is_same = len(possible) > 1 and readings["dmy"] == readings["mdy"]
    return possible[0] if len(possible) == 1 or is_same else None


def _order_by_age(printed: list[str]) -> Order | None:
    """Return the year first where only so no time is before Teams had reports.

    26/3/17 is in 2026: the Basques write so.
    """
    last = (max(_readings(printed, order), default=None) for order in ("dmy", "ymd"))
    by_day, by_year = last
    is_old = by_day is not None and by_day < FIRST_REPORTS
    return "ymd" if is_old and by_year and by_year >= FIRST_REPORTS else None


def _readings(printed: list[str], order: Order) -> list[datetime]:
    """Return all times in an order, none if one of them has no reading in it."""
    try:
        return [parse_local(text, order).at for text in printed]
    except ValueError:
        return []


def _fits(times: list[datetime]) -> bool:
    return bool(times) and max(times) - min(times) <= LONGEST_MEETING


def _land_log(
    sheet: Sheet, clock: LocalClock, delivery: Delivery, writer: LoadWriter
) -> TechnicalSession | None:
    stays = connections(sheet.log, clock, writer, delivery.path.name)
    if not stays:
        return None
    session = listed_session(stays, clock)
    intervals = [
        Interval(
            person(session, stay.row[0], None),
            stay.joined_at,
            stay.left_at,
            is_imputed=stay.is_bound,
        )
        for stay in stays
    ]
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    writer.documents(connection_statements(session, intervals))
    return session


def _land_report(
    sheet: Sheet, clock: LocalClock, delivery: Delivery, writer: LoadWriter
) -> TechnicalSession | None:
    timed = list(
        _timed(sheet.connections, columns_of(sheet.connections), clock, writer)
    )
    # Whoever has no connection of their own is there by their total alone.
    connected = {row[0] for _line, row in sheet.connections}
    others = [(line, row) for line, row in sheet.people if row[0] not in connected]
    lasts = columns_of(sheet.people)
    summed = list(_timed(others, lasts, clock, writer))
    session = reported_session(sheet, clock, [*timed, *summed], delivery.path.stem)
    if session is None:
        return None
    people = Directory.of(sheet)
    hosts = [row for row, _joined, _left in [*timed, *summed] if is_organiser(row)]
    intervals = [
        Interval(people.actor(session, row), joined, left)
        for row, joined, left in timed
    ]
    intervals += [
        interval_from_total(
            people.actor(session, row),
            joined,
            left,
            seconds_or_none(cell(row, lasts.duration)),
            PRINTED_TOLERANCE_SECONDS,
        )
        for row, joined, left in summed
    ]
    claimed = sheet.people or sheet.connections
    lasted = columns_of(claimed).duration
    claims: list[tuple[Agent, float]] = [
        (people.actor(session, row), seconds)
        for _line, row in claimed
        if (seconds := seconds_or_none(cell(row, lasted))) is not None
    ]
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(writer, session, claims_per_person("duration_seconds", claims))
    writer.documents(connection_statements(session, intervals))
    if hosts:
        writer.documents([opening_statement(session, people.actor(session, hosts[0]))])
    return session


def _timed(
    table: Rows, columns: Columns, clock: LocalClock, writer: LoadWriter
) -> Iterator[tuple[list[str], datetime, datetime | None]]:
    """Yield the rows whose times make sense; reject the others, each with its line.

    Whoever registered and never came has a row without a join or a leave.
    """
    for line, row in table:
        times = (cell(row, columns.joined), cell(row, columns.left))
        if len(row) > columns.left and all(t.casefold() in ABSENT for t in times):
            continue
        try:
            joined, left = clock.utc(times[0]), clock.utc_or_none(times[1])
            if left is not None and left < joined:
                raise ValueError("it leaves before it joins")
        except ValueError as error:
            payload = dict(enumerate(row))
            writer.reject(line, "interval.time", "$", f"no interval: {error}", payload)
            continue
        yield row, joined, left
