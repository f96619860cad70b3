"""Linked tables: which published cells are sums of others.

A cell of a cube is a set of base cells (mode x category x programme x unit x region x
quarter). The cells of a finer cube that lie wholly inside a cell are its parts.
Programmes also count as parts of categories and modes, since everybody knows which
category and mode a programme has. Where the parts do not fill their total, anybody can
subtract them from it: the difference is a residual cell, suppressed from the start.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from publishing.cubes import DIMENSIONS, KEY, Cube, Span, cell_keys, in_windows
from publishing.disclosure.feasibility import Relation

WINDOW = ("kpi_id", "trailing_quarters", "window_quarter")
KNOWN_OF_PROGRAMMES = frozenset({"delivery_mode", "outcome_category"})


@dataclass(frozen=True)
class LinkedTables:
    """The relations between numbered cells, and the residual cells in them.

    Attributes:
        relations: which cells are sums of others.
        residuals: columns numerator, denominator, people; one row per residual cell,
            numbered after the published cells. A residual cell is never shown.
    """

    relations: list[Relation]
    residuals: pl.DataFrame


def link_tables(
    base_cells: pl.DataFrame, cells: pl.DataFrame, cubes: tuple[Cube, ...], span: Span
) -> LinkedTables:
    """Return every relation among the cells of one KPI.

    Args:
        base_cells: what fct_kpis holds per DIMENSIONS and quarter.
        cells: the published cells, with `cell`, their number from 0.
        cubes: the cubes that the cells belong to.
        span: the quarters that windows may look back over.
    """
    residuals: list[tuple[float, float, float]] = []
    relations = _time_relations(cells)
    for total in cubes:
        windowed = in_windows(base_cells, total, span.oldest, span.newest)
        for part in cubes:
            if total.name != part.name and _is_finer(part, total):
                membership = _cell_membership(windowed, cells, (total, part))
                found = _parts_of_totals(membership, total.name, part.name)
                relations += _with_residuals(found, residuals, cells.height)
    schema = {"numerator": pl.Float64, "denominator": pl.Float64, "people": pl.Float64}
    frame = pl.DataFrame(residuals, schema=schema, orient="row")
    return LinkedTables(list(dict.fromkeys(relations)), frame)


def number_cells(cells: pl.DataFrame) -> pl.DataFrame:
    """Number the cells of one KPI from 0, in the order of their keys."""
    return cells.sort("cube", *KEY).with_columns(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("cell")
    )


def measure_values(
    cells: pl.DataFrame, linked: LinkedTables, measure: str
) -> np.ndarray:
    """Return one measure of the cells and, after them, of the residual cells."""
    return np.concatenate(
        [
            cells[measure].cast(pl.Float64).to_numpy(),
            linked.residuals[measure].to_numpy(),
        ]
    )


def _is_finer(part: Cube, total: Cube) -> bool:
    """Return whether a reader knows which of the total's cells holds a part."""
    known = set(part.by)
    if "programme_id" in known:
        known |= KNOWN_OF_PROGRAMMES
    return set(total.by) <= known


def _cell_membership(
    windowed: pl.DataFrame, cells: pl.DataFrame, cubes: tuple[Cube, ...]
) -> pl.DataFrame:
    """Return the base cells in windows that all cubes have, with the cell in each."""
    membership = windowed
    for cube in cubes:
        numbered = cells.filter(pl.col("cube") == cube.name).select(
            *WINDOW,
            *[pl.col(name).alias(f"in_{name}") for name in DIMENSIONS],
            pl.col("cell").alias(f"cell_{cube.name}"),
        )
        keyed = membership.with_columns(
            key.alias(f"in_{name}")
            for name, key in zip(DIMENSIONS, cell_keys(cube), strict=True)
        )
        inside = [f"in_{name}" for name in DIMENSIONS]
        membership = keyed.join(numbered, on=[*WINDOW, *inside], how="inner")
        membership = membership.drop(inside)
    return membership


def _parts_of_totals(membership: pl.DataFrame, total: str, part: str) -> pl.DataFrame:
    """Return, per total cell, the parts inside it and the measures of what is left."""
    total_column, part_column = f"cell_{total}", f"cell_{part}"
    is_inside = pl.col(total_column).n_unique().over(part_column) == 1
    measures = {"numerator": "numerator", "denominator": "denominator"}
    measures |= {"people": "learner_count"}
    return (
        membership.with_columns(is_inside.alias("is_inside"))
        .group_by(total_column)
        .agg(
            pl.col(part_column).filter("is_inside").unique().sort().alias("parts"),
            pl.col("is_inside").all().alias("is_filled"),
            *[
                pl.col(column).filter(~pl.col("is_inside")).sum().alias(name)
                for name, column in measures.items()
            ],
        )
        .filter(pl.col("parts").list.len() > 0)
        .sort(total_column)
        .rename({total_column: "total"})
    )


def _with_residuals(
    found: pl.DataFrame, residuals: list[tuple[float, float, float]], cell_count: int
) -> list[Relation]:
    """Return the relations; append a residual cell for each total not filled."""
    relations = []
    for row in found.iter_rows(named=True):
        parts = list(row["parts"])
        if not row["is_filled"]:
            parts.append(cell_count + len(residuals))
            residuals.append((row["numerator"], row["denominator"], row["people"]))
        relations.append(Relation(row["total"], tuple(parts)))
    return relations


def _time_relations(cells: pl.DataFrame) -> list[Relation]:
    """Return each longer window as the sum of the next shorter ones that fill it."""
    place = ["cube", *DIMENSIONS]
    before = pl.col("window_quarter") - pl.col("trailing_quarters")
    timed = cells.select(
        *place,
        "cell",
        pl.col("trailing_quarters").alias("length"),
        before.alias("quarter_before"),
        pl.col("window_quarter").alias("ends"),
    )
    inner = timed.rename(
        {"cell": "part", "quarter_before": "part_before", "ends": "part_ends"}
    )
    lengths = timed.select("cube", "length").unique()
    shorter = (
        lengths.join(lengths, on="cube", suffix="_part")
        .filter(pl.col("length_part") < pl.col("length"))
        .group_by("cube", "length")
        .agg(pl.col("length_part").min())
    )
    found = (
        timed.join(shorter, on=["cube", "length"])
        .join(inner.rename({"length": "length_part"}), on=[*place, "length_part"])
        .filter(
            (pl.col("part_before") >= pl.col("quarter_before"))
            & (pl.col("part_ends") <= pl.col("ends"))
            & ((pl.col("ends") - pl.col("part_ends")) % pl.col("length_part") == 0)
        )
        .group_by("cell")
        .agg(pl.col("part").sort())
        .sort("cell")
    )
    return [Relation(cell, tuple(parts)) for cell, parts in found.iter_rows()]
