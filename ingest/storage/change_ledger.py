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
    select change_no from raw.builds
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

    Where people are removed, the ids of their statements must not stay behind, in this
    ledger either: one row replaces all of its rows.
    """
    connection.execute("delete from raw.changed_statements")
    connection.execute(ALL)


def last_change(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the last change, 0 before the first."""
    return connection.sql(LAST).fetchall()[0][0]


def finish_build(
    connection: duckdb.DuckDBPyConnection, build_id: str, change_no: int
) -> None:
    """Remove what a build has read, and record that build as the last finished one.

    Args:
        connection: to the warehouse, outside of a transaction.
        build_id: of the build.
        change_no: the last change before the build began.
    """
    read = {"change_no": change_no}
    connection.begin()
    try:
        connection.execute(
            "delete from raw.changed_statements where change_no <= $change_no", read
        )
        connection.execute("delete from raw.builds")
        connection.execute(
            "insert into raw.builds values ($build_id, $change_no)",
            {"build_id": build_id, **read},
        )
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
