"""Suppression where one relation at a time narrows a sensitive cell down too far.

From the bounds of all other cells of a relation follow bounds of each one, and from
these others again. That needs no linear programme, so that the audit, which solves
them, finds little left to suppress.
"""

import numpy as np
from scipy.sparse import csc_array, csr_array

from publishing.disclosure.complementary import Measure, SuppressionPlan
from publishing.disclosure.derived_bounds import derive_bounds
from publishing.disclosure.relations import TOLERANCE, Bounds, Relation, is_wide

ROUNDS = 4  # of deriving bounds from one relation at a time


def suppress_in_single_relations(plan: SuppressionPlan, measure: Measure) -> None:
    """Suppress the cheapest cells until single relations narrow no cell too far.

    What cannot be protected so is left to the audit.
    """
    matrix = _matrix(plan.relations, measure.values)
    rows_of = matrix[:, : len(measure.values)].tocsc()
    while True:
        known = measure.bounds(plan.suppressed)
        derived = _derived(matrix, plan.relations, known)
        changed: set[int] = set()
        for cell in np.flatnonzero(_is_narrow(measure, known, derived)):
            rows = _rows_of(rows_of, int(cell))
            # Where a relation of the cell has changed, it may be protected by now.
            if changed.isdisjoint(rows):
                row = _tightest(matrix, rows, int(cell), derived)
                chosen = _suppress_cheapest(plan, row, int(cell))
                changed.update(() if chosen is None else _rows_of(rows_of, chosen))
        if not changed:
            return


def _rows_of(by_column: csc_array, column: int) -> list[int]:
    start, end = by_column.indptr[column : column + 2]
    return [int(row) for row in by_column.indices[start:end]]


def _matrix(relations: list[Relation], values: np.ndarray) -> csr_array:
    """Return parts less total less overlap, one row per relation: always 0."""
    entries: list[tuple[int, int, float]] = []
    count = len(values)
    for row, relation in enumerate(relations):
        entries += [(row, part, 1.0) for part in relation.parts]
        entries.append((row, relation.total, -1.0))
        parts = list(relation.parts)
        if values[parts].sum() > values[relation.total] + TOLERANCE:
            entries.append((row, count, -1.0))
            count += 1
    row, column, factor = (np.array(each) for each in zip(*entries, strict=True))
    return csr_array((factor, (row, column)), shape=(len(relations), count))


def _derived(matrix: csr_array, relations: list[Relation], known: Bounds) -> Bounds:
    """Return the bounds of all cells and overlaps that follow from the known ones.

    Also where people are in several parts, no part has more than the total.
    """
    overlaps = matrix.shape[1] - len(known.low)
    low = np.concatenate([known.low, np.zeros(overlaps)])
    high = np.concatenate([known.high, np.full(overlaps, np.inf)])
    for relation in relations:
        parts = list(relation.parts)
        high[parts] = np.minimum(high[parts], known.high[relation.total])
    for _ in range(ROUNDS):
        before = low.copy(), high.copy()
        derive_bounds(matrix, np.zeros(matrix.shape[0]), low, high)
        if np.array_equal(before, (low, high)):
            break
    return Bounds(low, high)


def _is_narrow(measure: Measure, known: Bounds, derived: Bounds) -> np.ndarray:
    """Return which sensitive cells have too narrow an interval."""
    count = len(measure.values)
    low, high = derived.low[:count], derived.high[:count]
    wide = is_wide(low, high, measure.values, known, measure.sensitive)
    return ~wide & (measure.sensitive > 0) & known.is_open


def _tightest(matrix: csr_array, rows: list[int], cell: int, derived: Bounds) -> int:
    """Return the relation that leaves a cell the narrowest interval."""

    def room(row: int) -> float:
        start, end = matrix.indptr[row : row + 2]
        columns = matrix.indices[start:end]
        others = columns[columns != cell]
        return float((derived.high[others] - derived.low[others]).sum())

    return min(rows, key=lambda row: (room(row), row))


def _suppress_cheapest(plan: SuppressionPlan, row: int, cell: int) -> int | None:
    """Suppress the cheapest shown cell of a relation and return it, if there is one."""
    relation = plan.relations[row]
    shown = [
        other
        for other in (*relation.parts, relation.total)
        if other != cell and not plan.suppressed[other] and plan.cost[other] > 0
    ]
    chosen = min(shown, key=lambda other: (plan.cost[other], other), default=None)
    if chosen is not None:
        plan.suppressed[chosen] = True
    return chosen
