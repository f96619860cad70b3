"""Convert one delivery: what its connector reads becomes Parquet below landing/."""

import hashlib
import secrets
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.landing.commit import Load
from ingest.landing.conversion import Converter
from ingest.landing.delivery import Delivery, LoadWriter, ReadOptions
from ingest.landing.group import Converted, LandingContext
from ingest.landing.report import LoadReport
from ingest.landing.workers import WorkerPool
from ingest.landing.writer import FolderWriter
from ingest.storage.load_folders import load_name

CHUNK = 1 << 20
NOTHING = "there is nothing in it to land"


def answered(options: ReadOptions, known: Mapping[str, Any]) -> ReadOptions:
    """Fill what the call left open from tandem.toml's [sources.<source>]."""
    names = ("tz", "date_order", "locale", "xapi_version", "duration_format")
    missing = {name: known.get(name) for name in names if not getattr(options, name)}
    return replace(options, **missing)


def convert(
    delivery: Delivery,
    read: Callable[[Delivery, LoadWriter], None],
    context: LandingContext,
    converter: Converter,
    pool: WorkerPool,
    reading_hash: str | None = None,
) -> Converted:
    """Write a delivery as Parquet below landing/; on failure its folder is removed.

    Args:
        delivery: what to land.
        read: the read() of its connector.
        context: the home, the open warehouse and the vault's secret.
        converter: checks statements and replaces people by keys.
        pool: processes that convert large deliveries.
        reading_hash: of `same_bytes`; kept with the load.
    """
    started_at = datetime.now(UTC).replace(tzinfo=None)
    load_id = load_name(started_at, secrets.token_hex(4))
    recognition = delivery.recognition
    folder = context.home.landing / load_id
    folder.mkdir(parents=True, mode=0o700)
    try:
        with FolderWriter(
            folder, delivery.source, recognition.connector, converter, pool
        ) as writer:
            read(delivery, writer)
        if writer.is_empty and not writer.notes:
            writer.note(NOTHING)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    report = LoadReport(
        delivery.path,
        recognition.connector,
        delivery.source,
        recognition.variant,
        load_id,
        read_count=writer.tally.read_count,
        rejected_count=writer.tally.rejected.total(),
        rejected_by_code=dict(sorted(writer.tally.rejected.items())),
        erased_count=writer.tally.erased_count,
        withheld_count=writer.tally.withheld_count,
        notes=writer.notes,
    )
    load = _load(delivery, writer, started_at)
    load.header["reading_hash"] = reading_hash
    return Converted(load, report)


def _load(delivery: Delivery, writer: FolderWriter, started_at: datetime) -> Load:
    start, end = writer.window
    header = header_of(delivery) | {
        "read_count": writer.tally.read_count,
        "rejected_count": writer.tally.rejected.total(),
        "erased_count": writer.tally.erased_count,
        "repairs": writer.repairs_json(),
        "report_start_at": start,
        "report_end_at": end,
        "started_at": started_at,
        **writer.reading,
    }
    folder, name = writer.folder, writer.named(delivery.path)
    return Load(folder.name, folder, name, header, writer.tally.has_missing_ids)


def header_of(delivery: Delivery) -> dict[str, Any]:
    """Return the columns of raw.loads that say what was delivered."""
    return {
        "source": delivery.source,
        "connector": delivery.recognition.connector,
        "variant": delivery.recognition.variant,
        "sha256": delivery.sha256,
        "byte_count": sum(file.stat().st_size for file in files_of(delivery.path)),
    }


def files_of(path: Path) -> list[Path]:
    """Return the file itself, or all files of a folder, sorted."""
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file())
    return [path]


def hashed(path: Path) -> Callable[[], str]:
    """Begin to hash a file or folder; return what waits for the SHA-256."""
    pool = ThreadPoolExecutor(1)
    result = pool.submit(sha256_of, path).result
    pool.shutdown(wait=False)
    return result


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder's files one after another."""
    digest = hashlib.sha256()
    for file in files_of(path):
        with file.open("rb") as content:
            while chunk := content.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()
