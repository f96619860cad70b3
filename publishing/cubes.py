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
    """A way to cut: what it keeps, which windows it has, what hiding a cell costs."""

    name: str
    by: tuple[str, ...]
    trailing: tuple[int, ...] = (1,)
    worth: float = 1.0


def read_cubes() -> tuple[Cube, ...]:
    """Return the published cubes."""
    path = Path(__file__).with_name("cubes.toml")
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Cube(
            one["name"],
            tuple(one["by"]),
            tuple(one["trailing"]),
            float(one["worth"]),
        )
        for one in content["cubes"]
    )


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


def windows(cube: Cube, oldest: int, newest: int) -> pl.DataFrame:
    """Return a cube's windows: trailing_quarters, window_quarter (its last), is_exact.

    A window that begins before the oldest quarter is left out: while such windows grow,
    each tells its last quarter by subtraction. Where the whole history is shorter than
    the shortest window, that window's newest is all there is, and stays.

    Exact are windows over more than a quarter that do not overlap, counted from the
    newest. Overlapping ones would tell single quarters by subtraction, and a quarter
    with a handful of late people would have to hide the year around it: so the counts
    of the others are published coarsely.

    Args:
        cube: what it publishes.
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
    atoms: pl.DataFrame, cube: Cube, oldest: int, newest: int
) -> pl.DataFrame:
    """Put each row into every window of a cube that looks back over its quarter.

    Args:
        atoms: rows with `quarter`.
        cube: what it publishes.
        oldest: the first quarter with any evidence.
        newest: the quarter after which no window ends.

    Returns:
        The rows, repeated, with the columns of `windows`.
    """
    ends = pl.col("window_quarter")
    return atoms.join(windows(cube, oldest, newest), how="cross").filter(
        (pl.col("quarter") <= ends)
        & (pl.col("quarter") > ends - pl.col("trailing_quarters"))
    )


def cell_keys(cube: Cube) -> list[pl.Expr]:
    """Return the expressions that make a row's cell key in one cube."""
    return [
        (pl.col(name) if name in cube.by else pl.lit(ROLLED_UP)).alias(name)
        for name in DIMENSIONS
    ]


KEY = ("kpi_id", "trailing_quarters", "window_quarter", *DIMENSIONS)


@dataclass(frozen=True)
class Span:
    """The quarters with evidence, numbered as `quarter_number` does."""

    oldest: int
    newest: int


def count_cells(
    atoms: pl.DataFrame, cubes: tuple[Cube, ...], span: Span
) -> pl.DataFrame:
    """Sum numerator and denominator of each cell of each cube.

    Args:
        atoms: kpi_id, DIMENSIONS, quarter, numerator, denominator, learner_count.
        cubes: the cubes.
        span: the quarters that windows may look back over.

    Returns:
        One row per cube x cell: cube, the key, numerator, denominator,
        `most_people` (the largest atom's people: no cell has fewer), is_exact.
    """
    return pl.concat(
        in_windows(atoms, cube, span.oldest, span.newest)
        .with_columns(pl.lit(cube.name).alias("cube"), *cell_keys(cube))
        .group_by("cube", *KEY)
        .agg(
            pl.col("numerator").sum(),
            pl.col("denominator").sum(),
            pl.col("learner_count").max().alias("most_people"),
            pl.col("is_exact").first(),
        )
        for cube in cubes
    ).sort("cube", *KEY)
