"""Times of Meet's audit log: instants with an offset, or a clock that --tz names."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ingest.parsing.text import plain_spaces
from ingest.parsing.times import Order, clock_of, parse_local, to_utc

# The first letters of the months in English, Italian, French, Spanish, Portuguese,
# German, Dutch, Polish and Indonesian; those that begin alike do so everywhere.
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
    """How a log's printed times become UTC; `tz` only where they name no offset."""

    tz: ZoneInfo | None
    order: Order | None = None

    def utc(self, printed: str) -> datetime:
        """Return the naive UTC time.

        Raises:
            ValueError: it is no time, or the clock change makes it ambiguous.
        """
        if (instant := _iso(printed)) and instant.tzinfo:
            return instant.astimezone(UTC).replace(tzinfo=None)
        local = _local(printed, self.order)
        offset = _offset(printed)
        if offset is not None:
            return local - offset
        if self.tz is None:
            raise ValueError(f"no time zone in {printed!r}")
        return to_utc(local, self.tz)


def says_zone(printed: str) -> bool:
    """Return whether a printed time is an instant by itself."""
    instant = _iso(printed)
    return bool(instant and instant.tzinfo) or _offset(printed) is not None


def _iso(printed: str) -> datetime | None:
    try:
        return datetime.fromisoformat(printed.strip())
    except ValueError:
        return None


def _offset(printed: str) -> timedelta | None:
    found = _OFFSET.search(plain_spaces(printed).strip().replace("−", "-"))
    if not found:
        return None
    sign, hours, minutes = found.groups()
    size = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return -size if sign == "-" else size


def _local(printed: str, order: Order | None) -> datetime:
    text = plain_spaces(printed).strip()
    if instant := _iso(text):
        return instant
    if named := day_by_name(text):
        on, rest = named
        return datetime.combine(on, clock_of(rest)[0])
    return parse_local(text, order).at


def day_by_name(text: str) -> tuple[date, str] | None:
    """Return a day whose month is a name and what follows it, None for numbers.

    Raises:
        ValueError: no month is called so, or has no such day.
    """
    for pattern, parts in ((_DAY_FIRST, (2, 1, 3)), (_MONTH_FIRST, (1, 2, 3))):
        if found := pattern.search(text):
            month, day, year = (found.group(n) for n in parts)
            return date(int(year), _month(month), int(day)), text[found.end() :]
    return None


def _month(name: str) -> int:
    for number, beginnings in enumerate(_MONTHS, start=1):
        if name.casefold().startswith(beginnings):
            return number
    raise ValueError(f"no such month: {name}")
