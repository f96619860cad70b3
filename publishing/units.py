"""What KPIs count, row by row, so that one KPI's rows can be found among another's.

A KPI of which every row counts 1 in the base counts three sets of rows: the base, the
numerator and its complement. Facts with one row per enrolment, or per learner and
session, share these rows: whoever started in one fact is the same enrolment as whoever
finished in another.
"""

from collections.abc import Collection
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from publishing.cubes import DIMENSIONS, quarter_number
from publishing.people import PersonSource, person_sources

# Columns that name a row of several facts; of the first that is unique in a fact.
NAMES = (("enrolment_id",), ("learner_key", "session_id"))
SIDES = ("denominator", "numerator", "complement")


@dataclass(frozen=True)
class Counted:
    """One set of rows that a KPI counts: its base, its numerator or its complement."""

    kpi_id: str
    side: str


@dataclass(frozen=True)
class Population:
    """Rows that several KPIs count.

    Attributes:
        units: DIMENSIONS, quarter (see `cubes.quarter_number`) and learner_key.
        counted: the sets of these rows.
        is_in: which row is in which set; shape (rows, sets).
    """

    units: pl.DataFrame
    counted: list[Counted]
    is_in: np.ndarray


def populations(
    connection: duckdb.DuckDBPyConnection, kpi_ids: Collection[str]
) -> list[Population]:
    """Return the rows that KPIs count, together where they count the same ones.

    Args:
        connection: with the warehouse attached as `warehouse`.
        kpi_ids: the KPIs that are published.
    """
    found: dict[tuple[str, ...], list[pl.DataFrame]] = {}
    for source in person_sources(connection):
        if source.kpi_id in kpi_ids:
            name = _name_of_rows(connection, source.fact)
            rows = _rows(connection, source, name)
            if (rows["base"] == 1).all() and rows.height:
                found.setdefault(name or (source.fact,), []).append(rows)
    return [_together(frames) for frames in found.values()]


def _name_of_rows(
    connection: duckdb.DuckDBPyConnection, fact: str
) -> tuple[str, ...] | None:
    """Return the columns that name each row of a fact, None where none do."""
    table = connection.sql(f'from warehouse.marts."{fact}"')
    for name in NAMES:
        if set(name) <= set(table.columns):
            columns = ", ".join(name)
            rows, names, missing = table.aggregate(
                f"count(*), count(distinct ({columns})), "
                f"count(*) filter ({' or '.join(f'{each} is null' for each in name)})"
            ).fetchall()[0]
            if rows == names and not missing:
                return name
    return None


def _rows(
    connection: duckdb.DuckDBPyConnection,
    source: PersonSource,
    name: tuple[str, ...] | None,
) -> pl.DataFrame:
    """Return a KPI's rows, each with what names it among those of its population."""
    keys = ", ".join(f"coalesce({by}, 'unknown') as {by}" for by in DIMENSIONS)
    named = " || '/' || ".join(name) if name else "row_number() over ()::varchar"
    return (
        connection.sql(
            f'select *, {named} as unit_name from warehouse.marts."{source.fact}"'
        )
        .filter(
            f'"{source.denominator}" is not null and "{source.quarter}" is not null'
            f' and "{source.denominator}" <> 0'
        )
        .project(
            f"unit_name, {keys}, learner_key, "
            f'cast("{source.quarter}" as date) as period_start_date, '
            f'"{source.denominator}"::double as base, '
            f'coalesce("{source.numerator}", 0)::double as part'
        )
        .pl()
        .with_columns(
            quarter_number("period_start_date").alias("quarter"),
            pl.lit(source.kpi_id).alias("kpi_id"),
        )
        .drop("period_start_date")
    )


def _together(frames: list[pl.DataFrame]) -> Population:
    """Number the rows of KPIs alike; the same row in another quarter is another one."""
    place = ["unit_name", *DIMENSIONS, "quarter"]
    rows = pl.concat(frames)
    units = rows.unique(place, maintain_order=True).select(*place, "learner_key")
    numbered = rows.join(units.with_row_index("unit").drop("learner_key"), on=place)
    counted: list[Counted] = []
    columns: list[np.ndarray] = []
    for (kpi_id,), mine in numbered.partition_by("kpi_id", as_dict=True).items():
        part = mine["part"]
        sides = {"denominator": pl.repeat(True, mine.height, eager=True)}
        if part.is_in([0.0, 1.0]).all():
            sides |= {"numerator": part == 1, "complement": part == 0}
        for side, belongs in sides.items():
            is_in = np.zeros(units.height, dtype=bool)
            is_in[mine.filter(belongs)["unit"].to_numpy()] = True
            counted.append(Counted(str(kpi_id), side))
            columns.append(is_in)
    return Population(units.drop("unit_name"), counted, np.column_stack(columns))
