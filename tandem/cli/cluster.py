"""Stage 3 on a cluster: the same dbt project on Spark, over Iceberg tables.

Schema raw and the seeds are written to the lake, dbt builds there, and the marts are
read back into the warehouse: comparison, judgement and publishing read them as after
any build. What the build depends on, and what it left, is recorded as after any build.
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from tandem.cli import build_state, increments
from tandem.cli.build_report import BuildReport, report_of
from tandem.cli.build_scope import begin, reason_for_partial
from tandem.cli.dbt_runner import run_dbt
from tandem.cli.modelling import opened, record
from tandem.core.files import Home
from tandem.core.iceberg import lake, purge, read_table, tables_of, write_table
from tandem.core.progress import step
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog

# dbt lists them before it makes any.
BUILT = ("staging", "intermediate", "changes", "marts")
SCHEMAS = ("raw", "seeds", "default", *BUILT)
# What the report of a build and `tandem explain` read besides the marts.
ALSO_READ = (
    "intermediate.int_unmapped_terms",
    "intermediate.int_live_runs",
    "intermediate.int_statements_bound_to_enrolments",
)
NOT_BUILT = ("seed", "test", "unit_test")
ON_CLUSTER = (
    *("--target", "cluster", "--no-populate-cache"),
    *(word for kind in NOT_BUILT for word in ("--exclude-resource-type", kind)),
)
# Audits of marts read the marts and seeds alone, and run over what was read back.
TESTS = ["test", "--select", "path:models/marts,test_name:audit"]


def build_on_cluster(
    home: Home, settings: Settings, *, full_refresh: bool = False
) -> BuildReport:
    """Build the marts on Spark from what is landed, and read them back.

    The caller holds the lock and has resolved identities.

    Args:
        home: whose warehouse has schema raw and receives the marts.
        settings: the current thresholds, all of which are passed to dbt.
        full_refresh: rebuild every mart from all of raw.

    Raises:
        ClusterProblem: the extra is missing, or the catalog cannot be used.
        WarehouseProblem: nothing is landed yet, or another process holds the file.
        BuildFailed: a model or a data test failed.
    """
    catalog = lake()
    started = time.monotonic()
    with step("Reading the seeds") as advance:
        seeds = run_dbt(home, settings, ["seed"], advance=advance)
    with opened(home) as connection:
        start = begin(
            home, settings, connection, full_refresh=full_refresh, is_on_cluster=True
        )
        last, inputs, changes = start.last, start.inputs, start.changes
        reason = start.reason
        with step("Writing raw and seeds to the lake"):
            if reason:
                is_kept = not changes.has_removals and build_state.is_of_cluster(last)
                empty_lake(catalog, BUILT if is_kept else SCHEMAS)
            write_lake(connection, catalog)
    command = ["build", *ON_CLUSTER]
    if reason:
        command += ["--full-refresh"]
    else:
        sources = build_state.changed_sources(last, inputs, changes)
        skipped = increments.unaffected_models(target_of(home), sources)
        command += ["--no-write-json", *(("--exclude", *skipped) if skipped else ())]
    with step("Building the marts on the cluster") as advance, spark_stopped():
        results = run_dbt(
            home, settings, command, advance=advance, target=target_of(home)
        )
    with opened(home) as connection, step("Reading the marts back"):
        read_marts(home, connection, catalog)
    with step("Testing the marts") as advance:
        tests = run_dbt(home, settings, TESTS, advance=advance)
    with opened(home) as connection:
        report = report_of(
            connection,
            [*seeds, *results, *tests],
            scope=("full", reason)
            if reason
            else ("partial", reason_for_partial(last, inputs, changes)),
            is_full_refresh=bool(reason),
            changed_statement_count=changes.statement_count,
            fingerprint=inputs.fingerprint,
            seconds=time.monotonic() - started,
        )
        record(home, report)
        build_state.finish(connection, inputs, changes.last, has_data_tests=True)
    return report


def empty_lake(catalog: "Catalog", schemas: Sequence[str]) -> None:
    """Remove the tables of some schemas with every earlier state of them.

    A build in full after people or old rows were removed does so with all schemas: data
    files, snapshots and files of killed tasks would hold them still.
    """
    existing = {name for (name,) in catalog.list_namespaces()}
    for schema in existing & set(schemas):
        for table in catalog.list_tables(schema):
            purge(catalog, ".".join(table))


def write_lake(connection: duckdb.DuckDBPyConnection, catalog: "Catalog") -> list[str]:
    """Bring raw and the seeds of the lake to the warehouse's; return what was written.

    Args:
        connection: to the warehouse, with the seeds that dbt made there.
        catalog: the lake, whose schemas are made where they are missing.
    """
    from ingest.storage.lake import write_raw

    connection.execute("set TimeZone = 'UTC'")
    for schema in SCHEMAS:
        catalog.create_namespace_if_not_exists(schema)
    seeds = [f"seeds.{name}" for name in tables_of(connection, "seeds")]
    written = [name for name in seeds if write_table(connection, catalog, name)]
    return written + write_raw(connection, catalog)


def read_marts(
    home: Home, connection: duckdb.DuckDBPyConnection, catalog: "Catalog"
) -> None:
    """Replace the warehouse's marts by the lake's, with their comments, in one step.

    Args:
        home: whose last build on the cluster left dbt's manifest.
        connection: to the warehouse.
        catalog: the lake.
    """
    connection.execute("set TimeZone = 'UTC'")
    described = described_models(home)
    connection.begin()
    for schema in ("staging", "intermediate", "changes", "marts"):
        connection.execute(f"drop schema if exists {schema} cascade")
        connection.execute(f"create schema {schema}")
    marts = [f"marts.{name}" for _schema, name in catalog.list_tables("marts")]
    for name in [*sorted(marts), *ALSO_READ]:
        read_table(connection, catalog, name)
        if node := described.get(name):
            comment(connection, name, node)
    connection.commit()


def described_models(home: Home) -> dict[str, dict[str, Any]]:
    """Return dbt's nodes of the models by `schema.table`."""
    manifest = json.loads((target_of(home) / "manifest.json").read_text("utf-8"))
    return {
        f"{node['schema']}.{node['name']}": node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }


def comment(
    connection: duckdb.DuckDBPyConnection, table: str, node: dict[str, Any]
) -> None:
    """Comment a table and its columns as the project describes them."""
    words = {f"table {table}": node["description"]} | {
        f'column {table}."{column["name"]}"': column["description"]
        for column in node["columns"].values()
    }
    for what, description in words.items():
        if description:
            text = description.replace("'", "''")
            connection.execute(f"comment on {what} is '{text}'")


@contextmanager
def spark_stopped() -> Iterator[None]:
    """End this process's Spark and its JVM after the block.

    The session holds workers. The JVM keeps the catalog open, and a catalog in SQLite
    could not be written before it ends.
    """
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    try:
        yield
    finally:
        # The active session is that of dbt's thread, and not seen from this one.
        if session := SparkSession._instantiatedSession:
            session.stop()
        if gateway := SparkContext._gateway:
            gateway.shutdown()
            gateway.proc.stdin.close()  # at which the JVM ends
            gateway.proc.wait()
            SparkContext._gateway = SparkContext._jvm = None


def target_of(home: Home) -> Path:
    """Return the folder of what dbt writes about builds on the cluster."""
    return home.dbt_target.with_name(home.dbt_target.name + "_cluster")
