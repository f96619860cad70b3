"""access.sqlite: who asked or exported what, and when; kept for one year."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

KEPT = timedelta(days=365)
SCHEMA = """
create table if not exists accesses (
    access_id integer primary key,
    accessed_at text not null,
    role text not null,
    kind text not null,
    what text not null
)
"""

LATEST = """
select accessed_at, role, kind, what from accesses order by access_id desc limit ?
"""
COUNTED = """
select
    role, kind, count(*) as accesses,
    min(accessed_at) as first_at, max(accessed_at) as last_at
from accesses
group by role, kind
order by role, kind
"""


def log_access(path: Path, role: str, kind: str, what: str, at: datetime) -> None:
    """Append one access, and delete those that are older than a year.

    Args:
        path: access.sqlite; created if it does not exist.
        role: of the person, e.g. `analyst`.
        kind: what was done, e.g. `query`.
        what: the query, or what was exported.
        at: with a time zone; stored in UTC.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    moment = at.astimezone(UTC)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(SCHEMA)
        connection.execute(
            "insert into accesses (accessed_at, role, kind, what) values (?, ?, ?, ?)",
            (_text(moment), role, kind, what),
        )
        oldest = _text(moment - KEPT)
        connection.execute("delete from accesses where accessed_at < ?", (oldest,))


def read_accesses(path: Path, limit: int) -> list[dict[str, str]]:
    """Return the newest accesses first: accessed_at (UTC, ISO 8601), role, kind, what.

    Args:
        path: access.sqlite; it need not exist.
        limit: how many at most.

    Raises:
        sqlite3.Error: the file is damaged.
    """
    return _rows(path, LATEST, limit)


def count_accesses(path: Path) -> list[dict[str, Any]]:
    """Return how often each role did what: role, kind, accesses, first_at, last_at.

    Raises:
        sqlite3.Error: the file is damaged.
    """
    return _rows(path, COUNTED)


def _rows(path: Path, query: str, *parameters: object) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, parameters)]


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
