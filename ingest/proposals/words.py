"""What a title's words say, by seeds/title_words.csv: a purpose, a role, an audience.

A word with a star at its end stands for all words that begin so, one with a star at
its start for all that end so (German compounds); several words stand for themselves in
a row.
"""

from dataclasses import dataclass
from functools import lru_cache

from ingest.proposals.titles import words_of
from tandem.core.seeds import seed_rows


@dataclass(frozen=True)
class Pattern:
    """A word or phrase of the seed, what it means, and how much it says (1 to 4)."""

    parts: tuple[tuple[str, bool, bool], ...]  # text, begins with a star, ends with one
    meaning: str
    weight: int

    def found_in(self, words: tuple[str, ...]) -> str | None:
        """Return the words of a title that fit the pattern; None where none do."""
        size = len(self.parts)
        for at in range(len(words) - size + 1):
            if all(map(_fits, self.parts, words[at : at + size])):
                return " ".join(words[at : at + size])
        return None


def _fits(part: tuple[str, bool, bool], word: str) -> bool:
    text, opens, closes = part
    if opens and closes:
        return text in word
    if opens:
        return word.endswith(text)
    return word.startswith(text) if closes else word == text


@lru_cache(maxsize=8)
def patterns(kind: str) -> tuple[Pattern, ...]:
    """Return the patterns of one kind: category, role, audience or group."""
    return tuple(
        Pattern(
            parts=tuple(_part(word) for word in row["word"].split()),
            meaning=row["meaning"],
            weight=int(row["weight"]),
        )
        for row in seed_rows("title_words")
        if row["word_kind"] == kind
    )


def _part(word: str) -> tuple[str, bool, bool]:
    words = words_of(word.strip("*"))
    return (words[0] if words else "", word.startswith("*"), word.endswith("*"))


@lru_cache(maxsize=20_000)
def found(kind: str, title: str) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return what a title means: by meaning, the weight and the words that say so.

    Of patterns that match the same words only the weightiest counts, so that one word
    is not counted in two languages.
    """
    words = words_of(title)
    best: dict[tuple[str, str], Pattern] = {}
    for pattern in patterns(kind):
        said = pattern.found_in(words)
        if said is not None:
            key = (pattern.meaning, said)
            if key not in best or best[key].weight < pattern.weight:
                best[key] = pattern
    meanings: dict[str, list[tuple[str, Pattern]]] = {}
    for (meaning, said), pattern in sorted(best.items()):
        meanings.setdefault(meaning, []).append((said, pattern))
    return {m: _weighed(matches) for m, matches in meanings.items()}


def _weighed(matches: list[tuple[str, Pattern]]) -> tuple[int, tuple[str, ...]]:
    """Add up weights; a word inside a phrase that counts is not counted again."""
    phrases = [said for said, _pattern in matches]
    counted = [
        (said, pattern)
        for said, pattern in matches
        if not any(said != other and f" {said} " in f" {other} " for other in phrases)
    ]
    return sum(p.weight for _said, p in counted), tuple(said for said, _p in counted)


def best_of(kind: str, title: str) -> tuple[str, int, tuple[str, ...]] | None:
    """Return the meaning with the highest weight, None where no word says anything."""
    meanings = found(kind, title)
    if not meanings:
        return None
    meaning, (weight, said) = max(meanings.items(), key=lambda item: item[1][0])
    return meaning, weight, said
