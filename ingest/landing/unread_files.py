"""Files of which nothing landed: kept in the vault until they land or are gone.

Their names, and what is wrong in them, may name people.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest.identity import vault
from ingest.landing.loading import sha256_of
from ingest.landing.report import LoadReport
from ingest.unpacking.archives import shown
from tandem.core.files import Home, written_name

LANDED_BEFORE = """
select source, connector, variant, landed_count + replayed_count as known_count,
    row_count, committed_at
from raw.loads where sha256 = $sha256 and sha256 <> ''
order by load_id desc limit 1
"""
LANDED = "select distinct sha256 from raw.loads where sha256 <> ''"
OF_VAULT = """
select place, is_packed, sha256, reason, problems from unread_files order by place
"""


@dataclass(frozen=True)
class UnreadFile:
    """A file of which nothing landed, and in one line why and what to do."""

    place: str
    reason: str
    problems: list[dict[str, Any]]


def landed_before(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> LoadReport | None:
    """Return a report of a file whose very bytes landed before, None if they did not.

    They landed by options or a mapping that this call does not state.
    """
    sha256 = _sha256(path)
    if sha256 is None:
        return None
    found = connection.execute(LANDED_BEFORE, {"sha256": sha256}).fetchone()
    if found is None:
        return None
    source, connector, variant, known, rows, at = found
    note = f"it landed on {at:%Y-%m-%d} and is unchanged: nothing was read again"
    return LoadReport(
        path,
        connector,
        source,
        variant,
        replayed_count=known + rows,
        notes=[note],
    )


def update(home: Home, reports: Sequence[LoadReport], folder: Path) -> None:
    """Keep which deliveries did not land, and forget those that did.

    Args:
        home: whose vault.
        reports: of deliveries, with their paths.
        folder: below which archives were unpacked.
    """
    rows = []
    for report in reports:
        is_packed = report.path.is_relative_to(folder)
        sha256 = None if is_packed or not report.error else _sha256(report.path)
        rows.append((_place(report.path, folder), is_packed, sha256, report))
    if not rows:
        return
    now = datetime.now(UTC).replace(tzinfo=None)
    with vault.opened(home) as connection, vault.transaction(connection):
        connection.execute(
            "delete from unread_files where list_contains($places, place)",
            {"places": [place for place, *_ in rows]},
        )
        for place, is_packed, sha256, report in rows:
            if report.error:
                problems = json.dumps(report.problems, ensure_ascii=False, default=str)
                values = [place, is_packed, sha256, report.error, problems, now]
                connection.execute(
                    "insert into unread_files values (?, ?, ?, ?, ?, ?)", values
                )


def moved(home: Home, old: Path, new: Path) -> None:
    """Keep where a file that did not land lies now."""
    with vault.opened(home) as connection, vault.transaction(connection):
        connection.execute(
            "update unread_files set place = $new where place = $old",
            {"old": _place(old), "new": _place(new)},
        )


def forget_named(home: Home, below: Path, name: str) -> None:
    """Forget files of a name below a folder: a corrected one has landed."""
    with vault.opened(home) as connection:
        connection.execute(
            "delete from unread_files"
            " where starts_with(place, $below) and ends_with(place, $name)",
            {"below": f"{_place(below)}/", "name": f"/{written_name(name)}"},
        )


def unread_files(
    home: Home, warehouse: duckdb.DuckDBPyConnection | None
) -> list[UnreadFile]:
    """Return the files that did not land and that still lie where they were.

    Raises:
        duckdb.Error: the vault cannot be read now.
    """
    if not home.vault.exists():
        return []
    with duckdb.connect(str(home.vault), read_only=True) as connection:
        tables = connection.sql("select table_name from duckdb_tables()").fetchall()
        if ("unread_files",) not in tables:
            return []
        rows = connection.sql(OF_VAULT).fetchall()
    landed = set(warehouse.sql(LANDED).fetchall()) if warehouse and rows else set()
    return [
        UnreadFile(place, reason, json.loads(problems))
        for place, is_packed, sha256, reason, problems in rows
        if (sha256,) not in landed and (is_packed or Path(place).exists())
    ]


def _place(path: Path, folder: Path | None = None) -> str:
    if folder is not None and path.is_relative_to(folder):
        return written_name(shown(path, folder))
    return written_name(path.absolute())


def _sha256(path: Path) -> str | None:
    """Return the SHA-256 of a file or folder, None of what cannot be read."""
    if not (path.is_file() or path.is_dir()):
        return None  # reading a pipe waits for whoever writes into it
    try:
        return sha256_of(path)
    except OSError:
        return None
