"""Which published cells are sums of others, found from what they are made of.

A cube's cell is a set of atoms (mode x category x programme x unit x region x quarter).
Where the cells of a finer cube lie wholly inside a cell they are its parts; programmes
also count as parts of categories and modes, since everybody knows what a programme is.
Parts that do not fill their total leave a rest that nobody published and anybody can
subtract: it becomes a hidden cell of its own.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from publishing.audit import Sum
from publishing.cubes import DIMENSIONS, KEY, Cube, Span, cell_keys, in_windows

WINDOW = ("kpi_id", "trailing_quarters", "window_quarter")


@dataclass(frozen=True)
class Linked:
    """Sums over numbered cells, and the rests that the sums bring with them.

    `rests` has columns numerator, denominator, people: one row per rest, numbered after
    the cells. A rest is never shown.
    """

    sums: list[Sum]
    rests: pl.DataFrame


def link(
    atoms: pl.DataFrame, cells: pl.DataFrame, cubes: tuple[Cube, ...], span: Span
) -> Linked:
    """Return every sum among the cells of one KPI.

    Args:
        atoms: the KPI's atoms.
        cells: its cells, with `cell`, their number from 0.
        cubes: the cubes they are in.
        span: the quarters that windows may look back over.
    """
    rests: list[tuple[float, float, float]] = []
    sums = list(_time_sums(cells))
    for total in cubes:
        windowed = in_windows(atoms, total, span.oldest, span.newest)
        for part in cubes:
            if total.name != part.name and _is_finer(part, total):
                membership = _membership(windowed, cells, (total, part))
                found = _sums_between(membership, total.name, part.name)
                sums += _with_rests(found, rests, cells.height)
    schema = {"numerator": pl.Float64, "denominator": pl.Float64, "people": pl.Float64}
    frame = pl.DataFrame(rests, schema=schema, orient="row")
    return Linked(list(dict.fromkeys(sums)), frame)


def _is_finer(part: Cube, total: Cube) -> bool:
    """Return whether a reader knows which of the total's cells a part lies in."""
    about_programmes = {"delivery_mode", "outcome_category"}
    known = set(part.by)
    if "programme_id" in known:
        known |= about_programmes
    return set(total.by) <= known


def _membership(
    windowed: pl.DataFrame, cells: pl.DataFrame, cubes: tuple[Cube, ...]
) -> pl.DataFrame:
    """Return the atoms of windows that all cubes have, with the cell of each."""
    atoms = windowed
    for cube in cubes:
        numbered = cells.filter(pl.col("cube") == cube.name).select(
            *WINDOW,
            *[pl.col(name).alias(f"in_{name}") for name in DIMENSIONS],
            pl.col("cell").alias(f"cell_{cube.name}"),
        )
        keyed = atoms.with_columns(
            key.alias(f"in_{name}")
            for name, key in zip(DIMENSIONS, cell_keys(cube), strict=True)
        )
        on = [*WINDOW, *[f"in_{name}" for name in DIMENSIONS]]
        atoms = keyed.join(numbered, on=on, how="inner").drop(on[3:])
    return atoms


def _sums_between(membership: pl.DataFrame, total: str, part: str) -> pl.DataFrame:
    """Return per total cell: its inner parts, and what is left beside them."""
    total_column, part_column = f"cell_{total}", f"cell_{part}"
    inside = pl.col(total_column).n_unique().over(part_column) == 1
    measures = {"numerator": "numerator", "denominator": "denominator"}
    measures |= {"people": "learner_count"}
    return (
        membership.with_columns(inside.alias("inside"))
        .group_by(total_column)
        .agg(
            pl.col(part_column).filter("inside").unique().sort().alias("parts"),
            pl.col("inside").all().alias("filled"),
            *[
                pl.col(column).filter(~pl.col("inside")).sum().alias(name)
                for name, column in measures.items()
            ],
        )
        .filter(pl.col("parts").list.len() > 0)
        .sort(total_column)
        .rename({total_column: "total"})
    )


def _with_rests(
    found: pl.DataFrame, rests: list[tuple[float, float, float]], cell_count: int
) -> list[Sum]:
    sums = []
    for row in found.iter_rows(named=True):
        parts = list(row["parts"])
        if not row["filled"]:
            parts.append(cell_count + len(rests))
            rests.append((row["numerator"], row["denominator"], row["people"]))
        sums.append(Sum(row["total"], tuple(parts)))
    return sums


def _time_sums(cells: pl.DataFrame) -> list[Sum]:
    """Return each longer window as the sum of the next shorter ones that fill it."""
    place = ["cube", *DIMENSIONS]
    begins = pl.col("window_quarter") - pl.col("trailing_quarters") + 1
    timed = cells.select(
        *place,
        "cell",
        pl.col("trailing_quarters").alias("length"),
        begins.alias("begins"),
        pl.col("window_quarter").alias("ends"),
    )
    inner = timed.rename({"cell": "part", "begins": "part_begins", "ends": "part_ends"})
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
            (pl.col("part_begins") >= pl.col("begins"))
            & (pl.col("part_ends") <= pl.col("ends"))
            & ((pl.col("ends") - pl.col("part_ends")) % pl.col("length_part") == 0)
        )
        .group_by("cell")
        .agg(pl.col("part").sort())
        .sort("cell")
    )
    return [Sum(cell, tuple(parts)) for cell, parts in found.iter_rows()]


def number(cells: pl.DataFrame) -> pl.DataFrame:
    """Number the cells of one KPI from 0, in the order of their keys."""
    return cells.sort("cube", *KEY).with_columns(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("cell")
    )


def values(cells: pl.DataFrame, linked: Linked, measure: str) -> np.ndarray:
    """Return one measure of the cells and, after them, of the rests."""
    return np.concatenate(
        [
            cells[measure].cast(pl.Float64).to_numpy(),
            linked.rests[measure].to_numpy(),
        ]
    )
