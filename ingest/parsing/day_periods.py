"""The halves of the day in other scripts, as AM and PM: `오후 2:05` is 14:05.

The words are those of CLDR's abbreviated day periods.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from ingest.parsing.text import plain_spaces

_MORNING = (
    "오전",
    "上午",
    "午前",
    "凌晨",
    "早上",
    "清晨",
    "π.μ.",
    "πμ",
    "पूर्वाह्न",
    "ก่อนเที่ยง",
)
_EVENING = (
    "오후",
    "下午",
    "午後",
    "中午",
    "晚上",
    "傍晚",
    "μ.μ.",
    "μμ",
    "अपराह्न",
    "หลังเที่ยง",
)
# One letter, or a word that others contain: only where it stands alone.
_MORNING_ALONE = ("ص", "ق.ظ.", "de.", "SA", "PD", "p.d.", "PG", "dop.", "vorm.")
_MORNING_ALONE += ("vm.", "ap.", "fm", "f.m.", "f.h.", "r.n.", "ÖÖ", "дп", "тң", "ү.ө.")
_MORNING_ALONE += ("ጥዋት", "priešpiet", "priekšp.", "претпл.", "paradite")
_EVENING_ALONE = ("م", "ب.ظ.", "du.", "CH", "MD", "m.d.", "PTG", "odp.", "nachm.")
_EVENING_ALONE += ("nm.", "ip.", "em", "e.m.", "e.h.", "i.n.", "ÖS", "пп", "тк", "ү.х.")
_EVENING_ALONE += ("ከሰዓት", "popiet", "pēcp.", "попл.", "pop.", "pasdite")


def _pattern(anywhere: tuple[str, ...], alone: tuple[str, ...]) -> re.Pattern[str]:
    words = [re.escape(word) for word in anywhere]
    words += [rf"(?<!\S){re.escape(word)}(?!\S)" for word in alone]
    return re.compile("|".join(words), re.IGNORECASE)


_HALVES = (
    ("AM", _pattern(_MORNING, _MORNING_ALONE)),
    ("PM", _pattern(_EVENING, _EVENING_ALONE)),
)


_LATIN_FIRST = re.compile(r"\b([AP]M) ?(\d.*)", re.IGNORECASE)


@lru_cache(262_144)
def with_latin_half(text: str) -> str:
    """Return a printed time with the half of the day behind it, as AM or PM."""
    if latin := _LATIN_FIRST.search(text):
        return f"{latin.group(2)} {latin.group(1)}"
    for half, pattern in _HALVES:
        found = pattern.search(text)
        if found:
            return f"{text[: found.start()]} {text[found.end() :].strip()} {half}"
    return text


_CLOCK_AND_WORD = re.compile(r"(\d{1,2})[:.]\d{2}(?:[:.]\d{2})?\s*([^\W\d_]\D*)?$")


def unknown_halves(printed: Iterable[str]) -> list[str]:
    """Return the words behind the clocks of twelve hours that are no known halves.

    Two of them are a morning and an afternoon that nobody can tell apart; one of them
    may be an o'clock.
    """
    found: set[str] = set()
    for text in printed:
        clock = _CLOCK_AND_WORD.search(with_latin_half(plain_spaces(text).strip()))
        if clock is None:
            continue
        hour, word = clock.groups()
        if int(hour) > 12:
            return []
        if word and not re.match(r"[ap]\b|[ap]\.? ?m\b", word, re.IGNORECASE):
            found.add(word.strip())
    return sorted(found)
