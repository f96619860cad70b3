"""Which day a Zoom report is of, and whether its dates put the day or the month first.

Reports are called `participants_85218486288_2026_03_16.csv`: the number, then the day
as the account that exported it has it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from ingest.connectors.local_clock import ABSENT, LocalClock, clock_for
from ingest.landing.delivery import Delivery
from ingest.parsing.times import Order, order_of, parse_local, to_utc, zone

_IN_NAME = re.compile(r"(?<!\d)(20\d\d)([_-])(\d\d)\2(\d\d)(?!\d)")
_ORDERS: tuple[Order, ...] = ("dmy", "mdy")
_AROUND = timedelta(days=1)  # midnight, or a name written in another zone
_CLOCK_CHANGES = timedelta(hours=2)


@dataclass(frozen=True)
class Span:
    """A printed join and leave, and the printed minutes between them in seconds."""

    join: str
    leave: str
    seconds: float | None


def day_of(delivery: Delivery) -> date | None:
    """Return the local day of a report: what the user said, else its file's name."""
    return delivery.options.date or day_in_name(delivery.path)


def day_in_name(path: Path) -> date | None:
    """Return the day that a file's name ends in, None where it has none."""
    for year, _mark, month, day in reversed(_IN_NAME.findall(path.name)):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def whole_day(day: date, tz: str) -> tuple[datetime, datetime]:
    """Return when a local day begins and ends, naive UTC."""
    midnight = datetime.combine(day, time())
    place = zone(tz)
    return to_utc(midnight, place), to_utc(midnight + timedelta(days=1), place)


def report_clock(
    delivery: Delivery,
    printed: Iterable[str],
    spans: Iterable[Span] = (),
    beside: Iterable[str] = (),
) -> LocalClock:
    """Return the clock of a report; what it says elsewhere may tell day from month.

    Args:
        delivery: the report.
        printed: its times.
        spans: its connections; in the wrong order they last for months.
        beside: times of the same hand that need not be read, e.g. of the export.

    Raises:
        UndecidedFile: nothing says the zone, or the order of day and month.
    """
    times = [text for text in printed if text.strip().casefold() not in ABSENT]
    if order_of(times) is None and delivery.options.date_order is None:
        order = order_of([*times, *beside]) or _order_of(
            times, list(spans), day_of(delivery)
        )
        options = replace(delivery.options, date_order=order)
        delivery = replace(delivery, options=options)
    return clock_for(delivery, times)


def _order_of(
    times: Sequence[str], spans: Sequence[Span], day: date | None
) -> Order | None:
    """Return the one order that the report's other facts fit, None if both may be."""
    readings = {order: _readings(times, order) for order in _ORDERS}
    fitting: list[Order] = [
        order
        for order, read in readings.items()
        if read and _fits_lengths(spans, order) and _fits_day(read, day)
    ]
    is_same = len(fitting) == len(_ORDERS) and readings["dmy"] == readings["mdy"]
    return fitting[0] if len(fitting) == 1 or is_same else None


def _readings(times: Sequence[str], order: Order) -> list[datetime]:
    """Return all times in an order, none if one of them has no reading in it."""
    try:
        return [parse_local(text, order).at for text in times]
    except ValueError:
        return []


def _fits_lengths(spans: Sequence[Span], order: Order) -> bool:
    """Return whether connections last about as long as the minutes beside them."""
    for span in spans:
        try:
            joined = parse_local(span.join, order).at
            lasted = parse_local(span.leave, order).at - joined
        except ValueError:
            continue
        if span.seconds is None:
            continue
        if abs(lasted - timedelta(seconds=span.seconds)) > _CLOCK_CHANGES:
            return False
    return True


def _fits_day(read: Sequence[datetime], day: date | None) -> bool:
    return day is None or any(abs(at.date() - day) <= _AROUND for at in read)
