"""Times of Zoom's reports: the day, the order of day and month, durations.

Reports are named `participants_85218486288_2026_03_16.csv`: the number, then the day in
the time zone of the account that exported it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from ingest.connectors.local_clock import ABSENT, LocalClock, clock_for
from ingest.connectors.zoom.format.meetings import Meeting
from ingest.landing.delivery import Delivery
from ingest.parsing.numbers import count_of
from ingest.parsing.times import Order, order_of, parse_local, to_utc, zone
from tandem.core.errors import UndecidedFile

_DAY_IN_NAME = re.compile(r"(?<!\d)(20\d\d)([_-])(\d\d)\2(\d\d)(?!\d)")
_ORDERS: tuple[Order, ...] = ("dmy", "mdy")
_DAY_TOLERANCE = timedelta(days=1)  # midnight, or a name written in another zone
_CLOCK_CHANGES = timedelta(hours=2)
_PRECISION_SAMPLE = 50


@dataclass(frozen=True)
class PrintedConnection:
    """A printed join and leave, and the printed minutes between them in seconds."""

    join: str
    leave: str
    seconds: float | None


def day_of(delivery: Delivery) -> date | None:
    """Return the local day of a report, from --date, else from the file's name."""
    return delivery.options.date or day_in_name(delivery.path)


def day_in_name(path: Path) -> date | None:
    """Return the last day in a file's name, None where it has none."""
    for year, _separator, month, day in reversed(_DAY_IN_NAME.findall(path.name)):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def on_known_day(
    meeting: Meeting, delivery: Delivery, problem: str, next_step: str
) -> Meeting:
    """Return a meeting whose start and end are those of the report's local day.

    Raises:
        UndecidedFile: the day or the time zone is not known; with the given text.
    """
    day, tz = day_of(delivery), delivery.options.tz
    if day is None or not tz:
        raise UndecidedFile(problem, delivery.path.name, next_step)
    midnight = datetime.combine(day, time())
    return replace(
        meeting,
        starts_at=to_utc(midnight, zone(tz)),
        ends_at=to_utc(midnight + timedelta(days=1), zone(tz)),
        precision_seconds=86_400,
    )


def report_clock(
    delivery: Delivery,
    printed: Iterable[str],
    connections: Iterable[PrintedConnection] = (),
    other_times: Iterable[str] = (),
) -> LocalClock:
    """Return the clock of a report; its other facts may decide the order of the date.

    Args:
        delivery: the report.
        printed: its times.
        connections: its connections; in the wrong order they would last for months.
        other_times: times in the same format that are not read, e.g. of the export.

    Raises:
        UndecidedFile: the zone, or the order of day and month, is not known.
    """
    times = [text for text in printed if text.strip().casefold() not in ABSENT]
    if order_of(times) is None and delivery.options.date_order is None:
        order = order_of([*times, *other_times]) or _order_of(
            times, list(connections), day_of(delivery)
        )
        options = replace(delivery.options, date_order=order)
        delivery = replace(delivery, options=options)
    return clock_for(delivery, times)


def _order_of(
    times: Sequence[str], connections: Sequence[PrintedConnection], day: date | None
) -> Order | None:
    """Return the only order that agrees with durations and day, None if both do."""
    readings = {order: _readings(times, order) for order in _ORDERS}
    possible: list[Order] = [
        order
        for order, read in readings.items()
        if read and _fits_durations(connections, order) and _fits_day(read, day)
    ]
    is_same = len(possible) == len(_ORDERS) and readings["dmy"] == readings["mdy"]
    return possible[0] if len(possible) == 1 or is_same else None


def _readings(times: Sequence[str], order: Order) -> list[datetime]:
    """Return all times read in an order, an empty list where one cannot be read."""
    try:
        return [parse_local(text, order).at for text in times]
    except ValueError:
        return []


def _fits_durations(connections: Sequence[PrintedConnection], order: Order) -> bool:
    """Return whether connections last about as long as the minutes printed for them."""
    for connection in connections:
        try:
            joined = parse_local(connection.join, order).at
            elapsed = parse_local(connection.leave, order).at - joined
        except ValueError:
            continue
        if connection.seconds is None:
            continue
        if abs(elapsed - timedelta(seconds=connection.seconds)) > _CLOCK_CHANGES:
            return False
    return True


def _fits_day(times: Sequence[datetime], day: date | None) -> bool:
    return day is None or any(abs(at.date() - day) <= _DAY_TOLERANCE for at in times)


def precision_of(clock: LocalClock, printed: Iterable[str]) -> int:
    """Return the precision in seconds of a report's joins and leaves.

    It may be finer than that of the meeting's block, which may omit the seconds.
    """
    precisions = []
    for text in islice((text for text in printed if text), _PRECISION_SAMPLE):
        try:
            precisions.append(parse_local(text, clock.order).precision_seconds)
        except ValueError:
            continue
    return max(precisions, default=clock.precision_seconds)


def seconds_of_minutes(cell: str) -> float | None:
    """Return the seconds of a printed number of minutes, None where it is none.

    Minutes are printed as whole numbers.
    """
    try:
        return count_of(cell) * 60
    except ValueError:
        return None
