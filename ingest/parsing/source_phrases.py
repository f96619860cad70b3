"""Vendors' headings and phrases in all languages, and the one matcher for them.

seeds/source_phrases.csv has one row per phrase: vendor and kind of report, the field
that it names, its language, the phrase, and whether it was seen in a real export or is
assumed (from a vendor's interface or documents). A `*` in a phrase stands for any text:
`*warte*` is found in `Im Warteraum`. The order of rows counts where
two phrases fit: the earlier one takes precedence.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tandem.core.files import project_root

REMEMBERED = 65_536  # texts
WHOLE, PART = 2, 1  # weights of a phrase that is a whole heading, or a part of one
_PUNCTUATION = re.compile(r"[^\w%]+|_")
_NUMBERED = re.compile(r"^\W*\d+\W+(?=\w)")
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


@dataclass(frozen=True)
class Phrase:
    """One row of the data."""

    vendor: str
    kind: str
    field: str
    language: str
    text: str
    is_seen: bool


@lru_cache(maxsize=REMEMBERED)
def plain(heading: str) -> str:
    """Return a heading without case, spaces and punctuation, except for %.

    `Hire Date`, `hire_date` and `HireDate` are equal; `Score` and `Score (%)` are
    different columns. A heading of punctuation only, such as `#`, is left as it is.
    """
    text = unicodedata.normalize("NFKC", heading).casefold()
    return _PUNCTUATION.sub("", text) or text.strip()


@lru_cache(maxsize=REMEMBERED)
def spelled(heading: str) -> str:
    """Return a heading in lower case with single spaces and straight apostrophes.

    Full-width brackets become ASCII ones, and a space comes before a bracket.
    """
    text = unicodedata.normalize("NFKC", heading.replace("\ufeff", "")).casefold()
    text = re.sub(r"\s*\(\s*", " (", text.translate(_APOSTROPHES))
    return " ".join(text.split())


def spaced_words(heading: str) -> str:
    """Return a heading with its words apart: `timeSpent` and `time_spent`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", heading)


def _without_number(heading: str) -> str:
    """Return a title without the number of its section."""
    return _NUMBERED.sub("", heading)


@lru_cache(maxsize=1)
def all_phrases() -> tuple[Phrase, ...]:
    """Return all rows of the data, in their order."""
    path = project_root() / "seeds" / "source_phrases.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Phrase(
                row["vendor"],
                row["kind"],
                row["field"],
                row["language"],
                row["phrase"],
                row["evidence"] == "seen",
            )
            for row in csv.DictReader(file)
        )


