"""The writer that connectors use: statements, rows and rejections become Parquet.

It opens neither warehouse nor vault; `landing.commit` reads the folder afterwards.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from ingest.identity.pseudonyms import ERASED
from ingest.identity.tombstones import ERASED_FILE_NAME, names_erased
from ingest.landing.batches import BatchWriter, Tally
from ingest.landing.collection_policy import CLAIMED
from ingest.landing.conversion import Converter
from ingest.landing.quarantine import Rejection, payload_text
from ingest.landing.typed_texts import distinct_texts, without_personal_data
from ingest.landing.workers import Task, WorkerPool, Workers
from ingest.storage.person_columns import KEPT_WITHOUT_PERSON, PERSON_COLUMNS
from ingest.storage.text_columns import WITHHELD
from ingest.storage.warehouse import schemas
from ingest.unpacking.blocks import Block
from ingest.unpacking.long_lines import LINE_CODE, LongLine
from ingest.xapi.profiles.session_length import is_too_long, words_of_length
from ingest.xapi.profiles.virtual_classroom import SESSION
from tandem.core.addresses import EMAIL
from tandem.core.files import written_name

if TYPE_CHECKING:
    from ingest.landing.lanes import Lanes

DOCUMENTS_A_BATCH = 2_000
LARGE_BLOCK = 8 << 20  # bytes of a block for which worker processes are started
SMALL_LOAD = 20_000  # statements that this process converts without workers
# The column by which a table of sessions, or of facts about them, names the session.
SESSION_IDS = {
    "technical_sessions": "technical_session_id",
    "planned_sessions": "planned_session_id",
}


class FolderWriter:
    """Write one load below its folder; see `ingest.landing.delivery.LoadWriter`.

    A context: on leaving it, everything passed to it is written.
    """

    def __init__(
        self,
        folder: Path,
        source: str,
        connector: str,
        converter: Converter,
        pool: WorkerPool | None = None,
    ) -> None:
        self.folder, self.source = folder, source
        self._pool, self._owns_pool = pool or WorkerPool(), pool is None
        self.tally = Tally()
        self.window: tuple[datetime | None, datetime | None] = (None, None)
        self.notes: list[str] = []
        self.reading: dict[str, str] = {}  # columns of raw.loads about the mapping
        self._has_rows = False
        self._here = BatchWriter(folder, "m", source, connector, converter)
        self._workers: Workers | None = None
        self._lanes: Lanes | None = None
        self._too_long: set[str] = set()  # ids of sessions that were rejected

    def __enter__(self) -> "FolderWriter":
        """Return the writer."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for the workers to finish."""
        try:
            if self._lanes:
                self.tally.add(self._lanes.close())
                self._lanes = None  # what it remembers is as large as a batch
            if self._workers:
                self._workers.close()
                self.tally.add(self._workers.tally)
        finally:
            if self._owns_pool:
                self._pool.close()

    @property
    def is_empty(self) -> bool:
        """Whether the delivery held nothing: no statement, row or rejection."""
        tally = self.tally
        return not (self._has_rows or tally.read_count or tally.rejected.total())

    def statements(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Check, pseudonymise and write statements, batch by batch."""
        for batch in batches:
            lines = batch.column("line").to_pylist()
            self._convert("batch", lines, batch.column("statement").to_pylist())

    def blocks(self, blocks: Iterable[Block | LongLine]) -> None:
        """Write blocks of a file; a statement that is too long is rejected."""
        for block in blocks:
            if isinstance(block, LongLine):
                self.reject(block.line, LINE_CODE, "$", block.message, block.payload)
                continue
            first, content = block
            is_large = len(content) > LARGE_BLOCK
            if is_large and (lanes := self._with_lanes()):
                lanes.submit(first, content)
            else:
                self._convert("lines", first, content, are_many=is_large)

    def documents(self, documents: Iterable[dict[str, Any]]) -> None:
        """Write statements given as dictionaries; their line is their ordinal."""
        self.statements(_batches(self._of_possible_sessions(documents)))

    def rows(self, table: str, frame: pl.DataFrame) -> None:
        """Write typed facts for raw.<table>, people as keys.

        Raises:
            KeyError: the layout has no such table, or the table no such column.
        """
        self._has_rows |= frame.height > 0
        frame = self._of_possible_length(table, frame)
        fields = [field for field in schemas()[table] if field.name != "load_id"]
        for person, key in (("actor", "actor_key"), ("learner", "learner_key")):
            if person in frame.columns:
                keys = pl.Series(key, self._keys(frame[person]), dtype=pl.String)
                frame = frame.drop(person).with_columns(keys)
        names = [field.name for field in fields]
        if unknown := set(frame.columns) - set(names):
            raise KeyError(f"raw.{table} has no column {', '.join(sorted(unknown))}")
        missing = {n: pl.lit(None) for n in names if n not in frame.columns}
        if "source" in missing:
            missing["source"] = pl.lit(self.source)
        complete = frame.with_columns(**missing).select(names)
        complete = self._without_erased(table, self._collected(table, complete))
        keys = self._here.converter.keys
        complete = without_personal_data(table, complete, keys)
        self._here.texts(distinct_texts(table, complete))
        self._here.write(f"rows/{table}", complete.to_arrow().cast(pa.schema(fields)))
        self._here.people()

    def links(self, frame: pl.DataFrame) -> None:
        """Write identity links: actor, learner (Agents as JSON), rule, valid_from."""
        self.rows("identity_links", frame.with_columns(is_revoked=pl.lit(False)))

    def reject(
        self, line: int | None, code: str, json_path: str, message: str, payload: object
    ) -> None:
        """Put one row of a delivery into quarantine."""
        text = payload_text(payload)
        refused = [Rejection(line, code, json_path, message, text)]
        self.tally.add(self._here.refuse(refused))

    def note(self, text: str) -> None:
        """Keep a line for the delivery's report; e-mail addresses are withheld."""
        line = EMAIL.sub(WITHHELD, text)
        if line not in self.notes:
            self.notes.append(line)

    def finding(self, code: str, message: str, figures: Mapping[str, object]) -> None:
        """Record what to check in a delivery that lands."""
        found = Rejection(None, code, "$", message, payload_text(dict(figures)))
        self._here.refuse([found])
        self.note(f"landed, please check: {message} ({code})")

    def read_by(self, mapping_hash: str, table_hash: str) -> None:
        """Record by which mapping a table was read, and which table it is."""
        self.reading = {"mapping_hash": mapping_hash, "table_hash": table_hash}

    def report_window(self, start: datetime | None, end: datetime | None) -> None:
        """Record the time (UTC) that the delivery covers."""
        self.window = (start, end)

    def named(self, path: Path) -> str:
        """Return the delivery's name that the vault stores."""
        pseudonyms = self._here.converter.pseudonyms
        name = written_name(path.name)
        is_erased = names_erased(pseudonyms.secret, pseudonyms.tombstones, name)
        return ERASED_FILE_NAME if is_erased else name

    def repairs_json(self) -> str | None:
        """Return how often each repair was made, None where none was."""
        repairs = self.tally.repairs
        return json.dumps(dict(sorted(repairs.items()))) if repairs else None

    def _convert(self, method: str, *arguments: object, are_many: bool = False) -> None:
        is_small = not are_many and self.tally.read_count < SMALL_LOAD
        if self._workers is None and is_small:
            self.tally.add(getattr(self._here, method)(*arguments))
            return
        self._with_workers().submit(method, *arguments)

    def _with_lanes(self) -> "Lanes | None":
        """Return the threads of the compiled pass, None where there are none."""
        converter = self._here.converter
        if self._lanes is None and converter.is_compiled:
            try:
                from ingest.landing.lanes import Lanes
            except RuntimeError:  # numba finds no folder to keep what it compiles
                converter.is_compiled = False
            else:
                self._lanes = Lanes(self._here, self._with_workers)
        return self._lanes

    def _with_workers(self) -> Workers:
        """Return the worker processes, which start when they are first needed."""
        if self._workers is None:
            here = self._here
            task = Task.of(self.folder, self.source, here.connector, here.converter)
            self._workers = Workers(task, self._pool)
        return self._workers

    def _collected(self, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows about people that the collection policy allows."""
        policy = self._here.converter.policy
        if table in CLAIMED and "actor_key" in frame.columns:
            claims = frame["claim"] if "claim" in frame.columns else frame["response"]
            is_allowed = [policy.allows_claim(claim or "") for claim in claims]
            kept = frame.filter(pl.Series(is_allowed, dtype=pl.Boolean))
            self.tally.withheld_count += frame.height - kept.height
            frame = kept
        is_about_people = "actor_key" in frame.columns and table != "identity_links"
        if policy.time_precision and is_about_people:
            unit = {"second": "1s", "minute": "1m", "day": "1d"}[policy.time_precision]
            frame = frame.with_columns(pl.col(pl.Datetime).dt.truncate(unit))
        return frame

    def _without_erased(self, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that are not about a person who was erased."""
        people = [name for name in PERSON_COLUMNS if name in frame.columns]
        if table in KEPT_WITHOUT_PERSON or not people:
            return frame
        is_erased = pl.any_horizontal(
            pl.col(n).eq(ERASED).fill_null(False) for n in people
        )
        kept = frame.filter(~is_erased)
        self.tally.erased_count += frame.height - kept.height
        return kept

    def _of_possible_length(self, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows without sessions longer than 24 hours, which are rejected.

        Rows that belong to a rejected session are left out too.
        """
        if table in SESSION_IDS and {"starts_at", "ends_at"} <= set(frame.columns):
            is_long = pl.Series(
                [_is_too_long(row) for row in frame.to_dicts()], dtype=bool
            )
            refused, frame = frame.filter(is_long), frame.filter(~is_long)
            for row in refused.unique(maintain_order=True).to_dicts():
                line = row.pop("line", None)
                message = words_of_length(row["starts_at"], row["ends_at"])
                self.reject(line, "session.too_long", "$", message, row)
            name = SESSION_IDS[table]
            self._too_long |= set(refused[name]) - set(frame[name])
        for name in SESSION_IDS.values():
            if self._too_long and name in frame.columns:
                frame = frame.filter(~pl.col(name).is_in(list(self._too_long)))
        return frame.drop("line", strict=False)

    def _of_possible_sessions(
        self, documents: Iterable[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """Yield the statements that belong to no session longer than 24 hours."""
        for document in documents:
            extensions = document.get("context", {}).get("extensions", {})
            if not self._too_long or extensions.get(SESSION) not in self._too_long:
                yield document

    def _keys(self, agents: pl.Series) -> list[str | None]:
        key_of = self._here.converter.pseudonyms.key_of
        distinct = {text: key_of(json.loads(text)) for text in agents.unique() if text}
        return [distinct.get(text) for text in agents]


def _is_too_long(row: dict[str, Any]) -> bool:
    """Return whether a row of a table of sessions is a session of over 24 hours."""
    precision = row.get("precision_seconds") or 1
    return is_too_long(row["starts_at"], row["ends_at"], precision)


def _batches(documents: Iterable[dict[str, Any]]) -> Iterator[pa.RecordBatch]:
    numbered = enumerate(documents, start=1)
    while some := list(islice(numbered, DOCUMENTS_A_BATCH)):
        texts = [json.dumps(d, ensure_ascii=False, default=str) for _, d in some]
        lines = pa.array([line for line, _ in some], pa.int64())
        yield pa.record_batch({"line": lines, "statement": pa.array(texts)})
