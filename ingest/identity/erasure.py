"""Erasure: remove a person from vault and warehouse, and keep them from landing again.

The order makes a crash at any instant harmless: first the vault records which keys are
to be erased, last it deletes them and that record in one replacement of its file. Until
then the record shows what remains to be done, and doing it twice changes nothing.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from ingest.identity import vault
from ingest.identity.people import Person, find_person, reading
from ingest.identity.pseudonyms import Pseudonyms
from ingest.identity.removal import Target, counted, remove
from ingest.identity.rewriting import rewrite, sweep_copies
from ingest.identity.secret import tombstone
from ingest.identity.text_removal import (
    NamedTexts,
    key_of_text,
    named_texts,
    places_of,
)
from ingest.identity.tombstones import ERASED_FILE_NAME, tombstones_of
from ingest.identity.traces import Traces
from ingest.identity.vault_traces import VaultTraces, vault_traces
from ingest.storage import warehouse
from ingest.storage.load_folders import sweep
from tandem.core.errors import TandemError
from tandem.core.files import Home

PENDING = "pending_erasures"


@dataclass(frozen=True)
class Erasure:
    """The planned erasure of one person, with everything else that names them."""

    home: Home
    target: Target
    traces: Traces
    in_vault: VaultTraces
    in_raw: NamedTexts
    counts: dict[str, int]
    left: list[str] = field(default_factory=list)  # what nobody but people can decide

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
    target, traces = Target(person, secret), Traces(person)
    marks = frozenset(tombstones_of(secret, person.agents))
    with reading(home.vault) as connection:
        in_vault = vault_traces(connection, traces, secret, marks)
        counts = {
            f"vault.{table}": _count(connection, table, person)
            for table in ("identifiers", "names")
        }
    counts |= in_vault.counts()
    with reading(home.warehouse) as connection:
        counts |= counted(connection, target)
        in_raw = named_texts(connection, traces)
    counts["raw texts"] = len(in_raw.certain)
    counts = {name: count for name, count in sorted(counts.items()) if count}
    return Erasure(home, target, traces, in_vault, in_raw, counts, in_vault.left)


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
    for ending in (".xlsx", ".csv"):  # they can be generated again
        erasure.home.identity_review.with_suffix(ending).unlink(missing_ok=True)
    with vault.opened(erasure.home) as connection, vault.transaction(connection):
        connection.execute(
            "insert or ignore into tombstones select unnest($marks), $now",
            {"marks": sorted(marks), "now": now},
        )
        connection.execute(
            f"insert or ignore into {PENDING} select unnest($keys)",
            {"keys": sorted(person.keys)},
        )


def erase_from_warehouse(erasure: Erasure) -> list[str]:
    """Remove the person from the warehouse and rewrite its file.

    Returns:
        Where raw holds a text that may name the person and may name somebody else.
    """
    pseudonyms = Pseudonyms(erasure.target.secret)
    with warehouse.opened(erasure.home) as connection:
        remove(
            connection,
            erasure.target,
            erasure.in_vault.rejections,
            erasure.in_raw.certain,
            key_of_text(erasure.traces, pseudonyms),
        )
        left = places_of(connection, erasure.in_raw.uncertain)
    rewrite(erasure.home.warehouse)
    return left


def erase_from_vault(erasure: Erasure) -> None:
    """Delete identifiers and names of the keys; this completes the erasure."""
    keys, found = sorted(erasure.person.keys), erasure.in_vault
    with vault.opened(erasure.home) as connection, vault.transaction(connection):
        for table in ("identifiers", "names"):
            connection.execute(
                f"delete from {table} where list_contains($keys, actor_key)",
                {"keys": keys},
            )
        for key, name in found.names:
            connection.execute(
                "delete from names where actor_key = $key and name = $name",
                {"key": key, "name": name},
            )
        for key, identifier in found.accounts:
            connection.execute(
                "delete from identifiers where actor_key = $key"
                " and kind = 'account' and identifier = $identifier",
                {"key": key, "identifier": identifier},
            )
        connection.execute(
            "delete from quarantine where list_contains($ids, rejection_id)",
            {"ids": found.rejections},
        )
        connection.execute(
            "update deliveries set file_name = $file_name"
            " where list_contains($ids, load_id)",
            {"ids": found.deliveries, "file_name": ERASED_FILE_NAME},
        )
        connection.execute(
            "delete from unread_files where list_contains($places, place)",
            {"places": found.unread},
        )
    rewrite(erasure.home.vault, empty={PENDING})


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
