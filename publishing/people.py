"""Distinct people per cell: behind its base, its numerator and its complement.

Distinct people do not add up: one person may be in two programmes, or in two quarters.
Where a KPI's fact has learner keys, they are counted per cell. Where it has none, a
cell is assumed to hold only the people of its largest base cell: an underestimate,
which can only suppress too much.

A person may be on both sides of a share of events: of three seats, one may be missed.
"""

from collections.abc import Collection
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from publishing.cubes import (
    DIMENSIONS,
    Cube,
    quarter_number,
)

REGISTRY = """
select
    kpis.kpi_id,
    kpis.source_fact,
    kpis.numerator_column,
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
                list_concat(
                    $needed, [kpis.numerator_column, kpis.denominator_column]
                ),
                columns.column_name
            )
    ) = len($needed) + 2
order by kpis.kpi_id
"""


PEOPLE = {
    "kpi_id": pl.String,
    **dict.fromkeys(DIMENSIONS, pl.String),
    "quarter": pl.Int64,
    "learner_key": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
}


@dataclass(frozen=True)
class PersonSource:
    """The columns of the fact that hold a KPI's people."""

    kpi_id: str
    fact: str
    numerator: str
    denominator: str
    quarter: str


def person_sources(connection: duckdb.DuckDBPyConnection) -> list[PersonSource]:
    """Return where the people of each KPI are, of facts with learner keys."""
    needed = ["learner_key", *DIMENSIONS]
    found = connection.sql(REGISTRY, params={"needed": needed}).fetchall()
    return [PersonSource(*row) for row in found]


def people_behind(
    connection: duckdb.DuckDBPyConnection, kpi_ids: Collection[str]
) -> pl.DataFrame:
    """Return everybody behind a KPI, where its fact has learner keys.

    Args:
        connection: with the warehouse attached as `warehouse`.
        kpi_ids: the KPIs whose people are asked for.

    Returns:
        kpi_id, DIMENSIONS, quarter (see `cubes.quarter_number`), learner_key, and the
        person's part of numerator and denominator; one row per person and base cell.
    """
    sources = person_sources(connection)
    frames = [_people_of(connection, s) for s in sources if s.kpi_id in kpi_ids]
    return pl.concat(frames) if frames else pl.DataFrame(schema=PEOPLE)


def _people_of(
    connection: duckdb.DuckDBPyConnection, source: PersonSource
) -> pl.DataFrame:
    """Return one KPI's people; the identifiers come from DuckDB's catalogue."""
    keys = ", ".join(f"coalesce({name}, 'unknown') as {name}" for name in DIMENSIONS)
    rows = (
        connection.sql(f'from warehouse.marts."{source.fact}"')
        .filter(
            f'"{source.denominator}" is not null and "{source.quarter}" is not null'
        )
        .project(
            f'{keys}, cast("{source.quarter}" as date) as period_start_date, '
            f'learner_key, "{source.numerator}" as part, "{source.denominator}" as base'
        )
        .aggregate(
            f"{', '.join(DIMENSIONS)}, period_start_date, learner_key, "
            "coalesce(sum(part), 0)::double as numerator, "
            "sum(base)::double as denominator"
        )
        .pl()
    )
    return rows.select(
        pl.lit(source.kpi_id).alias("kpi_id"),
        *DIMENSIONS,
        quarter_number("period_start_date").alias("quarter"),
        "learner_key",
        "numerator",
        "denominator",
    )


IS_ON_SIDE = {
    "people": pl.col("denominator") > 0,
    "numerator_people": pl.col("numerator") != 0,
    "complement_people": pl.col("numerator") < pl.col("denominator"),
}


def with_people(
    cells: pl.DataFrame,
    people: pl.DataFrame | None,
    cubes: tuple[Cube, ...],
) -> pl.DataFrame:
    """Add how many distinct people are behind each cell.

    Args:
        cells: one KPI's cells, as `cubes.count_cells` returns them.
        people: of one KPI, as `people_behind` returns them; None or empty where its
            fact has no learner keys.
        cubes: the published cubes.

    Returns:
        The cells with `people`, `numerator_people` and `complement_people`.
    """
    for side, belongs in IS_ON_SIDE.items():
        found = None if people is None else people.filter(belongs)
        cells = _with_side(cells, found, cubes, side)
    return cells


