"""Schema raw as Iceberg tables, for models that Spark builds.

`loads` is written last, because models read committed loads only: an interrupted run
leaves rows that no model counts.
"""

from typing import TYPE_CHECKING

import duckdb

from tandem.core.iceberg import append, create, tables_of, write_table

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog

# The text is written whole: only DuckDB puts it together from this column.
SHORT_TEXT = "short_statement"
# What the pipeline keeps for itself; no model reads it.
NOT_WRITTEN = ("layout", "last_build")
STATEMENTS = "raw.statements"
OF_LOAD = "tandem.load."  # property: count and sum of hashes of one load's statements
LOADS = """
select load_id, count(*) || ' ' || sum(hash(t))
from raw.statements as t
group by load_id
order by load_id
"""


def write_raw(connection: duckdb.DuckDBPyConnection, catalog: "Catalog") -> list[str]:
    """Bring schema raw of a catalog to the state of the warehouse's.

    Of `statements`, the rows of loads that changed are written; of every other table
    all rows, where any changed.

    Args:
        connection: to the warehouse, in a session of the zone UTC.
        catalog: the lake; the schema is made where it is missing.

    Returns:
        The tables that were written, in that order.
    """
    catalog.create_namespace_if_not_exists("raw")
    names = [f"raw.{n}" for n in tables_of(connection, "raw") if n not in NOT_WRITTEN]
    names.sort(key=lambda name: (name == "raw.loads", name))
    return [
        name
        for name in names
        if (
            write_statements(connection, catalog)
            if name == STATEMENTS
            else write_table(connection, catalog, name)
        )
    ]


def write_statements(connection: duckdb.DuckDBPyConnection, catalog: "Catalog") -> bool:
    """Write the statements of loads that the lake has not, or has otherwise.

    Returns:
        Whether any were written or removed.
    """
    from pyiceberg.expressions import In

    rows = f"select * exclude ({SHORT_TEXT}) from {STATEMENTS}"
    if catalog.table_exists(STATEMENTS):
        table = catalog.load_table(STATEMENTS)
    else:
        table = create(connection, catalog, STATEMENTS, rows)
    now = {OF_LOAD + load: digest for load, digest in connection.sql(LOADS).fetchall()}
    before = {k: v for k, v in table.properties.items() if k.startswith(OF_LOAD)}
    changed = sorted(load for load in now if before.get(load) != now[load])
    removed = sorted(load for load in before if before[load] != now.get(load))
    if not changed and not removed:
        return False
    if removed:
        loads = [load.removeprefix(OF_LOAD) for load in removed]
        table.delete(In("load_id", loads))
        with table.transaction() as transaction:
            transaction.remove_properties(*removed)
    listed = ", ".join(f"'{load.removeprefix(OF_LOAD)}'" for load in changed)
    if changed:
        of_loads = f"{rows} where load_id in ({listed}) order by occurred_at"
        append(connection, table, of_loads, {load: now[load] for load in changed})
    return True
