"""Units and clocks that a heading names: `Hours Viewed`, `Time (hh:mm)`, `Dauer (min)`.

The names are those of the CLDR in all languages that vendors offer.
"""

import re
from functools import lru_cache
from typing import Literal

from ingest.parsing.duration_words import HOUR, MINUTE, OWN_WORDS, SECOND, SYMBOLS
from ingest.parsing.locale_words import MODERN, plain_word, unit_titles
from ingest.parsing.source_phrases import spaced_words

Unit = Literal["hours", "minutes", "seconds", "milliseconds"]
Clock = Literal["h:mm", "m:ss"]

_UNITS: dict[int, Unit] = {HOUR: "hours", MINUTE: "minutes", SECOND: "seconds"}
_CLOCK = re.compile(r"\b(h{1,2}|m{1,2}):(mm?|ss?)(:ss?)?\b", re.IGNORECASE)
_CLOCK_WITH_HOURS = re.compile(r"h{1,2}:m{1,2}:s{1,2}", re.IGNORECASE)
# `Time (min)`; `Lernzeit in Minuten`; `total_time_seconds`
_LAST_IN_BRACKETS = re.compile(r"^(.+?)\s*[(（\[【]([^)）\]】]*)[)）\]】]\s*$")
_LAST_WORD = re.compile(
    r"^(.+?)[\s,:–-]+(?:(in|en|em|w|i)\s+)?([^\W\d_]+)\.?\s*$", re.I
)
_WORD = re.compile(r"[^\W\d_]+")
_IN_BRACKETS = re.compile(r"[(（\[【]([^)）\]】]*)[)）\]】]")
# Names of units that also mean time in general, or an ordinal number: outside of
# brackets they name no unit.
_ALSO_OTHER = frozenset(
    (
        *("time", "timer", "時間", "小时", "小時", "시간", "saat", "jam", "ora"),
        *("hora", "heure", "uur", "second", "seconde", "segundo", "secondo"),
    )
)


def unit_in(heading: str) -> Unit | None:
    """Return the unit that a heading names, None where it names none or several.

    `Hours Viewed`, `Dauer (Min.)` and `所要時間（分）` name one.
    """
    units = _units_in(heading)
    return _UNITS[units.pop()] if len(units) == 1 else None


def clock_in(heading: str) -> Clock | None:
    """Return the clock that a heading names: `Time (hh:mm)`, `hours:minutes`."""
    if named := _CLOCK.search(heading):
        first, _second, third = named.groups()
        if third:
            return None
        return "h:mm" if first[0] in "hH" else "m:ss"
    clocks: dict[frozenset[int], Clock] = {
        frozenset({HOUR, MINUTE}): "h:mm",
        frozenset({MINUTE, SECOND}): "m:ss",
    }
    return clocks.get(frozenset(_units_in(heading)))


def without_unit(heading: str) -> str:
    """Return a heading without the unit or clock at its end, else the heading itself.

    `Time Spent (hh:mm:ss)` is `Time Spent`, `Lernzeit in Minuten` is `Lernzeit`.
    """
    words = spaced_words(heading).strip()
    if found := _LAST_IN_BRACKETS.match(words):
        bare, inside = found.groups()
        is_clock = _CLOCK_WITH_HOURS.fullmatch(inside.strip()) or clock_in(
            f"({inside})"
        )
        return bare if is_clock or unit_in(f"({inside})") else heading
    if found := _LAST_WORD.match(words):
        bare, preposition, word = found.groups()
        is_clear = preposition or plain_word(word) not in _ALSO_OTHER
        return bare if is_clear and unit_in(f"({word})") else heading
    return heading


def _units_in(heading: str) -> set[int]:
    words = spaced_words(heading)
    found: set[int] = set()
    for inside in _IN_BRACKETS.findall(words):
        for word in map(plain_word, _WORD.findall(inside)):
            found |= {SYMBOLS[word]} if word in SYMBOLS else _units_named(word)
    for word in map(plain_word, _WORD.findall(_IN_BRACKETS.sub(" ", words))):
        if word not in _ALSO_OTHER and (len(word) > 2 or not word.isascii()):
            found |= _units_named(word)
    return found & set(_UNITS)


@lru_cache(maxsize=4096)
def _units_named(word: str) -> set[int]:
    """Return the units whose name in any language is a word; a letter is none."""
    if len(word) == 1 and word.isascii():
        return set()
    meant = (unit_titles(language).get(word) for language in MODERN)
    own = {words[word] for words in OWN_WORDS.values() if word in words}
    return own | {seconds for seconds in meant if seconds}
