"""The journal: what people decided, in which role, when and why; append-only.

Triggers in the file itself refuse updates and deletions, whichever program writes to
it. Only `redact` may change an entry, to erase a person.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tandem.core.errors import WarehouseProblem

VERSION = 1  # of the file, as its user_version; 0 in those of before it was kept
SCHEMA = f"""
pragma user_version = {VERSION};

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

READ_NEWEST = """
select entry_id, recorded_at, role, kind, subject, reason
from entries
order by entry_id desc
limit :limit
"""

UPDATE_TRIGGER = """
select sql from sqlite_master where name = 'entries_are_never_changed'
"""
TEXTS = ("subject", "payload", "reason", "role")


@dataclass(frozen=True)
class Entry:
    """One decision.

    Attributes:
        role: who decided, e.g. `owner`.
        kind: e.g. `accepted_warning`.
        subject: what it is about.
        payload: its details, kept as JSON.
        reason: why.
    """

    role: str
    kind: str
    subject: str
    payload: dict[str, Any]
    reason: str


def create(path: Path) -> None:
    """Create the journal if it does not exist.

    Raises:
        WarehouseProblem: it is of a newer Tandem.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        (found,) = connection.execute("pragma user_version").fetchone()
        if found > VERSION:
            raise WarehouseProblem(
                f"the journal is of a newer Tandem: it has layout {found}, this one "
                f"writes {VERSION}",
                str(path),
                "use that Tandem or a later one; nothing was changed",
            )
        connection.executescript(SCHEMA)


def append(path: Path, entries: list[Entry], at: datetime) -> None:
    """Append entries, all or none.

    Args:
        path: the journal; created if it does not exist.
        entries: what to append.
        at: when they are recorded, with a time zone; stored in UTC.
    """
    create(path)
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
    """Return the entries of one kind, oldest first, with the payload decoded."""
    create(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute(READ, {"kind": kind})]
    return [row | {"payload": json.loads(row["payload"])} for row in rows]


def newest(path: Path, limit: int) -> list[dict[str, Any]]:
    """Return the newest entries of every kind first, without their payload.

    Args:
        path: the journal; it need not exist.
        limit: how many at most.

    Raises:
        sqlite3.Error: the file is damaged.
    """
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute(READ_NEWEST, {"limit": limit}).fetchall()
    return [dict(row) for row in rows]


def entries_naming(path: Path, is_named: Callable[[str], bool]) -> list[int]:
    """Return the ids of the entries of which a text names somebody; changes no byte."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        columns = ", ".join(("entry_id", *TEXTS))
        rows = connection.execute(f"select {columns} from entries").fetchall()
    return [number for number, *texts in rows if any(map(is_named, texts))]


def redact(path: Path, redacted: Callable[[str], str]) -> int:
    """Replace the texts of all entries; return how many entries were changed.

    What was decided, when, why and in which role stays. The replaced bytes are
    overwritten in the file.
    """
    if not entries_naming(path, lambda text: redacted(text) != text):
        return 0
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("pragma secure_delete = on")
        connection.create_function("redacted", 1, redacted)
        connection.execute("begin immediate")
        triggers = connection.execute(UPDATE_TRIGGER).fetchall()
        connection.execute("drop trigger if exists entries_are_never_changed")
        assigned = ", ".join(f"{name} = redacted({name})" for name in TEXTS)
        differs = " or ".join(f"{name} <> redacted({name})" for name in TEXTS)
        changed = connection.execute(f"update entries set {assigned} where {differs}")
        count = changed.rowcount
        for (statement,) in triggers:
            connection.execute(statement)
        connection.execute("commit")
        connection.execute("vacuum")
    return count
