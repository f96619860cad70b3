"""The p % rule: an amount of which one person has too large a part.

From a published sum, the second largest contributor can subtract their own part. Where
what the others have is less than p percent of the largest part, that part can be
estimated too closely (Hundepool et al. 2012, 4.2.2).
"""

import polars as pl

from publishing.cubes import DIMENSIONS, KEY, Cube, Span, cell_keys, in_windows


def mark_dominated(
    cells: pl.DataFrame,
    people: pl.DataFrame | None,
    cubes: tuple[Cube, ...],
    span: Span,
    percent: float,
) -> pl.DataFrame:
    """Add `is_dominated`: whether an amount violates the p % rule.

    Args:
        cells: of one KPI whose numerator is an amount.
        people: of the KPI, from `people_behind`; where its fact has no learner keys,
            nobody's part is known and nothing is marked.
        cubes: the published cubes.
        span: the quarters that windows may look back over.
        percent: the p of the rule.
    """
    if people is None or people.is_empty():
        return cells.with_columns(pl.lit(False).alias("is_dominated"))
    parts = people.with_columns(pl.col("numerator").abs()).filter(
        pl.col("numerator") > 0
    )
    marked = [_in_cube(cells, parts, cube, span, percent) for cube in cubes]
    return pl.concat(marked)


def _in_cube(
    cells: pl.DataFrame, parts: pl.DataFrame, cube: Cube, span: Span, percent: float
) -> pl.DataFrame:
    """Mark the cells of one cube.

    Nobody has more in a window than in all quarters together, so most cells are far
    from the rule, and only the parts of the others are added up.
    """
    of_cube = cells.filter(pl.col("cube") == cube.name)
    keyed = parts.with_columns(cell_keys(cube))
    largest = (
        keyed.group_by(*DIMENSIONS, "learner_key")
        .agg(pl.col("numerator").sum())
        .group_by(DIMENSIONS)
        .agg(pl.col("numerator").max().alias("most"))
    )
    limit = (2 + percent / 100) * pl.col("most")
    near = (
        of_cube.join(largest, on=DIMENSIONS)
        .filter(pl.col("numerator").abs() < limit)
        .select(DIMENSIONS)
        .unique()
    )
    added = (
        in_windows(keyed.join(near, on=DIMENSIONS), cube, span.oldest, span.newest)
        .group_by(*KEY, "learner_key")
        .agg(pl.col("numerator").sum())
        .group_by(KEY)
        .agg(
            pl.col("numerator").sum().alias("total"),
            pl.col("numerator").top_k(2).sum().alias("two"),
            pl.col("numerator").max().alias("largest"),
        )
    )
    rest = pl.col("total") - pl.col("two")
    found = added.select(
        *KEY, (rest < percent / 100 * pl.col("largest")).alias("is_dominated")
    )
    return of_cube.join(found, on=KEY, how="left").with_columns(
        pl.col("is_dominated").fill_null(False)
    )
