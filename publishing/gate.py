"""The gate: a warehouse is published only when every expectation passed or is accepted.

A person may accept a failing expectation, with a reason; the journal keeps it and the
dashboards show it. A privacy check can never be accepted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from tandem.core.errors import NotPublished, WrongUse

# Expectations that compare with the last snapshot: what people did since can fail them.
COMPARING = frozenset(
    {"kpi_volume", "mode_not_vanished", "rate_steady", "source_volume"}
)
PRIVACY_CHECKS = frozenset({"privacy_audit", "privacy_small_groups"})

HAS_JUDGEMENT = """
select count(*) from duckdb_tables()
where database_name = 'warehouse' and schema_name = 'judged' and table_name = 'tables'
"""


@dataclass(frozen=True)
class Acceptance:
    """A person's decision to publish although an expectation failed."""

    expectation: str
    reason: str
    role: str = "publisher"


def pass_gate(
    connection: duckdb.DuckDBPyConnection,
    accepted: list[Acceptance],
    causes: Sequence[str] = (),
) -> pl.DataFrame:
    """Check whether the warehouse may be published.

    Args:
        connection: with the warehouse attached as `warehouse`.
        accepted: the failing expectations that a person accepts.
        causes: what people did since the last snapshot, in words.

    Returns:
        What was accepted: expectation, value, reason, role; one row per finding.

    Raises:
        NotPublished: the warehouse was never judged or has changed since, or an
            expectation failed and is not accepted.
        WrongUse: an acceptance names a privacy check, has no reason, or names an
            expectation that did not fail.
    """
    _check_acceptances(accepted)
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
    by_expectation = {acceptance.expectation: acceptance for acceptance in accepted}
    return _accepted_findings(findings, by_expectation, causes)


def _check_acceptances(accepted: list[Acceptance]) -> None:
    for acceptance in accepted:
        expectation = acceptance.expectation
        if expectation in PRIVACY_CHECKS:
            raise WrongUse(
                "a privacy check cannot be accepted", expectation, "fix the cubes"
            )
        if not acceptance.reason.strip():
            raise WrongUse("a reason is missing", expectation, "add --reason TEXT")


def _accepted_findings(
    findings: pl.DataFrame, accepted: dict[str, Acceptance], causes: Sequence[str]
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
        each = " ".join(f"--accept {name}" for name in sorted(failed))
        is_compared = not COMPARING.isdisjoint(refused["expectation"])
        known = f"since then {'; '.join(causes)}; " if causes and is_compared else ""
        raise NotPublished(
            f"{first['expectation']} failed: {first['message']}{more}",
            next_step=f"the last snapshot stays; {known}"
            f"{'if that explains it' if known else 'fix the delivery, or'}"
            f" tandem publish {each} --reason TEXT"
            f"{', else fix the delivery' if known else ''}",
        )
    acceptances = pl.DataFrame(
        [(each.expectation, each.reason, each.role) for each in accepted.values()],
        schema={"expectation": pl.String, "reason": pl.String, "role": pl.String},
        orient="row",
    )
    return findings.join(acceptances, on="expectation").select(
        "expectation",
        (pl.col("subject") + ": " + pl.col("observed")).alias("value"),
        "reason",
        "role",
    )


def _changed_since(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the tables that have changed since they were judged."""
    judged = connection.sql(
        "select table_name, row_count, content_hash from warehouse.judged.tables"
    ).fetchall()
    return [
        name
        for name, row_count, content_hash in judged
        if _fingerprint(connection, name) != (row_count, content_hash)
    ]


def _fingerprint(
    connection: duckdb.DuckDBPyConnection, name: str
) -> tuple[int, str] | None:
    """Return row count and content hash; None where the table does not exist."""
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
