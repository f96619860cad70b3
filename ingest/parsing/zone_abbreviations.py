"""Zone abbreviations behind a clock: `10:00 PDT` is 17:00 UTC, whatever --tz says.

The abbreviations are those of the IANA database, which zones share: CST is used in
Chicago, Havana and Shanghai. One that several offsets fit is asked, never guessed.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale

from ingest.parsing.text import plain_spaces
from tandem.core.errors import UndecidedFile

_UNIVERSAL = {"UTC", "GMT"}
_RECENT_YEARS = (2025, 2026)
# The database alone calls Philippine time PST; --tz Asia/Manila still reads it so.
_RARELY_MEANT = {("PST", "Asia/Manila")}
# CLDR's names of zones in some languages, by the database's standard and summer names.
_CLDR_ZONES = {
    "Europe_Central": ("CET", "CEST"),
    "Europe_Eastern": ("EET", "EEST"),
    "Europe_Western": ("WET", "WEST"),
}
_CLDR_LANGUAGES = ("de", "cs")
_CLOCK = (
    r"(?<!\d)\d{1,2}(?:[:.]|\s?h\s?)\d{2}(?!\d)"
    r"(?:(?:[:.]|\s?min\s?)\d{2}(?!\d)(?:[.,]\d+)?)?"
)
# Words that stand between: 2:05 p. m. CEST, 10:00 Uhr MESZ.
_BETWEEN = r"[^\d()\[\],;/+-]{0,12}?"
_NO_OFFSET = r"(?!\s*[+\u2212-]\s*\d)"


class UnclearZone(ValueError):
    """A zone abbreviation does not decide the offset at its time."""


@lru_cache(maxsize=65_536)
def without_abbreviation(text: str) -> tuple[str, str | None]:
    """Return a printed time without the zone abbreviation behind its clock, and it.

    The abbreviation is None where there is none.
    """
    match = _after_clock().search(plain_spaces(text))
    if match is None:
        return text, None
    start, end = match.span("zone")
    name = _database_names()[match["plain"] or match["bracketed"]]
    return (text[:start] + text[end:]).strip(), name


def abbreviated_to_utc(local: datetime, abbreviation: str, tz: ZoneInfo) -> datetime:
    """Return the naive UTC time of a wall-clock time with a zone abbreviation.

    Args:
        local: the wall-clock time, naive.
        abbreviation: of the IANA database.
        tz: the stated zone; it decides where it uses the abbreviation in any part of
            the year, because some exports print EST in summer too.

    Raises:
        UnclearZone: zones with different offsets use the abbreviation, or none does.
        ValueError: the time does not occur in the stated zone (clock change).
    """
    if abbreviation in _UNIVERSAL:
        return local
    early, late = (local.replace(tzinfo=tz, fold=fold) for fold in (0, 1))
    used = [moment for moment in (early, late) if moment.tzname() == abbreviation]
    if used or any(tz.key == user.key for user in _users()[abbreviation]):
        if early.utcoffset() < late.utcoffset():
            raise ValueError(f"{local:%Y-%m-%d %H:%M:%S} occurs never in {tz.key}")
        return local - (used or [early])[0].utcoffset()
    offset = _offset(abbreviation, local.replace(minute=0, second=0, microsecond=0))
    if offset is None:
        raise UnclearZone(
            f"the zone abbreviation {abbreviation} does not decide the offset at "
            f"{local:%Y-%m-%d %H:%M}"
        )
    return local - offset


def require_clear_zones(
    name: str, printed: Iterable[str], read: Callable[[str], object]
) -> None:
    """Check that each zone abbreviation of a delivery's times decides its offset.

    Args:
        name: of the delivery, for messages.
        printed: its times.
        read: converts a printed time to UTC.

    Raises:
        UndecidedFile: one does not.
    """
    for text in printed:
        if without_abbreviation(text)[1] is None:
            continue
        try:
            read(text)
        except UnclearZone as error:
            raise UndecidedFile(
                f"{text!r}: {error}",
                name,
                "pass --tz with a zone that uses the abbreviation at that time, e.g. "
                "--tz Asia/Kolkata for IST",
            ) from error
        except ValueError:
            continue  # its row is refused


@lru_cache(maxsize=1)
def _users() -> dict[str, tuple[ZoneInfo, ...]]:
    """Return the zones that use each abbreviation in recent winters and summers."""
    users: dict[str, dict[str, ZoneInfo]] = {}
    for key in sorted(available_timezones()):
        tz = ZoneInfo(key)
        for year in _RECENT_YEARS:
            for month in (1, 7):
                name = datetime(year, month, 1, 12, tzinfo=tz).tzname() or ""
                is_word = name.isalpha() and name.isupper() and len(name) > 2
                if is_word and (name, key) not in _RARELY_MEANT:
                    users.setdefault(name, {})[key] = tz
    return {name: tuple(zones.values()) for name, zones in users.items()}


@lru_cache(maxsize=1)
def _database_names() -> dict[str, str]:
    """Return the database's abbreviation of each that is read."""
    names = {name: name for name in (*_users(), *_UNIVERSAL)}
    for language in _CLDR_LANGUAGES:
        meta_zones = Locale.parse(language).meta_zones
        for key, (standard, summer) in _CLDR_ZONES.items():
            short = meta_zones.get(key, {}).get("short", {})
            for kind, name in (("standard", standard), ("daylight", summer)):
                if word := short.get(kind):
                    names.setdefault(word, name)
    return names


@lru_cache(maxsize=1)
def _after_clock() -> re.Pattern[str]:
    """Return the pattern of a clock with a zone abbreviation behind it."""
    names = "|".join(sorted(map(re.escape, _database_names()), key=len, reverse=True))
    return re.compile(
        rf"{_CLOCK}{_BETWEEN}(?P<zone>\s*(?:(?<![^\W\d_])(?P<plain>{names})(?![\w/])"
        rf"|[(\[](?P<bracketed>{names})[)\]])){_NO_OFFSET}"
    )


@lru_cache(maxsize=65_536)
def _offset(abbreviation: str, local: datetime) -> timedelta | None:
    """Return the one offset with which zones use an abbreviation at a time, or None.

    A standard name (EST) does not decide while other zones that use it have summer
    time: some exports print one name all year.
    """
    offsets: set[timedelta] = set()
    others: list[datetime] = []
    for tz in _users()[abbreviation]:
        moments = [local.replace(tzinfo=tz, fold=fold) for fold in (0, 1)]
        used = [moment for moment in moments if moment.tzname() == abbreviation]
        offsets |= {moment.utcoffset() for moment in used}
        others += [] if used else moments
    if len(offsets) != 1:
        return None
    offset = offsets.pop()
    is_unclear = any(other.dst() and other.utcoffset() > offset for other in others)
    return None if is_unclear else offset
