"""The table that BigBlueButton's learning dashboard lets a moderator download (CSV).

Written by the page itself, in the reader's language and zone: a row a person with first
join, last leave and the sum of all connections. What lies between is not known, so a
sum that is shorter than the stay sets the leave, imputed. Rows are told by their shape:
the headings are translated, and neither they nor, in version 2.4, names and numbers are
quoted, so that a comma shifts what follows. The meeting's name and day are in the name
of the file alone, with dashes for spaces. Nothing ties it to the dashboard's JSON of
the same meeting, which says more: where there is one, leave the table.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from ingest.connectors.bigbluebutton.format.meetings import (
    PLATFORM,
    SOURCE,
)
from ingest.connectors.local_clock import LocalClock, clock_for
from ingest.connectors.session_claims import Claim, claims_per_person, land_claims
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.mapping.tables import TEXTS, csv_lines, whole_lines
from ingest.parsing.durations import seconds_of
from ingest.parsing.join_keys import title_key
from ingest.parsing.times import Order
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

NAME = "bigbluebutton_table"
TOLERANCE_SECONDS = 2  # each of three numbers is cut to a second
COUNTS = ("message_count", "reaction_count", "poll_vote_count", "raised_hand_count")
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")
_SUM = re.compile(r"-|\d\d:\d\d:\d\d")
_TIME = re.compile(r"\D*\d.*\d:\d\d.*|-|")
_TITLE = re.compile(r"^LearningDashboard_(.*)_(\d{4}-\d\d-\d\d)(?:[ _-]*\(\d+\))?$")


@dataclass(frozen=True)
class Row:
    """One person's row, as printed."""

    line: int
    name: str
    is_moderator: bool
    talked: str
    shown: str
    counts: tuple[str, ...]
    joined: str
    left: str
    duration: str


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a row's shape: moderator or not, two sums, four counts, two times."""
    if path.is_dir() or path.suffix.lower() not in TEXTS:
        return None
    if not re.search(rb"TRUE|FALSE", head.replace(b"\x00", b"")):
        return None
    try:
        found = next(_people(whole_lines(head)), None)
    except (UnicodeError, csv.Error):
        return None
    if found is None:
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="learning-dashboard-table",
        confidence=0.92,
        reason="a row a person with talk time, counts, join, left and a sum",
        needs=("--tz",),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the meeting, a connection a person, and the printed sums.

    Raises:
        UndecidedFile: the zone, or the order of day and month, is nowhere to be found.
        DamagedFile: nobody is in it.
    """
    people = list(_people(delivery.path.read_bytes()))
    if not people:
        raise DamagedFile("it has nobody in it", delivery.path.name)
    title, day = _named(delivery.path)
    clock = _clock(delivery, people, day)
    stays = list(_stays(people, clock, writer))
    joins = [joined for _row, joined, _left in stays if joined]
    begun = min(joins, default=None)
    session = TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=f"table|{title or delivery.path.stem}|{begun or day}",
        join_key=title_key(title.replace("-", " ")) if title else None,
        starts_at=begun,
        ends_at=None,  # the table may be taken while the meeting runs
    )
    intervals: list[Interval] = []
    claims: list[Claim] = []
    durations: list[tuple[Agent, float]] = []
    for row, joined, left in stays:
        actor = person(session, row.name, None)
        seconds = None if row.duration == "-" else seconds_of(row.duration)
        if seconds is not None:
            durations.append((actor, seconds))
        claims += _sums(row, actor)
        if joined and left:
            intervals.append(
                interval_from_total(actor, joined, left, seconds, TOLERANCE_SECONDS)
            )
        elif joined:
            intervals.append(Interval(actor, joined, None))
    claims += claims_per_person("duration_seconds", durations)
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(writer, session, claims)
    hosts = [(at, row.line, row) for row, at, _ in stays if at and row.is_moderator]
    if hosts:
        host = person(session, min(hosts)[2].name, None)
        writer.documents([opening_statement(session, host)])
    writer.documents(connection_statements(session, intervals))
    leaves = [left for _row, _joined, left in stays if left]
    writer.report_window(begun, max(leaves, default=None))


def _people(content: bytes) -> Iterator[Row]:
    """Yield people; a spreadsheet that saved it again may have used semicolons."""
    for mark in (",", ";", "\t"):
        found = [_row(line, cells) for line, cells in csv_lines(content, mark)]
        if any(found):
            yield from (row for row in found if row)
            return


def _row(line: int, cells: list[str]) -> Row | None:
    """Return a person, wherever in the row the commas of names have put them."""
    for at, cell in enumerate(cells):
        if at == 0 or cell not in {"TRUE", "FALSE"}:
            continue
        for score_cells in (1, 2):  # 3,5 without quotes
            rest = cells[at + 1 + score_cells : at + 10 + score_cells]
            if len(rest) == 9 and _fits(rest):
                return Row(
                    line=line,
                    name=", ".join(cells[:at]).replace('"', "").strip(),
                    is_moderator=cell == "TRUE",
                    talked=rest[0],
                    shown=rest[1],
                    counts=tuple(rest[2:6]),
                    joined=rest[6],
                    left=rest[7],
                    duration=rest[8],
                )
    return None


def _fits(rest: list[str]) -> bool:
    sums = [*rest[:2], rest[8]]
    return (
        all(_SUM.fullmatch(cell) for cell in sums)
        and all(cell.isdecimal() for cell in rest[2:6])
        and all(_TIME.fullmatch(cell) for cell in rest[6:8])
    )


def _named(path: Path) -> tuple[str, date | None]:
    """Return title and day as the file's name tells them; the page's is UTC's day."""
    found = _TITLE.match(path.stem)
    if not found:
        return "", None
    try:
        return found.group(1), date.fromisoformat(found.group(2))
    except ValueError:
        return found.group(1), None


