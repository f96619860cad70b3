"""Local times of files that state no time zone: the zone and the order of the date."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import get_date_format

from ingest.landing.delivery import Delivery
from ingest.parsing.times import (
    Order,
    naive_utc,
    needs_order,
    order_of,
    parse_local,
    to_utc,
    zone,
)
from ingest.parsing.zone_abbreviations import (
    abbreviated_to_utc,
    require_clear_zones,
    without_abbreviation,
)
from ingest.xapi.profiles.session_length import require_possible_length
from tandem.core.errors import UndecidedFile

_WITH_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*(?:Z|[+-]\d\d:?\d\d)$")
ABSENT = {"", "--", "n/a", "na", "-"}


@dataclass(frozen=True)
class LocalClock:
    """Time zone, date order and precision with which one file prints its times."""

    tz: ZoneInfo
    order: Order | None
    precision_seconds: int

    def utc(self, printed: str) -> datetime:
        """Return a printed local time as naive UTC.

        Raises:
            ValueError: the text is no time, or a clock change makes it ambiguous.
        """
        return _utc(printed, self.order, self.tz)

    def utc_or_none(self, printed: str) -> datetime | None:
        """Return a printed local time as naive UTC, None where the cell has no time.

        Raises:
            ValueError: the text is no time, or a clock change makes it ambiguous.
        """
        if printed.strip().casefold() in ABSENT:
            return None
        return self.utc(printed)

    def utc_if_readable(self, printed: str) -> datetime | None:
        """Return a printed local time as naive UTC, None where it cannot be read."""
        try:
            return self.utc_or_none(printed)
        except ValueError:
            return None

    def join_and_leave(
        self, joined: str, left: str
    ) -> tuple[datetime, datetime | None]:
        """Return a printed join and leave as naive UTC; no leave is None.

        Raises:
            ValueError: one of them cannot be read, or the leave is before the join or
                more than 24 hours after it.
        """
        joined_at, left_at = self.utc(joined), self.utc_or_none(left)
        if left_at is not None and left_at < joined_at:
            raise ValueError("it leaves before it joins")
        require_possible_length(joined_at, left_at)
        return joined_at, left_at


@lru_cache(maxsize=262_144)
def _utc(printed: str, order: Order | None, tz: ZoneInfo) -> datetime:
    """Return a printed time as naive UTC; cached, since rows of a report repeat times.

    A time with an offset of its own (`2026-03-16T10:00:00Z`) is not local.
    """
    if _WITH_OFFSET.match(printed.strip()):
        return naive_utc(datetime.fromisoformat(printed.strip()))
    local = parse_local(printed, order).at
    _text, abbreviation = without_abbreviation(printed)
    if abbreviation is not None:
        return abbreviated_to_utc(local, abbreviation, tz)
    return to_utc(local, tz)


def clock_for(delivery: Delivery, printed: Iterable[str]) -> LocalClock:
    """Return the clock of a file, from its printed times and the options given with it.

    Raises:
        UndecidedFile: the zone, or the order of day and month, is not known; or a
            zone abbreviation in a time does not decide its offset.
    """
    times = [text for text in printed if text.strip().casefold() not in ABSENT]
    options = delivery.options
    have_offsets = all(_WITH_OFFSET.match(text.strip()) for text in times)
    is_utc = options.tz is None and bool(times) and have_offsets
    tz = zone("UTC") if is_utc else required_zone(delivery)
    order = order_of(times)
    configured = options.date_order or _order_in(options.locale)
    if configured == "ymd" and all(_can_read(text, "ymd") for text in times):
        order = "ymd"  # Basque writes 26/3/17, which also reads as a day of 2017
    elif order is None and needs_order(times):
        order = configured
        if order is None:
            raise undecided_order(times[0], delivery)
    clock = LocalClock(tz, order, _precision(times[:50], order))
    require_clear_zones(delivery.path.name, times, clock.utc)
    return clock


def required_zone(delivery: Delivery) -> ZoneInfo:
    """Return the time zone that the options give for a delivery.

    Raises:
        UndecidedFile: they give none.
    """
    if not delivery.options.tz:
        raise UndecidedFile(
            "its times carry no time zone",
            delivery.path.name,
            "pass --tz, e.g. --tz Europe/London, or set it for the source in "
            "tandem.toml",
        )
    return zone(delivery.options.tz)


def undecided_order(printed: str, delivery: Delivery) -> UndecidedFile:
    """Return the error for a date whose day and month may be exchanged."""
    return UndecidedFile(
        f"day and month cannot be told apart ({printed})",
        delivery.path.name,
        "pass --date-order dmy or --date-order mdy, or set it for the source in "
        "tandem.toml",
    )


def _can_read(text: str, order: Order) -> bool:
    try:
        parse_local(text, order)
    except ValueError:
        return False
    return True


def _order_in(locale: str | None) -> Order | None:
    """Return the date order of a locale; None for a language without a territory.

    English and Spanish, among others, write dates differently by country.
    """
    try:
        parsed = Locale.parse(locale.replace("-", "_")) if locale else None
    except (ValueError, UnknownLocaleError):
        return None
    if parsed is None or parsed.territory is None:
        return None
    pattern = get_date_format("short", parsed).pattern.lower()
    letters = "".join(sorted("dmy", key=pattern.index))
    orders: tuple[Order, ...] = ("dmy", "mdy", "ymd")
    return next((order for order in orders if order == letters), None)


def _precision(times: list[str], order: Order | None) -> int:
    """Return the precision in seconds of printed times; unreadable ones are ignored."""
    precisions = [1]
    for text in times:
        try:
            precisions.append(parse_local(text, order).precision_seconds)
        except ValueError:
            continue
    return max(precisions)
