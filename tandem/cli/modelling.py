"""Stage 3, model: seeds, models and data tests of dbt, from raw to marts.

dbt's unit tests are not run here: they test the SQL over rows that they bring along, so
their outcome does not depend on what is landed. Nor are audits of views: what is
wrong in a view is found in the tables that are made from it. `make test` runs both.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import duckdb

from tandem.cli import build_state, increments
from tandem.cli.build_report import (
    NOTHING_CHANGED,
    BuildReport,
    of_models,
    report_of,
)
from tandem.cli.build_scope import begin, is_up_to_date, reason_for_partial
from tandem.cli.dbt_runner import run_dbt
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home, record_status
from tandem.core.progress import step
from tandem.core.settings import Settings

AUDITS_OF_VIEWS = "test_name:audit_of_view"
FULL = ("--full-refresh", "--exclude", AUDITS_OF_VIEWS)


def nothing_to_build(
    home: Home, settings: Settings, *, is_on_cluster: bool = False
) -> BuildReport | None:
    """Return the report where a build would change nothing, else None.

    Neither dbt nor the vault's key is needed for it.
    """
    if not home.warehouse.exists():
        return None
    started = time.monotonic()
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            last = build_state.last_build(connection)
            if last is None or not last.is_finished:
                return None
            changes = build_state.changes_of(connection)
            inputs = build_state.inputs_of(
                home, settings, connection, is_on_cluster=is_on_cluster
            )
            built = build_state.built_relations(connection)
            if not is_up_to_date(last, inputs, built, changes):
                return None
            return report_of(
                connection,
                [],
                scope=("unchanged", NOTHING_CHANGED),
                is_full_refresh=False,
                changed_statement_count=0,
                fingerprint=inputs.fingerprint,
                seconds=time.monotonic() - started,
            )
    except duckdb.Error:
        return None  # the build itself names what is wrong with the file


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
    if not home.warehouse.exists():
        raise WarehouseProblem(
            "there is no warehouse yet", str(home.warehouse), "land something first"
        )
    with opened(home) as connection:
        _require_landed(home, connection)
        _complete_layout(connection)
        start = begin(home, settings, connection, full_refresh=full_refresh)
        last, inputs, changes = start.last, start.inputs, start.changes
        reason = start.reason
        is_increment = last is not None and not reason
        sources = build_state.changed_sources(last, inputs, changes) if last else []
        has_own_audits = is_increment and (
            last.inputs.checks == inputs.checks and increments.has_audits(connection)
        )
        if is_increment:
            increments.begin(connection, sources)
    started = time.monotonic()
    with step("Building the marts") as advance:
        command = ["build", "--exclude-resource-type", "unit_test"]
        is_tested_by_dbt = has_data_tests and not has_own_audits
        command += [] if is_tested_by_dbt else ["--exclude-resource-type", "test"]
        command += _selection(home, sources) if is_increment else FULL
        results = run_dbt(home, settings, command, advance=advance)
    of_changes = "" if last is None else reason_for_partial(last, inputs, changes)
    with opened(home) as connection:
        audit_count = 0
        if has_data_tests and has_own_audits:
            audit_count = increments.audit_changed(connection, home.dbt_target)
        elif not is_increment:
            increments.keep_audits(connection, results)
        report = report_of(
            connection,
            results,
            audit_count=audit_count,
            scope=scope_of_build(results, reason, of_changes),
            is_full_refresh=bool(reason),
            changed_statement_count=changes.statement_count,
            fingerprint=inputs.fingerprint,
            seconds=time.monotonic() - started,
        )
        record(home, report)
        build_state.finish(
            connection, inputs, changes.last, has_data_tests=has_data_tests
        )
    return report


def _selection(home: Home, changed_sources: Sequence[str]) -> list[str]:
    """Return dbt's options that select what an increment runs."""
    skipped = increments.unaffected_models(home.dbt_target, changed_sources)
    selected = ["--select", *increments.SELECTION, "test_name:audit"]
    # The manifest of the last full build holds for increments too.
    return [*selected, "--exclude", AUDITS_OF_VIEWS, *skipped, "--no-write-json"]


def scope_of_build(
    results: Sequence[Any], reason_for_full_refresh: str, reason_for_partial: str
) -> tuple[str, str]:
    """Return "full" or "partial", and why.

    Args:
        results: dbt's result of each node.
        reason_for_full_refresh: "" where dbt kept what it had.
        reason_for_partial: what changed.
    """
    if reason_for_full_refresh:
        return "full", reason_for_full_refresh
    kinds = {result.node.config.materialized for result in of_models(results)}
    if "incremental" in kinds:
        return "partial", reason_for_partial
    return "full", "no model is incremental, so landed data are read again from raw"


def record(home: Home, report: BuildReport) -> None:
    """Leave a build's counters in status.json."""
    counters = asdict(report)
    by_vocabulary = counters.pop("unmapped")
    counters |= {f"unmapped_{name}": found for name, found in by_vocabulary.items()}
    record_status(home, "build", counters)


@contextmanager
def opened(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing.

    Raises:
        WarehouseProblem: another process holds it, or it is no warehouse.
    """
    try:
        connection = duckdb.connect(str(home.warehouse))
    except duckdb.Error as error:
        raise WarehouseProblem(
            str(error).splitlines()[0],
            str(home.warehouse),
            "close the program that has it open, or land into a new home",
        ) from error
    with connection:
        connection.execute("set enable_progress_bar = false")
        yield connection


def _require_landed(home: Home, connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.sql(
        "select count(*) from duckdb_tables() where schema_name = 'raw'"
    ).fetchall()
    if not found[0][0]:
        raise WarehouseProblem(
            "it holds no landed data", str(home.warehouse), "land something first"
        )


def _complete_layout(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the tables that an earlier version of raw did not have yet."""
    from ingest.storage.layout import lay_out

    lay_out(connection)
