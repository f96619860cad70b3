"""The meeting of a Zoom participant report: its row or block, else the day alone."""

from pathlib import Path

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.report_tables import is_time
from ingest.connectors.zoom.format.meetings import Meeting, meeting_number
from ingest.connectors.zoom.format.participant_layout import Layout
from ingest.connectors.zoom.format.people import bare_address, email_agent
from ingest.connectors.zoom.format.report_times import (
    PrintedConnection,
    day_of,
    on_known_day,
    seconds_of_minutes,
)
from ingest.landing.delivery import Delivery
from ingest.parsing.seen_titles import keep_title
from ingest.xapi.profiles.virtual_classroom import TechnicalSession


def meeting_in(
    layout: Layout, row: list[str], clock: LocalClock, path: Path
) -> Meeting:
    """Return the meeting of a row; a start or end that cannot be read is not known."""
    number = meeting_number(layout.about(row, "number"), path)
    if layout.meeting_row >= 0 and not layout.is_flat:  # else the row names people
        keep_title(number, _topic(row))
    return Meeting(
        number=number,
        starts_at=clock.utc_if_readable(layout.about(row, "start")),
        ends_at=clock.utc_if_readable(layout.about(row, "end")),
        host=email_agent(bare_address(layout.about(row, "host"))),
        precision_seconds=clock.precision_seconds,
    )


def _topic(row: list[str]) -> str | None:
    """Return the first cell of a meeting's block that is neither number nor time."""
    words = (
        cell
        for cell in row
        if any(letter.isalpha() for letter in cell)
        and not is_time(cell)
        and "@" not in cell
    )
    return next(words, None)


def printed_meeting(layout: Layout, table: list[list[str]]) -> PrintedConnection:
    """Return the meeting's printed start, end and duration."""
    block = table[layout.meeting_row]
    seconds = seconds_of_minutes(layout.about(block, "minutes"))
    starts, ends = layout.about(block, "start"), layout.about(block, "end")
    return PrintedConnection(starts, ends, seconds)


def meeting_on_day(delivery: Delivery) -> Meeting:
    """Return a meeting of which only the day is known, from --date or the file's name.

    Raises:
        UndecidedFile: the day or the zone is not known.
    """
    next_step = "pass --tz"
    if day_of(delivery) is None:
        next_step = (
            "pass --date, e.g. --date 2026-03-16, and --tz, or "
            "export the report with meeting data and without `unique users`"
        )
    meeting = Meeting(number=meeting_number("", delivery.path))
    problem = "it prints minutes without any day or time"
    return on_known_day(meeting, delivery, problem, next_step)


def length_of(
    session: TechnicalSession, layout: Layout, table: list[list[str]]
) -> float | None:
    """Return the meeting's seconds from start to end, else as its block prints them.

    None for a meeting of which only the day is known.
    """
    if layout.meeting_row < 0:
        return None
    if session.starts_at and session.ends_at:
        return (session.ends_at - session.starts_at).total_seconds()
    return seconds_of_minutes(layout.about(table[layout.meeting_row], "minutes"))
