"""Landing, delivery by delivery: recognise, convert, commit, leave nothing behind."""

import hashlib
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.connectors import mapped
from ingest.connectors._base import Delivery, ReadOptions, connectors
from ingest.identity import vault
from ingest.inspection import inspect_one
from ingest.landing import warehouse
from ingest.landing.commit import Load
from ingest.landing.conversion import Converter
from ingest.landing.defects import noted
from ingest.landing.group import DAMAGES, Converted, Group, Place, damaged
from ingest.landing.report import LoadReport
from ingest.landing.workers import Crew
from ingest.landing.workshop import Workshop
from ingest.landing.writer import FolderWriter
from ingest.unpacking import shown, unpacked
from tandem.errors import TandemError
from tandem.files import Home, record_status
from tandem.progress import step
from tandem.settings import Settings

CHUNK = 1 << 20
UNPACKED = "unpacked"  # below landing/: what archives hold, while it is landed


def ingest(
    paths: list[Path], home: Home, settings: Settings, options: ReadOptions
) -> list[LoadReport]:
    """Land deliveries; one that cannot be read does not stop the others.

    Returns:
        One report a delivery, in order; `error` is set where nothing of it landed.

    Raises:
        KeyProblem: the pseudonym key is missing or another one.
        WarehouseProblem: the warehouse has another layout, or is in use.
    """
    with home.writing():
        secret = vault.unlock(home)
        sweep(home)
        with warehouse.opened(home) as connection, step("Landing") as advance:
            place = Place(home, connection, secret, vault.tombstones(home))
            folder, reports = home.landing / UNPACKED, []
            with (
                Group(place) as group,
                Workshop(place) as workshop,
                unpacked(paths, folder) as delivered,
            ):
                for path in delivered:
                    one = _converted(path, place, workshop, settings, options)
                    reports += group.add(one)
                    advance(1)
                reports += group.landed()
        reports = [replace(r, path=shown(r.path, folder)) for r in reports]
        record_status(home, "ingest", _counters(reports))
    return reports


def sweep(home: Home) -> None:
    """Remove what a killed load left; only the holder of the lock may call it."""
    if home.landing.exists():
        shutil.rmtree(home.landing)


def _converted(
    path: Path,
    place: Place,
    workshop: Workshop,
    settings: Settings,
    options: ReadOptions,
) -> Converted | LoadReport:
    """Return a delivery ready to be committed, or why it cannot be."""
    connector = ""
    try:
        said = settings.section("sources").get(options.source or "", {})
        sniff = mapped.told(path, options, said) or inspect_one(path)
        connector = sniff.connector
        source = options.source or sniff.source
        known = settings.section("sources").get(source, {})
        options = answered(options, known)
        delivery = Delivery(path, sniff, options, hashed(path), known)
        with workshop.converter(settings, options, source) as converter:
            return convert(delivery, place, converter, workshop.crew)
    except TandemError as error:
        return LoadReport(path, error=error.one_line())
    except DAMAGES as error:
        return LoadReport(path, error=damaged(path, error).one_line())
    except Exception as error:  # a connector's defect must not stop other deliveries
        return LoadReport(
            path, error=noted(place.home, path, connector, error).one_line()
        )


def answered(options: ReadOptions, known: Mapping[str, Any]) -> ReadOptions:
    """Fill what the call left open from tandem.toml's [sources.<source>]."""
    names = ("tz", "date_order", "locale", "xapi_version")
    missing = {name: known.get(name) for name in names if not getattr(options, name)}
    return replace(options, **missing)


def convert(
    delivery: Delivery, place: Place, converter: Converter, crew: Crew
) -> Converted:
    """Write a delivery as Parquet below landing/; if that fails, nothing stays."""
    started_at = datetime.now(UTC).replace(tzinfo=None)
    load_id = load_name(started_at, secrets.token_hex(4))
    sniff = delivery.sniff
    folder = place.home.landing / load_id
    folder.mkdir(parents=True, mode=0o700)
    try:
        with FolderWriter(
            folder, delivery.source, sniff.connector, converter, crew
        ) as writer:
            connectors()[sniff.connector].read(delivery, writer)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    report = LoadReport(
        delivery.path,
        sniff.connector,
        delivery.source,
        sniff.variant,
        load_id,
        read_count=writer.tally.read_count,
        rejected_count=writer.tally.rejected.total(),
        rejected_by_code=dict(sorted(writer.tally.rejected.items())),
        erased_count=writer.tally.erased_count,
        withheld_count=writer.tally.withheld_count,
    )
    return Converted(_load(delivery, writer, started_at), report)


def _load(delivery: Delivery, writer: FolderWriter, started_at: datetime) -> Load:
    start, end = writer.window
    header = {
        "source": delivery.source,
        "connector": delivery.sniff.connector,
        "variant": delivery.sniff.variant,
        "sha256": delivery.sha256,
        "byte_count": sum(file.stat().st_size for file in files_of(delivery.path)),
        "read_count": writer.tally.read_count,
        "rejected_count": writer.tally.rejected.total(),
        "erased_count": writer.tally.erased_count,
        "repairs": writer.repairs_json(),
        "report_start_at": start,
        "report_end_at": end,
        "started_at": started_at,
    }
    folder, name = writer.folder, writer.named(delivery.path)
    return Load(folder.name, folder, name, header, writer.tally.has_missing_ids)


def load_name(started_at: datetime, salt: str) -> str:
    """Return the id of a load: it sorts by time and no two are the same."""
    return f"{started_at:%Y%m%dT%H%M%S%f}-{salt}"


@contextmanager
def folder_of(home: Home, load_id: str) -> Iterator[Path]:
    """Make the folder of a load's Parquet; it is gone afterwards, come what may."""
    folder = home.landing / load_id
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


def _counters(reports: list[LoadReport]) -> dict[str, object]:
    """Return what status.json keeps: sums, and the reasons for refusals."""
    names = ("read_count", "landed_count", "replayed_count", "rejected_count")
    names += ("conflicting_count", "undated_count", "row_count", "erased_count")
    names += ("withheld_count",)
    by_code: dict[str, int] = {}
    for report in reports:
        for code, count in report.rejected_by_code.items():
            by_code[code] = by_code.get(code, 0) + count
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "deliveries": len(reports),
        "unreadable": sum(report.error is not None for report in reports),
        **{name: sum(getattr(report, name) for report in reports) for name in names},
        "rejected_by_code": by_code,
        "sources": sorted({report.source for report in reports if report.source}),
    }
