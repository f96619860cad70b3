"""What `tandem build` reports: scope, counts, and what of the data counts nowhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from tandem.core.counted import counted
from tandem.core.vocabulary import VOCABULARIES

UNMAPPED_SHOWN = 20  # the rest is in intermediate.int_unmapped_terms
NOTHING_TO_BUILD = (
    "Nothing to build: nothing was landed, linked or decided since the last build."
)
NOTHING_CHANGED = "nothing changed since the last build"


@dataclass(frozen=True)
class BuildReport:
    """What one build did.

    Attributes:
        scope: "full" where every table was built from all of raw, "partial" where
            incremental models kept rows of the build before, "unchanged" where nothing
            had to be built.
        reason: why the scope is what it is, as a clause.
        summary: scope, reason, counts and duration as one sentence.
        full_refresh: whether dbt had to drop and rebuild what it has.
        changed_statement_count: statements that changed since the last finished build.
        seed_count: seeds loaded.
        model_count: models built.
        test_count: data tests passed.
        seconds: duration.
        fingerprint: SHA-256 by kind of file and setting (`tandem.cli.fingerprint`).
        slowest: the five slowest models and their seconds.
        unmapped: IRIs without a meaning and how often each was sent, by vocabulary.
        accounts_matched: by source, how many of its accounts belong to known people.
        unbound: counts of what belongs to no programme or cohort and is in no KPI.
    """

    scope: str
    reason: str
    summary: str
    full_refresh: bool
    changed_statement_count: int
    seed_count: int
    model_count: int
    test_count: int
    seconds: float
    fingerprint: dict[str, str]
    slowest: dict[str, float]
    unmapped: dict[str, dict[str, int]]
    accounts_matched: dict[str, str]
    unbound: dict[str, int]


def report_of(
    connection: duckdb.DuckDBPyConnection,
    results: Sequence[Any],
    *,
    audit_count: int = 0,
    scope: tuple[str, str],
    is_full_refresh: bool,
    changed_statement_count: int,
    fingerprint: dict[str, str],
    seconds: float,
) -> BuildReport:
    """Return the report of a build whose tables are in the warehouse.

    Args:
        connection: to the warehouse.
        results: dbt's result of each node; none where nothing had to be built.
        audit_count: audits that were run without dbt.
        scope: its name, and the reason for it.
        is_full_refresh: dbt dropped and rebuilt what it had.
        changed_statement_count: statements that changed since the build before.
        fingerprint: of files and settings.
        seconds: duration.
    """
    counts = Counter(result.node.resource_type for result in results)
    counts["test"] += audit_count
    seconds = round(seconds, 1)  # once, so that the summary agrees with the counter
    name, reason = scope
    return BuildReport(
        scope=name,
        reason=reason,
        summary=(
            f"{name.capitalize()} build, because {reason}: "
            f"{counted(counts['model'], 'model')} built and "
            f"{counted(counts['test'], 'data test')} passed "
            f"in {seconds:.0f} s."
        )
        if results
        else NOTHING_TO_BUILD,
        full_refresh=is_full_refresh,
        changed_statement_count=changed_statement_count,
        seed_count=counts["seed"],
        model_count=counts["model"],
        test_count=counts["test"],
        seconds=seconds,
        fingerprint=fingerprint,
        slowest=_slowest(results),
        unmapped=_unmapped(connection),
        accounts_matched=_matched(connection),
        unbound=_unbound(connection),
    )


def of_models(results: Sequence[Any]) -> list[Any]:
    """Return the results of models, without seeds, tests and exposures."""
    return [result for result in results if result.node.resource_type == "model"]


def _slowest(results: Sequence[Any]) -> dict[str, float]:
    models = sorted(of_models(results), key=lambda result: -result.execution_time)
    return {result.node.name: round(result.execution_time, 1) for result in models[:5]}


def _unmapped(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Return how often each unmapped IRI was sent, the most frequent first."""
    rows = connection.sql("""
        select vocabulary, iri, statement_count
        from intermediate.int_unmapped_terms
        order by statement_count desc, iri
    """).fetchall()
    found = {
        vocabulary.name: {iri: n for name, iri, n in rows if name == vocabulary.name}
        for vocabulary in VOCABULARIES
    }
    return {
        name: dict(list(counts.items())[:UNMAPPED_SHOWN])
        for name, counts in found.items()
    }


def _matched(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return `matched of all` accounts by source, sources without people left out."""
    rows = connection.sql("""
        select source, matched_count, actor_count from marts.dim_sources
        where actor_count > 0 order by source
    """).fetchall()
    return {source: f"{matched:,} of {count:,}" for source, matched, count in rows}


def _unbound(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many live sessions have no cohort, and statements no programme."""
    rows = connection.sql("""
        select 'live sessions', count(*) from marts.dim_sessions where cohort_id is null
        union all
        select 'statements', coalesce(sum(unbound_count), 0)::bigint
        from marts.dim_sources
    """).fetchall()
    return dict(rows)
