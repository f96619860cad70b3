"""Times of Meet's audit log: with an offset, or local times of the zone of --tz."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ingest.parsing.text import plain_spaces
from ingest.parsing.times import Order, clock_of, naive_utc, parse_local, to_utc

# How the months begin in English, Italian, French, Spanish, Portuguese, German, Dutch,
# Polish and Indonesian; no beginning stands for two months.
_MONTHS = (
    ("jan", "gen", "ene", "sty"),
    ("feb", "fév", "fev", "lut"),
    ("mar", "mär", "maa", "mrt"),
    ("apr", "avr", "abr", "kwi"),
    ("may", "mag", "mai", "mei", "maj"),
    ("jun", "giu", "juin", "cze"),
    ("jul", "lug", "juil", "lip"),
    ("aug", "ago", "aoû", "sie", "agu"),
    ("sep", "set", "wrz"),
    ("oct", "ott", "out", "okt", "paź"),
    ("nov", "lis"),
    ("dec", "dic", "déc", "dez", "gru", "des"),
)
_DAY_FIRST = re.compile(r"(\d{1,2})\.?(?: de)? ([^\W\d]{3,})\.?,?(?: de)? (\d{4})")
_MONTH_FIRST = re.compile(r"([^\W\d]{3,})\.? (\d{1,2}),? (\d{4})")
_OFFSET = re.compile(r"(?:GMT|UTC)\s*(?:([+-])(\d{1,2})(?::?(\d{2}))?)?$|\dZ$")


@dataclass(frozen=True)
class LogClock:
    """Zone and date order of a log's times; `tz` is None where they have an offset."""

    tz: ZoneInfo | None
    order: Order | None = None

    def utc(self, printed: str) -> datetime:
        """Return a printed time as naive UTC.

        Raises:
            ValueError: it is no time, or a clock change makes it ambiguous.
        """
        if (instant := _iso_time(printed)) and instant.tzinfo:
            return naive_utc(instant)
        local = _local(printed, self.order)
        offset = _offset(printed)
        if offset is not None:
            return local - offset
        if self.tz is None:
            raise ValueError(f"no time zone in {printed!r}")
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


def _local(printed: str, order: Order | None) -> datetime:
    text = plain_spaces(printed).strip()
    if instant := _iso_time(text):
        return instant
    if day_and_rest := split_day_with_month_name(text):
        day, rest = day_and_rest
        return datetime.combine(day, clock_of(rest)[0])
    return parse_local(text, order).at


def split_day_with_month_name(text: str) -> tuple[date, str] | None:
    """Return a day whose month is a name and the text after it, None for other texts.

    Raises:
        ValueError: the name is no month, or the month has no such day.
    """
    for pattern, groups in ((_DAY_FIRST, (2, 1, 3)), (_MONTH_FIRST, (1, 2, 3))):
        if match := pattern.search(text):
            month, day, year = (match.group(n) for n in groups)
            return date(int(year), _month(month), int(day)), text[match.end() :]
    return None


def _month(name: str) -> int:
    for number, beginnings in enumerate(_MONTHS, start=1):
        if name.casefold().startswith(beginnings):
            return number
    raise ValueError(f"no such month: {name}")
