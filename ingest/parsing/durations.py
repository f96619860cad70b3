"""Parse printed durations in the languages of exports to seconds."""

import re
from collections.abc import Iterator
from itertools import pairwise, product

from ingest.parsing.duration_units import BARE, TWO, UNITS

_CLOCK = re.compile(r"^(?:(\d+):)?(\d{1,2}):(\d{2})$")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\s\d(),;،+-]+")
_MARKS = str.maketrans("", "", ".'’`׳״॰…\u200e\u200f\u061c")
# Beginnings of words whose inflected forms the list does not hold completely.
_STEMS = ((3600, ("hour", "stund", "godz")), (60, ("minut",)))
_STEMS += ((1, ("second", "sekund", "secund", "segund")),)
_UNCLEAR_ALONE = {"d", "saat"}

Part = tuple[float, tuple[int, ...]]


def seconds_of(text: str) -> float:
    """Return the seconds of a duration such as `1h 41m`, `2 godz. 18 min 8 s`, `32:14`.

    Units come in descending order, which decides the unit of an ambiguous word.

    Raises:
        ValueError: a part has no known unit, or there is no part.
    """
    text = text.strip().casefold()
    if clock := _CLOCK.match(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return float(hours * 3600 + minutes * 60 + seconds)
    tokens = [token.translate(_MARKS) or token for token in _TOKEN.findall(text)]
    parts = list(_parts(_numbers_first([token for token in tokens if token])))
    readings = [
        sum(number * unit for (number, _units), unit in zip(parts, units, strict=True))
        for units in product(*(units for _number, units in parts))
        if all(longer > shorter for longer, shorter in pairwise(units))
    ]
    is_unclear = len(parts) == 1 and len(readings) > 1 and tokens[-1] in _UNCLEAR_ALONE
    if not parts or not readings or is_unclear:
        raise ValueError(f"no duration in {text!r}")
    return readings[0]


def _numbers_first(tokens: list[str]) -> list[str]:
    """Return the tokens of `saa 2 dakika 5` as those of `2 saa 5 dakika`."""
    pairs = list(zip(tokens[::2], tokens[1::2], strict=False))
    is_word_first = len(tokens) % 2 == 0 and all(
        len(word) > 2 and _units(word) and number[0].isdigit() for word, number in pairs
    )
    if not is_word_first:
        return tokens
    return [token for word, number in pairs for token in (number, word)]


def _parts(tokens: list[str]) -> Iterator[Part]:
    """Yield each number with its possible units in seconds; other words are skipped."""
    number: float | None = None
    last: tuple[int, ...] = ()
    for token in tokens:
        if token[0].isdigit():
            if number is not None:
                raise ValueError(f"no unit of time after {number:g}")
            number = float(token.replace(",", "."))
        elif number is not None and (units := _units(token)):
            yield number, units
            number, last = None, units
        elif number is None and token in BARE:
            yield 1.0, (BARE[token],)
        elif number is None and token in TWO:
            number = 2.0
        elif number is None and _units(token):
            raise ValueError(f"no number before {token}")
    if number is not None and last == (3600,) and number < 60:
        yield number, (60,)  # 1h30
    elif number is not None:
        raise ValueError(f"no unit of time after {number:g}")


def _units(word: str) -> tuple[int, ...]:
    """Return the possible seconds of a unit word, () if it is no unit."""
    if known := UNITS.get(word):
        return known
    stems = (seconds for seconds, stems in _STEMS if word.startswith(stems))
    return tuple(stems)
