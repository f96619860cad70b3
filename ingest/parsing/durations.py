"""Parse printed durations to seconds, under the format of their column.

A cell alone does not show whether 14:32 is hours and minutes, whether 90 is minutes, or
what `1 saat` is; `duration_formats` decides that from all cells of a column.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ingest.parsing.duration_headings import Clock, Unit, clock_in, unit_in
from ingest.parsing.duration_words import Row, Words, readings_of
from ingest.parsing.numbers import Sign, UnclearNumber, decimal_of
from ingest.parsing.text import plain_spaces

SECONDS_OF: dict[Unit, Decimal] = {
    "hours": Decimal(3600),
    "minutes": Decimal(60),
    "seconds": Decimal(1),
    "milliseconds": Decimal("0.001"),
}
# The options that decide what a column leaves open.
CLOCK_OPTION = "--duration-format h:mm or m:ss"
NUMBER_OPTION = "--duration-format seconds, minutes or hours"
SIGN_OPTION = "--duration-format decimal-point or decimal-comma"
WORD_OPTION = "--locale, the language that it is printed in, e.g. --locale tr"

_PART = r"\d{1,2}"
TWO_PARTS = re.compile(rf"(\d+):({_PART})(?:[.,](\d+))?")
# 1:02:03, the 0014:32:00.00 of SCORM 1.2, 1.02:03:04 of .NET, `1 day, 2:03:04`,
# `1d 02:03:04`, and 1:02:03:04, whose days have no zero before them as timecodes do.
_DAYS = r"(\d+)\.|(\d+) ?d(?:ays?)?,? +|(0|[1-9]\d*):(?=(?:[01]\d|2[0-3]):\d\d:\d\d)"
THREE_PARTS = re.compile(
    rf"(?:{_DAYS})?(?P<hours>\d+):({_PART}):({_PART}(?:[.,]\d+)?)",
    re.IGNORECASE,
)
# ISO 8601 and the time interval of SCORM 2004; years and months have no fixed length.
_ISO = re.compile(
    r"P(?:0+Y)?(?:0+M)?(?:(\d+(?:[.,]\d+)?)W)?(?:(\d+(?:[.,]\d+)?)D)?"
    r"(?:T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?",
    re.IGNORECASE,
)
_CLOCK_AND_WORD = re.compile(r"(\d+(?::\d+){1,2}(?:[.,]\d+)?)\s*\(?([^\d()]*)\)?")
_ISO_UNITS = (604_800, 86_400, 3600, 60, 1)
_BARE = re.compile(r"[\d.,٫٬\s'’]+")
_NEGATIVE = re.compile(r"[-−]\s?(?=[\dP])")


class UnclearDuration(ValueError):
    """A duration that can be read in several ways; `option` is what would decide it."""

    def __init__(self, message: str, option: str) -> None:
        self.option = option
        super().__init__(message)


@dataclass(frozen=True)
class DurationFormat:
    """How one column prints durations; what it leaves open is None."""

    unit: Unit | None = None  # of a number without a unit
    clock: Clock | None = None  # what a clock of two parts means
    sign: Sign | None = None  # the decimal sign
    words: Mapping[Row, Words] = field(default_factory=dict)

    def seconds(self, printed: str) -> float:
        """Return the seconds of a printed duration.

        Raises:
            UnclearDuration: it can be read in several ways, and the column leaves open
                which one is meant.
            ValueError: it is no duration, or negative.
        """
        text = plain_spaces(printed).strip()
        if _NEGATIVE.match(text):
            raise ValueError("it is negative")
        try:
            if any(unicodedata.category(letter) == "No" for letter in text):
                raise ValueError("it has a fraction as one character")
            return float(self._of(text))
        except UnclearNumber as error:
            raise UnclearDuration(str(error), SIGN_OPTION) from error

    def _of(self, text: str) -> Decimal:
        if iso := _ISO.fullmatch(text):
            parts = [part.replace(",", ".") for part in iso.groups(default="0")]
            if not any(iso.groups()):
                raise ValueError("it has no part")
            return sum(
                (Decimal(p) * u for p, u in zip(parts, _ISO_UNITS, strict=True)),
                Decimal(),
            )
        if clock := THREE_PARTS.fullmatch(text):
            return _of_three_parts(clock)
        if clock := TWO_PARTS.fullmatch(text):
            return self._of_two_parts(clock)
        if clock := _CLOCK_AND_WORD.fullmatch(text):
            return self._of_clock_and_word(*clock.groups())
        if _BARE.fullmatch(text):
            return self._of_number(text)
        return self._of_words(text)

    def _of_two_parts(self, clock: re.Match[str]) -> Decimal:
        first, second, fraction = clock.groups()
        below = Decimal(f"{second}.{fraction or 0}")
        if below >= 60:
            raise ValueError(f"{second} is more than 59")
        if not int(first) and not below:
            return Decimal()
        meant: Clock | None = "m:ss" if fraction else self.clock
        if meant is None:
            raise UnclearDuration(
                "it could be hours and minutes, or minutes and seconds",
                CLOCK_OPTION,
            )
        return (int(first) * 60 + below) * (60 if meant == "h:mm" else 1)

    def _of_clock_and_word(self, clock: str, word: str) -> Decimal:
        """Return the seconds of `01:30 h` or `00:41:30 (hh:mm:ss)`."""
        unit = unit_in(f"({word})")
        meant = clock_in(word) or {"hours": "h:mm", "minutes": "m:ss"}.get(unit or "")
        if not meant and not re.fullmatch("hh?:mm?:ss?", word.strip().casefold()):
            raise ValueError(f"{word!r} is no unit of a clock")
        return replace(self, clock=meant)._of(clock)

    def _of_number(self, text: str) -> Decimal:
        if text.strip("0.,"):
            number = decimal_of(text, self.sign)
        else:
            number = decimal_of(text, self.sign, unclear="")
        if number and self.unit is None:
            raise UnclearDuration("it has no unit", NUMBER_OPTION)
        return number * SECONDS_OF[self.unit or "seconds"]

    def _of_words(self, text: str) -> Decimal:
        totals = {
            sum((decimal_of(n, self.sign) * unit for n, unit in parts), Decimal())
            for parts in readings_of(text, self.words)
        }
        if len(totals) > 1:
            either = " or ".join(f"{total:f} s" for total in sorted(totals))
            raise UnclearDuration(
                f"its words differ between languages: it could be {either}",
                WORD_OPTION,
            )
        return next(iter(totals))


def _of_three_parts(clock: re.Match[str]) -> Decimal:
    *days, hours, minutes, seconds = clock.groups()
    whole_days, whole_hours = int(next(filter(None, days), 0)), int(hours)
    below = Decimal(seconds.replace(",", "."))
    is_carried = int(minutes) < 60 or not (whole_days or whole_hours)
    if not is_carried or (below >= 60 and (whole_hours or int(minutes))):
        raise ValueError("its minutes or seconds are more than 59")
    return Decimal(((whole_days * 24 + whole_hours) * 60 + int(minutes)) * 60) + below
