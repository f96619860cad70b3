"""Tables of DuckDB as Iceberg tables, and back: what Spark's models read and leave.

Times are written with the zone UTC, which Spark reads as the `timestamp` that models
cast to, and read back without a zone. The catalog is the one that pyiceberg knows as
`lake`: ~/.pyiceberg.yaml or PYICEBERG_CATALOG__LAKE__URI (docs/scaling.md).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from tandem.core.errors import ClusterProblem

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table

LAKE = "lake"
DIGEST = "tandem.digest"  # property of a table: count and sum of hashes of its rows
TABLES = """
select table_name from duckdb_tables() where schema_name = '{0}' order by table_name
"""
ROWS_A_BATCH = 1_000_000


def lake() -> "Catalog":
    """Return the catalog that pyiceberg is configured to call `lake`.

    Raises:
        ClusterProblem: pyiceberg is not installed, or nothing configures the catalog.
    """
    try:
        from pyiceberg.catalog import load_catalog
    except ImportError as error:
        raise ClusterProblem(
            "the extra for clusters is not installed",
            "pyiceberg",
            'pip install "tandem-analytics[spark]"',
        ) from error
    try:
        return load_catalog(LAKE)
    except (ValueError, OSError) as error:
        raise ClusterProblem(
            str(error).splitlines()[0],
            f"the catalog {LAKE}",
            "configure pyiceberg as docs/scaling.md shows",
        ) from error


def tables_of(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """Return the names of a schema's tables."""
    return [name for (name,) in connection.sql(TABLES.format(schema)).fetchall()]


def write_table(
    connection: duckdb.DuckDBPyConnection,
    catalog: "Catalog",
    name: str,
    *,
    left_out: Sequence[str] = (),
) -> bool:
    """Write all rows of a table of DuckDB, unless the lake has them.

    Args:
        connection: in a session of the zone UTC.
        catalog: with the schema of the table.
        name: schema and table, the same on both sides.
        left_out: columns that are not written.

    Returns:
        Whether the table was written.
    """
    digest = digest_of(connection, name)
    if catalog.table_exists(name):
        table = catalog.load_table(name)
        if table.properties.get(DIGEST) == digest:
            return False
        purge(catalog, name)
    columns = f"* exclude ({', '.join(left_out)})" if left_out else "*"
    rows = f"select {columns} from {name}"
    append(connection, create(connection, catalog, name, rows), rows, {DIGEST: digest})
    return True


def create(
    connection: duckdb.DuckDBPyConnection, catalog: "Catalog", name: str, rows: str
) -> "Table":
    """Create an empty table with the columns of a query of DuckDB."""
    empty = connection.sql(f"{rows} limit 0").to_arrow_table()
    return catalog.create_table(name, schema=in_utc(empty).schema)


def append(
    connection: duckdb.DuckDBPyConnection,
    table: "Table",
    rows: str,
    properties: dict[str, str],
) -> None:
    """Add the rows of a query of DuckDB, and set properties, in one commit.

    The rows are read in batches, so that memory does not grow with the table.
    """
    reader = connection.sql(rows).to_arrow_reader(ROWS_A_BATCH)
    with table.transaction() as transaction:
        for batch in reader:
            if batch.num_rows:
                transaction.append(in_utc(pa.Table.from_batches([batch])))
        transaction.set_properties(properties)


def read_table(
    connection: duckdb.DuckDBPyConnection, catalog: "Catalog", name: str
) -> int:
    """Replace a table of DuckDB by the lake's of the same name; return its rows.

    Args:
        connection: in a session of the zone UTC; the schema must exist.
        catalog: with the table.
        name: schema and table.
    """
    reader = catalog.load_table(name).scan().to_arrow_batch_reader()
    columns = ", ".join(_column_of(field) for field in reader.schema)
    connection.register("of_lake", reader)
    try:
        connection.execute(
            f"create or replace table {name} as select {columns} from of_lake"
        )
    finally:
        connection.unregister("of_lake")
    return connection.sql(f"select count(*) from {name}").fetchall()[0][0]


def purge(catalog: "Catalog", name: str) -> None:
    """Remove a table, the files of its whole history, and files of no table.

    A task that was killed leaves data files that no snapshot names.
    """
    from pyarrow.fs import FileSelector, FileSystem

    location = catalog.load_table(name).location()
    catalog.purge_table(name)
    files, folder = FileSystem.from_uri(location)
    left = files.get_file_info(FileSelector(folder, allow_not_found=True))
    if left:
        files.delete_dir_contents(folder)


def digest_of(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """Return the count and the sum of the hashes of a table's rows."""
    query = f"select count(*) || ' ' || coalesce(sum(hash(t)), 0) from {name} as t"
    return connection.sql(query).fetchall()[0][0]


def in_utc(rows: pa.Table) -> pa.Table:
    """Return the rows with every time in the zone UTC, and whole numbers of 64 bits."""
    fields = [pa.field(field.name, _written_type(field.type)) for field in rows.schema]
    return rows.cast(pa.schema(fields))


def _written_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", tz="UTC")
    if pa.types.is_integer(kind):
        return pa.int64()
    return kind


def _column_of(field: pa.Field) -> str:
    kind = field.type
    if pa.types.is_timestamp(kind):
        return f'timezone(\'UTC\', "{field.name}") as "{field.name}"'
    return f'"{field.name}"'
