"""The cells of the kept snapshots, which whoever saved them can still compare with."""

import duckdb
import polars as pl

from publishing.cubes import DIMENSIONS, quarter_number
from publishing.disclosure.earlier import EARLIER
from publishing.snapshots import DASHBOARD, MANIFEST
from tandem.core.attaching import attach
from tandem.core.files import Home

CELLS = """
select
    kpi_id, cube, {dimensions}, trailing_quarters::bigint as trailing_quarters,
    period_start_date, state,
    case when denominator is not null then learner_count end::double as learner_count,
    denominator::double as denominator,
    numerator::double as numerator,
from earlier.pub.kpi_cells
where state = 'hidden' or denominator is not null
"""


def earlier_cells(home: Home) -> pl.DataFrame:
    """Return the cells of every kept snapshot that were exact or hidden.

    Returns:
        The columns of `EARLIER`; counts are null where they were not exact. Snapshots
        of an earlier layout, without these columns, are left out.
    """
    frames = [pl.DataFrame(schema=EARLIER)]
    folders = home.published.iterdir() if home.published.exists() else ()
    for folder in sorted(folders):
        if (folder / MANIFEST).exists():
            with duckdb.connect() as connection:
                attach(connection, folder / DASHBOARD, "earlier")
                try:
                    found = connection.sql(
                        CELLS.format(dimensions=", ".join(DIMENSIONS))
                    ).pl()
                except (duckdb.BinderException, duckdb.CatalogException):
                    continue
            first = quarter_number("period_start_date")
            frames.append(
                found.with_columns(
                    pl.lit(folder.name).alias("snapshot_id"),
                    (first + pl.col("trailing_quarters") - 1).alias("window_quarter"),
                ).select(pl.col(name).cast(kind) for name, kind in EARLIER.items())
            )
    return pl.concat(frames)
