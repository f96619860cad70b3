"""The judgement and its profile, stored in the warehouse for publishing to read.

`judged.tables` holds a fingerprint of every table that publishing reads, so that a
warehouse that changed after its judgement is not published.
"""

import duckdb
import polars as pl

from expectations.findings import Finding, Judgement
from expectations.profiles import Profile

SCHEMAS = ("marts", "compared", "seeds")

LIST_TABLES = """
select schema_name, table_name
from duckdb_tables()
where database_name = current_database() and list_contains($schemas, schema_name)
order by all
"""

FINDING_SCHEMA = dict.fromkeys(Finding.__annotations__, pl.String)


def fingerprints(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return row count and content hash of each table that publishing reads.

    Returns:
        Columns table_name (schema.table), row_count, content_hash (order-free).
    """
    names = connection.sql(LIST_TABLES, params={"schemas": list(SCHEMAS)}).fetchall()
    rows = []
    for schema, table in names:
        quoted = f'"{schema}"."{table}"'
        relation = connection.sql(f"from {quoted}").set_alias("judged")
        counted = relation.aggregate(
            "count(*) as row_count,"
            " coalesce(sum(hash(judged)::hugeint), 0)::varchar as content_hash"
        ).fetchall()[0]
        rows.append((f"{schema}.{table}", *counted))
    schema = {"table_name": pl.String, "row_count": pl.Int64, "content_hash": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def record(
    connection: duckdb.DuckDBPyConnection, judgement: Judgement, profile: Profile
) -> None:
    """Replace schema `judged` with this judgement, in one transaction."""
    findings = [vars(finding) for finding in judgement.findings]
    frames = {
        "outcome": pl.DataFrame(
            {"passed": [judgement.passed], "notes": ["; ".join(judgement.notes)]}
        ),
        "findings": pl.DataFrame(findings, schema=FINDING_SCHEMA),
        "tables": fingerprints(connection),
        **profile,
    }
    connection.begin()
    try:
        connection.execute("drop schema if exists judged cascade")
        connection.execute("create schema judged")
        for name, frame in frames.items():
            _store(connection, name, frame)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _store(
    connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame
) -> None:
    connection.register("incoming", frame.to_arrow())
    connection.execute(f"create table judged.{name} as from incoming")
    connection.unregister("incoming")
