"""Google Meet's attendance report (CSV), as mailed to the host.

One row a person: first join, last leave and a total, times of day only. What lies
between is not known, so a total that is shorter than the stay sets the leave, imputed.
The day comes from the file itself, its name, or --date.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from ingest.connectors.local_clock import ABSENT
from ingest.connectors.meet.format.accounts import (
    PLATFORM,
    SOURCE,
    code_of,
)
from ingest.connectors.meet.format.opening import Opening, moments, opening_of
from ingest.connectors.meet.format.shapes import (
    Sheet,
    language_of,
    locale_of,
    sheet_of,
    sheets_of,
)
from ingest.connectors.report_tables import cell, seconds_or_none
from ingest.connectors.session_claims import claims_per_person, land_claims
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.join_keys import title_key
from ingest.parsing.report_text import file_text, head_text
from ingest.parsing.times import clock_of, to_utc, zone
from ingest.xapi.profiles.aggregates import interval_from_total
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    person,
)
from tandem.core.errors import DamagedFile, UndecidedFile

NAME = "meet"
TOLERANCE_SECONDS = 60  # times are printed to the minute
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Stay:
    """One person's row, in UTC."""

    row: list[str]
    joined_at: datetime | None
    left_at: datetime | None
    seconds: float | None


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a person a row, with an address, a duration and two times of day."""
    if path.suffix.lower() not in {".csv", ".txt", ".tsv"}:
        return None
    decoded = head_text(head, locale_of)
    sheet = sheet_of(decoded.text) if decoded else None
    if decoded is None or sheet is None:
        return None
    locale = language_of(sheet.header)
    has_times = sheet.joined is not None
    has_day = _DAY.search(path.stem) or any(
        re.search(r"\d{4}", value) for row in sheet.preface for value in row[1:]
    )
    times = " and two times of day" if has_times else ""
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="attendance" if has_times else "attendance-totals",
        confidence=0.9 if locale else 0.65,
        reason=f"Meet's attendance report: a row a person with a total{times}",
        encoding=decoded.encoding,
        delimiter=sheet.delimiter,
        locale=locale,
        needs=("--tz",) if has_day else ("--tz", "--date"),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land one report: a session, a connection a person, the printed totals.

    Raises:
        UndecidedFile: the day or the zone is nowhere to be found.
        DamagedFile: it is no report after all.
    """
    sheets = sheets_of(file_text(delivery.path, locale_of))
    if not sheets:
        raise DamagedFile("it has no attendance in it", delivery.path.name)
    if not delivery.options.tz:
        raise UndecidedFile(
            "its times carry no time zone",
            delivery.path.name,
            "pass --tz, e.g. --tz Europe/London, or set it for the source in "
            "tandem.toml",
        )
    tz = zone(delivery.options.tz)
    found = [_land(sheet, delivery, tz, writer) for sheet in sheets]
    starts = [session.starts_at for session in found if session.starts_at]
    ends = [session.ends_at for session in found if session.ends_at]
    writer.report_window(min(starts, default=None), max(ends, default=None))


def _land(
    sheet: Sheet, delivery: Delivery, tz: ZoneInfo, writer: LoadWriter
) -> TechnicalSession:
    opening = opening_of(delivery, sheet)
    stays = _stays(sheet, opening, tz, writer)
    session = _session(opening, sheet, stays, tz)
    intervals: list[Interval] = []
    claims: list[tuple[Agent, float]] = []
    for stay in stays:
        actor = person(session, sheet.name_of(stay.row), sheet.email_of(stay.row))
        if stay.seconds is not None:
            claims.append((actor, stay.seconds))
        if stay.joined_at:
            intervals.append(
                interval_from_total(
                    actor, stay.joined_at, stay.left_at, stay.seconds, TOLERANCE_SECONDS
                )
            )
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(writer, session, claims_per_person("duration_seconds", claims))
    writer.documents(connection_statements(session, intervals))
    return session


def _stays(
    sheet: Sheet, opening: Opening, tz: ZoneInfo, writer: LoadWriter
) -> list[Stay]:
    """Return the rows that can be read; reject the others, each with its line."""
    readable: list[tuple[int, list[str], tuple[time | None, time | None]]] = []
    for line, row in sheet.people:
        try:
            readable.append(
                (line, row, (_clock(row, sheet.joined), _clock(row, sheet.left)))
            )
        except ValueError as error:
            _reject(writer, line, row, error)
    found = []
    local = moments(opening, [clocks for _line, _row, clocks in readable])
    for (line, row, _clocks), (joined, left) in zip(readable, local, strict=True):
        try:
            start = to_utc(joined, tz) if joined else None
            end = to_utc(left, tz) if left else None
        except ValueError as error:
            _reject(writer, line, row, error)
            continue
        found.append(Stay(row, start, end, seconds_or_none(cell(row, sheet.duration))))
    return found


def _reject(writer: LoadWriter, line: int, row: list[str], error: ValueError) -> None:
    payload = dict(enumerate(row))
    writer.reject(line, "interval.time", "$", f"no interval: {error}", payload)


def _clock(row: list[str], at: int | None) -> time | None:
    printed = cell(row, at) if at is not None else ""
    return None if printed.casefold() in ABSENT else clock_of(printed)[0]


def _session(
    opening: Opening, sheet: Sheet, stays: list[Stay], tz: ZoneInfo
) -> TechnicalSession:
    """Return the meeting, with everyone who is known to have been there in it."""
    joins = [stay.joined_at for stay in stays if stay.joined_at]
    leaves = [stay.left_at for stay in stays if stay.left_at]
    printed = [opening.starts, opening.ends]
    clocks = [(opening.starts, opening.ends)] if opening.starts else []
    window = [at for pair in moments(opening, clocks) for at in pair if at]
    starts, ends = ([*(to_utc(at, tz) for at in window), None, None])[:2]
    name = code_of(opening.code or "") or opening.title
    begin = starts or min(joins, default=None)
    return TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=f"{name}|{opening.day}|{begin.isoformat() if begin else ''}",
        join_key=code_of(opening.code or "")
        or (title_key(opening.title) if opening.title else None),
        starts_at=min([*joins, *([starts] if starts else [])], default=None),
        ends_at=max([*leaves, *([ends] if ends else [])], default=None),
        precision_seconds=1 if any(at and at.second for at in printed) else 60,
    )
