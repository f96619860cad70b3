"""From statement texts to a table of raw.statements: judge, replace, trim, lift.

This is the one definition of what lands. Whatever is quicker must give the same.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import rfc8785

from ingest.connectors._base import ReadOptions
from ingest.identity.pseudonyms import Pseudonyms
from ingest.identity.replacement import replace_people
from ingest.identity.secret import content_key
from ingest.landing.canonical import canonical_text, keyed_hash, text_hash
from ingest.landing.collection import collected
from ingest.landing.columns import columns_of
from ingest.landing.quarantine import Rejection, is_about_people
from ingest.landing.warehouse import schemas
from ingest.xapi.validation import Findings, canonical, check_text, normalised
from tandem.settings import Settings

Json = dict[str, Any]
BOOKKEEPING = frozenset({"load_id", "source", "landed_at"})


@dataclass
class Converted:
    """One batch: rows of raw.statements (with their line), and what was refused."""

    statements: pa.Table
    rejections: list[Rejection]
    repairs: Counter[str] = field(default_factory=Counter)
    has_missing_ids: bool = False


@dataclass
class Converter:
    """Judge and convert statements with one organisation's secret and settings."""

    pseudonyms: Pseudonyms
    repairs: frozenset[str] = frozenset()
    xapi_version: str | None = None

    @classmethod
    def from_settings(
        cls, secret: bytes, settings: Settings, options: ReadOptions
    ) -> "Converter":
        """Return the converter of a load: tandem.toml names the repairs allowed."""
        allowed = settings.section("repairs")
        names = frozenset(name for name, is_on in allowed.items() if is_on)
        return cls(Pseudonyms(secret), names, options.xapi_version)

    def convert(self, lines: Sequence[int | None], texts: Sequence[str]) -> Converted:
        """Convert a batch; a bad statement is a rejection and stops nothing."""
        rows: list[Json] = []
        rejections: list[Rejection] = []
        repaired: Counter[str] = Counter()
        for line, text in zip(lines, texts, strict=True):
            outcome = self.judged(line, text)
            if isinstance(outcome, Rejection):
                rejections.append(outcome)
            else:
                rows.append(outcome | {"line": line})
        schema = table_schema()
        table = pa.Table.from_pylist(rows, schema)
        has_missing_ids = any(row["statement_id"] is None for row in rows)
        return Converted(table, rejections, repaired, has_missing_ids)

    def judged(self, line: int | None, text: str) -> Json | Rejection:
        """Return the row of one statement, or why it is refused."""
        findings = check_text(text, self.xapi_version)
        if findings.errors or findings.statement is None:
            return _rejection(line, text, findings)
        try:
            return self.row(findings.statement)
        except (UnicodeEncodeError, rfc8785.FloatDomainError):
            words = "This text or number cannot be written as UTF-8 JSON"
            return Rejection(line, "json.unwritable", "$", words, text)

    def row(self, statement: Json) -> Json:
        """Return the row of raw.statements of one valid statement."""
        shown = replace_people(normalised(statement), self.pseudonyms.key_of)
        content = canonical_text(canonical(shown))
        kept = collected(shown, self._address_key)
        text = canonical_text(kept)
        return columns_of(kept) | {
            "content_hash": keyed_hash(content, self._content_key),
            "text_hash": text_hash(text),
            "statement": text,
        }

    @cached_property
    def _content_key(self) -> bytes:
        return content_key(self.pseudonyms.secret)

    def _address_key(self, address: str) -> str:
        agent = {"mbox": f"mailto:{unquote(address)}"}
        return self.pseudonyms.key_of(agent) or ""


def table_schema() -> pa.Schema:
    """Return the columns that conversion writes: raw.statements plus the line."""
    fields = [f for f in schemas()["statements"] if f.name not in BOOKKEEPING]
    return pa.schema([pa.field("line", pa.int64()), *fields])


def _rejection(line: int | None, text: str, findings: Findings) -> Rejection:
    first = findings.errors[0]
    # A detail quotes the value: below a person it could be a name.
    words = first.rule.words if is_about_people(first.path) else first.message
    return Rejection(line, first.code, first.path, words, text)
