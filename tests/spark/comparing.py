"""Whether two warehouses hold the same rows, doubles to a billionth."""

from pathlib import Path

import duckdb

TOLERANCE = 1e-9  # of the larger of 1 and the value
COLUMNS = """
select column_name, data_type
from duckdb_columns()
where database_name = $database and schema_name || '.' || table_name = $table
order by column_index
"""


def differences(expected: Path, found: Path, schema: str = "marts") -> dict[str, str]:
    """Return what differs in each table of a schema that is not equal.

    Args:
        expected: a warehouse that DuckDB built.
        found: one with the tables that Spark built.
        schema: whose tables are compared; the first warehouse says which there are.
    """
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach '{expected}' as expected (read_only)")
        connection.execute(f"attach '{found}' as found (read_only)")
        names = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'expected'"
            " and schema_name = $schema order by table_name",
            {"schema": schema},
        ).fetchall()
        tables = [f"{schema}.{name}" for (name,) in names]
        return {t: what for t in tables if (what := difference(connection, t))}


def difference(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Return in words what differs between the two databases' table, "" if nothing.

    Rows are compared as multisets: both sides are brought into one order, by the
    columns that are no doubles first.
    """
    columns, others = (
        connection.execute(COLUMNS, {"database": name, "table": table}).fetchall()
        for name in ("expected", "found")
    )
    if not others:
        return "it is not there"
    if columns != others:
        return f"columns {sorted(set(columns) ^ set(others))}"
    doubles = [name for name, kind in columns if kind == "DOUBLE"]
    exact = [name for name, kind in columns if kind != "DOUBLE"]
    order = ", ".join(f'"{name}" nulls first' for name in [*exact, *doubles])
    numbered = {
        name: f"(select *, row_number() over (order by {order}) as row_no"
        f" from {name}.{table})"
        for name in ("expected", "found")
    }
    wrong = [f'e."{name}" is distinct from f."{name}"' for name in exact]
    wrong += [
        f'(e."{name}" is null) <> (f."{name}" is null)'
        f' or abs(e."{name}" - f."{name}") > {TOLERANCE}'
        f' * greatest(1, abs(e."{name}"))'
        for name in doubles
    ]
    counts = [
        connection.sql(f"select count(*) from {name}.{table}").fetchall()[0][0]
        for name in ("expected", "found")
    ]
    if counts[0] != counts[1]:
        return f"{counts[0]} rows, and {counts[1]} on Spark"
    sums = ", ".join(f"count(case when {what} then 1 end)" for what in wrong)
    found = connection.sql(
        f"select {sums} from {numbered['expected']} as e"
        f" inner join {numbered['found']} as f using (row_no)"
    ).fetchall()[0]
    named = [
        f"{name} ({count})"
        for name, count in zip([*exact, *doubles], found, strict=True)
        if count
    ]
    return f"of {counts[0]} rows: {', '.join(named)}" if named else ""
