"""Parse days and times of people's own tables.

Day, month and year come in any order, months also by name, with or without a time of
day.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from ingest.parsing.eras import is_of_era, without_era
from ingest.parsing.month_names import (
    UNCLEAR_MONTH,
    MonthNames,
    UnclearMonth,
    months_of_column,
    named_day,
)
from ingest.parsing.text import plain_spaces
from ingest.parsing.times import (
    Order,
    needs_order,
    order_of,
    parse_local,
    to_utc,
    zone,
)
from ingest.parsing.zone_abbreviations import (
    abbreviated_to_utc,
    without_abbreviation,
)
from tandem.core.errors import UndecidedFile

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


@dataclass(frozen=True)
class DayClock:
    """Converts the printed days and times of one delivery to UTC.

    A day begins at midnight in `tz`. `order` is None where no date needs one.
    """

    tz: ZoneInfo
    order: Order | None
    months: MonthNames = field(default_factory=MonthNames)

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
            return DayClock(tz, self.order, self.months).utc(text)
        text, abbreviation = without_abbreviation(text)
        bare = _UNIVERSAL.sub("", text)
        try:
            moment = datetime.fromisoformat(bare)
        except ValueError:
            moment = self._local(bare)
        if bare != text and moment.tzinfo is None:
            return moment
        if moment.tzinfo is not None:
            return moment.astimezone(UTC).replace(tzinfo=None)
        if abbreviation is not None:
            return abbreviated_to_utc(moment, abbreviation, self.tz)
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
        if named := named_day(text, self.months):
            on, before, behind = named
            if not any(letter.isdigit() for letter in before + behind):
                return datetime.combine(on, time())
            text = f"{before} {on.isoformat()} {behind}".strip()
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
    name: str,
    tz: ZoneInfo,
    given: str | None,
    printed: Iterable[str],
    locale: str | None = None,
) -> DayClock:
    """Return the clock of a delivery, with the order that its own dates prove.

    Args:
        name: of the delivery, for messages.
        tz: the zone of times that state none.
        given: the order to use where the dates prove none; None if not given.
        printed: all dates of the delivery.
        locale: the language of the delivery, None if not given.

    Raises:
        UndecidedFile: the dates can be read as dmy and as mdy, and no order was given;
            or the name of a month differs between languages.
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
                "pass --date-order dmy or --date-order mdy, or set it for the source "
                "in tandem.toml",
            )
    months = months_of_column(texts, locale)
    for text in texts if months.has_unclear else ():
        try:
            named_day(text, months)
        except UnclearMonth as error:
            raise UndecidedFile(f"{text!r}: {error}", name, UNCLEAR_MONTH) from error
        except ValueError:
            continue  # its row is refused
    return DayClock(tz, order, months)


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
