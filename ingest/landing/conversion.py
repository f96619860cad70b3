"""Convert statement texts to rows of raw.statements.

A statement is checked by the rules, people are replaced by keys, what the collection
policy withholds is removed, and columns are extracted. This is the definition of what
lands; the template cache must give the same rows.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import rfc8785

from ingest.identity.pseudonyms import Pseudonyms
from ingest.identity.replacement import KeyOf, replace_people
from ingest.identity.secret import content_key
from ingest.landing.collection_filter import collected
from ingest.landing.collection_policy import Policy
from ingest.landing.delivery import ReadOptions
from ingest.landing.quarantine import Rejection, is_about_people
from ingest.landing.template_cache.screen import Screen
from ingest.landing.template_cache.segments import Segments
from ingest.parsing.personal_data import Keys
from ingest.storage.canonical import canonical_text, keyed_hash, text_hash
from ingest.storage.columns import columns_of
from ingest.storage.statement_texts import texts_in
from ingest.storage.warehouse import schemas
from ingest.xapi.repairs import Repair, chosen, repaired
from ingest.xapi.validation import (
    Findings,
    canonical,
    check_text,
    judged,
    normalised,
)
from tandem.core.settings import Settings

Json = dict[str, Any]
BATCH_ROWS, FIRST_BATCH_ROWS = 16_384, 512  # statements at a time
QUOTED = 20  # letters by which a quotation is recognised, since details are cut short
BOOKKEEPING = frozenset({"load_id", "source", "landed_at", "short_statement"})


@dataclass
class Converted:
    """One batch: rows of raw.statements with their line, and the rejections."""

    segments: Segments
    rejections: list[Rejection]
    repairs: Counter[str] = field(default_factory=Counter)
    withheld_count: int = 0

    @cached_property
    def statements(self) -> pa.Table:
        """The statements that land."""
        return self.segments.table()

    @property
    def has_missing_ids(self) -> bool:
        """Whether a statement came without an id of its own."""
        return self.statements["statement_id"].null_count > 0


@dataclass
class Converter:
    """Check and convert statements with one organisation's secret and settings."""

    pseudonyms: Pseudonyms
    repairs: frozenset[str] = frozenset()
    xapi_version: str | None = None
    policy: Policy = field(default_factory=Policy)
    batch_rows: int = BATCH_ROWS
    _seen: int = 0
    _texts: set[str] = field(default_factory=set)  # that landed since they were asked

    @classmethod
    def from_settings(
        cls,
        pseudonyms: Pseudonyms,
        settings: Settings,
        options: ReadOptions,
        source: str = "",
    ) -> "Converter":
        """Return the converter of a load.

        tandem.toml sets the repairs, and the collection policy of the source.
        """
        policy = Policy.of(source, settings.section("collection"))
        allowed = settings.section("repairs")
        names = frozenset(name for name, is_on in allowed.items() if is_on)
        chosen(names)  # an unknown name is reported at once
        return cls(pseudonyms, names, options.xapi_version, policy)

    def judges_as(self, other: "Converter") -> bool:
        """Return whether another converter gives the same result for all statements."""
        ours, theirs = (
            (c.pseudonyms.secret, c.pseudonyms.tombstones, c.repairs, c.xapi_version)
            for c in (self, other)
        )
        return ours == theirs and self.policy == other.policy

    def begun(self) -> "Converter":
        """Return this converter for another load: keep templates, clear people."""
        self.pseudonyms.forget()
        self.screen.forget_people()
        self.met_texts()
        return self

    def met_texts(self) -> set[str]:
        """Return the texts, which could name people, of what was converted since."""
        found = self._texts | self.screen.texts
        self._texts.clear()
        self.screen.texts.clear()
        return found

    @cached_property
    def is_compiled(self) -> bool:
        """Whether the compiled pass may take statements."""
        return self.policy.time_precision is None

    def convert(
        self, lines: Sequence[int | None] | pl.Series, texts: Sequence[str] | pl.Series
    ) -> Converted:
        """Convert statements; an invalid one becomes a rejection and the others land.

        A statement with a known template is filled by the template cache; every other
        one is checked by the rules here.
        """
        converted = Converted(Segments(table_schema()), [])
        numbers = pl.Series(lines, dtype=pl.Int64)
        texts = pl.Series(texts, dtype=pl.String)
        first = 0
        while first < len(texts):
            # The first batch is short: its templates serve from the next batch on.
            size = min(self.batch_rows, max(FIRST_BATCH_ROWS, self._seen))
            part = (numbers.slice(first, size), texts.slice(first, size))
            self._convert(*part, converted)
            self._seen += size
            first += size
        return converted

    def _convert(
        self, lines: pl.Series, texts: pl.Series, converted: Converted
    ) -> None:
        """Convert a batch: by template in columns, then singly, then by the rules."""
        segments = converted.segments
        usual = self._usual(texts)
        left = pl.repeat(True, len(texts), eager=True)
        if usual.all():
            left = self.screen.take(lines, texts, segments).not_()
        waiting = (column.filter(left).to_list() for column in (lines, texts, usual))
        for line, text, may_learn in zip(*waiting, strict=True):
            if not (may_learn and self.screen.takes(line, text)):
                self._by_the_rules(line, text, converted, may_learn=may_learn)
        for line, text in self.screen.drain(segments):
            self._by_the_rules(line, text, converted, may_learn=True)

    def _usual(self, texts: pl.Series) -> pl.Series:
        """Return which statements the template cache may convert."""
        if self.policy.time_precision is not None:
            return pl.repeat(False, len(texts), eager=True)
        usual = odd_texts(texts).not_()
        if self._repairs_of_valid:  # a repair may change a valid statement, too
            usual &= texts.str.contains('"response"', literal=True).not_()
        return usual

    def _by_the_rules(
        self, line: int | None, text: str, converted: Converted, *, may_learn: bool
    ) -> None:
        outcome = self.judged(line, text)
        if isinstance(outcome, Rejection):
            converted.rejections.append(outcome)
            return
        if outcome is None:
            converted.withheld_count += 1
            return
        self._texts.update(texts_in(json.loads(outcome["statement"])))
        for name, value in outcome.items():
            converted.segments.add_constant(name, value, 1)
        converted.segments.add_constant("line", line, 1)
        converted.segments.end_batch(1)
        repairs = outcome.get("repairs") or ()
        converted.repairs.update(repairs)
        if may_learn and not repairs:
            self.screen.learn(text)

    def judged(self, line: int | None, text: str) -> Json | Rejection | None:
        """Return the row of one statement, or its rejection.

        None for a kind of event that the collection policy does not allow.
        """
        findings = check_text(text, self.xapi_version)
        statement, repairs = self._repaired(findings)
        if statement is None:
            return _rejection(line, text, findings)
        if not self.policy.allows(statement):
            return None
        try:
            _content, row = self.converted(statement, self.pseudonyms.key_of)
        except (UnicodeEncodeError, rfc8785.FloatDomainError):
            words = "This text or number cannot be written as UTF-8 JSON"
            return Rejection(line, "json.unwritable", "$", words, text)
        return row | {"repairs": list(repairs)} if repairs else row

    def _repaired(self, findings: Findings) -> tuple[Json | None, tuple[str, ...]]:
        """Return the statement and its repairs; None if none makes it valid."""
        allowed = self._repairs if findings.errors else self._repairs_of_valid
        if not allowed or findings.parsed is None:
            return findings.statement, ()
        candidate, repairs = repaired(findings.parsed, allowed)
        if not repairs:
            return findings.statement, ()
        again = judged(candidate, self.xapi_version).statement
        return (again, repairs) if again else (findings.statement, ())

    @cached_property
    def _repairs(self) -> tuple[Repair, ...]:
        return chosen(self.repairs)

    @cached_property
    def _repairs_of_valid(self) -> tuple[Repair, ...]:
        return tuple(repair for repair in self._repairs if repair.is_for_valid)

    def converted(self, statement: Json, key_of: KeyOf) -> tuple[str, Json]:
        """Return the text that is compared, and the row, of one valid statement."""
        shown = replace_people(normalised(statement), key_of)
        content = canonical_text(canonical(shown))
        kept = collected(shown, self.keys, self.policy)
        text = canonical_text(kept)
        return content, columns_of(kept) | {
            "content_hash": keyed_hash(content, self._content_key),
            "text_hash": text_hash(text, self._content_key),
            "statement": text,
        }

    @cached_property
    def screen(self) -> Screen:
        """The template cache, which keeps templates as long as this converter lives."""
        return Screen(
            self.pseudonyms,
            self._content_key,
            self.converted,
            reads_devices=self.policy.keeps_device_kinds,
        )

    @cached_property
    def keys(self) -> Keys:
        """What replaces addresses, and ids of which personal data are a part."""
        pseudonyms = self.pseudonyms
        return Keys(pseudonyms.key_of_address, pseudonyms.key_of_text)

    @cached_property
    def _content_key(self) -> bytes:
        return content_key(self.pseudonyms.secret)


def odd_texts(texts: pl.Series) -> pl.Series:
    """Return which texts hold control characters, which JSON strings must not."""
    *_, content = texts.rechunk().to_arrow().cast(pa.large_string()).buffers()
    if content is None or not (np.frombuffer(content, np.uint8) < 0x20).any():
        return pl.repeat(False, len(texts), eager=True)
    return texts.str.contains(r"[\x00-\x1f]")


def table_schema() -> pa.Schema:
    """Return the columns that conversion writes: raw.statements plus the line."""
    fields = [f for f in schemas()["statements"] if f.name not in BOOKKEEPING]
    return pa.schema([pa.field("line", pa.int64()), *fields])


def _rejection(line: int | None, text: str, findings: Findings) -> Rejection:
    first = findings.errors[0]
    # A detail that quotes the statement could be somebody's name.
    is_quoted = is_about_people(first.path) or first.detail[:QUOTED] in text
    words = first.rule.words if is_quoted else first.message
    return Rejection(line, first.code, first.path, words, text)
