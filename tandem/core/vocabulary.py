"""The organisation's own vocabulary: IRIs that Tandem does not list.

TANDEM_HOME/extensions/verbs.csv (verb_iri,verb) and activity_types.csv
(activity_type_iri,activity_kind) say what an IRI means, in the words of the seeds. They
are kept with the organisation's data, so that an upgrade does not change them, and
outrank the seeds.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tandem.core.errors import WrongUse
from tandem.core.files import Home, project_root

IRI = re.compile(r"""[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+""", re.IGNORECASE)


@dataclass(frozen=True)
class Vocabulary:
    """One seed that an organisation may add to.

    Attributes:
        name: the seed, and the organisation's file.
        iri_column: column of the IRI.
        word_column: column of the word that it means.
        variable: dbt's variable that carries the organisation's rows.
    """

    name: str
    iri_column: str
    word_column: str
    variable: str

    def own_file(self, home: Home) -> Path:
        """Return the file of the organisation's rows, which may not exist."""
        return home.root / "extensions" / f"{self.name}.csv"

    def words(self) -> set[str]:
        """Return the words of the seed; voiding cannot be assigned to other verbs."""
        path = project_root() / "seeds" / f"{self.name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            found = {row[self.word_column] for row in csv.DictReader(file)}
        return found - {"voided"}


VOCABULARIES = (
    Vocabulary("verbs", "verb_iri", "verb", "own_verbs"),
    Vocabulary(
        "activity_types", "activity_type_iri", "activity_kind", "own_activity_types"
    ),
)


def own_terms(home: Home) -> dict[str, list[list[str]]]:
    """Return the organisation's rows by dbt variable, as pairs of IRI and word.

    Raises:
        WrongUse: a file lacks a column, or a line has no IRI, a word that the seed does
            not know, or an IRI a second time.
    """
    return {
        vocabulary.variable: sorted(map(list, _read(vocabulary, home)))
        for vocabulary in VOCABULARIES
        if vocabulary.own_file(home).exists()
    }


def _read(vocabulary: Vocabulary, home: Home) -> Iterator[tuple[str, str]]:
    path = vocabulary.own_file(home)
    words, seen = vocabulary.words(), set()
    for line, iri, word in _rows(path, vocabulary):
        wrong = _wrong(iri, word, words, seen)
        if wrong:
            advice = f"the words are in seeds/{vocabulary.name}.csv"
            raise WrongUse(wrong, f"{path} line {line}", advice)
        seen.add(iri)
        yield iri, word


def _rows(path: Path, vocabulary: Vocabulary) -> Iterator[tuple[int, str, str]]:
    """Yield the line, IRI and word of every row that is not empty."""
    needed = (vocabulary.iri_column, vocabulary.word_column)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUse("it is not UTF-8", str(path), "save it as CSV UTF-8") from error
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in needed if name not in (reader.fieldnames or [])]
    if missing:
        raise WrongUse(
            f"there is no column {missing[0]}",
            str(path),
            f"the first line must be {','.join(needed)}",
        )
    for row in reader:
        iri, word = ((row[name] or "").strip() for name in needed)
        if iri or word:
            yield reader.line_num, iri, word


def _wrong(iri: str, word: str, words: set[str], seen: set[str]) -> str | None:
    if not IRI.fullmatch(iri):
        return f"{iri!r} is not an IRI"
    if word not in words:
        return f"nothing is known as {word!r}"
    return f"{iri} is there twice" if iri in seen else None
