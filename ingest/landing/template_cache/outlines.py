"""The outline of a statement: its text without its values.

A JSON text without backslashes, split at its quotation marks, is punctuation at the
even places and strings at the odd ones; a string before a colon is a key. Punctuation
(with a letter for each number) and keys are the outline; two texts of one outline
differ in values only, so what is known of the structure of one holds for the other.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any

Path = tuple[str, ...]  # steps from the statement down; "[]" for any item of a list
Values = tuple[str, ...]

_NUMBER = re.compile(r"([-0-9][0-9.eE+-]*)")
_LETTER = re.compile("[FWI]")
_LETTERS = {
    "I": re.compile(r"-?(?:0|[1-9][0-9]*)"),
    "W": re.compile(r"-?(?:0|[1-9][0-9]*)\.0"),
    "F": re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"),
}


@lru_cache(65_536)
def letter_of(literal: str) -> str:
    """Return W for 3.0, I for an integer, F for other numbers, "" for what is none."""
    for letter, pattern in _LETTERS.items():
        if pattern.fullmatch(literal):
            return letter
    return ""


def without_numbers(bare: str) -> tuple[str, Values]:
    """Return punctuation with a letter for each number, and the numbers.

    A text that has such a letter outside strings is no JSON and gives "", as does one
    with something that is no number.
    """
    pieces = _NUMBER.split(bare)
    numbers = tuple(pieces[1::2])
    letters = list(map(letter_of, numbers))
    if not all(letters) or _LETTER.search(bare):
        return "", ()
    pieces[1::2] = letters
    return "".join(pieces), numbers


@dataclass(frozen=True)
class Outline:
    """One outline: punctuation, keys, and where its values stand.

    Values are the strings that are no keys, in order, then the numbers; `letters` says
    of each value what it is written as: S, or a number's letter.
    """

    punctuation: str
    keys: Values
    key_places: tuple[int, ...]
    string_places: tuple[int, ...]

    @cached_property
    def letters(self) -> str:
        """S for each string, then the letter of each number."""
        return "S" * len(self.string_places) + letters_in(self.punctuation)

    def text(self, values: Values) -> str:
        """Return the JSON text of this outline with other values."""
        numbers = iter(values[len(self.string_places) :])
        bare = _LETTER.sub(lambda _: next(numbers), self.punctuation)
        parts = [""] * (2 * bare.count('"') + 1)
        parts[::2] = bare.split('"')
        for place, key in zip(self.key_places, self.keys, strict=True):
            parts[place] = key
        for place, string in zip(self.string_places, values, strict=False):
            parts[place] = string
        return '"'.join(parts)

    @cached_property
    def paths(self) -> list[Path]:
        """The way to each value from the top of the statement."""
        markers = [
            f"{number}" if letter == "S" else f"{_FIRST + number}"
            for number, letter in enumerate(self.letters)
        ]
        found = dict(_leaves(json.loads(self.text(tuple(markers))), ()))
        return [found[number] for number in range(len(markers))]


_FIRST = 10**9  # markers of numbers begin here


def _leaves(value: Any, path: Path) -> Iterator[tuple[int, Path]]:  # noqa: ANN401
    """Yield the number of each marked value, and the way to it."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, (*path, "[]"))
    elif isinstance(value, str):
        yield int(value), path
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value - _FIRST, path


def letters_in(punctuation: str) -> str:
    """Return the letters of the numbers of an outline, in order."""
    return "".join(_LETTER.findall(punctuation))


def layout_of(punctuation: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the places of keys, and of other strings, in a split text."""
    between = punctuation.split('"')
    odd = range(1, 2 * len(between) - 1, 2)
    after = {place: between[(place + 1) // 2].lstrip() for place in odd}
    keys = tuple(place for place in odd if after[place].startswith(":"))
    return keys, tuple(place for place in odd if place not in set(keys))


def getter(places: tuple[int, ...]) -> Callable[[Any], Values]:
    """Return a quick function that takes some places of a sequence as a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    if places:
        only = places[0]
        return lambda sequence: (sequence[only],)
    return lambda _: ()
