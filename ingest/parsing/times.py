"""Parse local dates and times as exports print them, and convert them to UTC.

A file seldom states its time zone, and 3/10 can be in March or in October. What the
file does not decide is required as an option; it is never guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingest.parsing.day_periods import with_latin_day_period
from ingest.parsing.eras import gregorian_year
from ingest.parsing.month_names import MonthNames, named_day
from ingest.parsing.text import plain_spaces
from ingest.parsing.zone_abbreviations import without_abbreviation
from tandem.core.errors import UndecidedFile

Order = Literal["dmy", "mdy", "ymd"]

_NUMERIC = re.compile(r"(\d{1,4})[./年년-]\s?(\d{1,2})[./月월-]\s?(\d{1,4})(?!\d)")
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.]|\s?h\s?)(\d{2})"  # 09 h 01 min 31 s in Canadian French
    r"(?:(?:[:.]|\s?min\s?)(\d{2})(?:[.,](\d+)|\s?s\b)?)?\s*([AaPp](?![^\W\dMm]))?"
)
_DAY_PERIOD_FIRST = re.compile(r"(?:오[전후]|\b[AP]M) ?\d", re.IGNORECASE)
# Thai exports print 2568 as 68 in short; as Gregorian years they lie in the future.
_BUDDHIST_SHORT_YEARS = range(60, 90)


@dataclass(frozen=True)
class LocalTime:
    """A wall-clock time; `precision_seconds` is 60 if no seconds were printed."""

    at: datetime
    precision_seconds: int


def order_of(samples: Iterable[str]) -> Order | None:
    """Return the order of day, month and year that a file's own dates prove.

    A part above 12 proves the order, and so does a first part of four digits (year
    first). A month by name needs no order and proves none. Dots prove one too: no
    locale of CLDR puts the month first before a dot, and only Korean prints a year of
    two digits first, which its day period before the clock shows
    (`25. 10. 3. 오전 9:00`). None if every date can be read in two orders.
    """
    proofs: set[Order] = set()
    for sample in samples:
        match = _NUMERIC.search(sample)
        if not match:
            continue
        first, second, _third = match.groups()
        is_dotted = sample[match.end(1)] == "."
        if len(first) == 4 or (is_dotted and _DAY_PERIOD_FIRST.search(sample)):
            proofs.add("ymd")
        elif int(first) > 12:
            proofs.add("dmy")
        elif int(second) > 12:
            proofs.add("mdy")
        elif is_dotted:
            proofs.add("dmy")
    return proofs.pop() if len(proofs) == 1 else None


def needs_order(samples: Iterable[str]) -> bool:
    """Return whether a date is printed in numbers, with the year not first."""
    matches = (_NUMERIC.search(sample) for sample in samples)
    return any(match and len(match.group(1)) != 4 for match in matches)


def parse_local(
    text: str, order: Order | None, months: MonthNames | None = None
) -> LocalTime:
    """Return one printed date and time.

    Args:
        text: the date and the time of day.
        order: of day, month and year in numbers.
        months: what the names of months in its column stand for.

    Raises:
        ValueError: the text is no date and time, or not valid in this order.
    """
    text, _zone = without_abbreviation(plain_spaces(text).strip())
    day, before, behind = _date_of(text, order, months)
    has_clock_first = not _CLOCK.search(behind) and _CLOCK.search(before)
    moment, precision = clock_of(before if has_clock_first else behind)
    return LocalTime(datetime.combine(day, moment), precision)


def _date_of(
    text: str, order: Order | None, months: MonthNames | None
) -> tuple[date, str, str]:
    """Return the day, and the text before and after it."""
    if named := named_day(text, months):
        return named
    numeric = _NUMERIC.search(text)
    if not numeric:
        raise ValueError(f"no date in {text!r}")
    parts = numeric.groups()
    chosen = "ymd" if len(parts[0]) == 4 else order
    if chosen is None:
        raise ValueError(f"day and month cannot be told apart in {text!r}")
    named_parts = dict(zip(chosen, parts, strict=True))
    year = int(named_parts["y"])
    year += 2500 if year in _BUDDHIST_SHORT_YEARS else 2000 if year < 100 else 0
    on = date(gregorian_year(year), int(named_parts["m"]), int(named_parts["d"]))
    return on, text[: numeric.start()], text[numeric.end() :]


def clock_of(text: str) -> tuple[time, int]:
    """Return a time of day and its precision in seconds.

    Raises:
        ValueError: there is no time of day in the text.
    """
    match = _CLOCK.search(with_latin_day_period(text))
    if not match:
        raise ValueError(f"no time of day in {text!r}")
    hour, minute, second, fraction, day_period = match.groups()
    hours = int(hour)
    if day_period:
        hours = hours % 12 + (12 if day_period.lower() == "p" else 0)
    micros = int(((fraction or "") + "000000")[:6])
    moment = time(hours, int(minute), int(second or 0), micros)
    return moment, 1 if second else 60


def zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name.

    Raises:
        UndecidedFile: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UndecidedFile(
            f"no such time zone: {name}", next_step="name one like Europe/Warsaw"
        ) from error


def to_utc(local: datetime, tz: ZoneInfo) -> datetime:
    """Return the naive UTC time of a wall-clock time.

    Raises:
        ValueError: the time occurs twice or not at all on that day (clock change).
    """
    early = local.replace(tzinfo=tz, fold=0)
    late = local.replace(tzinfo=tz, fold=1)
    if early.utcoffset() != late.utcoffset():
        times = "twice" if early.utcoffset() > late.utcoffset() else "never"
        raise ValueError(f"{local:%Y-%m-%d %H:%M:%S} occurs {times} in {tz.key}")
    return (local - early.utcoffset()).replace(tzinfo=None)


def after(start: datetime, moment: time) -> datetime:
    """Return the first occurrence of a time of day at or after a start."""
    same_day = datetime.combine(start.date(), moment)
    return same_day if same_day >= start else same_day + timedelta(days=1)


def naive_utc(moment: datetime) -> datetime:
    """Return a time as naive UTC; one without an offset is UTC already."""
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None)
