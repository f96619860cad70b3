"""Which meeting a file of a recording belongs to: its name, its folder, the options.

Files that a recording leaves (`GMT20260316-100001_Recording.txt`) carry the start in
UTC; those that the program saves lie in a folder `2026-03-16 10.00.00 Topic 911...`,
local time.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path

from ingest.connectors.zoom.format.report import Meeting, number_of
from ingest.landing.delivery import Delivery
from ingest.parsing.times import to_utc, zone
from tandem.core.errors import UndecidedFile

_GMT = re.compile(r"GMT(\d{8})[-_](\d{6})")
_FOLDER = re.compile(r"(\d{4})-(\d{2})-(\d{2})[ _](\d{2})[.:_](\d{2})[.:_](\d{2})")
_SAVED = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")


@dataclass(frozen=True)
class Recording:
    """When the recording began: UTC if the name says so, else the local day alone."""

    meeting: Meeting
    starts_at: datetime | None
    day: datetime | None


def recording_of(delivery: Delivery) -> Recording:
    """Return what name, folder and options tell of a recording's meeting and time."""
    path, tz = delivery.path, delivery.options.tz
    number = number_of("", path) or number_of("", path.parent)
    starts_at, day = _gmt(path), _day(delivery)
    local = _FOLDER.search(path.parent.name) or _FOLDER.search(path.stem)
    if starts_at is None and local and tz:
        starts_at = _local_start("{}-{}-{}T{}:{}:{}".format(*local.groups()), tz)
    meeting = Meeting(number=number, starts_at=starts_at)
    return Recording(meeting, starts_at, day)


def _local_start(printed: str, tz: str) -> datetime | None:
    """Return a start in UTC, None where it is no time or the clock change hides it."""
    try:
        return to_utc(datetime.fromisoformat(printed), zone(tz))
    except ValueError:
        return None


def _gmt(path: Path) -> datetime | None:
    found = _GMT.search(path.stem) or _GMT.search(path.parent.name)
    try:
        return datetime.fromisoformat("T".join(found.groups())) if found else None
    except ValueError:
        return None


def _day(delivery: Delivery) -> datetime | None:
    if delivery.options.date:
        return datetime.combine(delivery.options.date, time())
    for name in (delivery.path.name, delivery.path.parent.name):
        if found := _SAVED.search(name):
            try:
                return datetime.fromisoformat("-".join(found.groups()))
            except ValueError:
                continue
    return None


def dated(recording: Recording, delivery: Delivery) -> Recording:
    """Return a recording of which at least the day is known, in UTC.

    Raises:
        UndecidedFile: neither name nor option tells the day.
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
    if not delivery.options.tz:
        raise UndecidedFile(
            "its times carry no time zone",
            delivery.path.name,
            "pass --tz, e.g. --tz Europe/London",
        )
    starts_at = to_utc(recording.day, zone(delivery.options.tz))
    meeting = replace(recording.meeting, starts_at=starts_at, precision_seconds=86_400)
    return replace(recording, meeting=meeting)
