"""What a build depends on, what the last one left, and what has changed since.

The warehouse records the last build itself (raw.last_build), so that the record and the
tables that it is about cannot be separated by a crash, a copy or a backup.
"""

import json
from collections.abc import Collection
from contextlib import closing
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import duckdb

from tandem.cli.fingerprint import fingerprint_of, fingerprint_of_checks
from tandem.core.files import Home
from tandem.core.settings import Settings

# No model reads these. Of raw.statements, the change ledger says what changed.
NOT_COMPARED = (
    *("statements", "conflicts", "retained_statements", "rejections"),
    *("kept_texts", "applied_names", "changed_statements", "last_build"),
)
RAW_TABLES = f"""
select table_name from duckdb_tables()
where schema_name = 'raw' and table_name not in {NOT_COMPARED}
order by table_name
"""
# The sum does not depend on the order of rows, and equal rows do not cancel out.
DIGEST = "select '{0}', count(*) || ' ' || coalesce(sum(hash(t)), 0) from {0} as t"
NAMES_OF_PEOPLE = ("identifiers", "names")  # what identities are resolved from
ON_CLUSTER = {"the engine": "spark"}  # of a fingerprint; DuckDB's has no such entry
BUILT_SCHEMAS = ("seeds", "staging", "intermediate", "marts")
BUILT_TABLES = f"""
select schema_name || '.' || table_name, column_count from duckdb_tables()
where schema_name in {BUILT_SCHEMAS}
"""
BUILT_VIEWS = f"""
select schema_name || '.' || view_name, sha256(sql) from duckdb_views()
where schema_name in {BUILT_SCHEMAS}
"""


@dataclass(frozen=True)
class Inputs:
    """What a build reads, without the statements.

    Attributes:
        fingerprint: SHA-256 by kind of file and setting (`tandem.cli.fingerprint`);
            a difference changes what the numbers mean.
        checks: SHA-256 of the data tests, which change no number.
        contents: count and digest of the rows of each raw table, and of the vault's.
        statement_count: rows of raw.statements.
    """

    fingerprint: dict[str, str]
    checks: str
    contents: dict[str, str]
    statement_count: int


@dataclass(frozen=True)
class LastBuild:
    """What raw.last_build holds.

    Attributes:
        change_no: the last change that the last finished build has read.
        is_finished: whether the last build that began has finished.
        inputs: of the last finished build; None before the first.
        built: tables and views that it left, see `built_relations`.
        has_data_tests: whether the data tests were run.
    """

    change_no: int = 0
    is_finished: bool = False
    inputs: Inputs | None = None
    built: dict[str, str] | None = None
    has_data_tests: bool = False


@dataclass(frozen=True)
class Changes:
    """What the change ledger holds.

    Attributes:
        last: number of the last change.
        statement_count: statements that changed since the last finished build.
        of_count: statements that there are, changed or not.
        has_removals: people or old rows were removed: all count as changed.
    """

    last: int
    statement_count: int
    of_count: int
    has_removals: bool


def inputs_of(
    home: Home,
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    *,
    is_on_cluster: bool = False,
) -> Inputs:
    """Return what a build would read now.

    Args:
        home: whose vault is read too, if there is one.
        settings: the current thresholds and vocabulary.
        connection: to the warehouse.
        is_on_cluster: Spark would build; what DuckDB built is built in full then.
    """
    tables = [f"raw.{name}" for (name,) in connection.sql(RAW_TABLES).fetchall()]
    contents = _digests(connection, tables)
    if home.vault.exists():
        with closing(duckdb.connect(str(home.vault), read_only=True)) as vault:
            vault.execute("set enable_progress_bar = false")
            contents |= {
                f"vault.{name}": digest
                for name, digest in _digests(vault, NAMES_OF_PEOPLE).items()
            }
    contents["[identity]"] = _digest_of_values(settings.section("identity"))
    return Inputs(
        fingerprint_of(settings) | (ON_CLUSTER if is_on_cluster else {}),
        fingerprint_of_checks(),
        contents,
        _count(connection, "raw.statements"),
    )


