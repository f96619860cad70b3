"""How alike two names of people are, whatever their script, accents and order."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
from anyascii import anyascii
from rapidfuzz import fuzz, process

from ingest.identity.matching import normalised

SAME, FOLDED, SHORTENED, PART = "same", "folded", "shortened", "part"
ROWS_AT_ONCE = 500  # names compared with all others at a time, to bound the memory
SHORTEST_TOKEN = 3  # letters of a word that may lead to a name
# What follows in brackets or behind a bar is no name: (Guest), | Finance, [she/her].
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|[|].*$")
# Umlauts are written as two letters where a keyboard has none: Mueller is Müller.
_UMLAUT = re.compile(r"([aou])e")


@lru_cache(maxsize=100_000)
def words_in(name: str) -> tuple[str, ...]:
    """Return the words of a name in plain Latin letters, sorted."""
    plain = _ASIDE.sub(" ", unicodedata.normalize("NFKC", name)).strip() or name
    latin = _UMLAUT.sub(r"\1", anyascii(plain).casefold())
    return tuple(sorted(re.findall(r"[a-z0-9]+", latin)))


def kind_of_equality(name: str, other: str) -> str | None:
    """Return SAME, FOLDED, SHORTENED or PART; None for names that are not the same.

    SHORTENED: words of one are initials in the other. PART: all words of the shorter
    name are in the longer one. Both need two words, and one of them in full.
    """
    if normalised(name) == normalised(other):
        return SAME
    words, others = words_in(name), words_in(other)
    if not words or not others:
        return None
    if words == others:
        return FOLDED
    shorter, longer = sorted((words, others), key=len)
    if len(shorter) < 2:
        return None
    return _fitted(shorter, longer)


def _fitted(shorter: tuple[str, ...], longer: tuple[str, ...]) -> str | None:
    """Return how each word of one name has a word of its own in the other."""
    rest, has_initials = list(longer), False
    open_words = []
    for word in shorter:
        if word in rest:
            rest.remove(word)
        else:
            open_words.append(word)
    if not any(len(word) >= SHORTEST_TOKEN for word in set(shorter) & set(longer)):
        return None
    for word in open_words:
        found = next(
            (one for one in rest if 1 in (len(word), len(one)) and word[0] == one[0]),
            None,
        )
        if found is None:
            return None
        rest.remove(found)
        has_initials = True
    return SHORTENED if has_initials else PART


class Names:
    """Names of known people, by which others are looked up."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        """Take pairs of a person and a name."""
        self._named = sorted(set(named))
        self._joined = [" ".join(words_in(name)) for _person, name in self._named]
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for place, (_person, name) in enumerate(self._named):
            for word in set(words_in(name)):
                if len(word) >= SHORTEST_TOKEN:
                    self._by_word[word].append(place)

    def equal(self, name: str) -> Iterator[tuple[str, str, str]]:
        """Yield person, their name and the kind of equality, for names like this."""
        places = {p for word in words_in(name) for p in self._by_word.get(word, ())}
        for place in sorted(places):
            person, other = self._named[place]
            if kind := kind_of_equality(name, other):
                yield person, other, kind

    def having_word(self, word: str) -> set[str]:
        """Return the people in whose name a word stands."""
        return {self._named[place][0] for place in self._by_word.get(word, ())}

    def spelt_alike(
        self, names: list[str], limit: int
    ) -> Iterator[list[tuple[str, str, int]]]:
        """Yield for each name the people whose names are spelt alike.

        Args:
            names: as written.
            limit: likeness from 0 to 100 that is the least.

        Yields:
            person, their name, and the likeness below 100, the highest first.
        """
        joined = [" ".join(words_in(name)) for name in names]
        for start in range(0, len(joined), ROWS_AT_ONCE):
            some = joined[start : start + ROWS_AT_ONCE]
            if not self._joined:
                yield from ([] for _name in some)
                continue
            scores = process.cdist(
                some,
                self._joined,
                scorer=fuzz.ratio,
                score_cutoff=limit,
                dtype=np.float32,
                workers=-1,
            )
            for name, row in zip(some, scores, strict=True):
                places = np.flatnonzero(row >= limit) if name else ()
                found = [(*self._named[p], round(float(row[p]))) for p in places]
                yield sorted(found, key=lambda one: (-one[2], one[1], one[0]))
