"""The fixed cubes: which cells leaders may see, counted before anything is hidden.

Numerators and denominators are summed from `marts.fct_kpis`. People do not add up (one
may be in two programmes), so they are counted anew for each cell from the facts.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

DIMENSIONS = (
    "delivery_mode",
    "outcome_category",
    "programme_id",
    "business_unit",
    "region",
)
ROLLED_UP = "all"


@dataclass(frozen=True)
class Cube:
    """A way to cut: its name, the dimensions that it keeps, what hiding it costs."""

    name: str
    by: tuple[str, ...]
    worth: float = 1.0


@dataclass(frozen=True)
class CubeList:
    """What `cubes.toml` says."""

    cubes: tuple[Cube, ...]
    trailing: tuple[int, ...]


def read_cubes() -> CubeList:
    """Return the published cubes."""
    path = Path(__file__).with_name("cubes.toml")
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    cubes = tuple(
        Cube(one["name"], tuple(one["by"]), float(one["worth"]))
        for one in content["cubes"]
    )
    return CubeList(cubes, tuple(content["trailing"]))


def quarter_number(column: str) -> pl.Expr:
    """Return quarters since year 0 of a quarter's first day, whatever month it is."""
    day = pl.col(column)
    return (day.dt.year().cast(pl.Int64) * 12 + day.dt.month() - 1) // 3


def first_day(number: int, fiscal_year_start_month: int) -> date:
    """Return the first day of a quarter that `quarter_number` numbered."""
    month = number * 3 + (fiscal_year_start_month - 1) % 3
    return date(month // 12, month % 12 + 1, 1)


def period_label(number: int, fiscal_year_start_month: int) -> str:
    """Return e.g. `2026-Q2`: the second quarter of the fiscal year begun in 2026."""
    day = first_day(number, fiscal_year_start_month)
    months = day.year * 12 + day.month - fiscal_year_start_month
    return f"{months // 12}-Q{months % 12 // 3 + 1}"


def in_windows(
    atoms: pl.DataFrame, trailing: tuple[int, ...], oldest: int, newest: int
) -> pl.DataFrame:
    """Put each row into every window that looks back over its quarter.

    A window that begins before the oldest quarter is left out: while such windows grow,
    each tells its last quarter by subtraction. Where the whole history is shorter than
    the shortest window, that window's newest is all there is, and stays.

    Args:
        atoms: rows with `quarter`.
        trailing: window lengths in quarters.
        oldest: the first quarter with any evidence.
        newest: the quarter after which no window ends.

    Returns:
        The rows, repeated, with `trailing_quarters` and `window_quarter`, the newest
        quarter of the window.
    """
    windows = [
        atoms.with_columns(
            pl.lit(length, pl.Int64).alias("trailing_quarters"),
            pl.int_ranges("quarter", pl.col("quarter") + length).alias(
                "window_quarter"
            ),
        ).explode("window_quarter")
        for length in trailing
    ]
    return pl.concat(windows).filter(is_published(trailing, oldest, newest))


def is_published(trailing: tuple[int, ...], oldest: int, newest: int) -> pl.Expr:
    """Return which windows are published: full ones, and the shortest at the end."""
    ends, length = pl.col("window_quarter"), pl.col("trailing_quarters")
    shortest = min((n for n in trailing if n > 1), default=1)
    is_all_there_is = (ends == newest) & (length == shortest)
    is_full = ends - length + 1 >= oldest
    return (ends <= newest) & (is_full | is_all_there_is)


def cell_keys(cube: Cube) -> list[pl.Expr]:
    """Return the expressions that make a row's cell key in one cube."""
    return [
        (pl.col(name) if name in cube.by else pl.lit(ROLLED_UP)).alias(name)
        for name in DIMENSIONS
    ]


KEY = ("kpi_id", "trailing_quarters", "window_quarter", *DIMENSIONS)


def count_cells(windowed: pl.DataFrame, cubes: tuple[Cube, ...]) -> pl.DataFrame:
    """Sum numerator and denominator of each cell of each cube.

    Args:
        windowed: atoms as `in_windows` returns them, with numerator, denominator and
            learner_count.
        cubes: the cubes.

    Returns:
        One row per cube x cell: cube, the key, numerator, denominator,
        `most_people` (the largest atom's people: no cell has fewer).
    """
    return pl.concat(
        windowed.with_columns(pl.lit(cube.name).alias("cube"), *cell_keys(cube))
        .group_by("cube", *KEY)
        .agg(
            pl.col("numerator").sum(),
            pl.col("denominator").sum(),
            pl.col("learner_count").max().alias("most_people"),
            pl.col("learner_count").sum().alias("summed_people"),
        )
        for cube in cubes
    ).sort("cube", *KEY)
