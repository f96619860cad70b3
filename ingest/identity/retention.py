"""Retention: delete rows past their retention age, or keep them out of analytics.

tandem.toml, off by default:

    [retention]
    raw_days = 730
    person_marts_days = 1095
    keep_for_legal_basis = ["FIRE-SAFETY"]
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import duckdb

from ingest.identity import vault
from ingest.identity.people import reading
from ingest.identity.removal import DERIVED
from ingest.identity.rewriting import rewrite, sweep_copies
from ingest.storage import warehouse
from ingest.storage.change_ledger import changing, record_all
from ingest.storage.kept_texts import forget
from tandem.core.errors import WrongUse
from tandem.core.files import Home

IN_PROGRESS = ".retaining"  # deleted rows may still have bytes in a file
NAMES = frozenset({"raw_days", "person_marts_days", "keep_for_legal_basis"})

# A statement belongs to a programme by its activities, its registration, or its live
# session.
OF_PROGRAMMES = """
with
old as (
    from raw.statements
    where coalesce(occurred_at, landed_at) < $before
),
of_programmes as (
    select activity_id as id, programme_id from raw.activities
    union
    select lower(registration), programme_id from raw.enrolments
    where registration is not null
    union
    select technical_sessions.technical_session_id, cohorts.programme_id
    from raw.technical_sessions
    inner join raw.sessions
        on case sessions.key_type
            when 'meeting' then sessions.join_key = technical_sessions.join_key
            when 'title' then sessions.join_key = technical_sessions.title_key
            when 'session'
                then sessions.join_key = technical_sessions.technical_session_id
            else sessions.key_type is null and sessions.join_key in (
                technical_sessions.join_key, technical_sessions.title_key
            )
        end
    inner join raw.cohorts on sessions.cohort_id = cohorts.cohort_id
),
named as (
    select
        statement_id,
        unnest(list_concat(
            [object_id, registration, technical_session_id],
            coalesce(grouping_ids, []),
            coalesce(parent_ids, [])
        )) as id
    from old
)
select named.statement_id, min(of_programmes.programme_id) as programme_id
from named inner join of_programmes using (id)
where list_contains($programmes, of_programmes.programme_id)
group by named.statement_id
"""
NO_STATEMENTS = "select '' as statement_id, '' as programme_id limit 0"
OLD = {
    "statements": "coalesce(occurred_at, landed_at) < $before",
    "conflicts": "coalesce(occurred_at, landed_at) < $before",
    "rsvps": "coalesce(responded_at, reported_at) < $before",
    "session_claims": "reported_at < $before",
    "rejections": "load_id in (select load_id from raw.loads"
    " where committed_at < $before)",
}


@dataclass(frozen=True)
class RetentionRules:
    """Retention ages in days, from tandem.toml; None keeps without limit."""

    raw_days: int | None = None
    person_marts_days: int | None = None
    keep_for_legal_basis: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, section: dict[str, Any]) -> "RetentionRules":
        """Return the rules of [retention] in tandem.toml.

        Raises:
            WrongUse: a setting that does not exist, or an age below one day.
        """
        if unknown := set(section) - NAMES:
            raise WrongUse(
                f"unknown setting: {', '.join(sorted(unknown))}",
                "tandem.toml [retention]",
                f"known are {', '.join(sorted(NAMES))}",
            )
        rules = cls(**section)
        for days in (rules.raw_days, rules.person_marts_days):
            if days is not None and (not isinstance(days, int) or days < 1):
                raise WrongUse(
                    "an age is a whole number of days, at least 1",
                    "tandem.toml [retention]",
                )
        return rules


def expired(home: Home, rules: RetentionRules, now: datetime) -> dict[str, int]:
    """Return the number of rows past their retention age, by table; changes nothing.

    `raw.retained_statements` are kept for a legal basis, outside analytics.
    """
    if rules.raw_days is None:
        return {}
    before = now - timedelta(days=rules.raw_days)
    with reading(home.warehouse) as connection:
        counts = {
            f"raw.{table}": _count(connection, f"raw.{table} where {condition}", before)
            for table, condition in OLD.items()
        }
        query, parameters = _kept(rules, before)
        kept = connection.execute(f"select count(*) from ({query})", parameters)
        counts["raw.retained_statements"] = kept.fetchall()[0][0]
    counts["raw.statements"] -= counts["raw.retained_statements"]
    return {name: count for name, count in sorted(counts.items()) if count}


def retain(home: Home, rules: RetentionRules, now: datetime) -> dict[str, int]:
    """Delete what is past its retention age, and its bytes; return the counts.

    The caller holds the lock. All that was derived from raw is dropped; the next build
    makes it again. After a crash at any instant it can be run again.
    """
    sweep_copies(home.root)
    counts = expired(home, rules, now)
    is_interrupted = (home.root / IN_PROGRESS).exists()
    if rules.raw_days is None or not (counts or is_interrupted):
        return {}
    (home.root / IN_PROGRESS).touch()
    before = now - timedelta(days=rules.raw_days)
    with vault.opened(home) as connection, vault.transaction(connection):
        for rejection_id in _rejections(home, before):
            connection.execute(
                "delete from quarantine where rejection_id = $id", {"id": rejection_id}
            )
    rewrite(home.vault)
    with warehouse.opened(home) as connection:
        _remove(connection, rules, before)
    rewrite(home.warehouse)
    (home.root / IN_PROGRESS).unlink()
    return counts


def _remove(
    connection: duckdb.DuckDBPyConnection, rules: RetentionRules, before: datetime
) -> None:
    with changing(connection):
        query, parameters = _kept(rules, before)
        connection.execute(f"create temp table kept as {query}", parameters)
        connection.execute("""
            insert into raw.retained_statements by name
            select statements.* exclude (short_statement), kept.programme_id
            from raw.statements inner join kept using (statement_id)
            anti join raw.retained_statements using (statement_id)
        """)
        for table, condition in OLD.items():
            connection.execute(
                f"delete from raw.{table} where {condition}", {"before": before}
            )
        forget(connection)
        for (schema,) in connection.sql(DERIVED).fetchall():
            connection.execute(f'drop schema "{schema}" cascade')
        connection.execute("drop table kept")
        record_all(connection)


def _kept(rules: RetentionRules, before: datetime) -> tuple[str, dict[str, Any]]:
    if not rules.keep_for_legal_basis:
        return NO_STATEMENTS, {}
    programmes = sorted(rules.keep_for_legal_basis)
    return OF_PROGRAMMES, {"programmes": programmes, "before": before}


def _count(connection: duckdb.DuckDBPyConnection, what: str, before: datetime) -> int:
    found = connection.execute(f"select count(*) from {what}", {"before": before})
    return found.fetchall()[0][0]


def _rejections(home: Home, before: datetime) -> list[str]:
    with reading(home.warehouse) as connection:
        found = connection.execute(
            f"select rejection_id from raw.rejections where {OLD['rejections']}",
            {"before": before},
        )
        return [rejection_id for (rejection_id,) in found.fetchall()]
