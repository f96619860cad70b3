"""Periods: the last complete fiscal quarter, and the windows that end there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

TRAILING = (1, 4, 8)


@dataclass(frozen=True)
class Window:
    """A number of whole fiscal quarters; `end` is the last day of the last one."""

    start: date
    end: date
    trailing_quarters: int


def months_later(day: date, months: int) -> date:
    """Return the first of a month, some months later (earlier if negative)."""
    position = day.year * 12 + day.month - 1 + months
    return date(position // 12, position % 12 + 1, 1)


def window(last_quarter: date, count: int) -> Window:
    """Return the window of so many quarters that ends with a quarter.

    Args:
        last_quarter: first day of the last quarter.
        count: quarters.
    """
    end = months_later(last_quarter, 3) - timedelta(days=1)
    return Window(months_later(last_quarter, -3 * (count - 1)), end, count)


def looks(last_quarter: date, count: int) -> list[date]:
    """Return so many quarters in a row that end with the last one, oldest first."""
    return [months_later(last_quarter, -3 * back) for back in reversed(range(count))]


def complete_quarters(
    quarters: Collection[date], known_until: date | None, count: int
) -> list[date]:
    """Return the first days of the last complete quarters, the oldest first.

    Args:
        quarters: first days of quarters that have data.
        known_until: the last day that the data cover.
        count: how many, at most; none before the first quarter that has data.
    """
    if known_until is None:
        return []
    last = last_complete(quarters, known_until)
    first = min(quarters, default=None)
    if last is None or first is None:
        return []
    return [quarter for quarter in looks(last, count) if quarter >= first]


def last_complete(quarters: Collection[date], as_of: date) -> date | None:
    """Return the latest quarter that ended by as_of; None where there is none."""
    complete = [
        quarter
        for quarter in quarters
        if months_later(quarter, 3) - timedelta(days=1) <= as_of
    ]
    return max(complete, default=None)
