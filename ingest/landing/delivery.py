"""What landing and connectors hand to each other: delivery, options, writer."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import polars as pl
import pyarrow as pa

from ingest.landing.evidence import Evidence, confidence_of
from ingest.unpacking.blocks import Block
from ingest.unpacking.long_lines import LongLine


@dataclass(frozen=True)
class Recognition:
    """What a delivery was recognised as, and why.

    `found` holds the groups of evidence for it, from which the confidence follows.
    `needs` names the options that decide what the delivery leaves open. `reason`
    explains source and variant; `evidence` explains encoding, delimiter and locale, by
    name, where a connector knows more than inspection finds out itself.
    """

    connector: str
    source: str
    variant: str
    found: tuple[Evidence, ...]
    reason: str
    encoding: str | None = None
    delimiter: str | None = None
    locale: str | None = None
    needs: tuple[str, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)

    @property
    def confidence(self) -> float:
        """From 0 to 1; the connector with the highest one reads the delivery."""
        return confidence_of(self.found)


@dataclass(frozen=True)
class ReadOptions:
    """What the user states about a delivery where the file leaves it open."""

    source: str | None = None
    tz: str | None = None
    date_order: str | None = None
    date: dt.date | None = None
    locale: str | None = None
    xapi_version: str | None = None
    mapping: Path | None = None  # a YAML file, or a preset's name
    duration_format: str | None = None  # words such as h:mm, minutes, decimal-comma


@dataclass(frozen=True)
class Delivery:
    """One file, archive or folder to land."""

    path: Path
    recognition: Recognition
    options: ReadOptions = field(default_factory=ReadOptions)
    hashed: Callable[[], str] = str  # waits for the SHA-256 of its bytes, in hex
    settings: Mapping[str, Any] = field(default_factory=dict)  # [sources.<source>]
    idle_limit: dt.timedelta = dt.timedelta.max  # nobody in one meeting, at the longest

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes, in hex."""
        return self.hashed()

    @property
    def source(self) -> str:
        """The source system: as the user states it, else as recognised."""
        return self.options.source or self.recognition.source


class LoadWriter(Protocol):
    """The interface that connectors write to; people are still in clear."""

    def statements(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Take statement texts: columns line (int64) and statement (string, JSON)."""

    def blocks(self, blocks: Iterable[Block | LongLine]) -> None:
        """Take blocks of a file: number of the first line, whole lines."""

    def documents(self, documents: Iterable[dict[str, Any]]) -> None:
        """Take statements as dictionaries, for sources of a few thousand rows."""

    def rows(self, table: str, frame: pl.DataFrame) -> None:
        """Take typed facts for raw.<table>.

        Columns are those of storage/layout.py without load_id and source. A person
        is a column `actor` with an xAPI Agent as JSON; it becomes `actor_key`. A
        column `line` gives the line of a session that is rejected: one longer than 24
        hours is, with all that belongs to it.
        """

    def links(self, frame: pl.DataFrame) -> None:
        """Take identity links: actor, learner (Agents as JSON), rule, valid_from."""

    def reject(
        self, line: int | None, code: str, json_path: str, message: str, payload: object
    ) -> None:
        """Put one row or statement into quarantine; the rest of the delivery lands."""

    def note(self, text: str) -> None:
        """Take one line that the user should know of this delivery, without people.

        A note is shown with the delivery's counts; it does not make it fail.
        """

    def finding(self, code: str, message: str, figures: Mapping[str, object]) -> None:
        """Record what to check in a delivery that lands, such as totals that differ.

        It is a note, and a row of raw.rejections that does not count as rejected.
        `figures` names no person.
        """

    def read_by(self, mapping_hash: str, table_hash: str) -> None:
        """Record by which mapping a table was read, and which table it is, as digests.

        What an earlier mapping refused of the same table counts no longer.
        """

    def report_window(self, start: dt.datetime | None, end: dt.datetime | None) -> None:
        """Record the time (UTC) that the delivery covers."""
