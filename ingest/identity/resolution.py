"""Links derived from what is landed, computed before every build.

They depend on raw and the vault only, so that the order of deliveries does not matter.
Links that a source or a person stated (raw.identity_links) outrank them.
"""

from collections import defaultdict
from collections.abc import Callable

import duckdb
import pyarrow as pa

from ingest.identity import vault
from ingest.identity.coverage import counters, coverage
from ingest.identity.current_links import STATED_LINKS
from ingest.identity.matching import (
    Outcome,
    Roster,
    UnmatchedAccount,
    normalised,
    resolve,
)
from ingest.identity.printed_names import shown_account, write_printed_names
from ingest.identity.pseudonyms import sha1_of
from ingest.identity.secret import keyed
from ingest.storage import warehouse
from ingest.storage.warehouse import schemas
from tandem.core.files import Home, record_status
from tandem.core.settings import Settings

LISTED_PEOPLE = """
select actor_key from raw.people semi join raw.loads using (load_id)
union
select actor_key from raw.enrolments semi join raw.loads using (load_id)
"""
MEMBERS = """
select distinct cohort_id, actor_key
from raw.enrolments semi join raw.loads using (load_id)
where cohort_id is not null and coalesce(role, 'learner') = 'learner'
"""
ACTIVE_ACCOUNTS = """
select actor_key from raw.statements where actor_key is not null
union
select actor_key from raw.session_claims where actor_key is not null
"""
PRESENT = """
select distinct technical_session_id, actor_key from raw.statements
where technical_session_id is not null and actor_key is not null
"""
# A session's cohort by its own keys, or by those of the planned session that it shares
# a key with. Titles are compared with titles, identifiers with identifiers.
COHORTS = """
with planned as (
    select distinct planned_session_id, series_id, join_key, title_key
    from raw.planned_sessions semi join raw.loads using (load_id)
),
runs as (
    select distinct technical_session_id, join_key, title_key
    from raw.technical_sessions semi join raw.loads using (load_id)
),
identified as (
    select
        planned.*,
        unnest([planned_session_id, series_id, join_key]) as identifier
    from planned
),
plans_of_runs as (
    select runs.technical_session_id, identified.* exclude (identifier)
    from runs inner join identified on runs.join_key = identified.identifier
    union
    select runs.technical_session_id, planned.*
    from runs inner join planned on runs.title_key = planned.title_key
),
keys as (
    select
        technical_session_id,
        unnest(['session', 'meeting', 'title']) as key_type,
        unnest([technical_session_id, join_key, title_key]) as join_key
    from runs
    union
    select
        technical_session_id,
        unnest(['session', 'series', 'meeting', 'title']) as key_type,
        unnest([planned_session_id, series_id, join_key, title_key]) as join_key
    from plans_of_runs
)
select distinct keys.technical_session_id, sessions.cohort_id
from keys
inner join raw.sessions as sessions
    on
        keys.join_key = sessions.join_key
        and keys.key_type = coalesce(sessions.key_type, keys.key_type)
semi join raw.loads on sessions.load_id = loads.load_id
"""


def resolve_identities(home: Home, settings: Settings) -> Outcome:
    """Recompute raw.derived_links and raw.printed_names; counts go to status.json.

    The caller holds the lock.

    `match_names_in_cohort = true` under [identity] in tandem.toml allows an exact name
    that is unique in the session's own cohort; it is off unless set.

    Raises:
        KeyProblem: the key is missing, or is another one.
        WarehouseProblem: there is no vault, or another layout.
    """
    secret = vault.secret_of(home)
    may_use_names = bool(settings.section("identity").get("match_names_in_cohort"))
    with warehouse.opened(home) as connection:
        accounts, roster = read(home, connection, secret)
        outcome = resolve(accounts, roster, may_use_names=may_use_names)
        _write(connection, outcome)
        write_printed_names(home, connection, secret)
        by_source = counters(coverage(connection))
    by_rule: dict[str, int] = defaultdict(int)
    for _learner, rule in outcome.links.values():
        by_rule[rule] += 1
    counts = {
        "linked_by_rule": dict(sorted(by_rule.items())),
        "ambiguous": len(outcome.ambiguous),
        "unresolved": len(outcome.unresolved),
        **by_source,
    }
    record_status(home, "identity", counts)
    return outcome


def read(
    home: Home, connection: duckdb.DuckDBPyConnection, secret: bytes
) -> tuple[list[UnmatchedAccount], Roster]:
    """Return the accounts without a known person, and the people that there are."""
    stated = {
        key: (learner, is_revoked)
        for key, learner, _rule, is_revoked in _rows(connection, STATED_LINKS)
    }
    linked = {
        key: learner for key, (learner, is_revoked) in stated.items() if not is_revoked
    }

    def person(key: str) -> str:
        first = linked.get(key, key)
        return linked.get(first, first)

    known = {person(key) for (key,) in _rows(connection, LISTED_PEOPLE)}
    with vault.opened(home) as people:
        identifiers = people.sql(
            "select actor_key, kind, identifier from identifiers order by all"
        ).fetchall()
        names = people.sql("select actor_key, name from names order by all").fetchall()
    active = {key for (key,) in _rows(connection, ACTIVE_ACCOUNTS)}
    accounts, by_identifier = [], defaultdict(set)
    for key, kind, text in identifiers:
        shown, session = shown_account(kind, text)
        if person(key) in known:
            if kind == "account" and session is None:
                by_identifier[" ".join(shown.split())].add(person(key))
        elif key not in stated and key in active:
            accounts.append(UnmatchedAccount(key, shown, session))
    by_name = defaultdict(set)
    for key, name in names:
        if person(key) in known:
            by_name[normalised(name)].add(person(key))

    def by_address(address: str) -> str | None:
        key = person(keyed(secret, "mail", sha1_of(address))) if address else ""
        return key if key in known else None

    roster = Roster(
        by_address,
        by_identifier,
        by_name,
        _sets(connection, MEMBERS, person),
        _sets(connection, COHORTS, str),
        _sets(connection, PRESENT, person),
    )
    return accounts, roster


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return connection.sql(query).fetchall()


def _sets(
    connection: duckdb.DuckDBPyConnection, query: str, shown: Callable[[str], str]
) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in _rows(connection, query):
        found[one].add(shown(other))
    return found


def _write(connection: duckdb.DuckDBPyConnection, outcome: Outcome) -> None:
    rows = [(key, *link) for key, link in sorted(outcome.links.items())]
    connection.begin()
    try:
        connection.execute("delete from raw.derived_links")
        if rows:
            names = schemas()["derived_links"].names
            frame = pa.Table.from_pylist(
                [dict(zip(names, row, strict=True)) for row in rows]
            )
            connection.register("derived", frame)
            connection.execute("insert into raw.derived_links by name from derived")
            connection.unregister("derived")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
