"""The part of a large system of equations that lies around one unknown.

With everything else at its true value, the nearby unknowns form tables that agree with
what is known: these widen intervals. Without the relations further away, the attacker
knows less: what is narrow then is narrow. So most targets of a large attack need no
programme over all of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import csr_array

from publishing.disclosure.narrow_unknowns import NarrowUnknown
from publishing.disclosure.relations import DualCertificate

if TYPE_CHECKING:
    from publishing.disclosure.feasibility import Attack

RINGS = (200, 600)  # unknowns around a target that are looked at before all of them
CERTAIN = 1e-6  # lesser duals are noise of the solver


@dataclass(frozen=True)
class Part:
    """Some rows and columns of a system, ascending."""

    rows: np.ndarray
    columns: np.ndarray


@dataclass(frozen=True)
class Surroundings:
    """Two parts around an unknown.

    Attributes:
        inner: nearby columns, and every row that has one of them.
        outer: nearby rows, and every column that is in one of them.
    """

    inner: Part
    outer: Part

    @classmethod
    def of(cls, matrix: csr_array, unknown: int, most: int) -> "Surroundings | None":
        """Return the surroundings; None where they would be almost everything.

        Args:
            matrix: shape (relations, unknowns).
            unknown: the column to look around.
            most: columns from which on no further rows are looked at. The nearest row
                comes first; a row is as far as there are unknowns on the way to it.
        """
        if matrix.shape[1] <= 2 * most:
            return None
        by_column = matrix.tocsc()
        lengths = np.diff(matrix.indptr)
        rows: set[int] = set()
        columns: set[int] = set()
        waiting: list[tuple[int, int]] = []

        def reach(found: Iterable[int], distance: int) -> None:
            for column in set(found) - columns:
                start, end = by_column.indptr[column : column + 2]
                for row in by_column.indices[start:end]:
                    heappush(waiting, (distance + int(lengths[row]), int(row)))
                columns.add(column)

        reach([unknown], 0)
        while waiting and len(columns) < most:
            distance, row = heappop(waiting)
            if row not in rows:
                rows.add(row)
                start, end = matrix.indptr[row : row + 2]
                reach(map(int, matrix.indices[start:end]), distance)
        near = np.array(sorted(columns))
        touching = np.unique(by_column[:, near].indices)
        return cls(Part(touching, near), Part(np.array(sorted(rows)), near))


def judge_nearby(
    attack: "Attack", unknown: int, low: np.ndarray, high: np.ndarray
) -> NarrowUnknown | None:
    """Judge one target by its surroundings, where they are enough.

    Args:
        attack: the attack.
        unknown: its target.
        low: values that each unknown can have, as low as known; is lowered.
        high: likewise, as high as known; is raised.

    Returns:
        The target, where its interval is certainly too narrow. Otherwise None: the
        known interval is wide enough now, or nothing is certain.
    """
    for most in RINGS:
        near = Surroundings.of(attack.matrix, unknown, most)
        if near is None:
            return None
        narrow = _judge_within(attack, near, unknown, low, high)
        if narrow or attack.is_wide(low[unknown], high[unknown], unknown):
            return narrow
    return None


def certificate_of(solution: OptimizeResult, rows: np.ndarray) -> DualCertificate:
    """Return the rows of a programme that hold its optimum, with their duals.

    Args:
        solution: of a programme with an optimum.
        rows: the number of each of its rows in the system.
    """
    duals = solution.eqlin.marginals
    binding = np.flatnonzero(np.abs(duals) > CERTAIN)
    return tuple((int(rows[row]), float(duals[row])) for row in binding)


def _judge_within(
    attack: "Attack",
    near: Surroundings,
    unknown: int,
    low: np.ndarray,
    high: np.ndarray,
) -> NarrowUnknown | None:
    columns = near.inner.columns
    for sign in (1.0, -1.0):
        found = _solve(attack, near.inner, unknown, sign)
        if found.status == 0:
            low[columns] = np.minimum(low[columns], found.x)
            high[columns] = np.maximum(high[columns], found.x)
    if attack.is_wide(low[unknown], high[unknown], unknown):
        return None
    ends = [_solve(attack, near.outer, unknown, sign) for sign in (1.0, -1.0)]
    if any(end.status != 0 for end in ends):
        return None
    least, most = ends[0].fun, -ends[1].fun
    if attack.is_wide(least, most, unknown):
        return None
    proof = tuple(certificate_of(end, near.outer.rows) for end in reversed(ends))
    return NarrowUnknown(attack, unknown, float(most), proof)


def _solve(attack: "Attack", part: Part, unknown: int, sign: float) -> OptimizeResult:
    """Return the least (sign 1) or greatest value in a part of the system."""
    columns = part.columns
    matrix = attack.matrix[part.rows][:, columns]
    return linprog(
        np.where(columns == unknown, sign, 0.0),
        A_eq=matrix,
        b_eq=matrix @ attack.truth[columns],
        bounds=np.column_stack([attack.lower[columns], attack.upper[columns]]),
        method="highs",
    )
