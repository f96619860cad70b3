"""Published files with rows about persons, and their deletion.

Erasing a person and retention delete these files; the published aggregates stay.
"""

import json
import shutil
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from publishing.snapshots import MANIFEST
from tandem.core.files import Home, replace_text


def find_files(home: Home) -> list[Path]:
    """Return the person-level files of all snapshots, frozen ones included."""
    if not home.published.exists():
        return []
    return sorted(home.published.glob("*/analyst.duckdb*"))


def find_files_before(home: Home, moment: datetime) -> list[Path]:
    """Return the person-level files that were written before a moment."""
    return [
        file for file in find_files(home) if file.stat().st_mtime < moment.timestamp()
    ]


def delete_all_files(home: Home) -> int:
    """Delete every person-level file, and incomplete snapshots; return how many."""
    files = find_files(home)
    delete_files(home, files)
    return len(files)


def delete_files(home: Home, files: Collection[Path]) -> None:
    """Delete person-level files, and incomplete snapshots.

    The hash of the marts is removed from the manifests, so that the next publish writes
    the file again even if nothing else has changed.
    """
    for file in files:
        manifest = file.parent / MANIFEST
        if manifest.exists():
            content = json.loads(manifest.read_text(encoding="utf-8"))
            replace_text(
                manifest,
                json.dumps(content | {"marts_hash": ""}, indent=2, sort_keys=True),
            )
        file.unlink()
    for incomplete in home.published.glob(".*"):
        if incomplete.is_dir():
            shutil.rmtree(incomplete)
        else:
            incomplete.unlink()
