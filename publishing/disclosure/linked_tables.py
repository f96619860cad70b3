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

from publishing.cubes import DIMENSIONS, KEY, SIDES, Cube, Span, in_windows
from publishing.disclosure.relations import Relation

WINDOW = ("trailing_quarters", "window_quarter")
WINDOW_LENGTHS = 1000  # greater than any length of a window, in quarters
MOST = tuple(f"most_{side}" for side in SIDES)
RESIDUAL = ("numerator", "denominator", "people", *MOST)
NO_MEMBERS = pl.DataFrame(schema={"residual": pl.Int64, "base_cell": pl.Int64})
KNOWN_OF_PROGRAMMES = frozenset({"delivery_mode", "outcome_category"})


@dataclass(frozen=True)
class LinkedTables:
    """The relations between numbered cells, and the residual cells in them.

    Attributes:
        relations: which cells are sums of others.
        residuals: numerator, denominator, people (the sum of its base cells'), and
            most_people ..., those of its largest base cell by side; one row per
            residual cell, numbered after the published cells. It is never shown.
        members: residual (its position) and base_cell; one row per base cell in it.
    """

    relations: list[Relation]
    residuals: pl.DataFrame
    members: pl.DataFrame


def link_tables(
    base_cells: pl.DataFrame, cells: pl.DataFrame, cubes: tuple[Cube, ...], span: Span
) -> LinkedTables:
    """Return every relation among the cells of one KPI.

    Args:
        base_cells: what fct_kpis holds per DIMENSIONS and quarter; they are numbered
            from 0 in this order.
        cells: the published cells, with `cell`, their number from 0.
        cubes: the cubes that the cells belong to.
        span: the quarters that windows may look back over.
    """
    residuals: list[dict[str, float]] = []
    members: list[pl.DataFrame] = []
    relations = _time_relations(cells)
    rows = base_cells.with_row_index("base_cell")
    measures = rows.select("base_cell", "numerator", "denominator", *SIDES.values())
    inside = {cube.name: _cells_of_rows(rows, cells, cube, span) for cube in cubes}
    for total in cubes:
        for part in cubes:
            if total.name != part.name and _is_finer(part, total):
                both = inside[total.name].join(
                    inside[part.name].rename({"cell": "part"}),
                    on=["base_cell", "window"],
                )
                found, outside = _parts_of_totals(both, measures)
                members.append(_numbered(found, outside, len(residuals)))
                relations += _with_residuals(found, residuals, cells.height)
    frame = pl.DataFrame(residuals, schema=dict.fromkeys(RESIDUAL, pl.Float64))
    return LinkedTables(
        list(dict.fromkeys(relations)), frame, pl.concat([NO_MEMBERS, *members])
    )


def _numbered(
    found: pl.DataFrame, outside: pl.DataFrame, residual_count: int
) -> pl.DataFrame:
    """Return the members of the residual cells that `_with_residuals` appends."""
    unfilled = found.filter(~pl.col("is_filled")).select("total")
    return (
        unfilled.with_row_index("residual", offset=residual_count)
        .join(outside, left_on="total", right_on="cell")
        .select(pl.col("residual").cast(pl.Int64), pl.col("base_cell").cast(pl.Int64))
    )


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


def _cells_of_rows(
    rows: pl.DataFrame, cells: pl.DataFrame, cube: Cube, span: Span
) -> pl.DataFrame:
    """Return the cell of one cube that each base cell is in, in each of its windows.

    Returns:
        base_cell, window (one number for its length and its last quarter) and cell.
    """
    window = pl.col("window_quarter") * WINDOW_LENGTHS + pl.col("trailing_quarters")
    of_cube = cells.filter(pl.col("cube") == cube.name)
    return (
        in_windows(rows, cube, span.oldest, span.newest)
        .select("base_cell", *WINDOW, *cube.by)
        .join(of_cube.select(*WINDOW, *cube.by, "cell"), on=[*WINDOW, *cube.by])
        .select("base_cell", window.alias("window"), "cell")
    )


def _parts_of_totals(
    both: pl.DataFrame, measures: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return, per total cell, the parts inside it and the measures of what is left.

    Args:
        both: base_cell, window, the total `cell` and the `part` that it is in.
        measures: base_cell, numerator, denominator and the people of each side.

    Returns:
        One row per total, and the base cells (cell, base_cell) that are left.
    """
    ends = both.group_by("part").agg(
        pl.col("cell").min().alias("first"), pl.col("cell").max().alias("last")
    )
    marked = both.join(
        ends.select("part", (pl.col("first") == pl.col("last")).alias("is_inside")),
        on="part",
    )
    parts = (
        marked.select("cell", "part", "is_inside")
        .unique()
        .group_by("cell")
        .agg(
            pl.col("part").filter("is_inside").sort().alias("parts"),
            pl.col("is_inside").all().alias("is_filled"),
        )
    )
    outside = marked.filter(~pl.col("is_inside")).select("cell", "base_cell")
    left = (
        outside.join(measures, on="base_cell")
        .group_by("cell")
        .agg(
            pl.col("numerator", "denominator").sum(),
            pl.col("learner_count").sum().alias("people"),
            *[pl.col(name).max().alias(f"most_{side}") for side, name in SIDES.items()],
        )
    )
    found = (
        parts.filter(pl.col("parts").list.len() > 0)
        .join(left, on="cell", how="left")
        .sort("cell")
        .rename({"cell": "total"})
    )
    return found, outside


def _with_residuals(
    found: pl.DataFrame, residuals: list[dict[str, float]], cell_count: int
) -> list[Relation]:
    """Return the relations; append a residual cell for each total not filled."""
    relations = []
    for row in found.iter_rows(named=True):
        parts = list(row["parts"])
        if not row["is_filled"]:
            parts.append(cell_count + len(residuals))
            residuals.append({name: row[name] for name in RESIDUAL})
        relations.append(Relation(row["total"], tuple(parts)))
    return relations


def _time_relations(cells: pl.DataFrame) -> list[Relation]:
    """Return each longer window as the sum of shorter ones of one length.

    Once for each shorter length: two exact years are the sum of their exact years,
    which their rounded quarters do not show.
    """
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
    shorter = lengths.join(lengths, on="cube", suffix="_part").filter(
        pl.col("length_part") < pl.col("length")
    )
    found = (
        timed.join(shorter, on=["cube", "length"])
        .join(inner.rename({"length": "length_part"}), on=[*place, "length_part"])
        .filter(
            (pl.col("part_before") >= pl.col("quarter_before"))
            & (pl.col("part_ends") <= pl.col("ends"))
            & ((pl.col("ends") - pl.col("part_ends")) % pl.col("length_part") == 0)
        )
        .group_by("cell", "length_part")
        .agg(pl.col("part").sort())
        .sort("cell", "length_part")
    )
    return [Relation(cell, tuple(parts)) for cell, _length, parts in found.iter_rows()]
