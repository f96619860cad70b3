"""Zoom participant reports as the web portal exports them.

UTF-8 with a byte order mark, CRLF, US dates in the exporter's time zone, minutes
rounded up, with or without the block about the meeting. The browser numbers files of
the same name.
"""

import csv
import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from samples.meetings import Report, Row

EXPORTED_IN = ZoneInfo("Asia/Kolkata")
MEETING = (
    "Meeting ID",
    "Topic",
    "Start Time",
    "End Time",
    "User Email",
    "Duration (Minutes)",
    "Participants",
    "",
)
PARTICIPANT = (
    "Name (Original Name)",
    "User Email",
    "Join Time",
    "Leave Time",
    "Duration (Minutes)",
    "Guest",
    "Recording Consent",
    "In Waiting Room",
)


def write(folder: Path, reports: list[Report]) -> int:
    """Write the reports of Zoom meetings; return the number of files."""
    folder.mkdir(parents=True)
    names: Counter[str] = Counter()
    for number, report in enumerate(r for r in reports if r.platform == "zoom"):
        text = _text(report, with_meeting=number % 4 != 0)
        for _copy in range(1 + report.is_downloaded_twice):
            name = f"participants_{report.meeting_id}"
            again = f" ({names[name]})" if names[name] else ""
            names[name] += 1
            path = folder / f"{name}{again}.csv"
            path.write_bytes(text.encode("utf-8-sig"))
    return names.total()


def _text(report: Report, *, with_meeting: bool) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if with_meeting:
        grouped = (
            f"{report.meeting_id[:3]} {report.meeting_id[3:7]} {report.meeting_id[7:]}"
        )
        people = len({row.email or row.name for row in report.rows})
        times = (_time(report.starts), _time(report.ends))
        minutes = -(-(report.ends - report.starts) // 60)
        writer.writerow(MEETING)
        writer.writerow(
            (grouped, report.title, *times, report.host_email, minutes, people, "")
        )
        writer.writerow(())
    writer.writerow(PARTICIPANT)
    writer.writerows(_row(row) for row in report.rows)
    return out.getvalue()


def _row(row: Row) -> tuple[str | int, ...]:
    return (
        row.name,
        row.email,
        _time(row.joined),
        _time(row.left),
        -(-(row.left - row.joined) // 60),
        "Yes" if row.is_guest else "No",
        "" if row.is_host else "Y",
        "Yes" if row.is_waiting else "No",
    )


def _time(moment: int) -> str:
    local = datetime.fromtimestamp(moment, UTC).astimezone(EXPORTED_IN)
    return local.strftime("%m/%d/%Y %I:%M:%S %p")