def _clock(delivery: Delivery, people: list[Row], day: date | None) -> LocalClock:
    """Return the clock of the reader's page; the file's name may tell day from month.

    Raises:
        UndecidedFile: the zone is not told, or the order of day and month.
    """
    printed = [row.joined for row in people]
    options = delivery.options
    if options.date_order or day is None or not options.tz:
        return clock_for(delivery, printed)
    near = []
    for order in ORDERS:
        told = replace(delivery, options=replace(options, date_order=order))
        try:
            clock = clock_for(told, printed)
            first = clock.utc_or_none(printed[0])
        except (ValueError, UndecidedFile):
            continue
        if first and abs(first.date() - day) <= timedelta(days=1):
            near.append(clock)
    if len({clock.order for clock in near}) == 1:
        return near[0]
    return clock_for(delivery, printed)


def _stays(
    people: list[Row], clock: LocalClock, writer: LoadWriter
) -> Iterator[tuple[Row, datetime | None, datetime | None]]:
    """Yield rows with their times, UTC; one that cannot be read keeps its sums."""
    for row in people:
        try:
            joined, left = clock.utc_or_none(row.joined), clock.utc_or_none(row.left)
            if left and left.year <= 1970:
                left = None  # version 2.4 prints the year 1970 of who is still there
            if joined and left and left < joined:
                raise ValueError("it ends before it begins")
        except ValueError as error:
            words, payload = f"no interval: {error}", {"row": row.line}
            writer.reject(row.line, "interval.time", "$", words, payload)
            joined, left = None, None
        yield row, joined, left


def _sums(row: Row, actor: Agent) -> Iterator[Claim]:
    for claim, printed in (
        ("talk_seconds", row.talked),
        ("camera_seconds", row.shown),
    ):
        if printed != "-":
            yield actor, claim, seconds_of(printed)
    for claim, printed in zip(COUNTS, row.counts, strict=True):
        if float(printed):
            yield actor, claim, float(printed)
