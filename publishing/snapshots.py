"""Snapshots: immutable folders, and a pointer to the current one.

A folder is written under a temporary name and renamed; the pointer is replaced
atomically. A reader opens the files of the folder that the pointer names and is never
disturbed, because a later publish writes another folder.
"""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb
import polars as pl

from publishing.database_files import Tables, write_analyst, write_dashboard
from tandem.core.files import Home, project_root, replace_text

FROZEN = "frozen"  # of a snapshot that is kept for ever
DASHBOARD, ANALYST = "dashboard.duckdb", "analyst.duckdb"
MANIFEST = "manifest.json"
NOT_CONTENT = {
    "snapshot": ("snapshot_id", "published_at"),
    "accepted_warnings": ("accepted_at",),
}
# What was compared with earlier snapshots depends on which are kept.
NOT_CONTENT_ROWS = {"privacy_audit": pl.col("measure") == "earlier_snapshots"}
CODE = ("publishing", "comparison", "expectations", "models", "macros", "seeds")


@dataclass(frozen=True)
class Snapshot:
    """What is published.

    Attributes:
        snapshot_id: from `identify`.
        tables: the pub tables.
        profile: the judged profile, as JSON.
        marts_hash: changes whenever a table that publishing reads has changed.
    """

    snapshot_id: str
    tables: Tables
    profile: str
    marts_hash: str


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return the package version and a hash of the code that snapshots depend on."""
    try:
        released = version("tandem-analytics")
    except PackageNotFoundError:
        released = "0"
    digest = hashlib.sha256()
    files = [project_root() / "dbt_project.yml"]
    for folder in CODE:
        files += sorted((project_root() / folder).rglob("*"))
    for file in files:
        if file.suffix in {".py", ".sql", ".yml", ".csv", ".toml"}:
            digest.update(file.read_bytes())
    return f"{released}+{digest.hexdigest()[:8]}"


def identify(tables: Tables, code: str) -> str:
    """Return the snapshot's id: a hash of the sorted logical rows and the code version.

    Columns that differ between two publishes of the same content (the id itself, and
    the time) are left out, and so is what the audit says of earlier snapshots.
    """
    digest = hashlib.sha256(code.encode())
    for name in sorted(tables):
        frame = tables[name].drop(NOT_CONTENT.get(name, ()), strict=False)
        if name in NOT_CONTENT_ROWS:
            frame = frame.filter(~NOT_CONTENT_ROWS[name])
        columns = sorted(frame.columns)
        rows = sorted(
            json.dumps(row, default=str) for row in frame.select(columns).iter_rows()
        )
        digest.update(json.dumps([name, columns, rows]).encode())
    return digest.hexdigest()[:16]


def write(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    snapshot: Snapshot,
    *,
    with_persons: bool = True,
) -> Path:
    """Write a snapshot's folder, unless one with the same content exists.

    Args:
        connection: in memory, with the warehouse attached as `warehouse`.
        home: the directory of the snapshots.
        snapshot: what to write.
        with_persons: whether the analysts' file about single persons is written.

    Returns:
        The folder. It appears with all its files, or not at all.
    """
    folder = home.snapshot_folder(snapshot.snapshot_id)
    marts_hash = snapshot.marts_hash if with_persons else ""
    if _is_complete(folder, marts_hash):
        return folder
    temporary = home.published / f".{snapshot.snapshot_id}.{os.getpid()}"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        write_dashboard(connection, temporary / DASHBOARD, snapshot.tables)
        if with_persons:
            write_analyst(connection, temporary / ANALYST)
        (temporary / "profile.json").write_text(snapshot.profile, encoding="utf-8")
        manifest = _manifest(snapshot, marts_hash)
        (temporary / MANIFEST).write_text(manifest, encoding="utf-8")
        for file in temporary.iterdir():
            _sync(file)
        _move(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def _move(temporary: Path, folder: Path) -> None:
    """Rename the folder; where it exists, replace only the person-level marts."""
    if not folder.exists():
        temporary.rename(folder)
    else:
        for name in (ANALYST, MANIFEST):
            if (temporary / name).exists():
                (temporary / name).replace(folder / name)
        _sync(folder)
    _sync(folder.parent)


def _manifest(snapshot: Snapshot, marts_hash: str) -> str:
    content = {
        "snapshot_id": snapshot.snapshot_id,
        "marts_hash": marts_hash,
        "rows": {name: frame.height for name, frame in snapshot.tables.items()},
        "privacy_audit": snapshot.tables["privacy_audit"].to_dicts(),
    }
    return json.dumps(content, indent=2, sort_keys=True)


def _is_complete(folder: Path, marts_hash: str) -> bool:
    if not (folder / MANIFEST).exists():
        return False
    content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return content["marts_hash"] == marts_hash


def point_to(home: Home, snapshot_id: str, *, with_persons: bool = True) -> None:
    """Make a snapshot the current one, atomically for readers.

    Without the file about persons, analysts read the published aggregates.
    """
    for_analysts = ANALYST if with_persons else DASHBOARD
    content = {
        "snapshot_id": snapshot_id,
        "dashboard": f"{snapshot_id}/{DASHBOARD}",
        "analyst": f"{snapshot_id}/{for_analysts}",
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    replace_text(home.pointer, json.dumps(content, indent=2, sort_keys=True))
    _sync(home.published)
    os.utime(home.snapshot_folder(snapshot_id))


def prune(home: Home, keep: int) -> list[str]:
    """Delete all but the newest snapshots; return the ids of those deleted.

    The current snapshot is never deleted and counts as the newest. A frozen snapshot
    (it holds a file `frozen`) is never deleted either.
    """
    pointer = home.current_snapshot()
    current = pointer["snapshot_id"] if pointer else None
    folders = sorted(
        (path for path in home.published.iterdir() if (path / MANIFEST).exists()),
        key=lambda path: (path.name == current, path.stat().st_mtime_ns),
        reverse=True,
    )
    old = [path for path in folders[max(keep, 1) :] if not (path / FROZEN).exists()]
    for path in old:
        shutil.rmtree(path)
    return sorted(path.name for path in old)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
