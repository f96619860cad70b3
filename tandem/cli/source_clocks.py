"""Find the clock that a source's reports print, by meetings that calendars plan.

A report of a meeting prints local times without a zone; a calendar knows the zone. Some
reports are landed in a folder of their own as if they were in the organisation's zone.
The zone that puts most of these meetings where calendars plan them is the source's.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from tandem.core.files import Home
from tandem.core.settings import Settings

FILES_TRIED = 12  # reports of a source
NEAR = timedelta(minutes=25)  # a meeting opens so much before or after its plan
FEWEST_MEETINGS, MOST = 3, 0.6
UTC = ZoneInfo("UTC")
SAME_MEETING = """
select held.source, held.starts_at, list(distinct planned.starts_at)
from raw.technical_sessions as held
inner join raw.planned_sessions as planned
    on held.join_key = planned.join_key
    or (held.join_key is null and held.title_key = planned.title_key)
group by all
"""


def clocks_of(
    reports: dict[str, list[Path]],
    calendars: list[Path],
    zone: str,
    date_orders: dict[str, str],
) -> dict[str, str]:
    """Return the zone of each source for which calendars decide it.

    Args:
        reports: files of each source that prints times without a zone.
        calendars: files that plan meetings.
        zone: the organisation's, as which the times are read first.
        date_orders: whether day or month comes first, by source.
    """
    from ingest.landing.delivery import ReadOptions
    from ingest.run import ingest

    if not reports or not calendars:
        return {}
    spread = [one for paths in reports.values() for one in _spread(paths)]
    with tempfile.TemporaryDirectory(prefix="tandem-") as folder:
        home = Home(Path(folder))
        known = {"sources": {s: {"date_order": o} for s, o in date_orders.items()}}
        settings = Settings(home, known)
        ingest([*calendars, *spread], home, settings, ReadOptions(tz=zone))
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            pairs = connection.execute(SAME_MEETING).fetchall()
            zones = connection.execute(
                "select time_zone from raw.planned_sessions where time_zone is not null"
            ).fetchall()
    candidates = [zone, *(z for (z,), _n in Counter(zones).most_common())]
    return {
        source: found
        for source in reports
        if (
            found := zone_that_fits(
                [p[1:] for p in pairs if p[0] == source], zone, candidates
            )
        )
    }


def _spread(paths: list[Path]) -> list[Path]:
    """Return some files from the whole list."""
    step = max(1, len(paths) // FILES_TRIED)
    return paths[::step][:FILES_TRIED]


def zone_that_fits(
    pairs: list[tuple[datetime, list[datetime]]],
    read_as: str,
    candidates: Iterable[str],
) -> str | None:
    """Return the zone in which most meetings are where a calendar plans them.

    Args:
        pairs: of each meeting its start (UTC) as it was read, and the planned ones.
        read_as: the zone that was taken for the printed times.
        candidates: zones to try; of equally good ones the first is taken.
    """
    if len(pairs) < FEWEST_MEETINGS:
        return None
    scores: dict[str, int] = {}
    for candidate in dict.fromkeys(candidates):
        scores[candidate] = sum(
            any(abs(_in(held, read_as, candidate) - at) <= NEAR for at in planned)
            for held, planned in pairs
        )
    best = max(scores, key=lambda name: scores[name])  # of equal ones the first
    return best if scores[best] >= MOST * len(pairs) else None


def _in(moment: datetime, read_as: str, zone: str) -> datetime:
    """Return the moment in UTC if the printed time was in another zone."""
    printed = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(read_as))
    return printed.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
