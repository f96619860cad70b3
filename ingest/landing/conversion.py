"""From statement texts to a table of raw.statements: judge, replace, trim, lift.

This is the one definition of what lands. Whatever is quicker must give the same.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import pyarrow as pa

from ingest.connectors._base import ReadOptions
from ingest.identity.pseudonyms import Pseudonyms
from ingest.identity.replacement import replace_people
from ingest.identity.secret import content_key
from ingest.landing.canonical import canonical_text, keyed_hash, text_hash
from ingest.landing.collection import collected
from ingest.landing.columns import columns_of
from ingest.landing.quarantine import Rejection
from ingest.landing.warehouse import schemas
from ingest.xapi.validation import check_text, normalised
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
            verdict = check_text(text, self.xapi_version)
            if verdict.statement is None:
                rejections.append(_rejection(line, text, verdict))
                continue
            rows.append(self.row(verdict.statement) | {"line": line})
        schema = table_schema()
        table = pa.Table.from_pylist(rows, schema)
        has_missing_ids = any(row["statement_id"] is None for row in rows)
        return Converted(table, rejections, repaired, has_missing_ids)

    def row(self, statement: Json) -> Json:
        """Return the row of raw.statements of one valid statement."""
        shown = replace_people(statement, self.pseudonyms.key_of)
        content = canonical_text(normalised(shown))
        kept = collected(shown, self._address_key)
        text = canonical_text(kept)
        return columns_of(kept) | {
            "content_hash": keyed_hash(content, self._content_key),
            "text_hash": text_hash(text),
            "statement": text,
        }

    @property
    def _content_key(self) -> bytes:
        return content_key(self.pseudonyms.secret)

    def _address_key(self, address: str) -> str:
        agent = {"mbox": f"mailto:{unquote(address)}"}
        return self.pseudonyms.key_of(agent) or ""


def table_schema() -> pa.Schema:
    """Return the columns that conversion writes: raw.statements plus the line."""
    fields = [f for f in schemas()["statements"] if f.name not in BOOKKEEPING]
    return pa.schema([pa.field("line", pa.int64()), *fields])


def _rejection(line: int | None, text: str, verdict: Any) -> Rejection:  # noqa: ANN401
    return Rejection(line, verdict.code, verdict.path, verdict.reason, text)
