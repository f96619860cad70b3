"""What the words of one column of durations mean: `1 saat`, `4s 31d 2sn`, `2 hrs`.

The column decides, not the cell: the languages that read most of its cells count.
Where they disagree, English and the symbols of the SI (h, min, s) are preferred, since
exports in every language use them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise, product

from ingest.parsing.locale_words import (
    language_of,
    meanings,
    plain_word,
    unit_words,
    words_before_number,
    words_without_number,
)
from ingest.parsing.numbers import NUMBER

Words = Mapping[str, frozenset[int]]  # seconds of the units that a word may stand for
Row = tuple[str, ...]  # the numbers and the plain words of a text
Part = tuple[str, str, frozenset[int]]  # number and word as printed, possible units
Reading = list[tuple[str, int]]  # numbers as printed, with the seconds of their unit

HOUR, MINUTE, SECOND = 3600, 60, 1
UNITS = (86_400, HOUR, MINUTE, SECOND)
# Symbols in the exports of every language. Some languages have other units for them.
SYMBOLS = {"h": HOUR, "min": MINUTE, "m": MINUTE, "s": SECOND}
# Words in exports that the CLDR lacks, by language.
OWN_WORDS: dict[str, dict[str, int]] = {
    "en": {"hrs": HOUR, "mins": MINUTE, "secs": SECOND},
    "de": {"stdn": HOUR},
    "nl": {"uren": HOUR},
    "cs": {"hod": HOUR},
    "el": {"ώρ": HOUR, "λεπ": MINUTE, "δευ": SECOND},
    "ar": {"ساع": HOUR, "دق": MINUTE, "ثا": SECOND, "ثوانٍ": SECOND},
    "he": {"שנייה": SECOND},
    "zh": {"时": HOUR},
    "th": {"นา": MINUTE, "ว": SECOND},
    "ta": {"ம": HOUR},
}
# Words that stand for one or two of a unit without a number, which the CLDR lacks.
OWN_WITHOUT_NUMBER = {
    "שעה": (1, HOUR),
    "דקה": (1, MINUTE),
    "שניה": (1, SECOND),
    "שנייה": (1, SECOND),
    "ساعتين": (2, HOUR),
    "دقيقتين": (2, MINUTE),
    "ثانيتين": (2, SECOND),
}
_TWO = frozenset({"שתי", "שני"})
# Beginnings of words whose inflected forms the CLDR does not hold completely.
_STEMS = ((HOUR, ("hour", "stund", "godz")), (MINUTE, ("minut",)))
_STEMS += ((SECOND, ("second", "sekund", "secund", "segund")),)
# English takes `d` for a day and Turkish for a minute; neither is preferred.
_UNCLEAR_ALONE = "d"
_NUMBER = "0"  # in place of the numbers of a row
_TOKEN = re.compile(rf"{NUMBER}|[^\s\d(),;،+-]+")
# A bound (`< 1 min`, `5+ h`), a range (`1 h - 5 min`) or an exponent (`1e3 s`).
_NO_LENGTH = re.compile(r"[<>≤≥＜＞~≈±]|\d\s*\+|\+\s*$|\s[-–—]\s|\d[eE][+-]?\d")
_MARKS_OF_MINUTES = frozenset("'’′")  # 1h05'


@lru_cache(maxsize=65_536)
def tokens(text: str) -> Row:
    """Return the numbers, as printed, and the plain words of a text, in order."""
    return tuple(
        token if token[0].isdigit() else plain_word(token) or token
        for token in _TOKEN.findall(text)
    )


def row_of(text: str) -> Row:
    """Return the tokens of a text with the same number in all places."""
    return tuple(_NUMBER if token[0].isdigit() else token for token in tokens(text))


@lru_cache(maxsize=1024)
def _language_words(language: str) -> Words:
    """Return the words of a language, and the symbols that every language uses."""
    own = {**SYMBOLS, **OWN_WORDS.get(language, {})}
    words = {word: frozenset([seconds]) for word, seconds in own.items()}
    return {**words, **unit_words(language)}


def words_of_column(
    cells: Iterable[str], locale: str | None = None
) -> Mapping[Row, Words]:
    """Return, for each row of words in a column, what its words stand for.

    Rows of one language share their words; a column may hold several languages. A word
    with several meanings is one that the column leaves open.

    Args:
        cells: the printed durations of the column.
        locale: the language of the report where it is known, such as `tr`.
    """
    rows = {row_of(cell) for cell in cells}
    language = language_of(locale)
    first = _language_words(language or "en")
    rest = {row for row in rows if not _is_read(row, first)}
    is_unclear = any(_UNCLEAR_ALONE in row for row in rows)
    if not language and (rest or is_unclear):
        rest = rows
    words = dict.fromkeys(rows - rest, first)
    for is_whole in (True, False):  # first without gaps between the units
        while table := _leading_words(rest, is_whole=is_whole):
            read = {row for row in rest if _is_read(row, table, is_whole=is_whole)}
            known = {*SYMBOLS, *(word for row in read for word in row)}
            read |= {row for row in rest if known >= {*row} and _is_read(row, table)}
            words |= dict.fromkeys(read, table)
            rest -= read
    return words


def _leading_words(rows: set[Row], *, is_whole: bool) -> Words:
    """Return the words of the languages that read most of some rows, {} if none do."""
    words = {word for row in rows for word in row if word != _NUMBER}
    known = meanings(words, _language_words)
    ranks = {
        language: (
            sum(
                _is_read(row, _language_words(language), is_whole=is_whole)
                for row in rows
            ),
            sum(word not in SYMBOLS for word in of_language),
        )
        for language, of_language in known.items()
    }
    best = max(ranks.values(), default=(0, 0))
    if not best[0]:
        return {}
    leading = [known[name] for name, rank in ranks.items() if rank == best]
    english = known["en"] if ranks.get("en") == best else {}
    found: dict[str, frozenset[int]] = {}
    for word in words:
        meant = frozenset().union(*(known.get(word, ()) for known in leading))
        if word in english and word != _UNCLEAR_ALONE:
            meant = english[word]
        elif word in SYMBOLS and not any(word in row and len(row) > 2 for row in rows):
            meant |= {SYMBOLS[word]}  # no other part shows which unit is meant
        if meant:
            found[word] = meant
    return _settled(found, rows, is_whole=is_whole)


def _settled(
    words: dict[str, frozenset[int]], rows: set[Row], *, is_whole: bool
) -> Words:
    """Return words with the meanings under which all rows that are read stay read."""
    read = [row for row in rows if _is_read(row, words, is_whole=is_whole)]
    for word, meant in list(words.items()):
        if len(meant) > 1:
            own = [row for row in read if word in row]
            words[word] = (
                frozenset(
                    unit
                    for unit in meant
                    if all(
                        _is_read(row, words | {word: frozenset([unit])}) for row in own
                    )
                )
                or meant
            )
    return words


def _is_read(row: Row, words: Words, *, is_whole: bool = False) -> bool:
    try:
        found = readings(row, words)
    except ValueError:
        return False
    return not is_whole or not _has_gap(found[0])


def readings_of(text: str, words: Mapping[Row, Words]) -> list[Reading]:
    """Return the readings of a text by the words of its column, else in English.

    Raises:
        ValueError: a part has no known unit, or there is no part.
    """
    if _NO_LENGTH.search(text):
        raise ValueError("it is a bound, a range or an exponent")
    known = words.get(row_of(text))
    return readings(tokens(text), known or _language_words("en"))


def readings(row: Row, words: Words) -> list[Reading]:
    """Return each way to read a row of tokens: numbers with the seconds of their unit.

    Units come in descending order, mostly without a gap, which decides the unit of an
    ambiguous word.

    Raises:
        ValueError: a part has no known unit, or there is no part.
    """
    parts = list(_parts(_numbers_first(row), words))
    if not parts:
        raise ValueError("it has no unit of time")
    found = [
        [
            (number, unit)
            for (number, _word, _units), unit in zip(parts, units, strict=True)
        ]
        for units in product(*(sorted(units) for _number, _word, units in parts))
        if all(longer > shorter for longer, shorter in pairwise(units))
    ]
    if len({word for _number, word, _units in parts}) < len(parts) or not found:
        raise ValueError("its units are not in descending order")
    return [parts for parts in found if not _has_gap(parts)] or found


def _has_gap(parts: Reading) -> bool:
    """Return whether a unit between two parts is missing, as hours in `1 d 5 min`."""
    places = [UNITS.index(unit) for _number, unit in parts]
    return any(after - before > 1 for before, after in pairwise(places))


def _numbers_first(row: Row) -> Row:
    """Return the tokens of Swahili `saa 2 dakika 5` as those of `2 saa 5 dakika`."""
    pairs = list(zip(row[::2], row[1::2], strict=False))
    if len(row) % 2 or not all(
        number[0].isdigit() and not word[0].isdigit() for word, number in pairs
    ):
        return row
    if not all(word in words_before_number() for word, _number in pairs):
        return row
    return tuple(token for word, number in pairs for token in (number, word))


def _parts(row: Row, words: Words) -> Iterator[Part]:
    """Yield each number with its possible units in seconds.

    Other words are skipped where they stand between two parts (`1 hour and 5 minutes`)
    or between a number and its unit (`31 de minute`), not before or after all parts.
    """
    number: str | None = None
    last: frozenset[int] = frozenset()
    skipped = ""
    is_first = True
    for token in row:
        if token[0].isdigit():
            if number is not None:
                raise ValueError(f"there is no unit of time after {number}")
            number = token
            if skipped:
                last = frozenset()
            skipped = ""
        elif number is not None and (units := _units(token, words)):
            yield number, token, units
            number, last, skipped, is_first = None, units, "", False
        elif number is None and (counted := _without_number(token)):
            yield str(counted[0]), token, frozenset([counted[1]])
            last, skipped, is_first = frozenset(), "", False
        elif number is None and token in _TWO:
            number = "2"
        elif number is None and _units(token, words):
            raise ValueError(f"there is no number before {token}")
        elif token not in _MARKS_OF_MINUTES and not _is_of_other_script(token):
            if is_first and number is None:
                raise ValueError(f"{token!r} is no unit of time")
            skipped = token
    if skipped:
        raise ValueError(f"{skipped!r} is no unit of time")
    if (
        number is not None
        and last == {HOUR}
        and number.isdecimal()
        and int(number) < 60
    ):
        yield number, "", frozenset([MINUTE])  # 1h30
    elif number is not None:
        raise ValueError(f"there is no unit of time after {number}")


def _is_of_other_script(word: str) -> bool:
    """Return whether a word has letters, and none of them Latin: `واحدة`."""
    letters = [unicodedata.name(letter, "") for letter in word if letter.isalpha()]
    return bool(letters) and not any(name.startswith("LATIN") for name in letters)


def _units(word: str, words: Words) -> frozenset[int]:
    """Return the possible seconds of a unit word, empty if it is no unit."""
    if known := words.get(word):
        return known
    return frozenset(s for s, stems in _STEMS if word.startswith(stems))


def _without_number(word: str) -> tuple[int, int] | None:
    """Return number and seconds of a word that stands for one or two of a unit."""
    if word.isascii():
        return None  # no language in Latin letters has such words
    return OWN_WITHOUT_NUMBER.get(word) or words_without_number().get(word)
