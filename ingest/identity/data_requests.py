"""Requests of a person for access to their data, or for restriction of its use."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from ingest.identity.people import Person, find_person, reading
from ingest.identity.removal import BY_OR_ABOUT, Target, counted
from ingest.storage import warehouse
from tandem.core.errors import TandemError
from tandem.core.files import Home

Json = dict[str, Any]

BY_SOURCE = f"""
select source, count(*) as statements, min(occurred_at), max(occurred_at)
from raw.statements
where {BY_OR_ABOUT}
group by source
order by source
"""
STATEMENTS = f"""
select statement
from raw.statements
where {BY_OR_ABOUT}
order by occurred_at nulls last, statement_id
"""
RESTRICTED = """
select actor_key
from raw.restrictions
where list_contains($keys, actor_key)
qualify row_number() over (
    partition by actor_key order by restricted_at desc, is_lifted asc
) = 1 and not is_lifted
"""
RETAINED = f"""
select programme_id, count(*)
from raw.retained_statements
where {BY_OR_ABOUT}
group by programme_id
order by programme_id
"""


@dataclass(frozen=True)
class DataHeld:
    """All data held about one person, for an access request (GDPR, article 15)."""

    identifiers: list[Json]
    counts: dict[str, int]
    sources: list[Json]
    restricted: bool
    kept_for_legal_basis: dict[str, int]
    statements: list[Json]


def data_held(home: Home, text: str, secret: bytes) -> DataHeld:
    """Return what is held about a person; changes nothing.

    Raises:
        WrongUse: it identifies nobody, or several people.
        TandemError: nothing is held.
    """
    person = find_person(home, text, secret)
    known = _known(home, person)
    target = Target(person, secret)
    keys = {"keys": sorted(person.keys)}
    with reading(home.warehouse) as connection:
        counts = counted(connection, target)
        if not (counts or known):
            raise TandemError("nothing is held about this person", "PERSON", "")
        sources = connection.execute(BY_SOURCE, keys).fetchall()
        statements = connection.execute(STATEMENTS, keys).fetchall()
        there = _has(connection, "restrictions")
        restricted = connection.execute(RESTRICTED, keys).fetchall() if there else []
        there = _has(connection, "retained_statements")
        retained = connection.execute(RETAINED, keys).fetchall() if there else []
    return DataHeld(
        identifiers=known,
        counts=counts,
        sources=[_source(*row) for row in sources],
        restricted=bool(restricted),
        kept_for_legal_basis=dict(retained),
        statements=[json.loads(statement) for (statement,) in statements],
    )


def restrict(
    home: Home, text: str, secret: bytes, at: datetime, *, is_lifted: bool
) -> int:
    """Record or lift a restriction of processing; return the number of accounts.

    The next build leaves a restricted person out of all analytics. The caller holds the
    lock.

    Args:
        home: folder of the warehouse.
        text: an identifier of the person.
        secret: of the vault.
        at: now, UTC without a zone.
        is_lifted: the restriction ends.

    Raises:
        WrongUse: it identifies nobody, or several people.
        TandemError: nothing is held.
    """
    person = find_person(home, text, secret)
    if not _known(home, person):
        with reading(home.warehouse) as connection:
            if not counted(connection, Target(person, secret)):
                raise TandemError("nothing is held about this person", "PERSON", "")
    with warehouse.opened(home) as connection:
        connection.execute(
            "insert into raw.restrictions select unnest($keys), $at, $is_lifted",
            {"keys": sorted(person.keys), "at": at, "is_lifted": is_lifted},
        )
    return len(person.keys)


def _known(home: Home, person: Person) -> list[Json]:
    """Return the identifiers and names of a person in the vault."""
    keys = {"keys": sorted(person.keys)}
    with reading(home.vault) as connection:
        identifiers = connection.execute(
            "select actor_key, kind, identifier from identifiers"
            " where list_contains($keys, actor_key) order by all",
            keys,
        ).fetchall()
        names = connection.execute(
            "select actor_key, 'name', name from names"
            " where list_contains($keys, actor_key) order by all",
            keys,
        ).fetchall()
    return [_identifier(row) for row in [*identifiers, *names]]


def _identifier(row: Iterable[str]) -> Json:
    key, kind, text = row
    return {"key": key, kind: json.loads(text) if kind == "account" else text}


def _source(
    source: str, count: int, first: datetime | None, last: datetime | None
) -> Json:
    return {
        "source": source,
        "statements": count,
        "first_at": first.isoformat() if first else None,
        "last_at": last.isoformat() if last else None,
    }


def _has(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    found = connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'raw' and table_name = $t",
        {"t": table},
    )
    return bool(found.fetchall())
