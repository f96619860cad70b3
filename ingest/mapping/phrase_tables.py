"""What vendors' words mean: tables of phrases, and the organisation's own rows.

`seeds/completion_statuses.csv` and `seeds/roster_roles.csv` have one row per vendor,
language and phrase. A file of the same name in TANDEM_HOME/extensions with the columns
phrase and state (or role), and vendor where it matters, outranks them; upgrades leave
it alone. Phrases are compared without case, spaces and punctuation.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.parsing.personal_data import is_clean
from ingest.parsing.source_phrases import plain
from tandem.core.counted import counted
from tandem.core.errors import WrongUse
from tandem.core.files import Home, project_root

ANY = "any"  # the vendor of a row that holds whoever printed the phrase
MAX_LENGTH = 60  # a longer cell is text, and not a word of a list
SHOWN = 10  # unknown words that are named one by one
Rows = dict[str, dict[str, str]]  # vendor -> phrase in plain form -> its meaning


@dataclass(frozen=True)
class PhraseTable:
    """One table: its name, the column of the meaning, and the meanings allowed."""

    name: str
    column: str
    allowed: tuple[str, ...]

    def own_file(self) -> Path:
        """Return the file of the organisation's rows, which may not exist."""
        return Home.from_environment().root / "extensions" / f"{self.name}.csv"

    def version(self) -> tuple[str, int]:
        """Return what changes when the organisation's file does."""
        own = self.own_file()
        return str(own), own.stat().st_mtime_ns if own.exists() else 0

    def phrases(self) -> "Phrases":
        """Return the rows of the seed and of the organisation.

        Raises:
            WrongUse: the organisation's file lacks a column or has an unknown meaning.
        """
        own = self.own_file()
        return Phrases(_rows_of(own, self) if own.exists() else {}, _seed(self))

    def printed(self) -> dict[str, str]:
        """Return the meaning of each phrase of the seed, as printed, of any vendor."""
        return dict(_printed(self))

    def line_to_add(self, unknown: Mapping[str, int], subject: str) -> Iterator[str]:
        """Yield how to say what unknown words mean, one line for each word.

        Args:
            unknown: words that may be shown, with the number of their rows.
            subject: what such a word is, e.g. "completion status".
        """
        for word, count in sorted(unknown.items(), key=lambda item: -item[1])[:SHOWN]:
            cell = f'"{word}"' if "," in word else word
            meaning = self.column.upper()
            yield (
                f"{word!r} ({rows_of(count)}) is no known {subject}: to say what it "
                f"means, add the line {cell},{meaning} below the heading phrase,"
                f"{self.column} of {self.own_file()}, then land the file again; "
                f"{meaning} is one of {', '.join(self.allowed)}"
            )
        if len(unknown) > SHOWN:
            yield f"{len(unknown) - SHOWN:,} further words are no known {subject}"


@dataclass(frozen=True)
class Phrases:
    """The rows of a table, the organisation's own apart."""

    own: Rows
    listed: Rows

    def meaning(self, text: str, vendor: str = "") -> str | None:
        """Return what a phrase means, None if no row decides it.

        A row of the vendor outranks a row of any vendor. Another vendor's row counts
        where all vendors agree; a bare number means something at its vendor only.

        Args:
            text: the phrase as printed.
            vendor: name of the source or platform, which may hold more than the name.
        """
        phrase = plain(text)
        for rows in (self.own, self.listed):
            named = [v for v in rows if v != ANY and v in plain(vendor)]
            for name in (*named, ANY):
                if meaning := rows.get(name, {}).get(phrase):
                    return meaning
            found = {words[phrase] for words in rows.values() if phrase in words}
            if len(found) == 1 and not phrase.isdecimal():
                return found.pop()
        return None

    def known(self) -> dict[str, str]:
        """Return the phrases in plain form that mean the same at every vendor."""
        meanings: dict[str, set[str]] = {}
        for rows in (self.listed, self.own):
            for words in rows.values():
                for phrase, meaning in words.items():
                    meanings.setdefault(phrase, set()).add(meaning)
        agreed = {p: found for p, found in meanings.items() if not p.isdecimal()}
        decided = {p: self.meaning(p) for p in agreed}
        return {p: meaning for p, meaning in decided.items() if meaning}


def rows_of(count: int) -> str:
    """Return a number of rows in words."""
    return counted(count, "row")


def may_be_shown(text: str, cells_of_people: set[str]) -> bool:
    """Return whether a word may be shown: it is short and names no person.

    Args:
        text: the cell.
        cells_of_people: cells of the same row that name the person.
    """
    words = plain(text)
    names_person = any(plain(c) and plain(c) in words for c in cells_of_people)
    return len(text) <= MAX_LENGTH and is_clean(text) and not names_person


@lru_cache(maxsize=8)
def _seed(table: PhraseTable) -> Rows:
    return _rows_of(project_root() / "seeds" / f"{table.name}.csv", table)


def _rows_of(path: Path, table: PhraseTable) -> Rows:
    rows: Rows = {}
    for row in _read(path, table):
        words = rows.setdefault(plain(row.get("vendor") or "") or ANY, {})
        words.setdefault(plain(row["phrase"]), row[table.column])
    return rows


@lru_cache(maxsize=8)
def _printed(table: PhraseTable) -> tuple[tuple[str, str], ...]:
    rows = _read(project_root() / "seeds" / f"{table.name}.csv", table)
    return tuple((row["phrase"], row[table.column]) for row in rows)


def _read(path: Path, table: PhraseTable) -> Iterator[dict[str, str]]:
    """Yield the rows of a file that have a phrase, their meaning checked."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUse("it is not UTF-8", str(path), "save it as CSV UTF-8") from error
    reader = csv.DictReader(text.splitlines())
    for name in ("phrase", table.column):
        if name not in (reader.fieldnames or []):
            raise WrongUse(
                f"there is no column {name}",
                str(path),
                f"the first line must be phrase,{table.column}",
            )
    for row in reader:
        if not plain(row["phrase"] or ""):
            continue
        row[table.column] = (row[table.column] or "").strip()
        if row[table.column] not in table.allowed:
            raise WrongUse(
                f"{row[table.column]!r} is no {table.column}",
                f"{path} line {reader.line_num}",
                f"it must be one of {', '.join(table.allowed)}",
            )
        yield row
