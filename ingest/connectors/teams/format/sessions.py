"""Which meeting a Teams attendance report is about, and when it was."""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.report_tables import is_duration
from ingest.connectors.teams.format.log import Connection
from ingest.connectors.teams.format.shapes import Sheet, is_time
from ingest.parsing.join_keys import key_in_link, title_key
from ingest.xapi.profiles.virtual_classroom import TechnicalSession

SOURCE = "teams"
PLATFORM = "Microsoft Teams"
_GUID = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
_TITLE_IN_NAME = re.compile(r"^meetingAttendance(?:Report|List)\((.+)\)(?: ?\(\d+\))?$")
_NO_TITLE = {"", "null", "none", "-"}


def session_key(title: str, starts_at: datetime) -> str:
    """Return what names a meeting in CSV and Graph alike: title and start's second."""
    return f"{' '.join(title.split())}|{starts_at.replace(microsecond=0).isoformat()}"


def reported_session(
    sheet: Sheet,
    clock: LocalClock,
    timed: list[tuple[list[str], datetime, datetime | None]],
    stem: str,
) -> TechnicalSession | None:
    """Return the meeting of a report, None where nothing says when it was.

    Start and end are the summary's last two times, since its title may name a day and
    hour as well, else those of the connections.
    """
    values = list(_values(sheet))
    times = list(_times(values[int(sheet.generation == "v3") :], clock))[-2:]
    joins = [joined for _row, joined, _left in timed]
    if not times and not joins:
        return None
    starts = times[0] if times else min(joins)
    leaves = [left for _row, _joined, left in timed if left is not None]
    is_over = bool(leaves) and len(leaves) == len(timed)
    title = _title(sheet, values, stem)
    meeting_id = next((value for value in values if _GUID.match(value)), None)
    link = next((key for value in values if (key := key_in_link(value))), None)
    return TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=session_key(meeting_id or title, starts),
        join_key=link or (title_key(title) if title else meeting_id),
        room=title_key(title) if title else None,
        starts_at=starts,
        ends_at=times[1] if len(times) > 1 else max(leaves) if is_over else None,
        precision_seconds=clock.precision_seconds,
    )


def _values(sheet: Sheet) -> Iterator[str]:
    """Yield the summary's values in order, the first one of each row."""
    for row in sheet.summary:
        yield next((one for one in row[1:] if one), "")


def _times(values: list[str], clock: LocalClock) -> Iterator[datetime]:
    for value in values:
        try:
            if is_time(value):
                yield clock.utc(value)
        except ValueError:
            continue


def _title(sheet: Sheet, values: list[str], stem: str) -> str:
    """Return the title: first of the third generation, by elimination of the second."""
    if sheet.generation == "v3":
        title = values[0] if values else ""
    else:
        counts = [value for value in values if value.isdigit()][:1]
        title = next((v for v in values if v not in counts and _is_words(v)), "")
    if title.casefold() in _NO_TITLE:
        in_name = _TITLE_IN_NAME.match(stem)
        title = in_name.group(1) if in_name else ""
    return "" if title.casefold() in _NO_TITLE else title


def _is_words(value: str) -> bool:
    known = value and not _GUID.match(value) and not is_time(value)
    return bool(known) and not is_duration(value) and not key_in_link(value)


def listed_session(stays: list[Connection], clock: LocalClock) -> TechnicalSession:
    """Return the meeting of an attendance list, which names neither title nor start.

    Its first moment is when whoever downloaded it joined. That, and who was there
    then, stays the same in a list that is downloaded later.
    """
    starts = min(stay.joined_at for stay in stays)
    there = sorted({stay.row[0] for stay in stays if stay.joined_at == starts})
    names = hashlib.sha256("\n".join(there).encode()).hexdigest()
    return TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=f"list|{starts.isoformat()}|{names}",
        join_key=None,
        starts_at=starts,
        ends_at=None,
        precision_seconds=clock.precision_seconds,
    )
