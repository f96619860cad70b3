"""Read what the last build made, and say what to do where it cannot be read."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home, unusable_database


@contextmanager
def built_tables(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse read-only.

    Raises:
        WarehouseProblem: nothing is landed, a table that the block reads is not built,
            or the file cannot be read now.
    """
    if not home.warehouse.exists():
        raise WarehouseProblem(
            "there is no warehouse yet", str(home.warehouse), "land something first"
        )
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            yield connection
    except duckdb.CatalogException as error:
        raise WarehouseProblem(
            "nothing is built yet", str(home.warehouse), "run tandem build"
        ) from error
    except duckdb.Error as error:
        raise unusable_database(home.warehouse, error) or WarehouseProblem(
            str(error).splitlines()[0],
            str(home.warehouse),
            "close the program that has it open, then again",
        ) from error
