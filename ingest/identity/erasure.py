"""Erasure: remove a person from vault and warehouse, and keep them from landing again.

The order makes a crash at any instant harmless: first the vault records which keys are
to be erased, last it deletes them and that record in one replacement of its file. Until
then the record shows what remains to be done, and doing it twice changes nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingest.identity import vault
from ingest.identity.people import Person, find_person, reading
from ingest.identity.pseudonyms import tombstone
from ingest.identity.removal import Target, counted, remove
from ingest.identity.rewriting import rewrite, sweep_copies
from ingest.identity.tombstones import ERASED_FILE_NAME, names_erased, tombstones_of
from ingest.storage import warehouse
from ingest.storage.load_folders import sweep
from tandem.core.errors import TandemError
from tandem.core.files import Home

PENDING = "pending_erasures"


@dataclass(frozen=True)
class Erasure:
    """The planned erasure of one person, with the payloads and files that name them."""

    home: Home
    target: Target
    rejections: list[str]
    deliveries: list[str]
    counts: dict[str, int]

    @property
    def person(self) -> Person:
        """The person to erase."""
        return self.target.person


def plan(home: Home, text: str, secret: bytes) -> Erasure:
    """Return what would be erased of a person; changes nothing.

    Raises:
        WrongUse: it identifies nobody, or several people.
        TandemError: nothing is held about them, and no erasure is recorded.
    """
    person = find_person(home, text, secret)
    with reading(home.vault) as connection:
        pending = _pending(connection)
        is_known = bool(pending & person.keys)
        is_known |= _was_erased(connection, person, secret)
    planned = planned_for(home, person, secret)
    if not (planned.counts or is_known):
        raise TandemError("nothing is held about this person", "PERSON", "")
    return planned


def planned_for(home: Home, person: Person, secret: bytes) -> Erasure:
    """Return what would be erased of a known person; changes nothing."""
    target = Target(person, secret)
    marks = frozenset(tombstones_of(secret, person.agents))
    with reading(home.vault) as connection:
        rejections, deliveries = _naming(connection, target, marks)
        counts = {
            f"vault.{table}": _count(connection, table, person)
            for table in ("identifiers", "names")
        }
    counts |= {"vault.quarantine": len(rejections), "vault.deliveries": len(deliveries)}
    with reading(home.warehouse) as connection:
        counts |= counted(connection, target)
    counts = {name: count for name, count in sorted(counts.items()) if count}
    return Erasure(home, target, rejections, deliveries, counts)


def unfinished(home: Home, secret: bytes) -> Erasure | None:
    """Return the erasure that a crash interrupted, None where there is none."""
    with reading(home.vault) as connection:
        keys = _pending(connection)
    if not keys:
        return None
    people = [find_person(home, key, secret) for key in sorted(keys)]
    texts = frozenset().union(*(person.agent_texts for person in people))
    return planned_for(home, Person(frozenset(keys), texts), secret)


def begin(erasure: Erasure) -> None:
    """Record in the vault whose keys are to be erased, with their tombstones."""
    person, secret = erasure.person, erasure.target.secret
    marks = tombstones_of(secret, person.agents)
    marks |= {tombstone(secret, ("key", key)) for key in person.keys}
    now = datetime.now(UTC).replace(tzinfo=None)
    sweep(erasure.home)
    sweep_copies(erasure.home.root)
    erasure.home.identity_review.unlink(missing_ok=True)  # it can be generated again
    with vault.opened(erasure.home) as connection, vault.transaction(connection):
        connection.execute(
            "insert or ignore into tombstones select unnest($marks), $now",
            {"marks": sorted(marks), "now": now},
        )
        connection.execute(
            f"insert or ignore into {PENDING} select unnest($keys)",
            {"keys": sorted(person.keys)},
        )


def erase_from_warehouse(erasure: Erasure) -> None:
    """Remove the person from the warehouse and rewrite its file."""
    with warehouse.opened(erasure.home) as connection:
        remove(connection, erasure.target, erasure.rejections)
    rewrite(erasure.home.warehouse)


def erase_from_vault(erasure: Erasure) -> None:
    """Delete identifiers and names of the keys; this completes the erasure."""
    keys = sorted(erasure.person.keys)
    with vault.opened(erasure.home) as connection, vault.transaction(connection):
        for table in ("identifiers", "names"):
            connection.execute(
                f"delete from {table} where list_contains($keys, actor_key)",
                {"keys": keys},
            )
        connection.execute(
            "delete from quarantine where list_contains($ids, rejection_id)",
            {"ids": erasure.rejections},
        )
        connection.execute(
            "update deliveries set file_name = $file_name"
            " where list_contains($ids, load_id)",
            {"ids": erasure.deliveries, "file_name": ERASED_FILE_NAME},
        )
    rewrite(erasure.home.vault, empty={PENDING})


def files_naming(home: Home, person: Person) -> list[Path]:
    """Return other files below the home that contain a text of this person, sorted."""
    known = {home.vault, home.warehouse, home.journal}
    texts = [text.encode() for text in person.texts]
    return [
        path
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and path not in known and path.name != "dashboard.duckdb"
        if any(text in path.read_bytes().lower() for text in texts)
    ]


def _pending(connection: duckdb.DuckDBPyConnection) -> set[str]:
    there = connection.sql("select table_name from duckdb_tables()").fetchall()
    if (PENDING,) not in there:
        return set()
    return {key for (key,) in connection.sql(f"from {PENDING}").fetchall()}


def _was_erased(
    connection: duckdb.DuckDBPyConnection, person: Person, secret: bytes
) -> bool:
    marks = {tombstone(secret, ("key", key)) for key in person.keys}
    found = connection.execute(
        "select 1 from tombstones where list_contains($marks, tombstone) limit 1",
        {"marks": sorted(marks)},
    )
    return bool(found.fetchall())


def _count(connection: duckdb.DuckDBPyConnection, table: str, person: Person) -> int:
    query = f"select count(*) from {table} where list_contains($keys, actor_key)"
    found = connection.execute(query, {"keys": sorted(person.keys)})
    return found.fetchall()[0][0]


def _naming(
    connection: duckdb.DuckDBPyConnection, target: Target, marks: frozenset[str]
) -> tuple[list[str], list[str]]:
    """Return ids of rejected payloads and of loads whose text names the person."""
    found: list[list[str]] = []
    for query in (
        "select rejection_id, payload from quarantine order by 1",
        "select load_id, file_name from deliveries order by 1",
    ):
        result = connection.execute(query)
        named: list[str] = []
        while rows := result.fetchmany(10_000):
            named += [key for key, text in rows if _names(text, target, marks)]
        found.append(named)
    return found[0], found[1]


def _names(text: str, target: Target, marks: frozenset[str]) -> bool:
    lower = text.casefold()
    if any(known in lower for known in target.person.texts):
        return True
    return names_erased(target.secret, marks, text)
