"""Days and times in people's own tables: any order, months by name, with or without
a time of day.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from ingest.parsing.text import plain_spaces
from ingest.parsing.times import (
    Order,
    needs_order,
    order_of,
    parse_local,
    to_utc,
)
from tandem.errors import UndecidedFile

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
LANGUAGES += ("fi", "cs", "hu", "ro", "uk", "ru", "el", "id", "vi")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er)?[.\s/-]*(?:de\s)?([^\W\d_]{3,})\.?"
    r"(?:\sde)?[\s,./-]*(\d{4}|\d{2})\b"
)
_UNIVERSAL = re.compile(r"(?<=\d)\s?(?:UTC|GMT|Z)$")
_ENDS_AS_DAY = re.compile(r"(?:\d|日|일|\br|г)\.?$")  # 5 maja 2010 r.
_YEAR_DIGITS = re.compile(r"^\d{8}$")


@lru_cache(maxsize=1)
def months() -> dict[str, int]:
    """Return month names of many languages; one that means two months is left out."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names = get_month_names(width, context, language)
                for number, name in names.items():
                    word = name.casefold().rstrip(".")
                    found.setdefault(word, set()).add(number)
    return {word: min(numbers) for word, numbers in found.items() if len(numbers) == 1}


@dataclass(frozen=True)
class DayClock:
    """How one delivery's printed days and times become UTC.

    `tz` is whose midnight a day begins at; `order` None where no date needs one.
    """

    tz: ZoneInfo
    order: Order | None

    def utc(self, printed: str) -> datetime | None:
        """Return naive UTC, a day as its local midnight; None for an empty cell.

        Raises:
            ValueError: it is no day of the calendar, or not one in this order.
        """
        text = plain_spaces(printed).strip()
        if not text:
            return None
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
        """Return the day that a cell prints, None for an empty one.

        Raises:
            ValueError: it is no day of the calendar.
        """
        text = plain_spaces(printed).strip()
        if not text:
            return None
        try:
            return datetime.fromisoformat(text).date()
        except ValueError:
            return self._local(text).date()

    def _local(self, text: str) -> datetime:
        if named := _DAY_MONTH.search(text):
            day, word, year = named.groups()
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


def day_clock(
    name: str, tz: ZoneInfo, given: str | None, printed: Iterable[str]
) -> DayClock:
    """Return the clock of a delivery, the order of its dates proved by themselves.

    Raises:
        UndecidedFile: day and month cannot be told apart, and nobody said which.
    """
    texts = [text for text in printed if text.strip() and not _is_iso(text)]
    order = order_of(texts)
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


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return not _YEAR_DIGITS.match(text) or text[:2] in ("19", "20")