def _with_side(
    cells: pl.DataFrame, people: pl.DataFrame | None, cubes: tuple[Cube, ...], side: str
) -> pl.DataFrame:
    """Add the distinct people of one side, under its name.

    Nobody is on a side of a cell only where its fact has learner keys.
    """
    most = pl.col(f"most_{side}").cast(pl.Int64)
    if people is None or people.is_empty():
        return cells.with_columns(most.alias(side))
    places = people.select(DIMENSIONS).unique().with_row_index("place")
    numbered = people.join(places, on=DIMENSIONS, how="left")
    first = int(people["quarter"].min())
    seen = _Seen(
        numbered["place"].to_numpy(),
        people["learner_key"].rank("dense").to_numpy().astype(np.int64),
        people["quarter"].to_numpy() - first,
    )
    counted = [
        _count_in_cube(
            seen, places, cells.filter(pl.col("cube") == cube.name), cube, first
        )
        for cube in cubes
    ]
    return (
        pl.concat(counted)
        .with_columns(pl.col("counted").fill_null(most).alias(side))
        .drop("counted")
    )


@dataclass(frozen=True)
class _Seen:
    """Who was in which place in which quarter.

    Attributes:
        place: number of the place; ascending.
        learner: number of the person; ascending within a place.
        quarter: counted from the first one of all; ascending within a person.
    """

    place: np.ndarray
    learner: np.ndarray
    quarter: np.ndarray

    @classmethod
    def sorted(
        cls, place: np.ndarray, learner: np.ndarray, quarter: np.ndarray
    ) -> "_Seen":
        """Return the same entries in order."""
        order = np.lexsort((quarter, learner, place))
        return cls(place[order], learner[order], quarter[order])


def _count_in_cube(
    seen: _Seen, places: pl.DataFrame, cells: pl.DataFrame, cube: Cube, first: int
) -> pl.DataFrame:
    """Add `counted`, people, to the cells of one cube, null where there are none.

    Args:
        seen: who was where, by the numbers of `places`, in any order.
        places: DIMENSIONS and place, their number.
        cells: of one KPI in the cube.
        cube: the cube.
        first: the quarter that `seen` counts from.
    """
    by = list(cube.by)
    group = pl.struct(by).rank("dense").cast(pl.Int64) if by else pl.lit(0)
    grouped = places.with_columns(group.alias("group"))
    within = _Seen.sorted(
        grouped["group"].to_numpy()[seen.place], seen.learner, seen.quarter
    )
    groups = grouped.select(*by, "group").unique()
    cells = (
        cells.join(groups, on=by, how="left") if by else cells.join(groups, how="cross")
    )
    length = cells["trailing_quarters"].to_numpy()
    end = cells["window_quarter"].to_numpy() - first
    row = cells["group"].fill_null(-1).to_numpy()
    people = np.zeros(cells.height, dtype=np.int64)
    for quarters in cube.trailing:
        counts = _count_in_windows(within, quarters, int(end.max(initial=0)))
        chosen = (length == quarters) & (end >= 0) & (row >= 0)
        people[chosen] = counts[row[chosen], end[chosen]]
    found = pl.Series("counted", people)
    return cells.drop("group").with_columns(pl.when(found > 0).then(found))


def _count_in_windows(seen: _Seen, length: int, newest: int) -> np.ndarray:
    """Return the distinct people of each place in the windows of one length.

    A person of a quarter is in every window that ends from that quarter to length - 1
    quarters later. Where the person is in the place again by then, the later quarter
    takes over, so that nobody is counted twice: the people of the windows that end with
    a quarter are all who came up to then, less those who went.

    Args:
        seen: who was where.
        length: of the windows, in quarters.
        newest: the last quarter that a window ends with, counted likewise.

    Returns:
        People by place and by the quarter that the window ends with, counted likewise;
        shape (places, quarters).
    """
    place, learner, quarter = seen.place, seen.learner, seen.quarter
    gone = quarter + length
    is_again = (place[1:] == place[:-1]) & (learner[1:] == learner[:-1])
    gone[:-1][is_again] = np.minimum(gone[:-1], quarter[1:])[is_again]
    quarters = max(int(gone.max()), newest) + 1
    shape = (int(place.max()) + 1, quarters)
    came = np.bincount(place * quarters + quarter, minlength=shape[0] * quarters)
    went = np.bincount(place * quarters + gone, minlength=shape[0] * quarters)
    return (came - went).reshape(shape).cumsum(axis=1)
