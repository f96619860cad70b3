"""Where a fact comes from: its statements, and the deliveries that brought them."""

from dataclasses import dataclass
from typing import Any

from tandem.cli.built_tables import built_tables
from tandem.core.errors import WrongUse
from tandem.core.files import Home

Row = dict[str, Any]

# No name and no attribute of a person: the id, what happened, and when.
ENROLMENT = """
select
    enrolment_id, programme_id, cohort_id, delivery_mode, outcome_category,
    completion_class, status, exclusion_reason, waiver_kind, is_matured,
    has_activity_evidence, enrolled_at, started_at, completed_at, due_at, matured_at
from marts.fct_enrolments where enrolment_id = $id
"""
SESSION = """
select
    session_id, programme_id, cohort_id, status, run_count, report_count, is_planned,
    has_attendance_evidence, planned_start_at, opened_at, closed_at
from marts.dim_sessions where session_id = $id
"""
OF_ENROLMENT = """
select statement_id from intermediate.int_statements_bound_to_enrolments
where enrolment_id = $id
"""
OF_SESSION = """
select statements.statement_id from raw.statements as statements
inner join intermediate.int_live_runs as runs
    on
        statements.technical_session_id = runs.technical_session_id
        and statements.source = runs.source
where runs.session_id = $id
"""
STATEMENTS = """
select
    statements.statement_id, statements.occurred_at, statements.verb_id,
    statements.object_id, statements.load_id, loads.source, loads.connector,
    loads.variant, loads.sha256, loads.started_at as landed_at
from raw.statements as statements
inner join raw.loads as loads using (load_id)
where lower(statements.statement_id) in (select lower(statement_id) from ({of}))
order by statements.occurred_at nulls last, statements.statement_id
"""
TRACES = {"enrolment": (ENROLMENT, OF_ENROLMENT), "session": (SESSION, OF_SESSION)}


@dataclass(frozen=True)
class Trace:
    """A fact, and the statements that it was made from, oldest first."""

    kind: str
    fact: Row
    statements: list[Row]


def trace(home: Home, kind: str, fact_id: str) -> Trace:
    """Return where an enrolment or a live session comes from; it names nobody.

    Raises:
        WarehouseProblem: nothing is built, or another process holds the file.
        WrongUse: the last build has no such fact.
    """
    fact, statements = TRACES[kind]
    asked = {"id": fact_id}
    with built_tables(home) as connection:
        found = connection.sql(fact, params=asked).pl().to_dicts()
        if not found:
            table = "fct_enrolments" if kind == "enrolment" else "dim_sessions"
            raise WrongUse(
                f"the last build has no {kind} {fact_id!r}",
                "ID",
                f'list ids: tandem sql "select {kind}_id from marts.{table}"',
            )
        query = STATEMENTS.format(of=statements)
        rows = connection.sql(query, params=asked).pl().to_dicts()
    return Trace(kind, found[0], rows)
