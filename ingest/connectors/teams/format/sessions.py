"""The meeting of a Teams attendance report, and when it took place."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.report_tables import (
    cell,
    is_duration,
    is_time,
    seconds_or_none,
)
from ingest.connectors.teams.format.event_log import Connection
from ingest.connectors.teams.format.report_layouts import PrintedReport, columns_of
from ingest.parsing.join_keys import key_in_link, optional_title_key
from ingest.xapi.profiles.meeting_runs import Presence, meeting_runs
from ingest.xapi.profiles.virtual_classroom import TechnicalSession

SOURCE = "teams"
PLATFORM = "Microsoft Teams"
_GUID = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
_TITLE_IN_NAME = re.compile(r"^meetingAttendance(?:Report|List)\((.+)\)(?: ?\(\d+\))?$")
_NO_TITLE = {"", "null", "none", "-"}


def session_key(title: str, starts_at: datetime) -> str:
    """Return the key of a meeting: title and start to the second, in CSV and Graph."""
    return f"{' '.join(title.split())}|{starts_at.replace(microsecond=0).isoformat()}"


def session_of_report(
    report: PrintedReport,
    clock: LocalClock,
    timed_rows: list[tuple[list[str], datetime, datetime | None]],
    file_stem: str,
) -> TechnicalSession | None:
    """Return the meeting of a report, None where the report has no time.

    Start and end are the last two times of the summary, since the title above them may
    hold a date and time as well; without a summary they are those of the connections.
    """
    values = list(_summary_values(report))
    times = list(_times(values[int(report.generation == "v3") :], clock))[-2:]
    joins = [joined for _row, joined, _left in timed_rows]
    if not times and not joins:
        return None
    starts = times[0] if times else min(joins)
    leaves = [left for _row, _joined, left in timed_rows if left is not None]
    has_ended = bool(leaves) and len(leaves) == len(timed_rows)
    title = _title(report, values, file_stem)
    meeting_id = next((value for value in values if _GUID.match(value)), None)
    names = sorted(row[0].casefold() for row, at, _left in timed_rows if at == starts)
    first = "" if meeting_id or title else "|".join(names[:1])
    link = next((key for value in values if (key := key_in_link(value))), None)
    key_of_title = optional_title_key(title)
    return TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=session_key(meeting_id or title or first, starts),
        join_key=link or (None if title else meeting_id),
        title_key=key_of_title,
        room=key_of_title,
        starts_at=starts,
        ends_at=times[1] if len(times) > 1 else max(leaves) if has_ended else None,
        precision_seconds=clock.precision_seconds,
    )


def separate_reports(
    report: PrintedReport, clock: LocalClock, idle_limit: timedelta
) -> list[PrintedReport]:
    """Return a report of each meeting, where the summary prints no time of one.

    Rows whose times cannot be read are in the first one.
    """
    columns = columns_of(report.connections)
    values = list(_summary_values(report))
    if report.people or list(_times(values, clock)):
        return [report]
    presences: list[Presence] = []
    places: list[int] = []
    for place, (_line, row) in enumerate(report.connections):
        joined = clock.utc_if_readable(cell(row, columns.joined))
        left = clock.utc_if_readable(cell(row, columns.left))
        if joined:
            presences.append(Presence(row[0].casefold(), joined, left))
            places.append(place)
    precision = timedelta(seconds=clock.precision_seconds)
    runs = meeting_runs(presences, idle_limit, precision)
    parts = [{places[at] for at in run} for run in runs] or [set()]
    parts[0] |= set(range(len(report.connections))) - set(places)
    return [
        replace(report, connections=[report.connections[at] for at in sorted(part)])
        for part in parts
    ]


def separate_lists(
    connections: list[Connection], clock: LocalClock, idle_limit: timedelta
) -> list[list[Connection]]:
    """Return the connections of each meeting in an attendance list."""
    spans = [Presence(c.row[0].casefold(), c.joined_at, c.left_at) for c in connections]
    precision = timedelta(seconds=clock.precision_seconds)
    runs = meeting_runs(spans, idle_limit, precision)
    return [[connections[at] for at in sorted(run)] for run in runs]


def _summary_values(report: PrintedReport) -> Iterator[str]:
    """Yield the summary's values in order, the first one of each row."""
    for row in report.summary:
        yield next((value for value in row[1:] if value), "")


def printed_totals(report: PrintedReport) -> tuple[int | None, float | None]:
    """Return the summary's number of participants and the meeting's seconds.

    The number is the first one below the title; the meeting's duration stands before
    the average one. None where the summary prints no such total.
    """
    values = list(_summary_values(report))[int(report.generation == "v3") :]
    counts = [int(value) for value in values if value.isdecimal()]
    lengths = [v for v in values if not v.isdecimal() and not is_time(v)]
    seconds = [
        s for text in lengths if (s := seconds_or_none(text, report.locale)) is not None
    ]
    return next(iter(counts), None), next(iter(seconds), None)


def _times(values: list[str], clock: LocalClock) -> Iterator[datetime]:
    for value in values:
        try:
            if is_time(value):
                yield clock.utc(value)
        except ValueError:
            continue


def _title(report: PrintedReport, values: list[str], file_stem: str) -> str:
    """Return a meeting's title, "" where there is none.

    It is the first summary value of a v3 report, and in a v2 report the first one that
    is nothing else (a count, time, id or link); without one it is in the file's name.
    """
    if report.generation == "v3":
        title = values[0] if values else ""
    else:
        counts = [value for value in values if value.isdigit()][:1]
        title = next((v for v in values if v not in counts and _is_title(v)), "")
    if title.casefold() in _NO_TITLE:
        in_name = _TITLE_IN_NAME.match(file_stem)
        title = in_name.group(1) if in_name else ""
    return "" if title.casefold() in _NO_TITLE else title


def _is_title(value: str) -> bool:
    if not value or _GUID.match(value) or is_time(value):
        return False
    return not is_duration(value) and not key_in_link(value)


def session_of_list(
    connections: list[Connection], clock: LocalClock
) -> TechnicalSession:
    """Return the meeting of an attendance list, which has neither title nor start.

    The list begins when the person who downloads it joins. That time, and the people
    connected then, are the same in a list that is downloaded later.
    """
    starts = min(connection.joined_at for connection in connections)
    first_people = sorted({c.row[0] for c in connections if c.joined_at == starts})
    names = hashlib.sha256("\n".join(first_people).encode()).hexdigest()
    return TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=f"list|{starts.isoformat()}|{names}",
        join_key=None,
        starts_at=starts,
        ends_at=None,
        precision_seconds=clock.precision_seconds,
    )
