"""Times of Meet's audit log: with an offset, or local times of the zone of --tz."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ingest.parsing.month_names import MonthNames
from ingest.parsing.text import plain_spaces
from ingest.parsing.times import Order, naive_utc, parse_local, to_utc
from ingest.parsing.zone_abbreviations import (
    abbreviated_to_utc,
    without_abbreviation,
)

_OFFSET = re.compile(r"(?:GMT|UTC)\s*(?:([+-])(\d{1,2})(?::?(\d{2}))?)?$|\dZ$")


@dataclass(frozen=True)
class LogClock:
    """Zone and date order of a log's times; `tz` is None where they have an offset."""

    tz: ZoneInfo | None
    order: Order | None = None
    months: MonthNames = field(default_factory=MonthNames)

    def utc(self, printed: str) -> datetime:
        """Return a printed time as naive UTC.

        Raises:
            ValueError: it is no time, or a clock change makes it ambiguous.
        """
        if (instant := _iso_time(printed)) and instant.tzinfo:
            return naive_utc(instant)
        local = _local(printed, self.order, self.months)
        offset = _offset(printed)
        if offset is not None:
            return local - offset
        if self.tz is None:
            raise ValueError(f"no time zone in {printed!r}")
        _text, abbreviation = without_abbreviation(printed)
        if abbreviation is not None:
            return abbreviated_to_utc(local, abbreviation, self.tz)
        return to_utc(local, self.tz)


def has_offset(printed: str) -> bool:
    """Return whether a printed time has an offset from UTC."""
    instant = _iso_time(printed)
    return bool(instant and instant.tzinfo) or _offset(printed) is not None


def _iso_time(printed: str) -> datetime | None:
    try:
        return datetime.fromisoformat(printed.strip())
    except ValueError:
        return None


def _offset(printed: str) -> timedelta | None:
    offset = _OFFSET.search(plain_spaces(printed).strip().replace("−", "-"))
    if not offset:
        return None
    sign, hours, minutes = offset.groups()
    size = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return -size if sign == "-" else size


def _local(printed: str, order: Order | None, months: MonthNames) -> datetime:
    text = plain_spaces(printed).strip()
    if instant := _iso_time(text):
        return instant
    return parse_local(text, order, months).at
