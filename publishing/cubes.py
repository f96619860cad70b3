"""The fixed cubes: which cells are published, counted before suppression.

Numerators and denominators are summed from `marts.fct_kpis`. Distinct people do not add
up (one person may be in two programmes), so `publishing.people` counts them per cell.
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
    """A published table of KPIs.

    Attributes:
        name: as in cubes.toml.
        by: the DIMENSIONS it is broken down by; every other one is rolled up.
        trailing: the lengths of its windows, in quarters.
        cost: what suppressing a cell costs, per person in it.
    """

    name: str
    by: tuple[str, ...]
    trailing: tuple[int, ...] = (1,)
    cost: float = 1.0


def read_cubes() -> tuple[Cube, ...]:
    """Return the published cubes."""
    path = Path(__file__).with_name("cubes.toml")
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Cube(
            cube["name"],
            tuple(cube["by"]),
            tuple(cube["trailing"]),
            float(cube["cost"]),
        )
        for cube in content["cubes"]
    )


def quarter_number(column: str) -> pl.Expr:
    """Return the number of quarters since year 0 at a quarter's first day.

    Quarters of every fiscal year are numbered, whichever month it starts in.
    """
    day = pl.col(column)
    return (day.dt.year().cast(pl.Int64) * 12 + day.dt.month() - 1) // 3


def first_day(number: int, fiscal_year_start_month: int) -> date:
    """Return the first day of the quarter with a number from `quarter_number`."""
    month = number * 3 + (fiscal_year_start_month - 1) % 3
    return date(month // 12, month % 12 + 1, 1)


def period_label(number: int, fiscal_year_start_month: int) -> str:
    """Return e.g. `2026-Q2`: the second quarter of the fiscal year begun in 2026.

    Args:
        number: from `quarter_number`.
        fiscal_year_start_month: 1 to 12.
    """
    day = first_day(number, fiscal_year_start_month)
    months = day.year * 12 + day.month - fiscal_year_start_month
    return f"{months // 12}-Q{months % 12 // 3 + 1}"


def windows(cube: Cube, oldest: int, newest: int) -> pl.DataFrame:
    """Return a cube's windows: trailing_quarters, window_quarter (its last), is_exact.

    A window that begins before the oldest quarter is left out: subtracting the window
    before it would disclose its last quarter. Where the whole history is shorter than
    the shortest window, the newest of these windows is kept.

    Windows over more than one quarter that do not overlap, counted from the newest, are
    exact. Subtracting overlapping exact windows would disclose single quarters, and a
    quarter with a few late people would suppress the year around it, so the counts of
    all other windows are rounded.

    Args:
        cube: the cube whose windows are listed.
        oldest: the first quarter with any evidence.
        newest: the quarter after which no window ends.
    """
    shortest = min((n for n in cube.trailing if n > 1), default=1)
    found = [
        (length, end, length > 1 and (newest - end) % length == 0)
        for length in cube.trailing
        for end in range(oldest, newest + 1)
        if end - length + 1 >= oldest or (end == newest and length == shortest)
    ]
    schema = {
        "trailing_quarters": pl.Int64,
        "window_quarter": pl.Int64,
        "is_exact": pl.Boolean,
    }
    return pl.DataFrame(found, schema=schema, orient="row")


def in_windows(
    rows: pl.DataFrame, cube: Cube, oldest: int, newest: int
) -> pl.DataFrame:
    """Put each row into every window of a cube that looks back over its quarter.

    Args:
        rows: rows with `quarter`.
        cube: the cube whose windows are used.
        oldest: the first quarter with any evidence.
        newest: the quarter after which no window ends.

    Returns:
        The rows, repeated, with the columns of `windows`.
    """
    ends = pl.col("window_quarter")
    return rows.join(windows(cube, oldest, newest), how="cross").filter(
        (pl.col("quarter") <= ends)
        & (pl.col("quarter") > ends - pl.col("trailing_quarters"))
    )


def cell_keys(cube: Cube) -> list[pl.Expr]:
    """Return the expressions that make a row's cell key in one cube."""
    return [
        (pl.col(name) if name in cube.by else pl.lit(ROLLED_UP)).alias(name)
        for name in DIMENSIONS
    ]


# Distinct people of a base cell, by the side of the KPI that they are counted on.
SIDES = {
    "people": "learner_count",
    "numerator_people": "numerator_learner_count",
    "complement_people": "complement_learner_count",
}
KEY = ("kpi_id", "trailing_quarters", "window_quarter", *DIMENSIONS)


@dataclass(frozen=True)
class Span:
    """The first and the last quarter with evidence, numbered by `quarter_number`."""

    oldest: int
    newest: int


def count_cells(
    base_cells: pl.DataFrame, cubes: tuple[Cube, ...], span: Span
) -> pl.DataFrame:
    """Sum numerator and denominator of each cell of each cube.

    Args:
        base_cells: kpi_id, DIMENSIONS, quarter, numerator, denominator, and the people
            of each side.
        cubes: the cubes.
        span: the quarters that windows may look back over.

    Returns:
        One row per cube x cell: cube, the key, numerator, denominator,
        is_exact, and of each side `most_people` ...: those of its largest base cell, as
        no cell has fewer.
    """
    return pl.concat(
        in_windows(base_cells, cube, span.oldest, span.newest)
        .with_columns(pl.lit(cube.name).alias("cube"), *cell_keys(cube))
        .group_by("cube", *KEY)
        .agg(
            pl.col("numerator").sum(),
            pl.col("denominator").sum(),
            *[pl.col(name).max().alias(f"most_{side}") for side, name in SIDES.items()],
            pl.col("is_exact").first(),
        )
        for cube in cubes
    ).sort("cube", *KEY)
