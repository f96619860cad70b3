"""Distinct people per cell.

Distinct people do not add up: one person may be in two programmes, or in two quarters.
Where a KPI's fact has learner keys, they are counted per cell. Where it has none, a
cell is assumed to hold only the people of its largest base cell: an underestimate,
which can only suppress too much.
"""

from dataclasses import dataclass

import duckdb
import polars as pl

from publishing.cubes import (
    DIMENSIONS,
    KEY,
    Cube,
    Span,
    cell_keys,
    in_windows,
    quarter_number,
)

REGISTRY = """
select
    kpis.kpi_id,
    kpis.source_fact,
    kpis.denominator_column,
    anchors.column_name as quarter_column,
from warehouse.seeds.kpis as kpis
inner join duckdb_columns() as anchors
    on
        anchors.database_name = 'warehouse'
        and anchors.schema_name = 'marts'
        and anchors.table_name = kpis.source_fact
        and anchors.column_name = kpis.anchor
where
    (
        select count(*) from duckdb_columns() as columns
        where
            columns.database_name = 'warehouse'
            and columns.schema_name = 'marts'
            and columns.table_name = kpis.source_fact
            and list_contains(
                list_append($needed, kpis.denominator_column), columns.column_name
            )
    ) = len($needed) + 1
order by kpis.kpi_id
"""


@dataclass(frozen=True)
class _PersonSource:
    """The columns of the fact that hold a KPI's people."""

    kpi_id: str
    fact: str
    denominator: str
    quarter: str


def people_behind(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return everybody in a KPI's denominator, where its fact has learner keys.

    Args:
        connection: with the warehouse attached as `warehouse`.

    Returns:
        kpi_id, DIMENSIONS, quarter (see `cubes.quarter_number`), learner_key.
    """
    needed = ["learner_key", *DIMENSIONS]
    found = connection.sql(REGISTRY, params={"needed": needed}).fetchall()
    frames = [_people_of(connection, _PersonSource(*row)) for row in found]
    return pl.concat(frames) if frames else pl.DataFrame()


def _people_of(
    connection: duckdb.DuckDBPyConnection, source: _PersonSource
) -> pl.DataFrame:
    """Return one KPI's people; the identifiers come from DuckDB's catalogue."""
    rows = (
        connection.sql(f'from warehouse.marts."{source.fact}"')
        .filter(f'"{source.denominator}" > 0 and "{source.quarter}" is not null')
        .project(
            ", ".join(f"coalesce({name}, 'unknown') as {name}" for name in DIMENSIONS)
            + f', cast("{source.quarter}" as date) as period_start_date, learner_key'
        )
        .distinct()
        .pl()
    )
    return rows.select(
        pl.lit(source.kpi_id).alias("kpi_id"),
        *DIMENSIONS,
        quarter_number("period_start_date").alias("quarter"),
        "learner_key",
    )


def with_people(
    cells: pl.DataFrame,
    people: pl.DataFrame | None,
    cubes: tuple[Cube, ...],
    span: Span,
) -> pl.DataFrame:
    """Add `people`, the distinct people in each cell's denominator.

    Args:
        cells: one KPI's cells, as `cubes.count_cells` returns them.
        people: kpi_id, DIMENSIONS, quarter and learner_key of everybody in the KPI's
            denominators, once per base cell; None or empty where its fact has no
            learner keys.
        cubes: the published cubes.
        span: the quarters that windows may look back over.
    """
    if people is None or people.is_empty():
        return cells.with_columns(pl.col("most_people").alias("people"))
    counted = pl.concat(
        in_windows(people, cube, span.oldest, span.newest)
        .group_by(pl.lit(cube.name).alias("cube"), *KEY[:3], *cell_keys(cube))
        .agg(pl.col("learner_key").n_unique().cast(pl.Int64).alias("people"))
        for cube in cubes
    )
    return cells.join(counted, on=["cube", *KEY], how="left").with_columns(
        pl.col("people").fill_null(pl.col("most_people"))
    )
