"""pub.programme_modes: how programmes run, and what the reference list says.

No column counts people. What an organisation wrote about an exception is not published:
a free text may name somebody.
"""

import duckdb
import polars as pl

PROGRAMME_MODES = """
select
    programme_id,
    default_delivery_mode as delivery_mode,
    reference_mode,
    reference_reason,
    is_aligned,
    has_exception,
    exception_review_on,
    reference_adopted_on,
    reference_adopted_by_role
from warehouse.marts.fct_programme_modes
order by programme_id
"""


def programme_modes(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return pub.programme_modes.

    Args:
        connection: with the warehouse attached as `warehouse`.
    """
    return connection.sql(PROGRAMME_MODES).pl()
