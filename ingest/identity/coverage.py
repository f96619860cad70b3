"""The share of each source's accounts whose person the organisation's tables list."""

from dataclasses import dataclass

import duckdb

from ingest.identity.current_links import CURRENT_LINKS
from ingest.identity.link_batches import GUEST
from ingest.identity.pseudonyms import ERASED

# An account counts once per source, by its person: links as staging follows them.
# Guests are known to be no members, so that they are none to be matched.
BY_SOURCE = f"""
with links as ({CURRENT_LINKS}),
people as (
    select
        links.actor_key,
        coalesce(onward.learner_key, links.learner_key) as learner_key
    from links left join links as onward on links.learner_key = onward.actor_key
),
listed_people as (
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
        where coalesce(people.learner_key, accounts.actor_key) in (from listed_people)
    ) as matched_count
from accounts
left join people using (actor_key)
where
    accounts.actor_key is not null and accounts.actor_key <> $erased
    and accounts.actor_key not in (
        select actor_key from raw.exclusions semi join raw.loads using (load_id)
        where reason = '{GUEST}' and actor_key is not null
    )
group by accounts.source
order by accounts.source
"""


@dataclass(frozen=True)
class Coverage:
    """Accounts in one source, and those of them whose person is known."""

    source: str
    account_count: int
    matched_count: int

    @property
    def match_rate(self) -> float:
        """The matched share of the accounts, 0 to 1."""
        return round(self.matched_count / self.account_count, 4)


def coverage(connection: duckdb.DuckDBPyConnection) -> list[Coverage]:
    """Return the coverage of each source that has accounts, sorted by source.

    An account is matched if it, or the person that it is linked to, has a row in the
    organisation's tables of people or enrolments.
    """
    rows = connection.execute(BY_SOURCE, {"erased": ERASED}).fetchall()
    return [Coverage(*row) for row in rows]


def counters(coverages: list[Coverage]) -> dict[str, dict[str, object]]:
    """Return the coverage for status.json: one mapping by source for each figure."""
    return {
        "accounts": {coverage.source: coverage.account_count for coverage in coverages},
        "matched": {coverage.source: coverage.matched_count for coverage in coverages},
        "match_rate": {coverage.source: coverage.match_rate for coverage in coverages},
    }
