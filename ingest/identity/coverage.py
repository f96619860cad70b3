"""How much of each source is about people whom the organisation's tables know."""

from dataclasses import dataclass

import duckdb

from ingest.identity.pseudonyms import ERASED

# An account counts once a source, by its person: links as staging follows them.
BY_SOURCE = """
with said as (
    select actor_key, learner_key, is_revoked
    from raw.identity_links semi join raw.loads using (load_id)
    qualify row_number() over (
        partition by actor_key
        order by valid_from desc nulls last, is_revoked desc, learner_key asc
    ) = 1
),
links as (
    select actor_key, learner_key from said where not is_revoked
    union all
    select actor_key, learner_key from raw.derived_links
    anti join said using (actor_key)
),
people as (
    select
        links.actor_key,
        coalesce(onward.learner_key, links.learner_key) as learner_key
    from links left join links as onward on links.learner_key = onward.actor_key
),
on_record as (
    select coalesce(people.learner_key, listed.actor_key) as learner_key
    from (
        select actor_key from raw.people semi join raw.loads using (load_id)
        union
        select actor_key from raw.enrolments semi join raw.loads using (load_id)
    ) as listed
    left join people using (actor_key)
),
accounts as (
    select source, actor_key
    from raw.statements semi join raw.loads using (load_id)
    where actor_kind = 'agent'
    union
    select source, actor_key from raw.session_claims semi join raw.loads using (load_id)
)
select
    accounts.source,
    count(*) as account_count,
    count(*) filter (
        where coalesce(people.learner_key, accounts.actor_key) in (from on_record)
    ) as matched_count
from accounts
left join people using (actor_key)
where accounts.actor_key is not null and accounts.actor_key <> $erased
group by accounts.source
order by accounts.source
"""


@dataclass(frozen=True)
class Coverage:
    """Accounts that one source speaks of, and those of them whose person is known."""

    source: str
    account_count: int
    matched_count: int

    @property
    def match_rate(self) -> float:
        """The matched share of the accounts, 0 to 1."""
        return round(self.matched_count / self.account_count, 4)


def coverage(connection: duckdb.DuckDBPyConnection) -> list[Coverage]:
    """Return the coverage of each source that speaks of people, by name.

    An account is matched if it, or the person whom links make of it, has a row in the
    organisation's tables of people or enrolments.
    """
    rows = connection.execute(BY_SOURCE, {"erased": ERASED}).fetchall()
    return [Coverage(*row) for row in rows]


def counters(found: list[Coverage]) -> dict[str, dict[str, object]]:
    """Return the coverage as status.json keeps it, a mapping by source each."""
    return {
        "accounts": {one.source: one.account_count for one in found},
        "matched": {one.source: one.matched_count for one in found},
        "match_rate": {one.source: one.match_rate for one in found},
    }
