"""Words for AM and PM in other languages: `오후 2:05` is 14:05.

Most words are CLDR's, which Babel provides; see CLDR_WORDS and OWN_WORDS.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from babel import Locale

from ingest.parsing.text import plain_spaces

# Locale, width, and the CLDR day periods that mean AM and PM. These words are found
# anywhere in a text: their scripts put no space between a word and the clock.
CLDR_WORDS_ANYWHERE = (
    ("ko", "wide", ("am",), ("pm",)),
    ("ja", "abbreviated", ("am",), ("pm",)),
    (
        "zh",
        "abbreviated",
        ("night1", "morning1", "morning2"),
        ("afternoon1", "afternoon2", "evening1"),
    ),
    ("zh", "wide", ("morning1",), ()),
    ("el", "abbreviated", ("am",), ("pm",)),
    ("el", "narrow", ("am",), ("pm",)),
    ("ne", "abbreviated", ("am",), ("pm",)),
    ("th", "wide", ("am",), ("pm",)),
)
# These words are short or part of other words: they count only as a whole word.
CLDR_WORDS = (
    *(
        (language, "abbreviated", ("am",), ("pm",))
        for language in (
            *("af", "am", "ar", "cs", "fa", "fi", "ga", "hu", "is", "ky", "lt", "lv"),
            *("mk", "mn", "ms", "nn", "sl", "sq", "sv", "tr", "uk", "vi"),
        )
    ),
    ("de", "abbreviated", ("morning2",), ("afternoon2",)),
)
# Words that Babel's CLDR release lacks: an evening word of Taiwanese exports, and
# Albanian words of earlier CLDR releases.
OWN_WORDS_ANYWHERE: dict[str, tuple[str, ...]] = {"AM": (), "PM": ("傍晚",)}
OWN_WORDS = {"AM": ("PD", "paradite"), "PM": ("MD", "pasdite")}


def _words(rows: Iterable[tuple], day_period: str) -> Iterator[str]:
    """Yield the words that CLDR has for AM or PM in the given locales and widths."""
    for language, width, am_names, pm_names in rows:
        words = Locale.parse(language).day_periods["format"][width]
        yield from (words[n] for n in (am_names if day_period == "AM" else pm_names))


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return AM and PM, each with the pattern of the words that stand for it."""
    patterns = []
    for day_period in ("AM", "PM"):
        anywhere = {*_words(CLDR_WORDS_ANYWHERE, day_period)}
        anywhere |= {*OWN_WORDS_ANYWHERE[day_period]}
        whole = {*_words(CLDR_WORDS, day_period), *OWN_WORDS[day_period]}
        parts = [re.escape(word) for word in sorted(anywhere)]
        parts += [rf"(?<!\S){re.escape(word)}(?!\S)" for word in sorted(whole)]
        patterns.append((day_period, re.compile("|".join(parts), re.IGNORECASE)))
    return tuple(patterns)


_LATIN_FIRST = re.compile(r"\b([AP]M) ?(\d.*)", re.IGNORECASE)


@lru_cache(262_144)
def with_latin_day_period(text: str) -> str:
    """Return a printed time with AM or PM behind its clock, other texts as they are."""
    if latin := _LATIN_FIRST.search(text):
        return f"{latin.group(2)} {latin.group(1)}"
    for day_period, pattern in _patterns():
        match = pattern.search(text)
        if match:
            rest = text[match.end() :].strip()
            return f"{text[: match.start()]} {rest} {day_period}"
    return text


_CLOCK_AND_WORD = re.compile(r"(\d{1,2})[:.]\d{2}(?:[:.]\d{2})?\s*([^\W\d_]\D*)?$")


def unknown_day_periods(printed: Iterable[str]) -> list[str]:
    """Return the words after clocks of twelve hours that are not known day periods.

    Two such words stand for morning and afternoon in an unknown language. A single one
    may be a word such as "o'clock".
    """
    unknown: set[str] = set()
    for text in printed:
        clock = _CLOCK_AND_WORD.search(
            with_latin_day_period(plain_spaces(text).strip())
        )
        if clock is None:
            continue
        hour, word = clock.groups()
        if int(hour) > 12:
            return []
        if word and not re.match(r"[ap]\b|[ap]\.? ?m\b", word, re.IGNORECASE):
            unknown.add(word.strip())
    return sorted(unknown)
