"""What connectors write into: statements, typed rows and rejections become Parquet.

Nothing here touches warehouse or vault; `landing.commit` reads the folder afterwards.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.landing.conversion import Converter
from ingest.landing.quarantine import Rejection, payload_text
from ingest.landing.warehouse import schemas

DOCUMENTS_A_BATCH = 2_000
REJECTION_COLUMNS = ("rejection_id", "line", "code", "json_path", "message", "payload")


class FolderWriter:
    """Write one load below its folder; see `ingest.connectors._base.LoadWriter`."""

    def __init__(
        self, folder: Path, source: str, connector: str, converter: Converter
    ) -> None:
        self.folder, self.source, self.connector = folder, source, connector
        self.converter = converter
        self.read_count = 0
        self.rejected: Counter[str] = Counter()
        self.repairs: Counter[str] = Counter()
        self.has_missing_ids = False
        self.window: tuple[datetime | None, datetime | None] = (None, None)
        self._files = 0

    def statements(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Judge, pseudonymise and write statements, batch by batch."""
        for batch in batches:
            lines = batch.column("line").to_pylist()
            self._convert(lines, batch.column("statement").to_pylist())

    def blocks(self, blocks: Iterable[tuple[int, bytes]]) -> None:
        """Write statements as they lie in a file: whole lines, blank ones left out."""
        for first, content in blocks:
            lines, texts = [], []
            for line, text in enumerate(content.split(b"\n"), start=first):
                if not text.strip():
                    continue
                try:
                    texts.append(text.decode())
                    lines.append(line)
                except UnicodeDecodeError as error:
                    self._refuse_bytes(line, text, error)
            self._convert(lines, texts)

    def _convert(self, lines: list[int | None], texts: list[str]) -> None:
        converted = self.converter.convert(lines, texts)
        self.read_count += len(texts)
        self._write("statements", converted.statements)
        self.has_missing_ids |= converted.has_missing_ids
        self.repairs.update(converted.repairs)
        self._quarantine(converted.rejections)
        self._people()

    def _refuse_bytes(self, line: int, text: bytes, error: UnicodeDecodeError) -> None:
        message = f"this line is not UTF-8 (byte {error.start})"
        payload = text.decode("utf-8", "backslashreplace")
        self.reject(line, "json.encoding", "$", message, payload)

    def documents(self, documents: Iterable[dict[str, Any]]) -> None:
        """Write statements given as dictionaries; their line is their ordinal."""
        self.statements(_batches(documents))

    def rows(self, table: str, frame: pl.DataFrame) -> None:
        """Write typed facts for raw.<table>, people as keys.

        Raises:
            KeyError: the layout has no such table, or the table no such column.
        """
        schema = schemas()[table]
        for person, key in (("actor", "actor_key"), ("learner", "learner_key")):
            if person in frame.columns:
                keys = pl.Series(key, self._keys(frame[person]), dtype=pl.String)
                frame = frame.drop(person).with_columns(keys)
        unknown = set(frame.columns) - set(schema.names)
        if unknown:
            raise KeyError(f"raw.{table} has no column {', '.join(sorted(unknown))}")
        missing = {
            name: pl.lit(None)
            for name in schema.names
            if name not in {*frame.columns, "load_id"}
        }
        if "source" in missing:
            missing["source"] = pl.lit(self.source)
        columns = [field for field in schema if field.name != "load_id"]
        complete = frame.with_columns(**missing).select(f.name for f in columns)
        self._write(f"rows/{table}", complete.to_arrow().cast(pa.schema(columns)))
        self._people()

    def links(self, frame: pl.DataFrame) -> None:
        """Write identity links: actor, learner (Agents as JSON), rule, valid_from."""
        self.rows("identity_links", frame.with_columns(is_revoked=pl.lit(False)))

    def reject(
        self, line: int | None, code: str, json_path: str, message: str, payload: object
    ) -> None:
        """Put one row of a delivery into quarantine."""
        self.read_count += 1
        text = payload_text(payload)
        self._quarantine([Rejection(line, code, json_path, message, text)])

    def report_window(self, start: datetime | None, end: datetime | None) -> None:
        """Note which time (UTC) the delivery covers."""
        self.window = (start, end)

    def repairs_json(self) -> str | None:
        """Return how often each repair was made, None where none was."""
        return json.dumps(dict(sorted(self.repairs.items()))) if self.repairs else None

    def _keys(self, agents: pl.Series) -> list[str | None]:
        key_of = self.converter.pseudonyms.key_of
        distinct = {text: key_of(json.loads(text)) for text in agents.unique() if text}
        return [distinct.get(text) for text in agents]

    def _quarantine(self, rejections: list[Rejection]) -> None:
        if not rejections:
            return
        self.rejected.update(rejection.code for rejection in rejections)
        secret = self.converter.pseudonyms.secret
        shown, whole = [], []
        for rejection in rejections:
            rejection_id = rejection.identified(secret, self.source)
            shown.append(rejection.shown(rejection_id))
            whole.append(
                {
                    "rejection_id": rejection_id,
                    "load_id": self.folder.name,
                    "source": self.source,
                    "connector": self.connector,
                    "line": rejection.line,
                    "payload": rejection.payload,
                }
            )
        columns = [schemas()["rejections"].field(name) for name in REJECTION_COLUMNS]
        self._write("rejections", pa.Table.from_pylist(shown, pa.schema(columns)))
        self._write("quarantine", pa.Table.from_pylist(whole))

    def _people(self) -> None:
        """Write down who was met since the last batch, for the vault."""
        drained = dict(self.converter.pseudonyms.drain())
        for table, columns in VAULT_COLUMNS.items():
            if met := drained[table]:
                frame = pl.DataFrame(met, schema=columns, orient="row")
                self._write(table, frame.to_arrow())
        if aliases := drained["aliases"]:
            columns = ["actor_key", "learner_key"]
            frame = pl.DataFrame(aliases, schema=columns, orient="row")
            self._links_of_keys(frame)

    def _links_of_keys(self, frame: pl.DataFrame) -> None:
        rule, never = pl.lit("mbox_sha1sum"), pl.lit(False)
        fields = [f for f in schemas()["identity_links"] if f.name != "load_id"]
        complete = frame.with_columns(
            rule=rule, valid_from=pl.lit(None), is_revoked=never
        ).select(field.name for field in fields)
        self._write("rows/identity_links", complete.to_arrow().cast(pa.schema(fields)))

    def _write(self, part: str, table: pa.Table) -> None:
        if not table.num_rows:
            return
        folder = self.folder / part
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, folder / f"{self._files:06}.parquet", compression="lz4")
        self._files += 1


VAULT_COLUMNS = {
    "identifiers": ["actor_key", "kind", "identifier"],
    "names": ["actor_key", "name"],
}


def _batches(documents: Iterable[dict[str, Any]]) -> Iterator[pa.RecordBatch]:
    numbered = enumerate(documents, start=1)
    while some := list(islice(numbered, DOCUMENTS_A_BATCH)):
        yield pa.record_batch(
            {
                "line": pa.array([line for line, _ in some], pa.int64()),
                "statement": [
                    json.dumps(d, ensure_ascii=False, default=str) for _, d in some
                ],
            }
        )
