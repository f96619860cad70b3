"""The journal: what people decided, by whom in which role, when and why; append-only.

The file refuses updates and deletions itself, so that no program can forget to.
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LAYOUT = """
create table if not exists entries (
    entry_id integer primary key,
    recorded_at text not null,
    role text not null,
    kind text not null,
    subject text not null,
    payload text not null,
    reason text not null
);

create trigger if not exists entries_are_never_changed
before update on entries
begin select raise(abort, 'the journal is append-only'); end;

create trigger if not exists entries_are_never_deleted
before delete on entries
begin select raise(abort, 'the journal is append-only'); end;
"""

APPEND = """
insert into entries (recorded_at, role, kind, subject, payload, reason)
values (:recorded_at, :role, :kind, :subject, :payload, :reason)
"""

READ = """
select entry_id, recorded_at, role, kind, subject, payload, reason
from entries
where kind = :kind
order by entry_id
"""


@dataclass(frozen=True)
class Entry:
    """One decision: a kind (`accepted_warning`), what it is about, and why."""

    role: str
    kind: str
    subject: str
    payload: dict[str, Any]
    reason: str


def lay_out(path: Path) -> None:
    """Make the journal where there is none; leave it as it is where there is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(LAYOUT)


def append(path: Path, entries: list[Entry], at: datetime) -> None:
    """Write entries, all or none, as recorded at a time (UTC)."""
    lay_out(path)
    rows = [
        {
            "recorded_at": at.astimezone(UTC).isoformat(timespec="seconds"),
            "role": entry.role,
            "kind": entry.kind,
            "subject": entry.subject,
            "payload": json.dumps(entry.payload, sort_keys=True),
            "reason": entry.reason,
        }
        for entry in entries
    ]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(APPEND, rows)


def read(path: Path, kind: str) -> list[dict[str, Any]]:
    """Return the entries of one kind, oldest first, payload decoded."""
    lay_out(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute(READ, {"kind": kind})]
    return [row | {"payload": json.loads(row["payload"])} for row in rows]
