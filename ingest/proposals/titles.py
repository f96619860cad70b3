"""Compare titles: their words, without the words that only number a group or a part."""

import re
from functools import lru_cache

from ingest.identity.words import folded
from tandem.core.seeds import seed_rows

# Devanagari whole: its vowel signs are no letters to `re`.
_WORD = re.compile(r"[\w\u0900-\u097f]+")
_NUMBER = re.compile(r"\d{1,4}|q[1-4]|h[12]|fy\d{2,4}|kw\d{1,2}|[ivx]{1,4}")
_DATE = re.compile(
    r"\b\d{1,4}[-./]\d{1,2}(?:[-./]\d{1,4})?\b|\b(?:19|20)\d\d\b", re.ASCII
)
_AFTER = re.compile(r"\s+(?:-|–|—|\||:)\s+|:\s+|,\s+|\s*[()\[\]]\s*")


@lru_cache(maxsize=20_000)
def words_of(title: str) -> tuple[str, ...]:
    """Return the words of a title, in lower case and without accents."""
    return tuple(_WORD.findall(folded(title)))


@lru_cache(maxsize=1)
def _group_words() -> frozenset[str]:
    rows = seed_rows("title_words")
    return frozenset(
        word
        for row in rows
        if row["word_kind"] == "group"
        for word in words_of(row["word"])
    )


@lru_cache(maxsize=20_000)
def base_words(title: str) -> tuple[str, ...]:
    """Return the words that tell what a title is about.

    Numbers, dates and words such as group, batch or part are left out, unless nothing
    else would be left.
    """
    words = words_of(_DATE.sub(" ", title))
    kept = tuple(
        w for w in words if w not in _group_words() and not _NUMBER.fullmatch(w)
    )
    return kept or words


def base_title(title: str) -> str:
    """Return the first part of a title that is about something, as it is written."""
    parts = [part.strip() for part in _AFTER.split(title) if part and part.strip()]
    about = [part for part in parts if set(words_of(part)) & set(base_words(title))]
    return _without_part(about[0]) if about else title.strip()


def _without_part(title: str) -> str:
    """Return a title without what numbers a part at an end: `Session 1`, `2. Teil`.

    A number alone stays, as it may be part of the name: Windows 11.
    """
    words = title.split()
    for ends in (slice(None, None, -1), slice(None)):
        turned = words[ends]
        count = next((n for n, w in enumerate(turned) if not _is_part(w)), 0)
        part = {word for text in turned[:count] for word in words_of(text)}
        if part & _group_words() and part - _group_words():
            words = turned[count:][ends]
    return " ".join(words)


def _is_part(text: str) -> bool:
    words = words_of(_DATE.sub(" ", text))
    return all(word in _group_words() or _NUMBER.fullmatch(word) for word in words)


def without_numbers(title: str) -> str:
    """Return a title without numbers and dates, unless nothing else would be left."""
    words = _DATE.sub(" ", title).split()
    kept = [word for word in words if not all(map(_NUMBER.fullmatch, words_of(word)))]
    return " ".join(kept) or title.strip()


def similarity(first: str, second: str) -> float:
    """Return how alike two titles are, from 0 to 1: shared among all of their words."""
    ours, theirs = set(base_words(first)), set(base_words(second))
    union = ours | theirs
    return len(ours & theirs) / len(union) if union else 0.0


def contained(title: str, longer: str) -> bool:
    """Return whether all words of a title are in a longer one."""
    ours = set(base_words(title))
    return bool(ours) and ours <= set(base_words(longer))


def from_address(address: str) -> str:
    """Return words for a thing without a name: the end of its address."""
    tail = re.split(r"[/#?]", address.rstrip("/"))
    numbers = r"[\d-]+|https?:"
    named = [part for part in tail if part and not re.fullmatch(numbers, part)]
    words = re.sub(r"[-_.=+%]+", " ", named[-1] if named else "").strip()
    return words if not re.fullmatch(r"[0-9a-f ]{16,}", words) else ""
