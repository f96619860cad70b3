"""What is hidden, and why: small groups, revealing shares, and their protection.

A cell of fewer than k distinct people is hidden. A share that none or all of a group
have, or all but one or two, tells on its members: it gives way to a band. (Were the
band kept for none and all alone, the band itself would tell.) Both are then protected
from subtraction, in two settlements: first the sizes of small groups, the same for
every KPI of one population, so that one KPI cannot tell what another hides; then the
counts behind revealing shares. Exact cells are attacked by linear programmes; coarse
ones sum by sum.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from publishing.audit import Exposure
from publishing.coarse import hide_tellers
from publishing.cubes import Cube, Span
from publishing.relations import Linked, link, number, values
from publishing.settlement import Board

FLOOR = 5  # no organisation may publish smaller groups than this
SMALL_GROUP = 20  # people; in fewer, one or two exceptions are known by name
FEW = 3  # a share that leaves fewer than this many on one side gives way to a band


@dataclass(frozen=True)
class Protected:
    """The cells of one KPI with what became of them.

    `cells` has `reason`: null where shown, else small, share_low, share_high or
    protection. `remaining` is what the last audit still found: empty when it passed.
    """

    cells: pl.DataFrame
    remaining: tuple[Exposure, ...]


def smallest_group(wanted: int) -> int:
    """Return k: what the organisation set, but never below the floor."""
    return max(int(wanted), FLOOR)


def primary_reason(k: int, is_share: bool) -> pl.Expr:
    """Return why a cell must be hidden for its own sake, null where it need not be.

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


def protect(
    atoms: pl.DataFrame,
    cells: pl.DataFrame,
    cubes: tuple[Cube, ...],
    span: Span,
    k: int,
    is_share: bool,
) -> Protected:
    """Hide what must be hidden among the cells of one KPI.

    Args:
        atoms: its atoms: what fct_kpis holds per DIMENSIONS and quarter.
        cells: its cells, with numerator, denominator and people (distinct).
        cubes: the published cubes.
        span: the quarters that windows may look back over.
        k: the smallest group that may be shown.
        is_share: whether the numerator counts members of the denominator.

    Returns:
        The numbered cells with their reasons; what the audit could not mend.
    """
    numbered = number(cells).with_columns(
        primary_reason(k, is_share).alias("reason"),
        pl.col("people").cast(pl.Float64),
    )
    linked = link(atoms, numbered, cubes, span)
    small = (numbered["reason"] == "small").fill_null(False).to_numpy()
    rests = np.ones(linked.rests.height, dtype=bool)  # nobody publishes them
    is_small = np.concatenate([small, _is_small(linked.rests, k)])
    is_exact = np.concatenate([numbered["is_exact"].to_numpy(), rests])
    board = Board.of(
        np.concatenate([small, rests]),
        _cost(numbered, linked, cubes),
        [one for one in linked.sums if is_exact[[one.total, *one.parts]].all()],
    )
    remaining = [*_settle_sizes(board, numbered, linked, is_small, k)]
    banded = numbered["reason"].is_in(["share_low", "share_high"]).fill_null(False)
    board.hidden[: numbered.height] |= banded.to_numpy()
    if is_share:
        remaining += _settle_shares(board, numbered, linked, is_small)
    hidden = board.hidden
    for measure in ("people", "denominator"):
        counts = values(numbered, linked, measure)
        hidden = hide_tellers(counts, hidden, is_exact, is_small, linked.sums, k)
    gone = pl.Series(hidden[: numbered.height])
    reason = pl.when(gone).then(pl.col("reason").fill_null("protection"))
    return Protected(numbered.with_columns(reason.alias("reason")), tuple(remaining))


def _settle_sizes(
    board: Board, cells: pl.DataFrame, linked: Linked, is_small: np.ndarray, k: int
) -> tuple[Exposure, ...]:
    """Protect how many a small group is: people, and rows in the denominator."""
    return board.settle(
        {
            measure: (values(cells, linked, measure), is_small, float(k))
            for measure in ("people", "denominator")
        }
    )


def _settle_shares(
    board: Board, cells: pl.DataFrame, linked: Linked, is_small: np.ndarray
) -> tuple[Exposure, ...]:
    """Protect what a group did: those in the numerator, and those who are not."""
    telling = is_small.copy()
    telling[: cells.height] |= _tells_on_members(cells)
    counted = values(cells, linked, "numerator")
    others = values(cells, linked, "denominator") - counted
    return board.settle(
        {
            "numerator": (counted, telling, float(FEW)),
            "others": (others, telling, float(FEW)),
        }
    )


def _tells_on_members(cells: pl.DataFrame) -> np.ndarray:
    """Return which shares tell on people: all or none did, or nearly so in a few."""
    others = cells["denominator"] - cells["numerator"]
    told = np.minimum(cells["numerator"].to_numpy(), others.to_numpy())
    few = (told < FEW) & (cells["people"].to_numpy() < SMALL_GROUP)
    is_banded = cells["reason"].is_in(["share_low", "share_high"]).fill_null(False)
    return is_banded.to_numpy() & ((told <= 0) | few)


def _cost(cells: pl.DataFrame, linked: Linked, cubes: tuple[Cube, ...]) -> np.ndarray:
    """Return what hiding costs: people times the cube's worth; rests are hidden."""
    worth = {cube.name: cube.worth for cube in cubes}
    of_cells = cells["people"] * cells["cube"].replace_strict(worth)
    return np.concatenate([of_cells.to_numpy(), np.full(linked.rests.height, np.inf)])


def _is_small(rests: pl.DataFrame, k: int) -> np.ndarray:
    return ((rests["people"] < k) & (rests["people"] > 0)).to_numpy()
