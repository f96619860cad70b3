"""Convert one batch of statements and write it below the load's folder."""

import gc
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.identity.pseudonyms import ERASED
from ingest.identity.tombstones import VOIDED, names_erased
from ingest.landing.conversion import Converter
from ingest.landing.quarantine import Rejection
from ingest.landing.quarantine_payloads import kept_payload
from ingest.storage.statement_texts import may_name, strings_of, texts_in
from ingest.storage.warehouse import schemas

REJECTION_COLUMNS = ("rejection_id", "line", "code", "json_path", "message", "payload")
VAULT_COLUMNS = {
    "identifiers": ["actor_key", "kind", "identifier", "is_group"],
    "names": ["actor_key", "name", "is_group"],
}
NEWLINE = ord("\n")
# Columns whose values rarely repeat: dictionary encoding would only cost time.
SHORT = "short_statement"
DISTINCT = {"statement", SHORT, "statement_id", "content_hash", "text_hash"}
DISTINCT |= {"registration", "technical_session_id"}


# A voiding by a person who was erased still counts: it is about the statement.
OF_ERASED = (
    pl.col("actor_key").eq(ERASED).fill_null(value=False) & pl.col("verb_id").ne(VOIDED)
) | (
    pl.col("object_id").eq(ERASED).fill_null(value=False)
    & pl.col("object_kind").is_in(["agent", "group"])
)


@dataclass
class Tally:
    """Counts of statements by outcome, which add up over batches."""

    read_count: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    has_missing_ids: bool = False
    erased_count: int = 0
    withheld_count: int = 0

    def add(self, other: "Tally") -> None:
        """Add another batch's counts."""
        self.read_count += other.read_count
        self.rejected.update(other.rejected)
        self.repairs.update(other.repairs)
        self.has_missing_ids |= other.has_missing_ids
        self.erased_count += other.erased_count
        self.withheld_count += other.withheld_count


