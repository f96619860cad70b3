"""Parse days and times of people's own tables.

Day, month and year come in any order, months also by name, with or without a time of
day.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from ingest.parsing.eras import is_of_era, without_era
from ingest.parsing.text import plain_spaces
from ingest.parsing.times import (
    Order,
    needs_order,
    order_of,
    parse_local,
    to_utc,
    zone,
)
from tandem.core.errors import UndecidedFile

LANGUAGES = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "tr",
    "sv",
    "da",
    "nb",
    "fi",
)
LANGUAGES += ("cs", "hu", "ro", "uk", "ru", "el", "id", "vi")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er)?[.\s/-]*(?:de\s)?([^\W\d_]{3,})\.?"
    r"(?:\sde)?[\s,./-]*(\d{4}|\d{2})\b"
)
_YEAR_MONTH = re.compile(
    r"^(\d{4})[.\s/-]{1,2}([^\W\d_]{3,})[.\s/-]{1,2}(\d{1,2})\b\.?"
)
_UNIVERSAL = re.compile(r"(?<=\d)\s?(?:UTC|GMT|Z)$")
_ENDS_AS_DAY = re.compile(r"(?:\d|日|일|\br|г)\.?$")  # 5 maja 2010 r.
# Databases print zeros for a missing day, and SAP the year 9999 for an open end.
_NO_DAY = re.compile(
    r"^0{1,4}[-./]0{1,2}[-./]0{1,4}(?: 00:00(?::00)?)?$"
    r"|^9999\b|^\d{1,2}[-./]\d{1,2}[-./]9999\b"
)
_YEAR_DIGITS = re.compile(r"^\d{8}$")
_ZONE_AFTER = re.compile(
    r"(?<=[\dMm])\s+\(?([A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_ -]+)+)\)?$"
)


@lru_cache(maxsize=1)
def months() -> dict[str, int]:
    """Return month numbers by name; a name that means two months is left out."""
    by_name: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names = get_month_names(width, context, language)
                for number, name in names.items():
                    word = name.casefold().rstrip(".")
                    by_name.setdefault(word, set()).add(number)
    return {
        word: min(numbers) for word, numbers in by_name.items() if len(numbers) == 1
    }


@dataclass(frozen=True)
class DayClock:
    """Converts the printed days and times of one delivery to UTC.

    A day begins at midnight in `tz`. `order` is None where no date needs one.
    """

    tz: ZoneInfo
    order: Order | None

    def utc(self, printed: str) -> datetime | None:
        """Return naive UTC, a day as its local midnight; None for an empty cell.

        Raises:
            ValueError: the text is no valid day, or not valid in this order.
        """
        text = without_era(plain_spaces(printed).strip())
        if not text or _NO_DAY.search(text):
            return None
        text, tz = zone_in(text)
        if tz is not None:
            return DayClock(tz, self.order).utc(text)
        bare = _UNIVERSAL.sub("", text)
        try:
            moment = datetime.fromisoformat(bare)
        except ValueError:
            moment = self._local(bare)
        if bare != text and moment.tzinfo is None:
            return moment
        if moment.tzinfo is not None:
            return moment.astimezone(UTC).replace(tzinfo=None)
        return to_utc(moment, self.tz)

    def day(self, printed: str) -> date | None:
        """Return the day that a cell prints, None for an empty cell.

        Raises:
            ValueError: the text is no valid day.
        """
        text = without_era(plain_spaces(printed).strip())
        if not text or _NO_DAY.search(text):
            return None
        try:
            return datetime.fromisoformat(text).date()
        except ValueError:
            return self._local(text).date()

    def _local(self, text: str) -> datetime:
        if named := _YEAR_MONTH.search(text):  # 2025. január 17., 2025-Jan-17
            year, word, day = named.groups()
        elif named := _DAY_MONTH.search(text):
            day, word, year = named.groups()
        if named:
            number = months().get(word.casefold())
            if number is None:
                raise ValueError(f"no such month: {word}")
            full = int(year) + (2000 if len(year) == 2 else 0)
            rest = text[named.end() :]
            iso = date(full, number, int(day)).isoformat()
            text = f"{iso} {rest}".strip()
        try:
            return parse_local(text, self.order).at
        except ValueError as error:
            if "no time of day" not in str(error) or not _ENDS_AS_DAY.search(text):
                raise
        return parse_local(f"{text} 00:00", self.order).at


def zone_in(text: str) -> tuple[str, ZoneInfo | None]:
    """Return a time without the zone name that follows it, and the zone or None.

    Spaces stand for underscores: `1/16/2026 2:05 PM America/New York`.
    """
    match = _ZONE_AFTER.search(text)
    if not match:
        return text, None
    try:
        named = zone(match[1].replace(" ", "_"))
    except UndecidedFile:
        return text, None
    return text[: match.start()].strip(), named


def day_clock(
    name: str, tz: ZoneInfo, given: str | None, printed: Iterable[str]
) -> DayClock:
    """Return the clock of a delivery, with the order that its own dates prove.

    Args:
        name: of the delivery, for messages.
        tz: the zone of times that state none.
        given: the order to use where the dates prove none; None if not given.
        printed: all dates of the delivery.

    Raises:
        UndecidedFile: the dates can be read as dmy and as mdy, and no order was given.
    """
    texts = [text for text in printed if text.strip() and not _is_plain(text)]
    order = order_of(texts)  # an open end such as 31.12.9999 also proves the order
    texts = [text for text in texts if not _NO_DAY.search(text.strip())]
    if order is None and needs_order(texts):
        order = given
        if order is None:
            first = next(text for text in texts if needs_order([text]))
            raise UndecidedFile(
                f"day and month cannot be told apart ({first})",
                name,
                "pass --date-order dmy or --date-order mdy",
            )
    return DayClock(tz, order)


def _is_plain(text: str) -> bool:
    """Return whether a day can be read without knowing the order of day and month."""
    text = text.strip()
    if is_of_era(text):
        return True
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return not _YEAR_DIGITS.match(text) or text[:2] in ("19", "20")
