"""Links that a person states or revokes, and the rule behind each link."""

from datetime import datetime

import duckdb

from ingest.identity.current_links import STATED_LINKS
from ingest.identity.people import KnownPeople, Person, find_person, reading
from ingest.storage import warehouse
from tandem.core.errors import WrongUse
from tandem.core.files import Home

BY_HAND = "by-hand"  # the load id of links that people state
MANUAL = "manual"

INSERT_LOAD = """
insert into raw.loads by name
select
    $load as load_id, 'identity' as source, 'identity' as connector, '' as sha256,
    0 as byte_count, 0 as read_count, 0 as landed_count, 0 as replayed_count,
    0 as rejected_count, 0 as conflicting_count, 0 as undated_count, 0 as row_count,
    $at::timestamp as started_at, $at::timestamp as committed_at
where not exists (from raw.loads where load_id = $load)
"""
INSERT_LINKS = """
insert into raw.identity_links by name
select
    $load as load_id, unnest($accounts) as actor_key, $learner as learner_key,
    $rule as rule, $at::timestamp as valid_from, $is_revoked as is_revoked
"""
COUNT_LINKS = """
update raw.loads set row_count = (
    select count(*) from raw.identity_links where load_id = $load
) where load_id = $load
"""
LINKS_OF = f"""
with stated as ({STATED_LINKS})
select actor_key, learner_key, rule, is_revoked from stated
where list_contains($keys, actor_key)
union all
select actor_key, learner_key, rule, false from raw.derived_links
anti join stated using (actor_key)
where list_contains($keys, actor_key)
order by actor_key
"""
LISTED = """
select actor_key from (
    select actor_key from raw.people union select actor_key from raw.enrolments
)
where list_contains($keys, actor_key) order by 1
"""


def link(home: Home, account: str, person: str, secret: bytes, at: datetime) -> int:
    """Link an account to a person; return how many accounts were linked.

    The caller holds the lock; the marts follow with the next build.

    Args:
        home: folder of vault and warehouse.
        account: an address, `homePage|name`, a key or another identifier.
        person: an identifier of the person.
        secret: of the vault.
        at: now, UTC without a zone.

    Raises:
        WrongUse: one identifies nobody or several people, or both are one person.
    """
    owner = _known_person(home, account, secret)
    target = _known_person(home, person, secret)
    if owner.keys & target.keys:
        raise WrongUse("these are the same person already", "PERSON", "nothing to do")
    learner = _learner(home, target)
    return _write_links(home, sorted(owner.keys), learner, at, is_revoked=False)


def unlink(home: Home, account: str, secret: bytes, at: datetime) -> int:
    """Revoke the link of an account; rules do not link it again.

    Raises:
        WrongUse: it identifies nobody, several accounts, or one without a link.
    """
    (key,) = _keys_of_account(home, account, secret)
    found = [row for row in _links(home, {key}) if not row[3]]
    if not found:
        raise WrongUse("this account is not linked", "ACCOUNT", "nothing to do")
    return _write_links(home, [key], found[0][1], at, is_revoked=True)


def explained(home: Home, text: str, secret: bytes) -> dict[str, object]:
    """Return a person's accounts, each with the rule that links it.

    Returns:
        `learner_key`, `accounts` (key, identifier, rule; rule null for the account
        that the others are linked to) and `is_on_record`.
    """
    person = _known_person(home, text, secret)
    rules = {
        key: (learner, rule, is_revoked)
        for key, learner, rule, is_revoked in _links(home, person.keys)
    }
    with reading(home.vault) as vault:
        written = vault.execute(
            "select actor_key, min(identifier) from identifiers"
            " where list_contains($keys, actor_key) group by all",
            {"keys": sorted(person.keys)},
        ).fetchall()
    shown = dict(written)
    accounts = [
        {
            "key": key,
            "identifier": shown.get(key),
            "linked_to": None if is_revoked else learner,
            "rule": f"{rule} (revoked)" if is_revoked else rule,
        }
        for key in sorted(person.keys)
        for learner, rule, is_revoked in [rules.get(key, (None, None, False))]
    ]
    return {
        "learner_key": _learner(home, person),
        "is_on_record": bool(_listed_keys(home, person)),
        "accounts": accounts,
    }


def _known_person(home: Home, text: str, secret: bytes) -> Person:
    person = find_person(home, text, secret)
    with reading(home.vault) as vault:
        found = vault.execute(
            "select 1 from identifiers where list_contains($keys, actor_key) limit 1",
            {"keys": sorted(person.keys)},
        ).fetchall()
    if not found:
        raise WrongUse(
            "no person is known by this",
            "PERSON",
            "`tandem identity review` lists accounts",
        )
    return person


def _keys_of_account(home: Home, text: str, secret: bytes) -> set[str]:
    """Return the one key of an account's own identifier, without following links."""
    with reading(home.vault) as vault, reading(home.warehouse) as raw:
        known = KnownPeople.read(vault, raw, secret)
    keys = known.own_keys(text)
    if len(keys) != 1:
        what = (
            "several accounts have this name" if keys else "no account is known by this"
        )
        raise WrongUse(what, "ACCOUNT", "give an address, homePage|name, or a key")
    return keys


def _learner(home: Home, person: Person) -> str:
    """Return the learner key of a person: the roster's, else the links' target."""
    listed = _listed_keys(home, person)
    if listed:
        return listed[0]
    targets = {
        learner
        for _key, learner, _rule, is_revoked in _links(home, person.keys)
        if not is_revoked
    }
    return min(targets or person.keys)


def _listed_keys(home: Home, person: Person) -> list[str]:
    with reading(home.warehouse) as raw:
        return [key for (key,) in _rows(raw, LISTED, person.keys)]


def _links(home: Home, keys: frozenset[str] | set[str]) -> list[tuple]:
    with reading(home.warehouse) as raw:
        return _rows(raw, LINKS_OF, keys)


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, keys: frozenset[str] | set[str]
) -> list[tuple]:
    return connection.execute(query, {"keys": sorted(keys)}).fetchall()


def _write_links(
    home: Home, accounts: list[str], learner: str, at: datetime, *, is_revoked: bool
) -> int:
    accounts = [key for key in accounts if key != learner]
    with warehouse.opened(home) as connection:
        connection.begin()
        try:
            connection.execute(INSERT_LOAD, {"load": BY_HAND, "at": at})
            row = {"load": BY_HAND, "accounts": accounts, "learner": learner}
            connection.execute(
                INSERT_LINKS, row | {"rule": MANUAL, "at": at, "is_revoked": is_revoked}
            )
            connection.execute(COUNT_LINKS, {"load": BY_HAND})
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
    return len(accounts)
