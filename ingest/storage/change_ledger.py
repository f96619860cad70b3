"""The change ledger: the statements that changed since the last finished build.

Whatever adds, replaces, changes or removes rows of raw.statements does so inside
`changing` and records them in raw.changed_statements, so that change and record are
committed together or not at all. A build reads the ledger and empties it when it has
finished.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

LAST = """
select coalesce(max(change_no), 0)
from (
    select change_no from raw.changed_statements
    union all
    select change_no from raw.last_build
)
"""
NEXT = f"set variable change_no = ({LAST}) + 1"
IDS = """
insert into raw.changed_statements
select distinct
    getvariable('change_no')::bigint as change_no,
    null::varchar as load_id,
    statement_id
"""
LOADS = """
insert into raw.changed_statements
select
    getvariable('change_no')::bigint as change_no,
    unnest($loads) as load_id,
    null::varchar as statement_id
"""
ALL = """
insert into raw.changed_statements
values (getvariable('change_no')::bigint, null, null)
"""
CHANGED_COUNT = """
with loads as (select distinct load_id from raw.changed_statements)
select
    case when bool_or(load_id is null and statement_id is null)
        then (select count(*) from raw.statements)
        else
            (select count(*) from raw.statements semi join loads using (load_id))
            + (
                select count(distinct statement_id) from raw.changed_statements
                where statement_id is not null and statement_id not in (
                    select statement_id from raw.statements
                    semi join loads using (load_id)
                )
            )
    end
from raw.changed_statements
"""


@contextmanager
def changing(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit all that is done inside as one numbered change, or nothing."""
    connection.begin()
    try:
        connection.execute(NEXT)
        yield
    except BaseException:
        connection.rollback()
        raise
    finally:
        # A record outside of a change has no number, which the table refuses.
        connection.execute("reset variable change_no")
    connection.commit()


def record_ids(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """Record statements by their ids, inside `changing`.

    Args:
        connection: to the warehouse.
        rows: SQL from `from` on, that has a column statement_id.
    """
    connection.execute(f"{IDS} {rows}")


def record_loads(connection: duckdb.DuckDBPyConnection, loads: list[str]) -> None:
    """Record every statement whose row has one of some load ids, inside `changing`."""
    if loads:
        connection.execute(LOADS, {"loads": loads})


def record_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Record every statement there is or was, inside `changing`.

    Where people are removed, the ids of their statements must not stay behind, nor
    digests of what was known about them: one row replaces all rows of the ledger, and
    the record of the last build is emptied.
    """
    connection.execute("delete from raw.changed_statements")
    connection.execute("update raw.last_build set is_finished = false, state = null")
    connection.execute(ALL)


def last_change(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the last change, 0 before the first."""
    return connection.sql(LAST).fetchall()[0][0]


def has_removals(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether `record_all` was called since the last finished build."""
    found = connection.sql(
        "select 1 from raw.changed_statements"
        " where load_id is null and statement_id is null limit 1"
    )
    return bool(found.fetchall())


def changed_count(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many statements changed since the last finished build."""
    return connection.sql(CHANGED_COUNT).fetchall()[0][0]


def finish_build(
    connection: duckdb.DuckDBPyConnection, change_no: int, state: str
) -> None:
    """Remove what a build has read, and record that build as finished.

    Args:
        connection: to the warehouse, outside of a transaction.
        change_no: the last change before the build began.
        state: what it read and left.
    """
    connection.begin()
    try:
        connection.execute(
            "delete from raw.changed_statements where change_no <= $change_no",
            {"change_no": change_no},
        )
        connection.execute("delete from raw.last_build")
        connection.execute(
            "insert into raw.last_build values ($change_no, true, $state)",
            {"change_no": change_no, "state": state},
        )
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
