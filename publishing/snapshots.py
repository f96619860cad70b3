"""Snapshots: immutable folders, written aside, and a pointer that is replaced at once.

A reader opens the files of the folder that the pointer names, and is never disturbed: a
later publish makes another folder.
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

from publishing.database_files import Tables, write_analyst, write_dashboard
from tandem.core.files import Home, project_root, replace_text

MANIFEST = "manifest.json"
NOT_CONTENT = {
    "snapshot": ("snapshot_id", "published_at"),
    "accepted_warnings": ("accepted_at",),
}
CODE = ("publishing", "comparison", "expectations", "models", "macros", "seeds")


@dataclass(frozen=True)
class Snapshot:
    """What is published: the pub tables, the profile judged, and the marts' hash."""

    snapshot_id: str
    tables: Tables
    profile: str
    marts_hash: str


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return the version of the package and a hash of the code that makes snapshots."""
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

    What differs between two publishes of the same content (the id itself, and when) is
    left out.
    """
    digest = hashlib.sha256(code.encode())
    for name in sorted(tables):
        frame = tables[name].drop(NOT_CONTENT.get(name, ()), strict=False)
        columns = sorted(frame.columns)
        rows = sorted(
            json.dumps(row, default=str) for row in frame.select(columns).iter_rows()
        )
        digest.update(json.dumps([name, columns, rows]).encode())
    return digest.hexdigest()[:16]


def write(
    connection: duckdb.DuckDBPyConnection, home: Home, snapshot: Snapshot
) -> Path:
    """Write a snapshot's folder, unless one with the same content is there.

    Args:
        connection: in memory, with the warehouse attached as `warehouse`.
        home: where snapshots lie.
        snapshot: what to write.

    Returns:
        The folder. It appears at once with all its files, or not at all.
    """
    folder = home.snapshot_folder(snapshot.snapshot_id)
    if _is_complete(folder, snapshot.marts_hash):
        return folder
    aside = home.published / f".{snapshot.snapshot_id}.{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        write_dashboard(connection, aside / "dashboard.duckdb", snapshot.tables)
        write_analyst(connection, aside / "analyst.duckdb")
        (aside / "profile.json").write_text(snapshot.profile, encoding="utf-8")
        (aside / MANIFEST).write_text(_manifest(snapshot), encoding="utf-8")
        for file in aside.iterdir():
            _sync(file)
        _put(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def _put(aside: Path, folder: Path) -> None:
    """Let the folder appear; where it is there, renew the person-level marts alone."""
    if not folder.exists():
        aside.rename(folder)
    else:
        for name in ("analyst.duckdb", MANIFEST):
            (aside / name).replace(folder / name)
        _sync(folder)
    _sync(folder.parent)


def _manifest(snapshot: Snapshot) -> str:
    content = {
        "snapshot_id": snapshot.snapshot_id,
        "marts_hash": snapshot.marts_hash,
        "rows": {name: frame.height for name, frame in snapshot.tables.items()},
    }
    return json.dumps(content, indent=2, sort_keys=True)


def _is_complete(folder: Path, marts_hash: str) -> bool:
    if not (folder / MANIFEST).exists():
        return False
    content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return content["marts_hash"] == marts_hash


def point_to(home: Home, snapshot_id: str) -> None:
    """Put a snapshot in force: readers see the old one or this one, never neither."""
    content = {
        "snapshot_id": snapshot_id,
        "dashboard": f"{snapshot_id}/dashboard.duckdb",
        "analyst": f"{snapshot_id}/analyst.duckdb",
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    replace_text(home.pointer, json.dumps(content, indent=2, sort_keys=True))
    _sync(home.published)
    os.utime(home.snapshot_folder(snapshot_id))


def prune(home: Home, keep: int) -> list[str]:
    """Remove all but the newest snapshots, never the one in force; return their ids.

    A frozen one (it holds a file `frozen`) stays for ever.
    """
    pointer = home.current_snapshot()
    current = pointer["snapshot_id"] if pointer else None
    folders = sorted(
        (
            path
            for path in home.published.iterdir()
            if (path / "manifest.json").exists()
        ),
        key=lambda path: (path.name == current, path.stat().st_mtime_ns),
        reverse=True,
    )
    old = [path for path in folders[max(keep, 1) :] if not (path / "frozen").exists()]
    for path in old:
        shutil.rmtree(path)
    return sorted(path.name for path in old)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
