"""Days whose month is a name: `5 Haz 2026`, `June 5th, 2026`, `2025. január 17.`.

The names are those of the CLDR in all languages. A few differ between languages (`lis`
is November in Polish and October in Croatian): the other months of a column decide
them, or the language of the report.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from ingest.parsing.eras import gregorian_year
from ingest.parsing.locale_words import (
    MODERN,
    language_of,
    meanings,
    month_words,
    plain_word,
)

_WORD = r"([^\s\d,،;:/()'’-]{2,})"
_LETTERS = re.compile(_WORD)
# What stands between a year and a month: `2026(e)ko`, `2026-ж.,`, `2026. gada`.
_AFTER_YEAR = (
    r"(?:\([^\s\d]{1,4}\)[^\s\d]{0,3})?"
    r"[.,\s/-]{1,2}(?:[^\s\d,]{1,5}[,\s]{1,2})?"
)
_YEAR_FIRST = re.compile(
    rf"(?<!\d)(\d{{4}}){_AFTER_YEAR}{_WORD}[.\s/-]{{1,2}}(\d{{1,2}})(?!\d)\.?"
)
_YEAR_THEN_DAY = re.compile(
    rf"(?<!\d)(\d{{4}}){_AFTER_YEAR}(\d{{1,2}})[.\s-]{{1,2}}{_WORD}"
)
_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|º|ª)?[.,\s/-]*(?:(?:de|di|of)\s|d['’]\s?)?"
    rf"{_WORD}['’]?(?:\sdel?\b|\sค\.ศ\.)?[\s,،./-]*(\d{{4}}|\d{{2}})\b(?!:)"
)
_MONTH_FIRST = re.compile(
    rf"{_WORD}[\s/-]{{1,2}}(\d{{1,2}})(?:st|nd|rd|th)?(?:,\s?|[\s/-])(\d{{4}})\b"
)
# The places of year, month and day among the groups of each pattern.
_PATTERNS = (
    (_YEAR_FIRST, 1, 2, 3),
    (_DAY_FIRST, 3, 2, 1),
    (_MONTH_FIRST, 3, 1, 2),
    (_YEAR_THEN_DAY, 1, 3, 2),
)
# Vietnamese counts its months: 5 thg 6, 2026.
_COUNTED = re.compile(
    r"(?<!\d)(\d{1,2})\s+(?:thg|tháng)\.?\s*(\d{1,2})[\s,]+(?:năm\s)?(\d{4})\b",
    re.IGNORECASE,
)


IN = "ב"  # Hebrew writes it as part of the month: in June
UNCLEAR_MONTH = "pass --locale, the language that it is printed in, e.g. --locale pl"


class UnclearMonth(ValueError):
    """The name of different months in different languages."""


@dataclass(frozen=True)
class MonthNames:
    """What the names of months in one column stand for; English where it has none."""

    numbers: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @property
    def has_unclear(self) -> bool:
        """Whether a word of the column is the name of several months."""
        return any(len(meant) > 1 for meant in self.numbers.values())

    def number(self, name: str) -> int | None:
        """Return the number of a month, None for a word that is none.

        Raises:
            UnclearMonth: the name is that of several months.
        """
        word = plain_word(name)
        meant = self.numbers.get(word) or _meant(word) or _meant(word.removeprefix(IN))
        if len(meant) > 1:
            either = " or ".join(map(str, sorted(meant)))
            raise UnclearMonth(f"{name} is month {either}, depending on the language")
        return next(iter(meant), None)


def months_of_column(printed: Iterable[str], locale: str | None = None) -> MonthNames:
    """Return what the names of months in a column stand for.

    Args:
        printed: the dates of the column.
        locale: the language of the report where it is known.
    """
    texts = {text for text in printed if not text.isascii() or _LETTERS.search(text)}
    words = {plain_word(word) for text in texts for word in _LETTERS.findall(text)}
    english = month_words("en")
    words = {word for word in words if word not in english}
    if language := language_of(locale):
        known = month_words(language)
        return MonthNames({word: known[word] for word in words if word in known})
    if not words:
        return MonthNames()
    by_language = meanings(words, month_words)
    most = max((len(known) for known in by_language.values()), default=0)
    leading = [known for known in by_language.values() if len(known) == most]
    numbers: dict[str, frozenset[int]] = {}
    for word in words:
        meant = [known[word] for known in leading if word in known]
        meant = meant or [
            known[word] for known in by_language.values() if word in known
        ]
        if meant:
            numbers[word] = frozenset().union(*meant)
    return MonthNames(numbers)


def named_day(
    text: str, months: MonthNames | None = None
) -> tuple[date, str, str] | None:
    """Return a day whose month is a name, and the texts before and after it.

    None for a text without such a day. A year of two digits is of this century.

    Raises:
        UnclearMonth: the name is that of several months.
        ValueError: the month has no such day.
    """
    months = months or MonthNames()
    if counted := _COUNTED.search(text):
        day, month, year = map(int, counted.groups())
        return date(year, month, day), text[: counted.start()], text[counted.end() :]
    for pattern, year_at, month_at, day_at in _PATTERNS:
        for found in pattern.finditer(text):
            number = months.number(found[month_at])
            if number is None:
                continue
            year = found[year_at]
            short = 2000 if len(year) == len("26") else 0
            on = date(gregorian_year(int(year) + short), number, int(found[day_at]))
            return on, text[: found.start()], text[found.end() :]
    return None


@lru_cache(maxsize=4096)
def _meant(word: str) -> frozenset[int]:
    """Return the months that a word alone may be: a whole name, or the start of one."""
    if known := month_words("en").get(word):
        return known
    by_language = meanings([word], month_words)
    if by_language:
        return frozenset().union(*(known[word] for known in by_language.values()))
    if len(word) < len("jan"):
        return frozenset()
    return frozenset().union(
        *(
            numbers
            for language in MODERN
            for name, numbers in month_words(language).items()
            if name.startswith(word)
        )
    )
