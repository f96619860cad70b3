"""Whether anybody is enrolled in anything, and if not, what would enrol people."""

from typing import Any

import duckdb

from tandem.core.counted import counted
from tandem.core.files import Home
from tandem.core.seeds import seed_rows

# People who are listed, by source; a restriction or an erasure is no reason here.
LISTED = """
select count(distinct actor_key), list(distinct source order by source) from raw.people
"""
LANDED = """
select
    (select count(*) from raw.enrolments where coalesce(role, 'learner') = 'learner')
    + (select count(*) from raw.statements where list_contains($verbs, verb_id))
"""
BUILT = "select count(*) from marts.fct_enrolments"
TABLES = "select schema_name || '.' || table_name from duckdb_tables()"
ENROLS = "registered"  # the verb by which a learning platform reports an enrolment
ENROLLING = (
    "Add a column programme to that list, one row for each person and programme, or "
    "fill in the table enrolments (tandem template enrolments). Where the list has a "
    "column group instead, the workbook of tandem init asks for each group's programme"
)


def nobody_enrolled(connection: duckdb.DuckDBPyConnection) -> str:
    """Return why nobody is enrolled and what to do, "" where somebody is.

    Args:
        connection: to the warehouse. Before the first build, what landed decides.
    """
    tables = {name for (name,) in connection.sql(TABLES).fetchall()}
    if not {"raw.people", "raw.enrolments", "raw.statements"} <= tables:
        return ""
    if "marts.fct_enrolments" in tables and _one(connection, BUILT)[0]:
        return ""
    people, sources = _one(connection, LISTED)
    verbs = [row["verb_iri"] for row in seed_rows("verbs") if row["verb"] == ENROLS]
    (enrolments,) = _one(connection, LANDED, {"verbs": verbs})
    if enrolments and "marts.fct_enrolments" in tables:
        return (
            f"Nobody is enrolled: {enrolments:,} enrolments landed, and none names a "
            "programme. Name the programme of each group in the workbook of tandem "
            "init, on sheet Groups, or in the table cohorts (tandem template cohorts)"
        )
    if enrolments or (not people and "marts.fct_enrolments" not in tables):
        return ""
    if not people:
        return (
            "Nobody is enrolled: no list of people or of enrolments has landed. Land a "
            "roster, or fill in both tables (tandem template people enrolments)"
        )
    listed = counted(people, "person is", "people are")
    return (
        f"Nobody is enrolled: {listed} listed by {', '.join(sources)}, but no file "
        f"says who takes which programme, so that shares have no base. {ENROLLING}"
    )


def said_of(home: Home) -> str:
    """Return the same for a home; "" where its warehouse cannot be read now."""
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            return nobody_enrolled(connection)
    except duckdb.Error:
        return ""


def _one(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    named: dict[str, Any] | None = None,
) -> tuple[Any, ...]:
    return connection.execute(query, named or {}).fetchall()[0]
