"""Zoom participant reports (CSV): one row a connection, times in the exporter's zone.

Variants: `participants` (rows only) and `participants-with-meeting` (a block about the
meeting first). Printed minutes are rounded up and overlap, so they are kept as claims
beside the intervals, never added up.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from ingest.connectors._base import Delivery, LoadWriter, Sniff
from ingest.connectors._classroom import (
    Interval,
    TechnicalSession,
    person,
    statements,
)
from ingest.connectors._local_files import LocalClock, clock_for
from ingest.parsing.text import Decoded, decode, delimiter_of, is_blank, rows

NAME = "zoom"
PLATFORM = "Zoom"
MEETING = ("meeting id", "topic", "start time")
PARTICIPANT = ("name (original name)", "user email", "join time", "leave time")
_MEETING_ID = re.compile(r"(?<!\d)(\d{9,11})(?!\d)")


@dataclass(frozen=True)
class Report:
    """A participant report as printed: cells, not yet times."""

    meeting: dict[str, str]
    participants: list[tuple[int, dict[str, str]]]
    delimiter: str


def sniff(path: Path, head: bytes) -> Sniff | None:
    """Recognise a participant report by its header row."""
    if path.suffix.lower() not in {".csv", ".txt"}:
        return None
    try:
        decoded = decode(head[: len(head) // 2 * 2])
    except UnicodeError:
        return None
    lines = decoded.text.casefold().split("\n")[:8]
    if not any(_is_header(line) for line in lines):
        return None
    with_meeting = any(all(word in line for word in MEETING) for line in lines)
    variant = "participants-with-meeting" if with_meeting else "participants"
    return Sniff(
        connector=NAME,
        source=NAME,
        variant=variant,
        confidence=0.95,
        reason="header of Zoom's participant report",
        encoding=decoded.encoding,
        delimiter=delimiter_of(decoded.text),
        locale="en",
        needs=("--tz",),
    )


def _is_header(line: str) -> bool:
    return all(word in line for word in PARTICIPANT)


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land one report: a session, its connection intervals, the printed minutes."""
    decoded = decode(delivery.path.read_bytes())
    report = _report(decoded)
    clock = clock_for(delivery, _printed_times(report))
    admitted = [
        (line, row)
        for line, row in report.participants
        if row.get("in waiting room", "").casefold() != "yes"
    ]
    timed = list(_timed(admitted, clock, writer))
    if not timed:
        return
    session = _session(delivery.path, report, clock, timed)
    intervals, claims = [], []
    for row, joined, left in timed:
        name, email = row["name (original name)"], row.get("user email", "")
        actor = person(session, _shown_name(name), email)
        intervals.append(Interval(actor, joined, left))
        claims.append((actor, float(row.get("duration (minutes)") or 0) * 60))
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    writer.rows("session_claims", clock.claims(session, claims))
    writer.documents(statements(session, intervals))
    writer.report_window(session.starts_at, session.ends_at)


def _report(decoded: Decoded) -> Report:
    mark = delimiter_of(decoded.text)
    table = rows(decoded.text, mark)
    at = next(n for n, row in enumerate(table) if _is_header(",".join(row).casefold()))
    meeting: dict[str, str] = {}
    for n, row in enumerate(table[:at]):
        if all(word in ",".join(row).casefold() for word in MEETING):
            cells = table[n + 1]
            meeting = dict(zip((c.casefold() for c in row), cells, strict=False))
    header = [cell.casefold() for cell in table[at]]
    participants = [
        (n, dict(zip(header, row, strict=False)))
        for n, row in enumerate(table[at + 1 :], start=at + 2)
        if not is_blank(row)
    ]
    return Report(meeting, participants, mark)


def _printed_times(report: Report) -> list[str]:
    printed = [
        row.get(column, "")
        for _line, row in report.participants
        for column in ("join time", "leave time")
    ]
    return printed + [
        report.meeting.get(column, "") for column in ("start time", "end time")
    ]


def _timed(
    rows_with_lines: list[tuple[int, dict[str, str]]],
    clock: LocalClock,
    writer: LoadWriter,
) -> Iterator[tuple[dict[str, str], datetime, datetime | None]]:
    """Yield the rows whose times make sense; reject the others, each with its line."""
    for line, row in rows_with_lines:
        try:
            joined = clock.utc(row["join time"])
            left = clock.utc_or_none(row.get("leave time", ""))
            if left is not None and left < joined:
                raise ValueError("it leaves before it joins")
        except (ValueError, KeyError) as error:
            writer.reject(line, "interval.time", "$", f"no interval: {error}", row)
            continue
        yield row, joined, left


def _session(
    path: Path,
    report: Report,
    clock: LocalClock,
    timed: list[tuple[dict[str, str], datetime, datetime | None]],
) -> TechnicalSession:
    printed_id = "".join(report.meeting.get("meeting id", "").split())
    from_name = _MEETING_ID.search(path.stem)
    join_key = printed_id or (from_name.group(1) if from_name else None)
    first = min(joined for _row, joined, _left in timed)
    starts = clock.utc_or_none(report.meeting.get("start time", "")) or first
    leaves = [left for _row, _joined, left in timed if left is not None]
    ends = clock.utc_or_none(report.meeting.get("end time", ""))
    host_email = report.meeting.get("user email", "")
    host = {"objectType": "Agent", "mbox": f"mailto:{host_email}"}
    return TechnicalSession(
        source=NAME,
        platform=PLATFORM,
        key=f"{join_key or ''}|{starts.isoformat()}",
        join_key=join_key,
        starts_at=starts,
        ends_at=ends or max(leaves, default=None),
        host=host if "@" in host_email else None,
        precision_seconds=clock.precision_seconds,
    )


def _shown_name(cell: str) -> str:
    """Return the display name of `Display (Original)`: the last balanced bracket goes.

    A bracket inside a display name stays where it is.
    """
    if not cell.endswith(")"):
        return cell
    depth = 0
    for at in range(len(cell) - 1, -1, -1):
        depth += (cell[at] == ")") - (cell[at] == "(")
        if depth == 0:
            return cell[:at].strip() or cell
    return cell
