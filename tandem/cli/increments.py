"""What an increment runs: the models that changed data reach, and their audits.

Schema `changes` holds the changed rows of each table since the last build (decision
24), the audits as dbt compiled them in the last full build, and the changed tables of
raw. dbt's own share of a node is longer than the SQL of most nodes of an increment, so
that what is known to be unaffected is left out before dbt starts.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from tandem.cli.dbt_runner import listed_rules, rules_broken
from tandem.core.errors import BuildFailed

# Views and seeds change with the project's files only, and a change of those is built
# in full.
CHANGING = ("table", "incremental", "touched_keys")
SELECTION = tuple(f"config.materialized:{kind}" for kind in CHANGING)
OWN_TABLES = ("audits", "changed_sources")
CHANGED = """
select table_name from duckdb_tables()
where schema_name = 'changes' and table_name not like 'touched_%'
"""


def begin(
    connection: duckdb.DuckDBPyConnection, changed_sources: Sequence[str]
) -> None:
    """Forget the changed rows of the last increment and list the changed raw tables.

    Args:
        connection: to the warehouse.
        changed_sources: tables of schema raw, without the schema.
    """
    connection.begin()
    connection.execute("create schema if not exists changes")
    for (table,) in connection.sql(CHANGED).fetchall():
        if table not in OWN_TABLES:
            connection.execute(f'delete from changes."{table}"')
    connection.execute(
        "create or replace table changes.changed_sources as"
        " select unnest($names::varchar[]) as table_name",
        {"names": list(changed_sources)},
    )
    connection.commit()


def unaffected_models(target: Path, changed_sources: Sequence[str]) -> list[str]:
    """Return the models that read, through others, no raw table that changed.

    A row of raw.loads changes nothing that another delivery brought, so that it counts
    for the model alone that reads nothing else.

    Args:
        target: dbt's target folder, which has the manifest of the last build.
        changed_sources: tables of schema raw, without the schema.
    """
    path = target / "manifest.json"
    if not path.exists():
        return []
    nodes = json.loads(path.read_text("utf-8"))["nodes"]
    models = {n: node for n, node in nodes.items() if node["resource_type"] == "model"}
    known: dict[str, bool] = {}

    def is_affected(name: str) -> bool:
        if name not in known:
            parents = models[name]["depends_on"]["nodes"]
            sources = {p.split(".")[-1] for p in parents if p.startswith("source.")}
            sources = sources - {"loads"} or sources
            known[name] = bool(sources & set(changed_sources)) or any(
                is_affected(parent) for parent in parents if parent in models
            )
        return known[name]

    return [
        node["name"]
        for name, node in models.items()
        if node["config"]["materialized"] in CHANGING and not is_affected(name)
    ]


def keep_audits(connection: duckdb.DuckDBPyConnection, results: Sequence[Any]) -> None:
    """Keep the audits that a full build ran, with the tables that they read."""
    rows = [
        {
            "table_name": str(node.attached_node).rsplit(".", maxsplit=1)[-1],
            "file": node.original_file_path,
            "reads": [
                name.split(".")[-1]
                for name in node.depends_on.nodes
                if name.startswith("model.")
            ],
            "sql": node.compiled_code,
        }
        for node in (result.node for result in results)
        if node.resource_type == "test"
    ]
    connection.execute("create schema if not exists changes")
    connection.execute(
        "create or replace table changes.audits"
        " (table_name varchar, file varchar, reads varchar[], sql varchar)"
    )
    for row in rows:
        connection.execute(
            "insert into changes.audits values ($table_name, $file, $reads, $sql)", row
        )


def has_audits(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the last full build ran audits."""
    found = connection.sql(
        "select estimated_size from duckdb_tables()"
        " where schema_name = 'changes' and table_name = 'audits'"
    ).fetchall()
    return bool(found and found[0][0])


def audit_changed(connection: duckdb.DuckDBPyConnection, target: Path) -> int:
    """Run the audits that read a table with a changed row; return how many passed.

    Args:
        connection: to the warehouse.
        target: dbt's target folder, named in an error.

    Raises:
        BuildFailed: rows break a rule.
    """
    connection.execute("set TimeZone = 'UTC'")  # as in profiles.yml
    tables = [name for (name,) in connection.sql(CHANGED).fetchall()]
    kept = {
        table
        for table in tables
        if not connection.sql(f'select 1 from changes."{table}" limit 1').fetchall()
    }
    passed, failures = 0, []
    for table, file, reads, sql in connection.sql("from changes.audits").fetchall():
        # A view is not among them: what it reads may have changed.
        if set(reads) <= kept:
            continue
        rules = rules_broken(connection, sql)
        if rules:
            failures.append((table, file, rules))
        else:
            passed += 1
    if failures:
        table, file, rules = failures[0]
        more = f", and {len(failures) - 1} more failed" if len(failures) > 1 else ""
        raise BuildFailed(
            f"{listed_rules(rules)}{more}",
            f"{table} ({file})",
            f"the SQL is under {target}",
        )
    return passed
