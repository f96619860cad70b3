"""Land the CSV table that a moderator downloads from BigBlueButton's dashboard.

The page writes it in the language and zone of its reader: one row per person with first
join, last leave and the total of all connections. The connections themselves are not
known; if their total is shorter than the time from join to leave, an imputed leave
follows from it. Rows are recognised by their shape: headings are translated, and they
and (in version 2.4) names and numbers are not quoted, so that a comma shifts the cells
after it. Only the file name holds the meeting's name and day, with dashes for spaces.
Nothing joins the table to the dashboard's JSON of the same meeting, which holds more:
land only the JSON if there is one.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from ingest.connectors.bigbluebutton.format.meetings import (
    PLATFORM,
    SOURCE,
    write_meeting,
)
from ingest.connectors.local_clock import LocalClock, clock_for
from ingest.connectors.printed_durations import refuse_unread
from ingest.connectors.printed_totals import PrintedTotal, attributed
from ingest.connectors.report_tables import seconds_or_none
from ingest.connectors.session_claims import Claim
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence, groups
from ingest.mapping.tables import TEXTS, csv_lines, whole_lines
from ingest.parsing.join_keys import optional_title_key
from ingest.parsing.source_phrases import source_phrases
from ingest.parsing.times import Order
from ingest.xapi.profiles.aggregates import interval_from_total
from ingest.xapi.profiles.meeting_runs import Presence, first_presence, meeting_runs
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    person,
)
from tandem.core.errors import DamagedFile, UndecidedFile

NAME = "bigbluebutton_table"
HEADINGS = source_phrases("bigbluebutton", "dashboard_table")
DISTINCT = ("activity_score", "talk_time", "webcam_time", "poll_votes", "raise_hands")
TOLERANCE_SECONDS = 2  # three numbers are each truncated to a second
COUNTS = ("message_count", "reaction_count", "poll_vote_count", "raised_hand_count")
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")
_TOTAL = re.compile(r"-|\d\d:\d\d:\d\d")
_TIME = re.compile(r"\D*\d.*\d:\d\d.*|-|")
_TITLE = re.compile(r"^LearningDashboard_(.*)_(\d{4}-\d\d-\d\d)(?:[ _-]*\(\d+\))?$")


@dataclass(frozen=True)
class Row:
    """The row of one person, as printed."""

    line: int
    name: str
    is_moderator: bool
    talk_time: str
    camera_time: str
    counts: tuple[str, ...]
    joined: str
    left: str
    duration: str


Stay = tuple[Row, datetime | None, datetime | None]  # with join and leave in UTC


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a row's shape: TRUE or FALSE, two totals, four counts, two times."""
    if path.is_dir() or path.suffix.lower() not in TEXTS:
        return None
    if not re.search(rb"TRUE|FALSE", head.replace(b"\x00", b"")):
        return None
    try:
        first_row = next(_people(whole_lines(head)), None)
        locale = _language(whole_lines(head))
    except (UnicodeError, csv.Error):
        return None
    if first_row is None:
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="learning-dashboard-table",
        found=groups({Evidence.OWN_FORM: True, Evidence.HEADINGS: locale is not None}),
        reason="a row a person with talk time, counts, join, left and a sum",
        locale=locale,
        needs=("--tz",),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the meeting, one connection per person, and the printed totals.

    Raises:
        UndecidedFile: the zone, or the order of day and month, is not known.
        DamagedFile: the table has no rows.
    """
    people = list(_people(delivery.path.read_bytes()))
    if not people:
        raise DamagedFile("it has no rows of people", delivery.path.name)
    title, day = _title_and_day(delivery.path)
    clock = _clock(delivery, people, day)
    stays = list(_stays(people, clock, writer))
    for meeting in _meetings(stays, delivery.idle_limit):
        presences = _presences(meeting)
        first = first_presence(presences) if presences else str(day)
        key = f"table|{title or delivery.path.stem}|{first}"
        _land(meeting, key, title, writer)
    times = [at for _row, *span in stays for at in span if at]
    writer.report_window(min(times, default=None), max(times, default=None))


def _meetings(stays: list[Stay], idle_limit: timedelta) -> list[list[Stay]]:
    """Return the rows of each meeting; rows without a join are in the first one."""
    timed = [stay for stay in stays if stay[1]]
    runs = meeting_runs(_presences(timed), idle_limit)
    if len(runs) <= 1:
        return [stays]
    meetings = [[timed[at] for at in sorted(run)] for run in runs]
    return [[stay for stay in stays if not stay[1]] + meetings[0], *meetings[1:]]


def _presences(stays: list[Stay]) -> list[Presence]:
    return [Presence(r.name.casefold(), at, left) for r, at, left in stays if at]


def _land(stays: list[Stay], key: str, title: str, writer: LoadWriter) -> None:
    """Write one meeting: connections, totals and its host."""
    joins = [joined for _row, joined, _left in stays if joined]
    starts_at = min(joins, default=None)
    session = TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=key,
        join_key=None,
        title_key=optional_title_key(title.replace("-", " ")),
        starts_at=starts_at,
        ends_at=None,  # the table can be downloaded during the meeting
    )
    intervals: list[Interval] = []
    claims: list[Claim] = []
    found = attributed(
        writer,
        session,
        [
            PrintedTotal(row.line, person(session, row.name, None), _seconds(row))
            for row, _joined, _left in stays
        ],
        _length(stays),
        TOLERANCE_SECONDS,
    )
    for row, joined, left in stays:
        actor, seconds = found.actors[row.line], _seconds(row)
        claims += _totals(row, actor)
        if joined and left:
            intervals.append(
                interval_from_total(actor, joined, left, seconds, TOLERANCE_SECONDS)
            )
        elif joined:
            intervals.append(Interval(actor, joined, None))
    claims += found.claims
    hosts = [(at, row.line) for row, at, _left in stays if at and row.is_moderator]
    host = found.actors[min(hosts)[1]] if hosts else None
    write_meeting(writer, session, host, intervals, [], claims)


def _people(content: bytes) -> Iterator[Row]:
    """Yield people; a spreadsheet may have saved the table with semicolons or tabs."""
    for mark in (",", ";", "\t"):
        rows = [_row(line, cells) for line, cells in csv_lines(content, mark)]
        if any(rows):
            yield from (row for row in rows if row)
            return


def _language(content: bytes) -> str | None:
    """Return the language of the first line, None where its headings are not known."""
    headers = [csv_lines(content, mark)[:1] for mark in (",", ";", "\t")]
    headings = [cell for lines in headers for _line, cells in lines for cell in cells]
    return HEADINGS.language_of(headings, DISTINCT)


def _row(line: int, cells: list[str]) -> Row | None:
    """Return the person of a row, whose cells unquoted commas in names may shift."""
    for at, cell in enumerate(cells):
        if at == 0 or cell not in {"TRUE", "FALSE"}:
            continue
        for score_cells in (1, 2):  # two for an unquoted decimal comma: 3,5
            rest = cells[at + 1 + score_cells : at + 10 + score_cells]
            if len(rest) == 9 and _has_shape(rest):
                return Row(
                    line=line,
                    name=", ".join(cells[:at]).replace('"', "").strip(),
                    is_moderator=cell == "TRUE",
                    talk_time=rest[0],
                    camera_time=rest[1],
                    counts=tuple(rest[2:6]),
                    joined=rest[6],
                    left=rest[7],
                    duration=rest[8],
                )
    return None


def _has_shape(rest: list[str]) -> bool:
    totals_of_row = [*rest[:2], rest[8]]
    return (
        all(_TOTAL.fullmatch(cell) for cell in totals_of_row)
        and all(cell.isdecimal() for cell in rest[2:6])
        and all(_TIME.fullmatch(cell) for cell in rest[6:8])
    )


def _title_and_day(path: Path) -> tuple[str, date | None]:
    """Return title and day (UTC) in the file's name, ("", None) if it has none."""
    match = _TITLE.match(path.stem)
    if not match:
        return "", None
    try:
        return match.group(1), date.fromisoformat(match.group(2))
    except ValueError:
        return match.group(1), None


