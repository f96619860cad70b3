"""Distinct people per cell.

People do not add up: one may be in two programmes, or in two quarters. Where the facts
name the people behind a KPI they are counted anew for each cell. Where they do not, a
cell is taken to hold no more people than its largest disjoint part, which can only hide
too much.
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
class _Named:
    """Where a KPI's people are named."""

    kpi_id: str
    fact: str
    base: str
    quarter: str


def people_behind(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return everybody in a KPI's denominator, for the KPIs whose facts name them.

    Args:
        connection: with the warehouse attached as `warehouse`.

    Returns:
        kpi_id, DIMENSIONS, quarter (see `cubes.quarter_number`), learner_key.
    """
    needed = ["learner_key", *DIMENSIONS]
    found = connection.sql(REGISTRY, params={"needed": needed}).fetchall()
    frames = [_people_of(connection, _Named(*row)) for row in found]
    return pl.concat(frames) if frames else pl.DataFrame()


def _people_of(connection: duckdb.DuckDBPyConnection, named: _Named) -> pl.DataFrame:
    """Return one KPI's people; the identifiers are the catalogue's own."""
    rows = (
        connection.sql(f'from warehouse.marts."{named.fact}"')
        .filter(f'"{named.base}" > 0 and "{named.quarter}" is not null')
        .project(
            ", ".join(f"coalesce({name}, 'unknown') as {name}" for name in DIMENSIONS)
            + f', cast("{named.quarter}" as date) as period_start_date, learner_key'
        )
        .distinct()
        .pl()
    )
    return rows.select(
        pl.lit(named.kpi_id).alias("kpi_id"),
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
            denominators, once per atom; None or empty where the facts do not name them.
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
