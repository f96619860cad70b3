"""Cell suppression: which cells of a KPI are hidden, and why.

Primary suppression hides a cell of fewer than k distinct people. A share that none or
all of a group have, or all but one or two, discloses its members: a band replaces it.
(A band for none and all alone would itself disclose them.) Complementary suppression
then protects both from subtraction, in two steps: first the sizes of small groups, the
same for every KPI of one population, so that one KPI cannot disclose what another
hides; then the counts behind disclosive shares. The audit attacks exact cells by linear
programmes, and rounded cells relation by relation.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from publishing.cubes import Cube, Span
from publishing.disclosure.complementary import Measure, SuppressionPlan
from publishing.disclosure.linked_tables import (
    LinkedTables,
    link_tables,
    measure_values,
    number_cells,
)
from publishing.disclosure.relations import Exposure
from publishing.disclosure.rounding import suppress_disclosive_cells

FLOOR = 5  # people; the smallest k that an organisation may set
SMALL_GROUP = 20  # people; in a smaller group, one or two exceptions are known by name
FEW = 3  # people; a share that leaves fewer on one side is replaced by a band
BANDED = ("share_low", "share_high")


@dataclass(frozen=True)
class SuppressionResult:
    """The cells of one KPI, and which of them are suppressed.

    Attributes:
        cells: the numbered cells with `reason`: null where shown, else small,
            share_low, share_high or complementary.
        remaining: the exposures that the last audit still found; empty where it passed.
    """

    cells: pl.DataFrame
    remaining: tuple[Exposure, ...]


def frequency_threshold(configured: int) -> int:
    """Return k: the smallest group that may be shown, never below FLOOR."""
    return max(int(configured), FLOOR)


def primary_reason(k: int, is_share: bool) -> pl.Expr:
    """Return the reason for a cell's primary suppression, null where it has none.

    Args:
        k: the smallest group that may be shown.
        is_share: whether the KPI's numerator counts members of its denominator.
    """
    small = pl.when(pl.col("people") < k).then(pl.lit("small"))
    if not is_share:
        return small
    others = pl.col("denominator") - pl.col("numerator")
    return (
        small.when(pl.col("numerator") < FEW)
        .then(pl.lit("share_low"))
        .when(others < FEW)
        .then(pl.lit("share_high"))
    )


def suppress_cells(
    base_cells: pl.DataFrame,
    cells: pl.DataFrame,
    cubes: tuple[Cube, ...],
    span: Span,
    k: int,
    is_share: bool,
) -> SuppressionResult:
    """Suppress what must be hidden among the cells of one KPI.

    Args:
        base_cells: what fct_kpis holds per DIMENSIONS and quarter, for this KPI.
        cells: its published cells, with numerator, denominator and people (distinct).
        cubes: the published cubes.
        span: the quarters that windows may look back over.
        k: the smallest group that may be shown.
        is_share: whether the numerator counts members of the denominator.

    Returns:
        The numbered cells with their reasons, and the exposures that remain.
    """
    numbered = number_cells(cells).with_columns(
        primary_reason(k, is_share).alias("reason"),
        pl.col("people").cast(pl.Float64),
    )
    linked = link_tables(base_cells, numbered, cubes, span)
    small = (numbered["reason"] == "small").fill_null(False).to_numpy()
    is_residual = np.ones(linked.residuals.height, dtype=bool)
    is_small = np.concatenate([small, _is_small_residual(linked.residuals, k)])
    is_exact = np.concatenate([numbered["is_exact"].to_numpy(), is_residual])
    plan = SuppressionPlan.from_primary(
        np.concatenate([small, is_residual]),
        _suppression_cost(numbered, linked, cubes),
        [
            relation
            for relation in linked.relations
            if is_exact[[relation.total, *relation.parts]].all()
        ],
    )
    remaining = [*_protect_sizes(plan, numbered, linked, is_small, k)]
    plan.suppressed[: numbered.height] |= _is_banded(numbered)
    if is_share:
        remaining += _protect_shares(plan, numbered, linked, is_small)
    suppressed = plan.suppressed
    for measure in ("people", "denominator"):
        values = measure_values(numbered, linked, measure)
        suppressed = suppress_disclosive_cells(
            values, suppressed, is_exact, is_small, linked.relations, k
        )
    is_hidden = pl.Series(suppressed[: numbered.height])
    reason = pl.when(is_hidden).then(pl.col("reason").fill_null("complementary"))
    return SuppressionResult(
        numbered.with_columns(reason.alias("reason")), tuple(remaining)
    )


def _protect_sizes(
    plan: SuppressionPlan,
    cells: pl.DataFrame,
    linked: LinkedTables,
    is_small: np.ndarray,
    k: int,
) -> tuple[Exposure, ...]:
    """Protect the sizes of small groups: people, and rows in the denominator."""
    return plan.add_complementary_suppression(
        [
            Measure(measure_values(cells, linked, measure), is_small, float(k))
            for measure in ("people", "denominator")
        ]
    )


def _protect_shares(
    plan: SuppressionPlan,
    cells: pl.DataFrame,
    linked: LinkedTables,
    is_small: np.ndarray,
) -> tuple[Exposure, ...]:
    """Protect both sides of a share: those in the numerator, and those who are not."""
    disclosive = is_small.copy()
    disclosive[: cells.height] |= _is_disclosive_share(cells)
    counted = measure_values(cells, linked, "numerator")
    others = measure_values(cells, linked, "denominator") - counted
    return plan.add_complementary_suppression(
        [Measure(side, disclosive, float(FEW)) for side in (counted, others)]
    )


def _is_banded(cells: pl.DataFrame) -> np.ndarray:
    """Return which shares are replaced by a band."""
    return cells["reason"].is_in(BANDED).fill_null(False).to_numpy()


def _is_disclosive_share(cells: pl.DataFrame) -> np.ndarray:
    """Return which banded shares disclose members: none or all, or a small group's.

    In a group of SMALL_GROUP or more, one or two exceptions are not known by name, so
    the band alone is protection enough.
    """
    others = cells["denominator"] - cells["numerator"]
    exceptions = np.minimum(cells["numerator"].to_numpy(), others.to_numpy())
    is_small_group = cells["people"].to_numpy() < SMALL_GROUP
    return _is_banded(cells) & ((exceptions <= 0) | is_small_group)


def _suppression_cost(
    cells: pl.DataFrame, linked: LinkedTables, cubes: tuple[Cube, ...]
) -> np.ndarray:
    """Return what suppressing costs: people times the cube's cost per person.

    A residual cell is suppressed anyway; its cost is infinite.
    """
    per_person = {cube.name: cube.cost for cube in cubes}
    cost = cells["people"] * cells["cube"].replace_strict(per_person)
    residual = np.full(linked.residuals.height, np.inf)
    return np.concatenate([cost.to_numpy(), residual])


def _is_small_residual(residuals: pl.DataFrame, k: int) -> np.ndarray:
    """Return which residual cells hold somebody, but fewer than k people."""
    return ((residuals["people"] < k) & (residuals["people"] > 0)).to_numpy()
