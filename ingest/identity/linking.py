"""Links that a person makes and takes back, and why an account is whose it is."""

from datetime import datetime

import duckdb

from ingest.identity.people import Known, Person, person_meant, reading
from ingest.storage import warehouse
from tandem.core.errors import WrongUse
from tandem.core.files import Home

BY_HAND = "by-hand"  # the load under which decisions of people stand in raw
MANUAL = "manual"

REGISTER = """
insert into raw.loads by name
select
    $load as load_id, 'identity' as source, 'identity' as connector, '' as sha256,
    0 as byte_count, 0 as read_count, 0 as landed_count, 0 as replayed_count,
    0 as rejected_count, 0 as conflicting_count, 0 as undated_count, 0 as row_count,
    $at::timestamp as started_at, $at::timestamp as committed_at
where not exists (from raw.loads where load_id = $load)
"""
DECIDE = """
insert into raw.identity_links by name
select
    $load as load_id, unnest($accounts) as actor_key, $learner as learner_key,
    $rule as rule, $at::timestamp as valid_from, $is_revoked as is_revoked
"""
COUNT = """
update raw.loads set row_count = (
    select count(*) from raw.identity_links where load_id = $load
) where load_id = $load
"""
WHY = """
with said as (
    select actor_key, learner_key, rule, is_revoked
    from raw.identity_links semi join raw.loads using (load_id)
    qualify row_number() over (
        partition by actor_key
        order by valid_from desc nulls last, is_revoked desc, learner_key asc
    ) = 1
)
select actor_key, learner_key, rule, is_revoked from said
where list_contains($keys, actor_key)
union all
select actor_key, learner_key, rule, false from raw.derived_links
anti join said using (actor_key)
where list_contains($keys, actor_key)
order by actor_key
"""
ON_RECORD = """
select actor_key from (
    select actor_key from raw.people union select actor_key from raw.enrolments
)
where list_contains($keys, actor_key) order by 1
"""


def link(home: Home, account: str, person: str, secret: bytes, at: datetime) -> int:
    """Say that an account is a person's; return how many accounts now are.

    The caller holds the lock; marts follow with the next build.

    Args:
        home: where vault and warehouse lie.
        account: told like a person: an address, `homePage|name`, a key ...
        person: whose it is, told alike.
        secret: of the vault.
        at: now, UTC without a zone.

    Raises:
        WrongUse: one of them is nobody, or several people; or both are one already.
    """
    one, other = _somebody(home, account, secret), _somebody(home, person, secret)
    if one.keys & other.keys:
        raise WrongUse("these are one person already", "PERSON", "nothing to do")
    learner = _learner(home, other)
    return _decide(home, sorted(one.keys), learner, at, is_revoked=False)


def unlink(home: Home, account: str, secret: bytes, at: datetime) -> int:
    """Take back that an account is anybody's but its own; rules no longer link it.

    Raises:
        WrongUse: it is nobody, several people, or linked to nobody.
    """
    (key,) = _keys_of_account(home, account, secret)
    found = [row for row in _why(home, {key}) if not row[3]]
    if not found:
        raise WrongUse("this account is linked to nobody", "ACCOUNT", "nothing to do")
    return _decide(home, [key], found[0][1], at, is_revoked=True)


def explained(home: Home, text: str, secret: bytes) -> dict[str, object]:
    """Return a person's accounts, and of each by which rule it is theirs.

    Returns:
        `learner_key`, `accounts` (key, identifier, rule; rule null for the account
        that the others are linked to) and `is_on_record`.
    """
    person = _somebody(home, text, secret)
    rules = {
        key: (learner, rule, gone)
        for key, learner, rule, gone in _why(home, person.keys)
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
            "linked_to": None if gone else learner,
            "rule": f"{rule} (taken back)" if gone else rule,
        }
        for key in sorted(person.keys)
        for learner, rule, gone in [rules.get(key, (None, None, False))]
    ]
    return {
        "learner_key": _learner(home, person),
        "is_on_record": bool(_on_record(home, person)),
        "accounts": accounts,
    }


def _somebody(home: Home, text: str, secret: bytes) -> Person:
    person = person_meant(home, text, secret)
    with reading(home.vault) as vault:
        found = vault.execute(
            "select 1 from identifiers where list_contains($keys, actor_key) limit 1",
            {"keys": sorted(person.keys)},
        ).fetchall()
    if not found:
        raise WrongUse(
            "nobody is known so", "PERSON", "`tandem identity review` lists accounts"
        )
    return person


def _keys_of_account(home: Home, text: str, secret: bytes) -> set[str]:
    """Return the one key that an account's own identifier makes, links left aside."""
    with reading(home.vault) as vault, reading(home.warehouse) as raw:
        known = Known.read(vault, raw, secret)
    keys = known.own_keys(text)
    if len(keys) != 1:
        what = "several accounts are known so" if keys else "nobody is known so"
        raise WrongUse(what, "ACCOUNT", "give an address, homePage|name, or a key")
    return keys


def _learner(home: Home, person: Person) -> str:
    """Return the key under which a person is known: the roster's, else the links'."""
    on_record = _on_record(home, person)
    if on_record:
        return on_record[0]
    targets = {
        learner for _key, learner, _rule, gone in _why(home, person.keys) if not gone
    }
    return min(targets or person.keys)


def _on_record(home: Home, person: Person) -> list[str]:
    with reading(home.warehouse) as raw:
        return [key for (key,) in _asked(raw, ON_RECORD, person.keys)]


def _why(home: Home, keys: frozenset[str] | set[str]) -> list[tuple]:
    with reading(home.warehouse) as raw:
        return _asked(raw, WHY, keys)


def _asked(
    connection: duckdb.DuckDBPyConnection, query: str, keys: frozenset[str] | set[str]
) -> list[tuple]:
    return connection.execute(query, {"keys": sorted(keys)}).fetchall()


def _decide(
    home: Home, accounts: list[str], learner: str, at: datetime, *, is_revoked: bool
) -> int:
    accounts = [key for key in accounts if key != learner]
    with warehouse.opened(home) as connection:
        connection.begin()
        try:
            connection.execute(REGISTER, {"load": BY_HAND, "at": at})
            row = {"load": BY_HAND, "accounts": accounts, "learner": learner}
            connection.execute(
                DECIDE, row | {"rule": MANUAL, "at": at, "is_revoked": is_revoked}
            )
            connection.execute(COUNT, {"load": BY_HAND})
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
    return len(accounts)
