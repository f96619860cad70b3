"""Nested counts: where a KPI counts some of another's rows, the rest is a group.

Everybody who did not withdraw is among everybody enrolled: one base less the other is
how many withdrew. Which counts lie inside which is computed from the rows themselves.
The difference is treated as a table of its own: it has the cubes and windows of the
KPIs, its small cells are suppressed, and more of them until it cannot be computed.
Where it is suppressed, the less important of the two KPIs shows no exact counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from publishing.cubes import DIMENSIONS, KEY, Cube, Span, count_cells
from publishing.disclosure.figures import NUMBERS, Rule
from publishing.disclosure.kpi_table import KpiTable
from publishing.disclosure.suppression import protect_sizes
from publishing.hiding import replaced_where
from publishing.people import with_people
from publishing.units import Counted, Population
from tandem.core.wording import render

CELL = ["cube", *[name for name in KEY if name != "kpi_id"]]
PEOPLE = "people"  # of a base: its distinct people are published beside it


@dataclass(frozen=True)
class Nested:
    """Two counts of which one lies inside the other.

    Attributes:
        inner: its rows are all among those of `outer`.
        outer: the wider count.
        shown_coarsely: the KPI that gives way where the difference is small.
        rest: DIMENSIONS, quarter and learner_key of the rows that only `outer` counts.
    """

    inner: Counted
    outer: Counted
    shown_coarsely: str
    rest: pl.DataFrame


def nested_counts(
    populations: Iterable[Population], importance: Sequence[str]
) -> list[Nested]:
    """Return the pairs of counts of different KPIs of which one lies inside the other.

    A numerator inside a base that is also its own KPI's is left out: that difference
    is the complement of the KPI, which `primary_reason` judges. So are equal counts.

    Args:
        populations: the rows that the published KPIs count.
        importance: the published KPIs; of a pair, the later one gives way.
    """
    rank = {kpi_id: position for position, kpi_id in enumerate(importance)}
    found = []
    for population in populations:
        shared = _shared_rows(population.is_in)
        size = shared.diagonal()
        is_equal = (shared == size[:, None]) & (shared == size[None, :])
        base = {
            counted.kpi_id: number
            for number, counted in enumerate(population.counted)
            if counted.side == "denominator"
        }
        for inner, outer in zip(
            *np.nonzero((shared == size[:, None]) & ~is_equal & (size[:, None] > 0)),
            strict=True,
        ):
            less, more = population.counted[inner], population.counted[outer]
            if is_equal[base[less.kpi_id], outer]:
                continue
            is_rest = population.is_in[:, outer] & ~population.is_in[:, inner]
            later = max(less.kpi_id, more.kpi_id, key=lambda name: rank[name])
            rest = population.units.filter(pl.Series(is_rest))
            found.append(Nested(less, more, later, rest))
    return found


def _shared_rows(is_in: np.ndarray) -> np.ndarray:
    """Return how many rows each two sets share; shape (sets, sets)."""
    numbers = is_in.astype(np.float64)
    return numbers.T @ numbers


def rests_of(nested: Iterable[Nested]) -> dict[str, list[pl.DataFrame]]:
    """Return the rests for which each KPI gives way, each once."""
    found: dict[str, dict[int, pl.DataFrame]] = {}
    for pair in nested:
        rows = found.setdefault(pair.shown_coarsely, {})
        rows.setdefault(int(pair.rest.hash_rows().sort().hash().sum()), pair.rest)
    return {kpi_id: list(rows.values()) for kpi_id, rows in found.items()}


def round_small_rests(
    counted: pl.DataFrame,
    rests: Sequence[pl.DataFrame],
    cubes: tuple[Cube, ...],
    span: Span,
    rule: Rule,
) -> pl.DataFrame:
    """Take `is_exact` from the cells of a KPI by which a small rest can be computed.

    The attacker is taken to know the other KPI of each pair in every cell.

    Args:
        counted: the cells of one KPI, from `count_cells`.
        rests: the rows of each difference.
        cubes: the cubes of the KPI.
        span: the quarters that windows may look back over.
        rule: how small a group may be.
    """
    is_coarse = pl.col("is_coarse").fill_null(False)
    found = counted.with_columns(pl.lit(False).alias("is_open"))
    for rest in rests:
        table = _rest_table(rest, found, cubes, span)
        if table is None or not _has_small_cell(table, rule.k):
            continue
        protected = protect_sizes(table, rule).filter("is_suppressed")
        found = (
            found.join(
                protected.select(*CELL, pl.lit(True).alias("is_coarse")),
                on=CELL,
                how="left",
                maintain_order="left",
            )
            .with_columns((pl.col("is_open") | is_coarse).alias("is_open"))
            .drop("is_coarse")
        )
    return found.with_columns(pl.col("is_exact") & ~pl.col("is_open")).drop("is_open")


def _has_small_cell(table: KpiTable, k: int) -> bool:
    return table.cells.filter("is_exact", pl.col("people") < k).height > 0


def _rest_table(
    rest: pl.DataFrame, counted: pl.DataFrame, cubes: tuple[Cube, ...], span: Span
) -> KpiTable | None:
    """Return the cells of a difference; None where there is none in these quarters."""
    kpi_id = counted["kpi_id"][0] if counted.height else ""
    rows = rest.filter(pl.col("quarter").is_between(span.oldest, span.newest)).select(
        pl.lit(kpi_id).alias("kpi_id"), *DIMENSIONS, "quarter", "learner_key"
    )
    place = ["kpi_id", *DIMENSIONS, "quarter"]
    people = rows.group_by(*place, "learner_key").agg(
        pl.len().cast(pl.Float64).alias("numerator"),
        pl.len().cast(pl.Float64).alias("denominator"),
    )
    if people.is_empty():
        return None
    persons = pl.col("learner_key").n_unique().cast(pl.Int64)
    base_cells = (
        people.group_by(place)
        .agg(
            pl.col("numerator", "denominator").sum(),
            persons.alias("learner_count"),
            persons.alias("numerator_learner_count"),
            pl.lit(0, pl.Int64).alias("complement_learner_count"),
        )
        .sort(place)
    )
    cells = with_people(count_cells(base_cells, cubes, span), people, cubes)
    cells = cells.join(
        counted.select(*CELL, "is_open"), on=CELL, how="left", maintain_order="left"
    ).with_columns(pl.col("is_open").fill_null(True))
    return KpiTable(base_cells, people, cells, cubes, span, is_share=True)


def hide_small_rests(
    cells: pl.DataFrame, nested: Iterable[Nested], k: int
) -> pl.DataFrame:
    """Hide the cells whose rest is still certain to be 1 to k - 1.

    Everything that is published of both KPIs in the cell is taken together: exact
    counts, rounded people, and shares in whole points.

    Args:
        cells: as published, of all KPIs, with the columns of `with_bounds`.
        nested: the pairs of counts.
        k: the smallest group that may be shown.
    """
    numbered = cells.with_row_index("row")
    by_kpi = numbered.partition_by("kpi_id", as_dict=True)
    is_hidden = np.zeros(cells.height, dtype=bool)
    for pair, found in _certain(by_kpi, nested, k):
        column = "row" if pair.shown_coarsely == pair.outer.kpi_id else "row_inner"
        is_hidden[found[column].to_numpy()] = True
    return hidden_where(cells, pl.Series(is_hidden), k)


def hidden_where(cells: pl.DataFrame, is_hidden: pl.Series, k: int) -> pl.DataFrame:
    """Hide some published cells, in the words of any other hidden one."""
    hidden = {
        "state": "hidden",
        "state_detail": render("gate.hidden", k=k),
        "reason": "complementary",
    }
    hide = pl.col("is_hidden")
    return (
        cells.with_columns(is_hidden.alias("is_hidden"))
        .with_columns(
            *[pl.when(~hide).then(pl.col(name)).alias(name) for name in NUMBERS],
            *replaced_where(hide, hidden),
        )
        .select(cells.columns)
    )


def small_rests(
    cells: pl.DataFrame, nested: Iterable[Nested], k: int
) -> list[tuple[Nested, int]]:
    """Return how many cells of each pair show a rest that is certainly 1 to k - 1."""
    by_kpi = cells.with_row_index("row").partition_by("kpi_id", as_dict=True)
    return [(pair, found.height) for pair, found in _certain(by_kpi, nested, k)]


def _certain(
    by_kpi: Mapping[tuple[object, ...], pl.DataFrame], nested: Iterable[Nested], k: int
) -> Iterable[tuple[Nested, pl.DataFrame]]:
    """Yield the cells of each pair whose difference is certainly 1 to k - 1."""
    for pair in nested:
        inner = by_kpi.get((pair.inner.kpi_id,))
        outer = by_kpi.get((pair.outer.kpi_id,))
        if inner is None or outer is None:
            continue
        sides = [(pair.inner.side, pair.outer.side)]
        if sides == [("denominator", "denominator")]:
            sides.append((PEOPLE, PEOPLE))
        for less, more in sides:
            both = _shown(outer, more).join(
                _shown(inner, less), on=CELL, suffix="_inner"
            )
            least = pl.col("low") - pl.col("high_inner")
            most = pl.col("high") - pl.col("low_inner")
            found = both.filter((least >= 1) & (most >= least) & (most < k))
            if found.height:
                yield pair, found


def _shown(cells: pl.DataFrame, side: str) -> pl.DataFrame:
    """Return what is known of one count in the shown cells of a KPI."""
    return cells.filter(pl.col("state") == "shown").select(
        *CELL,
        "row",
        pl.col(f"low_{side}").alias("low"),
        pl.col(f"high_{side}").alias("high"),
    )
