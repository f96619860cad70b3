"""Stage 3, model: seeds, models and data tests of dbt, from raw to marts.

dbt's unit tests are not run here: they test the SQL over rows that they bring along, so
their outcome does not depend on what is landed. Nor are audits of views: what is
wrong in a view is found in the tables that are made from it. `make test` runs both.
"""

import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from tandem.cli.dbt_runner import run_dbt
from tandem.cli.fingerprint import changed_kinds, fingerprint_of
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home, project_root, read_status, record_status
from tandem.core.progress import step
from tandem.core.settings import Settings
from tandem.core.vocabulary import VOCABULARIES

UNMAPPED_SHOWN = 20  # the rest is in intermediate.int_unmapped_terms


@dataclass(frozen=True)
class BuildReport:
    """What one build did.

    Attributes:
        scope: "full" where every table was built from all of raw, "partial" where
            incremental models kept rows of the build before.
        reason: why the scope is what it is, as a clause.
        summary: scope, reason, counts and duration as one sentence.
        full_refresh: whether dbt had to drop and rebuild what it has.
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
    seed_count: int
    model_count: int
    test_count: int
    seconds: float
    fingerprint: dict[str, str]
    slowest: dict[str, float]
    unmapped: dict[str, dict[str, int]]
    accounts_matched: dict[str, str]
    unbound: dict[str, int]


def build(
    home: Home,
    settings: Settings,
    *,
    full_refresh: bool = False,
    has_data_tests: bool = True,
) -> BuildReport:
    """Run seeds, models with their contracts, and data tests over what is landed.

    Args:
        home: the home whose warehouse is built.
        settings: the current thresholds, all of which are passed to dbt.
        full_refresh: rebuild every mart from all of raw.
        has_data_tests: run the data tests; without them, nothing may be published.

    Raises:
        WarehouseProblem: nothing is landed yet, or another process holds the file.
        BuildFailed: a model, a contract or a data test failed.
    """
    _require_landed(home)
    _complete_layout(home)
    fingerprint = fingerprint_of(settings)
    reason = reason_for_full_refresh(home, fingerprint, full_refresh)
    started = time.monotonic()
    with step("Building the marts") as advance:
        command = ["build", "--exclude-resource-type", "unit_test"]
        command += ["--exclude", "test_name:audit_of_view"]
        command += [] if has_data_tests else ["--exclude-resource-type", "test"]
        command += ["--full-refresh"] if reason else []
        results = run_dbt(home, settings, command, advance=advance)
    report = _report(home, results, fingerprint, reason, time.monotonic() - started)
    counters = asdict(report)
    by_vocabulary = counters.pop("unmapped")
    counters |= {f"unmapped_{name}": found for name, found in by_vocabulary.items()}
    record_status(home, "build", counters)
    return report


def _complete_layout(home: Home) -> None:
    """Add the tables that an earlier version of raw did not have yet."""
    layout = project_root() / "ingest" / "storage" / "tables.sql"
    try:
        with duckdb.connect(str(home.warehouse)) as connection:
            connection.execute(layout.read_text(encoding="utf-8"))
    except duckdb.Error as error:
        raise WarehouseProblem(
            str(error).splitlines()[0],
            str(home.warehouse),
            "close the program that has it open, then try again",
        ) from error


def _require_landed(home: Home) -> None:
    if not home.warehouse.exists():
        raise WarehouseProblem(
            "there is no warehouse yet", str(home.warehouse), "land something first"
        )
    try:
        found = _query(
            home, "select count(*) from duckdb_tables() where schema_name = 'raw'"
        )
    except duckdb.Error as error:
        raise WarehouseProblem(
            str(error).splitlines()[0],
            str(home.warehouse),
            "close the program that has it open, or land into a new home",
        ) from error
    if not found[0][0]:
        raise WarehouseProblem(
            "it holds no landed data", str(home.warehouse), "land something first"
        )


def reason_for_full_refresh(
    home: Home, fingerprint: dict[str, str], is_requested: bool
) -> str:
    """Return why dbt must drop and rebuild what it has, "" if it need not."""
    if is_requested:
        return "--full-refresh was given"
    before = read_status(home).get("build")
    if before is None:
        return "there was no build before"
    changed = changed_kinds(before.get("fingerprint"), fingerprint)
    if changed:
        return f"{_listed(changed)} changed since the last build"
    return ""


def _report(
    home: Home,
    results: list[Any],
    fingerprint: dict[str, str],
    reason: str,
    seconds: float,
) -> BuildReport:
    counts = Counter(result.node.resource_type for result in results)
    scope, reason_of_scope = scope_of_build(results, reason)
    return BuildReport(
        scope=scope,
        reason=reason_of_scope,
        summary=(
            f"{scope.capitalize()} build, because {reason_of_scope}: "
            f"{counts['model']} models built and {counts['test']} data tests passed "
            f"in {seconds:.0f} s."
        ),
        full_refresh=bool(reason),
        seed_count=counts["seed"],
        model_count=counts["model"],
        test_count=counts["test"],
        seconds=round(seconds, 1),
        fingerprint=fingerprint,
        slowest=_slowest(results),
        unmapped=_unmapped(home),
        accounts_matched=_matched(home),
        unbound=_unbound(home),
    )


def scope_of_build(results: list[Any], reason_for_full_refresh: str) -> tuple[str, str]:
    """Return "full" or "partial", and why."""
    if reason_for_full_refresh:
        return "full", reason_for_full_refresh
    kinds = {result.node.config.materialized for result in _of_models(results)}
    if "incremental" in kinds:
        return "partial", "only the landed data can have changed since the last build"
    return "full", "no model is incremental, so landed data are read again from raw"


def _of_models(results: list[Any]) -> list[Any]:
    """Return the results of models, without seeds, tests and exposures."""
    return [result for result in results if result.node.resource_type == "model"]


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _slowest(results: list[Any]) -> dict[str, float]:
    models = sorted(_of_models(results), key=lambda result: -result.execution_time)
    return {result.node.name: round(result.execution_time, 1) for result in models[:5]}


def _unmapped(home: Home) -> dict[str, dict[str, int]]:
    """Return how often each unmapped IRI was sent, the most frequent first."""
    rows = _query(
        home,
        """
        select vocabulary, iri, statement_count
        from intermediate.int_unmapped_terms
        order by statement_count desc, iri
        """,
    )
    found = {
        vocabulary.name: {iri: n for name, iri, n in rows if name == vocabulary.name}
        for vocabulary in VOCABULARIES
    }
    return {
        name: dict(list(counts.items())[:UNMAPPED_SHOWN])
        for name, counts in found.items()
    }


def _matched(home: Home) -> dict[str, str]:
    """Return `matched of all` accounts by source, sources without people left out."""
    rows = _query(
        home,
        """
        select source, matched_count, actor_count from marts.dim_sources
        where actor_count > 0 order by source
        """,
    )
    return {source: f"{matched:,} of {count:,}" for source, matched, count in rows}


def _unbound(home: Home) -> dict[str, int]:
    """Return how many live sessions have no cohort, and statements no programme."""
    rows = _query(
        home,
        """
        select 'live sessions', count(*) from marts.dim_sessions where cohort_id is null
        union all
        select 'statements', coalesce(sum(unbound_count), 0)::bigint
        from marts.dim_sources
        """,
    )
    return dict(rows)


def _query(home: Home, sql: str) -> list[Any]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql(sql).fetchall()
