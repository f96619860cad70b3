"""The meeting and start of a file of a recording, from its name, folder and options.

Files of a cloud recording (`GMT20260316-100001_Recording.txt`) have the start in UTC in
their name; files that the client saves are in a folder `2026-03-16 10.00.00 Topic
911...`, in local time.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path

from ingest.connectors.local_clock import required_zone
from ingest.connectors.zoom.format.meetings import Meeting, meeting_number
from ingest.landing.delivery import Delivery
from ingest.parsing.times import to_utc, zone
from tandem.core.errors import UndecidedFile

_UTC_START = re.compile(r"GMT(\d{8})[-_](\d{6})")
_LOCAL_START = re.compile(r"(\d{4})-(\d{2})-(\d{2})[ _](\d{2})[.:_](\d{2})[.:_](\d{2})")
_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")


@dataclass(frozen=True)
class Recording:
    """A recording's meeting, its start in naive UTC, and its local day, where known."""

    meeting: Meeting
    starts_at: datetime | None
    day: datetime | None


def recording_of(delivery: Delivery) -> Recording:
    """Return what name, folder and options give of a recording's meeting and time."""
    path, tz = delivery.path, delivery.options.tz
    number = meeting_number("", path) or meeting_number("", path.parent)
    starts_at, day = _utc_start(path), _day(delivery)
    local = _LOCAL_START.search(path.parent.name) or _LOCAL_START.search(path.stem)
    if starts_at is None and local and tz:
        starts_at = _local_start("{}-{}-{}T{}:{}:{}".format(*local.groups()), tz)
    meeting = Meeting(number=number, starts_at=starts_at)
    return Recording(meeting, starts_at, day)


def _local_start(printed: str, tz: str) -> datetime | None:
    """Return a local start as UTC; None if it is no time or made ambiguous by DST."""
    try:
        return to_utc(datetime.fromisoformat(printed), zone(tz))
    except ValueError:
        return None


def _utc_start(path: Path) -> datetime | None:
    in_name = _UTC_START.search(path.stem) or _UTC_START.search(path.parent.name)
    try:
        return datetime.fromisoformat("T".join(in_name.groups())) if in_name else None
    except ValueError:
        return None


def _day(delivery: Delivery) -> datetime | None:
    if delivery.options.date:
        return datetime.combine(delivery.options.date, time())
    for name in (delivery.path.name, delivery.path.parent.name):
        if in_name := _DAY.search(name):
            try:
                return datetime.fromisoformat("-".join(in_name.groups()))
            except ValueError:
                continue
    return None


def with_start(recording: Recording, delivery: Delivery) -> Recording:
    """Return a recording whose meeting has a start: the known one, else the day's.

    Raises:
        UndecidedFile: the day, or the zone of a local day, is not known.
    """
    if recording.starts_at is not None:
        return recording
    if recording.day is None:
        raise UndecidedFile(
            "it prints times of day without a day",
            delivery.path.name,
            "pass --date, e.g. --date 2026-03-16, or keep the name "
            "GMT20260316-100001_Recording that Zoom gave it",
        )
    starts_at = to_utc(recording.day, required_zone(delivery))
    meeting = replace(recording.meeting, starts_at=starts_at, precision_seconds=86_400)
    return replace(recording, meeting=meeting)