def built_relations(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return columns and rows of each table that dbt built, and a hash of each view."""
    tables = dict(connection.sql(BUILT_TABLES).fetchall())
    counts = " union all ".join(f"select '{t}', count(*) from {t}" for t in tables)
    rows = dict(connection.sql(counts).fetchall()) if tables else {}
    found = {name: f"{tables[name]} columns, {rows[name]} rows" for name in tables}
    return found | dict(connection.sql(BUILT_VIEWS).fetchall())


def last_build(connection: duckdb.DuckDBPyConnection) -> LastBuild | None:
    """Return what is recorded of the last build, None before the first.

    A record that another version of Tandem wrote counts as that of an unfinished build.
    """
    there = connection.sql(
        "select 1 from duckdb_tables()"
        " where schema_name = 'raw' and table_name = 'last_build'"
    )
    rows = connection.sql("from raw.last_build").fetchall() if there.fetchall() else []
    if not rows:
        return None
    change_no, is_finished, state = rows[0]
    try:
        known = json.loads(state or "{}")
        inputs = Inputs(**known["inputs"])
        return LastBuild(
            change_no, is_finished, inputs, known["built"], known["has_data_tests"]
        )
    except (KeyError, TypeError):
        return LastBuild(change_no)


def was_on_cluster(home: Home) -> bool:
    """Return whether the last finished build ran on a cluster."""
    if not home.warehouse.exists():
        return False
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            last = last_build(connection)
    except duckdb.Error:
        return False  # the build itself names what is wrong with the file
    return is_of_cluster(last)


def is_of_cluster(last: LastBuild | None) -> bool:
    """Return whether a record is that of a finished build on a cluster."""
    if last is None or last.inputs is None:
        return False
    return ON_CLUSTER.items() <= last.inputs.fingerprint.items()


def changes_of(connection: duckdb.DuckDBPyConnection) -> Changes:
    """Return how much changed since the last finished build."""
    from ingest.storage import change_ledger

    return Changes(
        change_ledger.last_change(connection),
        change_ledger.changed_count(connection),
        _count(connection, "raw.statements"),
        change_ledger.has_removals(connection),
    )


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """Record that a build has begun: until it finishes, its tables are not trusted."""
    connection.begin()
    connection.execute(
        "insert into raw.last_build"
        " select 0, false, null where not exists (from raw.last_build)"
    )
    connection.execute("update raw.last_build set is_finished = false")
    connection.commit()


def changed_sources(last: LastBuild, now: Inputs, changes: Changes) -> list[str]:
    """Return the tables of schema raw that changed since the last finished build."""
    named = changed_contents(last.inputs, now) if last.inputs else []
    names = [name.removeprefix("raw.") for name in named if name.startswith("raw.")]
    if changes.last != last.change_no or changes.statement_count:
        names += ["statements", "changed_statements"]
    return names


def finish(
    connection: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    change_no: int,
    *,
    has_data_tests: bool,
) -> None:
    """Record that a build has finished, and remove from the ledger what it has read.

    Args:
        connection: to the warehouse.
        inputs: what the build has read.
        change_no: number of the last change before it began.
        has_data_tests: whether the data tests were run.
    """
    from ingest.storage import change_ledger

    state = {
        "inputs": asdict(inputs),
        "built": built_relations(connection),
        "has_data_tests": has_data_tests,
    }
    change_ledger.finish_build(connection, change_no, json.dumps(state))


def changed_contents(before: Inputs, now: Inputs) -> list[str]:
    """Return the names of the tables and settings whose contents differ."""
    names = sorted({*before.contents, *now.contents})
    return [n for n in names if before.contents.get(n) != now.contents.get(n)]


def _digests(
    connection: duckdb.DuckDBPyConnection, tables: Collection[str]
) -> dict[str, str]:
    """Return count and digest of the rows of tables, in one query."""
    if not tables:
        return {}
    query = " union all ".join(DIGEST.format(table) for table in tables)
    return dict(connection.sql(query).fetchall())


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return connection.sql(f"select count(*) from {table}").fetchall()[0][0]


def _digest_of_values(values: dict[str, Any]) -> str:
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()