def _clock(delivery: Delivery, people: list[Row], day: date | None) -> LocalClock:
    """Return the clock of the table; the day in the file's name may prove the order.

    Raises:
        UndecidedFile: the zone, or the order of day and month, is not known.
    """
    printed = [row.joined for row in people]
    options = delivery.options
    if options.date_order or day is None or not options.tz:
        return clock_for(delivery, printed)
    matching = []
    for order in ORDERS:
        with_order = replace(delivery, options=replace(options, date_order=order))
        try:
            clock = clock_for(with_order, printed)
            first = clock.utc_or_none(printed[0])
        except (ValueError, UndecidedFile):
            continue
        if first and abs(first.date() - day) <= timedelta(days=1):
            matching.append(clock)
    if len({clock.order for clock in matching}) == 1:
        return matching[0]
    return clock_for(delivery, printed)


def _stays(people: list[Row], clock: LocalClock, writer: LoadWriter) -> Iterator[Stay]:
    """Yield rows with their times (UTC); one with invalid times keeps its totals."""
    for row in people:
        try:
            joined, left = clock.utc_or_none(row.joined), clock.utc_or_none(row.left)
            if left and left.year <= 1970:
                left = (
                    None  # version 2.4 prints 1970 for a person who is still connected
                )
            if joined and left and left < joined:
                raise ValueError("it ends before it begins")
        except ValueError as error:
            message, payload = f"no interval: {error}", {"row": row.line}
            writer.reject(row.line, "interval.time", "$", message, payload)
            joined, left = None, None
        for total in (row.duration, row.talk_time, row.camera_time):
            refuse_unread(writer, row.line, total, seconds_or_none(total))
        yield row, joined, left


def _seconds(row: Row) -> float | None:
    return seconds_or_none(row.duration)


def _length(stays: list[Stay]) -> float | None:
    """Return the seconds from the first join to the last leave, None if one is open."""
    joins = [joined for _row, joined, _left in stays if joined]
    leaves = [left for _row, joined, left in stays if joined and left]
    if not joins or len(joins) != len(leaves):
        return None
    return (max(leaves) - min(joins)).total_seconds()


def _totals(row: Row, actor: Agent) -> Iterator[Claim]:
    for claim, printed in (
        ("talk_seconds", row.talk_time),
        ("camera_seconds", row.camera_time),
    ):
        if (seconds := seconds_or_none(printed)) is not None:
            yield actor, claim, seconds
    for claim, printed in zip(COUNTS, row.counts, strict=True):
        if float(printed):
            yield actor, claim, float(printed)
