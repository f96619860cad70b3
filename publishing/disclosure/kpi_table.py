"""What is known of one KPI before suppression."""

from dataclasses import dataclass

import polars as pl

from publishing.cubes import Cube, Span


@dataclass(frozen=True)
class KpiTable:
    """What is known of one KPI before suppression.

    Attributes:
        base_cells: what fct_kpis holds per DIMENSIONS and quarter.
        people: from `people_behind`; None where its fact has no learner keys.
        cells: its cells, with numerator, denominator and the people of each side.
        cubes: the published cubes.
        span: the quarters that windows may look back over.
        is_share: whether the numerator counts members of the denominator.
    """

    base_cells: pl.DataFrame
    people: pl.DataFrame | None
    cells: pl.DataFrame
    cubes: tuple[Cube, ...]
    span: Span
    is_share: bool
