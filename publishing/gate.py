"""The gate: nothing goes out unjudged, or failed without a person's word for it.

A person may accept a failing expectation, with a reason; the journal keeps it and the
dashboards show it. Privacy is never up for acceptance.
"""

from dataclasses import dataclass

import duckdb
import polars as pl

from tandem.core.errors import NotPublished, WrongUse

PRIVACY_CHECKS = frozenset({"privacy_audit", "privacy_small_groups"})

HAS_JUDGEMENT = """
select count(*) from duckdb_tables()
where database_name = 'warehouse' and schema_name = 'judged' and table_name = 'tables'
"""


@dataclass(frozen=True)
class Acceptance:
    """A person's word that a failing expectation may go out all the same."""

    expectation: str
    reason: str
    role: str = "publisher"


def pass_gate(
    connection: duckdb.DuckDBPyConnection, accepted: list[Acceptance]
) -> pl.DataFrame:
    """Let the warehouse through, or say why not.

    Args:
        connection: with the warehouse attached as `warehouse`.
        accepted: the expectations that a person let through.

    Returns:
        What was accepted: expectation, value, reason, role; one row per finding.

    Raises:
        NotPublished: never judged, changed since, or a failure that nobody accepted.
        WrongUse: an acceptance that is of privacy, without reason, or of nothing.
    """
    _refuse_senseless(accepted)
    if not connection.sql(HAS_JUDGEMENT).fetchall()[0][0]:
        raise NotPublished(
            "it was never judged", "warehouse.duckdb", "run tandem check"
        )
    changed = _changed_since(connection)
    if changed:
        raise NotPublished(
            f"{changed[0]} changed after it was judged",
            "warehouse.duckdb",
            "run tandem check",
        )
    findings = connection.sql("from warehouse.judged.findings").pl()
    return _accepted_findings(findings, {one.expectation: one for one in accepted})


def _refuse_senseless(accepted: list[Acceptance]) -> None:
    for one in accepted:
        if one.expectation in PRIVACY_CHECKS:
            raise WrongUse(
                "a privacy check cannot be accepted", one.expectation, "mend the cubes"
            )
        if not one.reason.strip():
            raise WrongUse("a reason is missing", one.expectation, "add --reason TEXT")


def _accepted_findings(
    findings: pl.DataFrame, accepted: dict[str, Acceptance]
) -> pl.DataFrame:
    failed = findings["expectation"].unique().to_list()
    unknown = sorted(set(accepted) - set(failed))
    if unknown:
        raise WrongUse(
            f"no such expectation failed: {', '.join(unknown)}",
            "--accept",
            f"failing now: {', '.join(sorted(failed)) or 'none'}",
        )
    refused = findings.filter(~pl.col("expectation").is_in(list(accepted)))
    if refused.height:
        first = refused.row(0, named=True)
        more = f" (and {refused.height - 1} more)" if refused.height > 1 else ""
        raise NotPublished(
            f"{first['expectation']} failed: {first['message']}{more}",
            next_step="the last snapshot stays; mend the delivery, or"
            f" tandem publish --accept {first['expectation']} --reason TEXT",
        )
    who = pl.DataFrame(
        [(one.expectation, one.reason, one.role) for one in accepted.values()],
        schema={"expectation": pl.String, "reason": pl.String, "role": pl.String},
        orient="row",
    )
    return findings.join(who, on="expectation").select(
        "expectation",
        (pl.col("subject") + ": " + pl.col("observed")).alias("value"),
        "reason",
        "role",
    )


def _changed_since(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the tables that are not as they were when they were judged."""
    judged = connection.sql(
        "select table_name, row_count, content_hash from warehouse.judged.tables"
    ).fetchall()
    return [
        name
        for name, row_count, content_hash in judged
        if _content(connection, name) != (row_count, content_hash)
    ]


def _content(
    connection: duckdb.DuckDBPyConnection, name: str
) -> tuple[int, str] | None:
    schema, table = name.split(".", 1)
    try:
        relation = connection.sql(f'from warehouse."{schema}"."{table}"')
    except duckdb.CatalogException:
        return None
    return (
        relation.set_alias("judged")
        .aggregate("count(*), coalesce(sum(hash(judged)::hugeint), 0)::varchar")
        .fetchall()[0]
    )