@dataclass(frozen=True)
class SourcePhrases:
    """The phrases of one kind of report of one vendor."""

    phrases: tuple[Phrase, ...]

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields that the phrases name, in the order of the data."""
        return tuple(dict.fromkeys(phrase.field for phrase in self.phrases))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the phrases, in the order of the data."""
        return tuple(dict.fromkeys(phrase.language for phrase in self.phrases))

    @cached_property
    def plain_texts(self) -> frozenset[str]:
        """The whole phrases in their plain form."""
        return frozenset(plain_text for _field, plain_text in self._ranks)

    def texts(self, field: str) -> tuple[str, ...]:
        """Return the phrases of a field as they stand in the data."""
        return tuple(p.text for p in self.phrases if p.field == field)

    def matches(self, text: str, field: str) -> bool:
        """Return whether a text is a phrase of a field, or holds one with a `*`."""
        return self._rank(text, field) is not None

    def field_of(self, heading: str, fields: Iterable[str] | None = None) -> str | None:
        """Return the field that a heading names, None where it names none."""
        candidates = self.fields if fields is None else fields
        return next((f for f in candidates if self.matches(heading, f)), None)

    def fields_in(self, row: Sequence[str]) -> set[str]:
        """Return the fields that the cells of a row name."""
        whole = self._languages_of
        found = {
            field for cell in row for _language, field in whole.get(plain(cell), ())
        }
        for field in self._parts:
            if any(self.matches(cell, field) for cell in row):
                found.add(field)
        return found

    def column_of(self, row: Sequence[str], field: str, start: int = 0) -> int:
        """Return the number of a field's column at or after `start`, -1 for none.

        The phrase that is earlier in the data takes precedence in any column.
        """
        ranks = ((self._rank(row[at], field), at) for at in range(start, len(row)))
        found = [(rank, at) for rank, at in ranks if rank is not None]
        return min(found)[1] if found else -1

    def columns_of(self, row: Sequence[str], start: int = 0) -> dict[str, int]:
        """Return the number of each field's column, -1 for fields that have none."""
        return {field: self.column_of(row, field, start) for field in self.fields}

    def language_of(
        self, headings: Iterable[str], fields: Iterable[str] | None = None
    ) -> str | None:
        """Return the language of most headings, None where no phrase is known.

        A whole heading counts more than a phrase in one; of equal languages the one
        that is earlier in the data is taken.

        Args:
            headings: headings or titles of sections.
            fields: only phrases of these fields are considered, all where it is None.
        """
        allowed = None if fields is None else set(fields)
        scores = dict.fromkeys(self.languages, 0)
        for heading in {_without_number(spelled(h)) for h in headings if h.strip()}:
            weights: dict[str, int] = {}
            for language, field, weight in self._found_in(heading):
                if allowed is None or field in allowed:
                    weights[language] = max(weight, weights.get(language, 0))
            for language, weight in weights.items():
                scores[language] += weight
        best = max(scores, key=lambda language: scores[language], default=None)
        return best if best is not None and scores[best] else None

    @cached_property
    def _ranks(self) -> dict[tuple[str, str], int]:
        """The first row of each whole phrase, by field and plain form."""
        ranks: dict[tuple[str, str], int] = {}
        for rank, phrase in enumerate(self.phrases):
            if "*" not in phrase.text:
                ranks.setdefault((phrase.field, plain(phrase.text)), rank)
        return ranks

    @cached_property
    def _parts(self) -> dict[str, list[tuple[int, Phrase]]]:
        """The phrases with a `*` and their rows, by field."""
        parts: dict[str, list[tuple[int, Phrase]]] = {}
        for rank, phrase in enumerate(self.phrases):
            if "*" in phrase.text:
                parts.setdefault(phrase.field, []).append((rank, phrase))
        return parts

    @cached_property
    def _languages_of(self) -> dict[str, list[tuple[str, str]]]:
        """Language and field of whole phrases, by plain form."""
        found: dict[str, list[tuple[str, str]]] = {}
        for phrase in self.phrases:
            if "*" not in phrase.text:
                pair = (phrase.language, phrase.field)
                found.setdefault(plain(phrase.text), []).append(pair)
        return found

    @cached_property
    def _rank(self) -> Callable[[str, str], int | None]:
        """Like `_rank_of`, remembered: reports repeat their headings and cells."""
        return lru_cache(REMEMBERED)(self._rank_of)

    def _rank_of(self, text: str, field: str) -> int | None:
        """Return the row of the first phrase of a field that fits a text."""
        whole = self._ranks.get((field, plain(text)))
        parts = self._parts.get(field, ())
        heading = spelled(text) if parts else ""
        for rank, phrase in parts:
            if _holds(heading, phrase.text):
                return rank if whole is None else min(rank, whole)
        return whole

    def _found_in(self, heading: str) -> Iterator[tuple[str, str, int]]:
        """Yield language, field and weight of each phrase that fits a heading."""
        for language, field in self._languages_of.get(plain(heading), ()):
            yield language, field, WHOLE
        for field, parts in self._parts.items():
            for _rank, phrase in parts:
                if _holds(heading, phrase.text):
                    yield phrase.language, field, PART


def _holds(heading: str, pattern: str) -> bool:
    """Return whether a heading in its spelled form fits a phrase with a `*`."""
    begin, *middle, end = pattern.split("*")
    if not begin and not end and len(middle) == 1:
        return middle[0] in heading
    return _compiled(pattern).fullmatch(heading) is not None


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.casefold().split("*"))))


@lru_cache
def source_phrases(vendor: str, *kinds: str) -> SourcePhrases:
    """Return the phrases of a vendor's kinds of report; ("any", ...) for all vendors.

    Raises:
        LookupError: the data have no phrase of one of the kinds.
    """
    rows = tuple(p for p in all_phrases() if p.vendor == vendor and p.kind in kinds)
    if unknown := set(kinds) - {phrase.kind for phrase in rows}:
        raise LookupError(f"no phrases of {vendor} {', '.join(sorted(unknown))}")
    return SourcePhrases(rows)
