"""Words of the Unicode CLDR by language, which Babel holds: units of time, and months.

A word may have different meanings in different languages: `saat` is an hour in Turkish
and a second in Malay, `lis` is November in Polish and October in Croatian. What the
words of one column mean is therefore decided from all of them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import lru_cache

from babel.localedata import LocaleDataDict, exists, load, locale_identifiers

Meanings = Mapping[str, frozenset[int]]  # of each word of a language

# The languages of CLDR's level "modern", which vendors offer. Words that none of them
# has are looked up in Babel's other languages.
MODERN = (
    *("en", "de", "fr", "es", "pt", "it", "nl", "pl", "tr", "sv", "da", "nb", "nn"),
    *("fi", "cs", "hu", "ro", "uk", "ru", "el", "id", "vi", "ja", "ko", "zh"),
    *("zh_Hant", "af", "am", "ar", "as", "az", "be", "bg", "bn", "bs", "ca", "cy"),
    *("et", "eu", "fa", "fil", "ga", "gd", "gl", "gu", "he", "hi", "hr", "hy", "is"),
    *("ka", "kk", "km", "kn", "ky", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms"),
    *("my", "ne", "or", "pa", "ps", "sd", "si", "sk", "sl", "sq", "sr", "sr_Latn"),
    *("sw", "ta", "te", "th", "tk", "ur", "uz", "yue", "zu"),
)
SECONDS_OF_UNIT = {"day": 86_400, "hour": 3600, "minute": 60, "second": 1}
_MARKS = str.maketrans("", "", ".'’`׳״॰…\u200e\u200f\u061c")
_COUNTED_FORMS = {"one": 1, "two": 2}  # of a pattern that prints no number


def plain_word(word: str) -> str:
    """Return a word in the form in which the words of this module are compared."""
    return word.casefold().translate(_MARKS).strip()


def _data(language: str) -> LocaleDataDict:
    """Return what Babel knows of a language; parts that it shares are resolved."""
    return LocaleDataDict(load(language))


@lru_cache(maxsize=1024)
def unit_words(language: str) -> Meanings:
    """Return the words for units of time in a language, with their seconds."""
    words: dict[str, set[int]] = {}
    for _form, pattern, seconds in _unit_patterns(language):
        if "{0}" in pattern and (word := _unit_word(pattern)):
            words.setdefault(word, set()).add(seconds)
    return {word: frozenset(meant) for word, meant in words.items()}


def _unit_word(pattern: str) -> str:
    """Return the unit in a pattern: `ore` of `{0} de ore`, its longest word."""
    return max(
        map(plain_word, pattern.replace("{0}", " ").split()), key=len, default=""
    )


@lru_cache(maxsize=1)
def words_without_number() -> Mapping[str, tuple[int, int]]:
    """Return the words that need no number, with number and seconds: two hours."""
    return {
        plain_word(pattern): (_COUNTED_FORMS[form], seconds)
        for language in MODERN
        for form, pattern, seconds in _unit_patterns(language)
        if form in _COUNTED_FORMS and "{0}" not in pattern and " " not in pattern
    }


@lru_cache(maxsize=1)
def words_before_number() -> frozenset[str]:
    """Return the words for units that stand before their number: `saa 2`."""
    return frozenset(
        _unit_word(pattern)
        for language in MODERN
        for _form, pattern, _seconds in _unit_patterns(language)
        if "{0}" in pattern and not pattern.lstrip("\u200e\u200f").startswith("{0}")
    )


def _unit_patterns(language: str) -> Iterator[tuple[str, str, int]]:
    """Yield plural form, pattern such as `{0} hours`, and seconds of one unit."""
    units = _data(language)["unit_patterns"]
    for unit, seconds in SECONDS_OF_UNIT.items():
        for patterns in units.get(f"duration-{unit}", {}).values():
            for form, pattern in patterns.items():
                if form != "per" and isinstance(pattern, str):
                    yield form, pattern, seconds


@lru_cache(maxsize=1024)
def unit_titles(language: str) -> Mapping[str, int]:
    """Return the names of units of time in a language, such as `hours`: in seconds."""
    names = _data(language)["unit_display_names"]
    return {
        plain_word(name): seconds
        for unit, seconds in SECONDS_OF_UNIT.items()
        for name in names.get(f"duration-{unit}", {}).values()
    }


@lru_cache(maxsize=1024)
def month_words(language: str) -> Meanings:
    """Return the names of months in a language, whole and shortened, with numbers."""
    words: dict[str, set[int]] = {}
    months = _data(language)["months"]
    for by_width in months.values():
        for width in ("wide", "abbreviated"):
            for number, name in by_width.get(width, {}).items():
                last = re.split(r"[\s'’]", name.strip())[-1]  # d’abril, de gener
                words.setdefault(plain_word(last), set()).add(number)
    return {
        word: frozenset(numbers)
        for word, numbers in words.items()
        if re.match(r"[^\W\d_]", word)
    }


def language_of(locale: str | None) -> str | None:
    """Return the language of a locale such as pt-BR that Babel knows, else None."""
    name = (locale or "").replace("-", "_")
    while name and not exists(name):
        name = name.rpartition("_")[0]
    return name or None


def meanings(
    words: Iterable[str], words_of: Callable[[str], Meanings]
) -> Mapping[str, Meanings]:
    """Return, by language, what it takes each of some words for; others are left out.

    Args:
        words: in the form of `plain_word`.
        words_of: `unit_words` or `month_words`.
    """
    return _meanings(frozenset(words), words_of)


@lru_cache(maxsize=256)
def _meanings(
    wanted: frozenset[str], words_of: Callable[[str], Meanings]
) -> Mapping[str, Meanings]:
    found = _known(wanted, words_of, MODERN)
    rest = {word for word in wanted.difference(*found.values()) if len(word) > 1}
    return found | _known(rest, words_of, _others()) if rest else found


def _known(
    words: Set[str],
    words_of: Callable[[str], Meanings],
    languages: Iterable[str],
) -> dict[str, Meanings]:
    found: dict[str, Meanings] = {}
    for language in languages:
        known = words_of(language)
        if meant := {word: known[word] for word in words if word in known}:
            found[language] = meant
    return found


@lru_cache(maxsize=1)
def _others() -> tuple[str, ...]:
    """Return Babel's other languages and scripts, without regional variants."""
    names = (name.split("_") for name in locale_identifiers())
    return tuple(
        sorted(
            "_".join(parts)
            for parts in names
            if (len(parts) == 1 or (len(parts) == 2 and len(parts[1]) == 4))
            and "_".join(parts) not in MODERN
        )
    )
