"""Find people's names in texts: those that the vault knows, and those that were erased.

A text is written down once as its folded words; then one automaton (Aho-Corasick, of
polars) searches all distinct texts for any number of names at once.
"""

import re
from collections.abc import Iterable, Iterator

import polars as pl

from ingest.identity.name_patterns import MOST_WORDS, Patterns
from ingest.identity.secret import tombstone
from ingest.identity.words import words_of
from ingest.parsing.decoding import decoded_views

# Where a URL or id lists people, the next part is an account.
_LISTED = re.compile(
    r"(?:(?:^|[^a-z])(?:users?|user_?names?|log_?in|accounts?|profiles?|people|persons?"
    r"|members?|students?|learners?|teachers?|employees?|participants?|u)"
    r"(?:[_-]?(?:id|name))?[/=:]+|/~)~?([^/=:&?#;,\s]+)"
)
ACCOUNT = "="  # stands before an account that a text lists
REMEMBERED = 100_000


def written_words(text: str) -> str:
    """Return the folded words of a text, each between spaces, in each decoded view.

    An account that a URL or id lists stands at the end of its view, after ACCOUNT.
    """
    views = (
        [*words_of(view), *(ACCOUNT + name for name in _listed_accounts(view))]
        for view in decoded_views(text)
    )
    return f" {' | '.join(' '.join(words) for words in views)} "


def phrases(patterns: Patterns) -> list[str]:
    """Return the phrases by which written words certainly name the people, sorted."""
    found = {f" {' '.join(words)} " for words in patterns.sequences}
    found |= {f" {word} " for word in patterns.single}
    return sorted(found | {f" {ACCOUNT}{name} " for name in patterns.listed})


def naming(words: pl.Series, patterns: Patterns) -> pl.Series:
    """Return which written words certainly name one of the people."""
    found = phrases(patterns)
    if not found:
        return pl.repeat(False, len(words), eager=True)
    return words.str.contains_any(found).fill_null(value=False)


class ErasedNames:
    """The names of people who were erased, known by their tombstones alone."""

    def __init__(self, secret: bytes, tombstones: frozenset[str]) -> None:
        self._secret, self._tombstones = secret, tombstones
        self._known: dict[str, bool] = {}

    def named_in(self, text: str) -> bool:
        """Return whether a text certainly names somebody who was erased."""
        return bool(self._tombstones) and self.named_by(written_words(text))

    def named_by(self, written: str) -> bool:
        """Return whether written words certainly name somebody who was erased."""
        if not self._tombstones:
            return False
        return any(self._is_named(view.split()) for view in written.split(" | "))

    def _is_named(self, words: list[str]) -> bool:
        if any(self._is_marked(word) for word in words):
            return True
        for first in range(len(words) - 1):
            start = f"{words[first]} {words[first + 1]}"
            if self._is_marked(f"{start} ...") and any(
                self._is_marked(" ".join(words[first : first + count]))
                for count in range(2, MOST_WORDS + 1)
            ):
                return True
        return False

    def _is_marked(self, phrase: str) -> bool:
        if phrase not in self._known:
            if len(self._known) > REMEMBERED:
                self._known.clear()
            mark = tombstone(self._secret, ("phrase", phrase))
            self._known[phrase] = mark in self._tombstones
        return self._known[phrase]


def tombstones_of_names(secret: bytes, patterns: Patterns) -> set[str]:
    """Return the tombstones by which `ErasedNames` knows people again."""
    marked = {phrase.strip() for phrase in phrases(patterns)}
    marked |= {f"{' '.join(words[:2])} ..." for words in patterns.sequences}
    return {tombstone(secret, ("phrase", phrase)) for phrase in marked}


def patterns_of(names: Iterable[str] = (), accounts: Iterable[str] = ()) -> Patterns:
    """Return the patterns of names and account names."""
    patterns = Patterns()
    for name in names:
        patterns.add_name(name)
    for account in accounts:
        patterns.add_account(account)
    return patterns


def _listed_accounts(text: str) -> Iterator[str]:
    """Yield the accounts in a URL or id, where it says that it lists people."""
    if "/" in text or "=" in text or ":" in text:
        for found in _LISTED.findall(text.lower()):
            yield "".join(words_of(found))