@dataclass
class BatchWriter:
    """Convert batches and write them as Parquet.

    Several processes may write below one folder, each under a prefix of its own.
    """

    folder: Path
    prefix: str
    source: str
    connector: str
    converter: Converter
    _files: int = 0
    _texts: set[str] = field(default_factory=set)  # that were written

    def lines(self, first: int, content: bytes) -> Tally:
        """Write whole lines of a file; blank lines are skipped."""
        try:
            texts = lines_of(content)
        except pa.ArrowInvalid:
            return self._damaged_lines(first, content)
        lines = pl.int_range(first, first + len(texts), eager=True)
        is_filled = texts.str.starts_with("{")
        if not is_filled.all():
            is_filled |= texts.str.strip_chars() != ""
            lines, texts = lines.filter(is_filled), texts.filter(is_filled)
        return self.batch(lines, texts)

    def _damaged_lines(self, first: int, content: bytes) -> Tally:
        """Write the lines that are UTF-8, reject the others."""
        lines, texts, refused = [], [], []
        for number, line in enumerate(content.split(b"\n"), start=first):
            try:
                text = line.decode()
            except UnicodeDecodeError as error:
                words = f"This line is not UTF-8 (byte {error.start})"
                payload = line.decode("utf-8", "backslashreplace")
                refused.append(Rejection(number, "json.encoding", "$", words, payload))
                continue
            if text.strip():
                lines.append(number)
                texts.append(text)
        tally = self.batch(lines, texts)
        tally.add(self.refuse(refused))
        return tally

    def batch(
        self, lines: Sequence[int | None] | pl.Series, texts: Sequence[str] | pl.Series
    ) -> Tally:
        """Convert and write one batch."""
        with _garbage_collection_off():
            converted = self.converter.convert(lines, texts)
            landing = self._without_erased(converted.statements)
            nothing = pa.nulls(landing.num_rows, pa.string())
            self.write("statements", landing.append_column(SHORT, nothing))
        met = self.converter.met_texts()
        if landing.num_rows < converted.statements.num_rows:
            met = strings_of(pl.from_arrow(landing["statement"]))
        self.texts(met)
        refused = self.refuse(converted.rejections)
        self.people()
        erased = converted.statements.num_rows - landing.num_rows
        return Tally(
            len(texts),
            refused.rejected,
            converted.repairs,
            converted.has_missing_ids,
            erased + refused.erased_count,
            converted.withheld_count,
        )

    def taken(self, rows: pa.Table) -> Tally:
        """Write rows of the compiled pass; the caller writes texts and people."""
        nothing = pa.nulls(rows.num_rows, pa.string())
        self.write("statements", rows.append_column("statement", nothing))
        has_missing_ids = rows["statement_id"].null_count > 0
        return Tally(rows.num_rows, has_missing_ids=has_missing_ids)

    def met(self) -> None:
        """Write texts and people that were met since the last batch."""
        self.texts(self.converter.met_texts())
        self.people()

    def _without_erased(self, statements: pa.Table) -> pa.Table:
        """Return the statements that are not by or about a person who was erased."""
        if not self.converter.pseudonyms.tombstones:
            return statements
        return (
            pl.from_arrow(statements)
            .filter(~OF_ERASED)
            .to_arrow()
            .cast(statements.schema)
        )

    def refuse(self, rejections: list[Rejection]) -> Tally:
        """Write rejections: without names for raw, with payloads for the vault."""
        pseudonyms = self.converter.pseudonyms
        secret, tombstones = pseudonyms.secret, pseudonyms.tombstones
        offered = len(rejections)
        rejections = [
            rejection
            for rejection in rejections
            if not names_erased(secret, tombstones, rejection.payload)
        ]
        shown, whole = [], []
        for rejection in rejections:
            rejection_id = rejection.identified(secret, self.source)
            payload = kept_payload(rejection.payload, self.converter.policy)
            shown.append(replace(rejection, payload=payload).shown(rejection_id))
            whole.append(
                {
                    "rejection_id": rejection_id,
                    "load_id": self.folder.name,
                    "source": self.source,
                    "connector": self.connector,
                    "line": rejection.line,
                    "payload": payload,
                }
            )
        if shown:
            columns = [schemas()["rejections"].field(n) for n in REJECTION_COLUMNS]
            self.write("rejections", pa.Table.from_pylist(shown, pa.schema(columns)))
            self.write("quarantine", pa.Table.from_pylist(whole, WHOLE))
            self.texts(_texts_shown(shown))
        codes = Counter(rejection.code for rejection in rejections)
        return Tally(offered, codes, erased_count=offered - len(rejections))

    def texts(self, texts: Iterable[str]) -> None:
        """Write the distinct texts that raw will keep, to be searched for names."""
        fresh = sorted(set(texts) - self._texts)
        self._texts.update(fresh)
        self.write("texts", pa.table({"text": pa.array(fresh, pa.string())}))

    def people(self) -> None:
        """Write people seen since the last batch, for the vault."""
        drained = dict(self.converter.pseudonyms.drain())
        for table, columns in VAULT_COLUMNS.items():
            if met := drained[table]:
                frame = pl.DataFrame(met, schema=columns, orient="row")
                self.write(table, frame.to_arrow())
        if aliases := drained["aliases"]:
            self._aliases(aliases)

    def _aliases(self, aliases: list[tuple[str | bool, ...]]) -> None:
        """Write links from other spellings of an address to its canonical one."""
        fields = [f for f in schemas()["identity_links"] if f.name != "load_id"]
        columns = ["actor_key", "learner_key"]
        frame = pl.DataFrame(aliases, schema=columns, orient="row").with_columns(
            rule=pl.lit("mbox_sha1sum"),
            valid_from=pl.lit(None),
            is_revoked=pl.lit(False),
        )
        table = frame.select(f.name for f in fields).to_arrow().cast(pa.schema(fields))
        self.write("rows/identity_links", table)

    def write(self, part: str, table: pa.Table) -> None:
        """Write one Parquet file of a part of the load."""
        if not table.num_rows:
            return
        folder = self.folder / part
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(
            table,
            folder / f"{self.prefix}-{self._files:06}.parquet",
            compression="lz4",
            use_dictionary=[n for n in table.column_names if n not in DISTINCT],
            write_statistics=False,
        )
        self._files += 1


def _texts_shown(rejections: list[dict[str, Any]]) -> Iterator[str]:
    for rejection in rejections:
        yield from filter(may_name, (rejection["json_path"], rejection["message"]))
        if rejection["payload"] is not None:
            yield from texts_in(json.loads(rejection["payload"]))


def lines_of(content: bytes) -> pl.Series:
    """Return the lines of a text, without a copy.

    Raises:
        ArrowInvalid: it is not UTF-8.
    """
    ends = np.flatnonzero(np.frombuffer(content, np.uint8) == NEWLINE) + 1
    if not content.endswith(b"\n"):
        ends = np.append(ends, len(content))
    offsets = np.concatenate(([0], ends))
    buffers = (pa.py_buffer(offsets), pa.py_buffer(content))
    lines = pa.LargeStringArray.from_buffers(len(ends), *buffers)
    lines.validate(full=True)
    return pl.Series(lines).str.strip_suffix("\n")


WHOLE = pa.schema(
    [
        ("rejection_id", pa.string()),
        ("load_id", pa.string()),
        ("source", pa.string()),
        ("connector", pa.string()),
        ("line", pa.int64()),
        ("payload", pa.string()),
    ]
)


@contextmanager
def _garbage_collection_off() -> Iterator[None]:
    """Turn garbage collection off: a batch makes millions of objects but no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
