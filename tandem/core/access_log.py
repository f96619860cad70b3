"""access.sqlite: who asked or exported what, and when; kept for one year."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

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


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
