"""The layouts that a warehouse had, and what changed from each to the next."""

import duckdb

from ingest.storage.migration import Layouts

OLD_COLUMNS = """
select column_name, data_type, is_nullable
from duckdb_columns()
where
    database_name = current_database() and schema_name = 'raw'
    and table_name = 'statements' and column_name <> 'statement'
order by column_index
"""
HAS_SHORT = """
select count(*) from duckdb_columns()
where
    database_name = current_database() and schema_name = 'raw'
    and table_name = 'statements' and column_name = 'short_statement'
"""
# As layout 2 is: a control character stands where an id with a column of its own did.
SHORTENED = """
replace(replace(replace(replace(
    statement,
    coalesce(statement_id, ''), chr(1)),
    coalesce(registration, ''), chr(2)),
    coalesce(technical_session_id, ''), chr(3)),
    coalesce(actor_key, ''), chr(4))
"""
RESTORED = """
replace(replace(replace(replace(
    short_statement,
    chr(4), coalesce(actor_key, '')),
    chr(3), coalesce(technical_session_id, '')),
    chr(2), coalesce(registration, '')),
    chr(1), statement_id)
"""


def _keep_an_id_once(connection: duckdb.DuckDBPyConnection) -> None:
    """1 to 2: a statement no longer repeats the ids that have a column."""
    if connection.sql(HAS_SHORT).fetchall() != [(0,)]:
        return
    columns = connection.sql(OLD_COLUMNS).fetchall()
    declared = ", ".join(
        f'"{name}" {kind}{"" if is_nullable else " not null"}'
        for name, kind, is_nullable in columns
    )
    names = ", ".join(f'"{name}"' for name, _kind, _is_nullable in columns)
    connection.execute("drop table if exists raw.statements_of_layout_2")
    connection.execute(
        f"create table raw.statements_of_layout_2 ({declared},"
        " short_statement varchar using compression zstd,"
        f" statement varchar generated always as ({RESTORED}) virtual)"
    )
    connection.execute(
        f"insert into raw.statements_of_layout_2 ({names}, short_statement)"
        f" select {names}, {SHORTENED} from raw.statements"
    )
    connection.execute("drop table raw.statements")
    connection.execute("alter table raw.statements_of_layout_2 rename to statements")


WAREHOUSE = Layouts(
    name="the warehouse",
    table="raw.layout",
    current=2,
    steps={1: _keep_an_id_once},
)
