"""Withhold, at the commit of loads, each text that names a person.

Names may arrive before or after the texts that hold them. What arrives is searched for
all names that the vault knows, what raw keeps for those that are new. Only distinct
texts are searched.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.identity.known_names import NOBODY, KnownNames
from ingest.identity.named_people import ErasedNames, written_words
from ingest.identity.withheld_texts import (
    changed_row,
    holding,
    replacing,
    withhold,
)
from ingest.landing.typed_texts import replaced
from ingest.storage.kept_texts import texts_of_raw
from ingest.storage.shortened import WHOLE
from ingest.storage.statement_texts import KeyOfText
from ingest.storage.text_columns import text_columns

TEXTS = "texts"  # the part of a load's folder that lists its distinct texts


@dataclass(frozen=True)
class NameSearch:
    """What names are looked for, and what replaces an id that holds one.

    `before` are the names that the vault knew before the loads of this commit.
    """

    known: KnownNames
    erased: ErasedNames
    key_of: KeyOfText
    before: KnownNames = NOBODY

    def apply(
        self,
        connection: duckdb.DuckDBPyConnection,
        folders: Sequence[Path],
        others: Iterable[str] = (),
    ) -> None:
        """Withhold texts in raw and in the folders of loads; inside a transaction.

        Args:
            connection: to the warehouse.
            folders: of the loads.
            others: further texts that raw will keep.
        """
        kept = self._in_kept_texts(connection)
        withhold(connection, kept, self.key_of)
        fresh = _fresh_texts(connection, folders, others)
        is_named = self._naming(fresh["words"])
        named = frozenset(fresh["text"].filter(is_named)) | kept
        for folder in folders if named else ():
            _withhold_in(folder, named, self.key_of)
        _insert(connection, fresh.filter(~is_named))
        connection.execute("delete from raw.applied_names")
        connection.execute(
            "insert into raw.applied_names values ($digest)",
            {"digest": self.known.digest},
        )

    def shown(self, text: str) -> str:
        """Return an id of a load, or the key that replaces it."""
        is_named = self._naming(pl.Series([written_words(text)]))[0]
        return self.key_of(text) if is_named else text

    def _in_kept_texts(self, connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
        """Return the texts that raw keeps and that name somebody known since."""
        applied = connection.sql("select names_digest from raw.applied_names")
        digests = [digest for (digest,) in applied.fetchall()]
        if not digests:
            listed = _listed(texts_of_raw(connection))
            connection.execute("delete from raw.kept_texts")
            _insert(connection, listed)
            return frozenset(listed["text"].filter(self._naming(listed["words"])))
        # A process that died between vault and raw left names that raw has not seen.
        is_up_to_date = digests == [self.before.digest]
        phrases = self.known.phrases
        if is_up_to_date:
            phrases = self.known.new_since(self.before)
        if not phrases:
            return frozenset()
        kept = pl.from_arrow(connection.table("raw.kept_texts").to_arrow_table())
        return frozenset(kept["text"].filter(_holding(kept["words"], phrases)))

    def _naming(self, words: pl.Series) -> pl.Series:
        """Return which written words name somebody known or erased."""
        is_erased = [self.erased.named_by(text) for text in words]
        return _holding(words, self.known.phrases) | pl.Series(
            is_erased, dtype=pl.Boolean
        )


FOR_NOBODY = NameSearch(NOBODY, ErasedNames(b"", frozenset()), str)


def _holding(words: pl.Series, phrases: frozenset[str]) -> pl.Series:
    if not phrases or words.is_empty():
        return pl.repeat(False, len(words), eager=True, dtype=pl.Boolean)
    return words.str.contains_any(sorted(phrases))


def _fresh_texts(
    connection: duckdb.DuckDBPyConnection,
    folders: Sequence[Path],
    others: Iterable[str],
) -> pl.DataFrame:
    """Return text and words of the loads' texts that raw does not keep."""
    files = [f for folder in folders for f in (folder / TEXTS).glob("*.parquet")]
    parts = [pl.Series(sorted(others), dtype=pl.String)]
    parts += [pl.from_arrow(pq.read_table(file))["text"] for file in files]
    arriving = pl.concat(parts).unique().to_frame("text")
    connection.register("arriving_texts", arriving.to_arrow())
    found = connection.sql(
        "select text from arriving_texts anti join raw.kept_texts using (text)"
    ).fetchall()
    connection.unregister("arriving_texts")
    return _listed(text for (text,) in found)


def _listed(texts: Iterable[str]) -> pl.DataFrame:
    texts = list(texts)
    schema = {"text": pl.String, "words": pl.String}
    words = list(map(written_words, texts))
    return pl.DataFrame({"text": texts, "words": words}, schema=schema)


def _insert(connection: duckdb.DuckDBPyConnection, listed: pl.DataFrame) -> None:
    connection.register("listed_texts", listed.to_arrow())
    connection.execute("insert into raw.kept_texts from listed_texts")
    connection.unregister("listed_texts")


def _withhold_in(folder: Path, named: Collection[str], key_of: KeyOfText) -> None:
    """Leave texts out of the Parquet files of a load."""
    for file in sorted((folder / "statements").glob("*.parquet")):
        table = _whole(pq.read_table(file))
        is_held = holding(pl.from_arrow(table)["statement"], named)
        if is_held.any():
            held = table.filter(is_held.to_arrow())
            rows = [changed_row(row, named, key_of) for row in held.to_pylist()]
            changed = pa.Table.from_pylist(rows, table.schema)
            rest = table.filter((~is_held).to_arrow())
            pq.write_table(pa.concat_tables([rest, changed]), file, compression="lz4")
    parts = [(path.name, path) for path in sorted((folder / "rows").glob("*"))]
    for name, path in [*parts, ("rejections", folder / "rejections")]:
        for file in sorted(path.glob("*.parquet")):
            _withhold_in_rows(name, file, named, key_of)


def _whole(statements: pa.Table) -> pa.Table:
    """Return statements with their whole texts alone, and columns of plain strings."""
    with duckdb.connect() as connection:
        return connection.sql(f"""
            select * exclude (short_statement) replace ({WHOLE}),
                null::varchar as short_statement
            from statements
        """).to_arrow_table()


def _withhold_in_rows(
    name: str, file: Path, named: Collection[str], key_of: KeyOfText
) -> None:
    table = pq.read_table(file)
    frame = pl.from_arrow(table)
    changed = [
        replaced(frame[column], replacing(kind, named, key_of))
        for column, kind in text_columns().get(name, {}).items()
        if column in frame.columns
    ]
    shown = frame.with_columns(changed)
    if name == "rejections":
        is_held = holding(shown["payload"], named).fill_null(value=False)
        shown = shown.with_columns(payload=shown["payload"].set(is_held, None))
    if not shown.equals(frame):
        pq.write_table(shown.to_arrow().cast(table.schema), file, compression="lz4")
