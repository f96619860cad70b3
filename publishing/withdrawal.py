"""What publishing does when a person is erased: rows go, aggregates stay."""

import json
import re
import shutil
import sqlite3
from collections.abc import Collection
from contextlib import closing
from datetime import datetime
from pathlib import Path

from publishing.snapshots import MANIFEST
from tandem.core.files import Home, replace_text

ERASED = "erased"
GUARD = "select sql from sqlite_master where name = 'entries_are_never_changed'"
TEXTS = ("subject", "payload", "reason", "role")


def person_level_files(home: Home) -> list[Path]:
    """Return the published files with rows about persons, frozen ones' included."""
    if not home.published.exists():
        return []
    return sorted(home.published.glob("*/analyst.duckdb*"))


def person_level_before(home: Home, moment: datetime) -> list[Path]:
    """Return the person-level files that were written before a moment."""
    return [
        file
        for file in person_level_files(home)
        if file.stat().st_mtime < moment.timestamp()
    ]


def withdraw_person_level(home: Home) -> int:
    """Remove every person-level file, and half-written snapshots; return how many."""
    files = person_level_files(home)
    withdraw(home, files)
    return len(files)


def withdraw(home: Home, files: Collection[Path]) -> None:
    """Remove person-level files, and half-written snapshots.

    The manifests forget the hash of the marts, so that the next publish writes the
    file again even if nothing else has changed.
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
    for aside in home.published.glob(".*"):
        if aside.is_dir():
            shutil.rmtree(aside)
        else:
            aside.unlink()


def journal_naming(path: Path, texts: Collection[str]) -> int:
    """Return how many entries hold one of the texts (case aside); changes no byte."""
    if not path.exists():
        return 0
    pattern = _pattern(texts)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = connection.execute(f"select {', '.join(TEXTS)} from entries").fetchall()
    return sum(any(pattern.search(text) for text in row) for row in rows)


def redact_journal(path: Path, texts: Collection[str]) -> int:
    """Replace the texts in the journal, and the bytes with them; return the entries.

    What was decided, when, why and by which role stays. This is the only writer that
    may change an entry.
    """
    if not journal_naming(path, texts):
        return 0
    pattern = _pattern(texts)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("pragma secure_delete = on")
        connection.create_function("redacted", 1, lambda t: pattern.sub(ERASED, t))
        connection.execute("begin immediate")
        guard = connection.execute(GUARD).fetchall()
        connection.execute("drop trigger if exists entries_are_never_changed")
        assigned = ", ".join(f"{name} = redacted({name})" for name in TEXTS)
        differs = " or ".join(f"{name} <> redacted({name})" for name in TEXTS)
        changed = connection.execute(f"update entries set {assigned} where {differs}")
        count = changed.rowcount
        for (layout,) in guard:
            connection.execute(layout)
        connection.execute("commit")
        connection.execute("vacuum")
    return count


def _pattern(texts: Collection[str]) -> re.Pattern[str]:
    longest_first = sorted(texts, key=lambda text: (-len(text), text))
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
