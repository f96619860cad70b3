"""Feasibility intervals: the values of a suppressed cell that agree with the table.

An attacker knows every shown cell, every relation between a total and its parts, and
that no cell is negative. For a suppressed cell, the least and the greatest value that
agree with all of this are found by two linear programmes; they are the ends of its
feasibility interval.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, identity
from scipy.sparse.csgraph import connected_components

TOLERANCE = 1e-6

# Relations (by position in the list) with their dual values in a linear programme: the
# weighted sum of these relations proves that a bound cannot be passed.
DualCertificate = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Relation:
    """A cell that is the sum of others, by their cell numbers.

    Where the parts add up to more than the total (the same person may be in several
    parts), the overlap is one more unknown of the attacker.
    """

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Exposure:
    """A sensitive suppressed cell whose feasibility interval is too narrow.

    `certificates` belong to the upper and to the lower bound, as far as each had to be
    computed.
    """

    cell: int
    lower: float
    upper: float
    certificates: tuple[DualCertificate, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class LinearSystem:
    """Connected unknowns of the attacker: matrix @ unknowns = known, unknowns >= 0.

    Attributes:
        cells: the cell number of each unknown; -1 for an overlap.
        relations: which relation each row of the matrix is, by position in the list.
        matrix: shape (relations, unknowns).
        truth: the true value of each unknown.
    """

    cells: np.ndarray
    relations: np.ndarray
    matrix: csr_array
    truth: np.ndarray

    def find_exposures(
        self, sensitive: np.ndarray, ceiling: np.ndarray, width: float
    ) -> Iterator[Exposure]:
        """Yield the sensitive cells whose feasibility interval is too narrow.

        Every solution of a linear programme is a table that agrees with what is shown,
        so it widens the known interval of every cell, and most cells need no programme
        of their own.

        Args:
            sensitive: which cells must be protected; shape (cells,), boolean.
            ceiling: the greatest value each cell can have; shape (cells,).
            width: the least width of a safe interval.
        """
        low, high = self.truth.copy(), self.truth.copy()
        upper = np.where(self.cells >= 0, ceiling[self.cells], np.inf)
        attacked = np.flatnonzero((self.cells >= 0) & sensitive[self.cells])
        for sign in (-1.0, 1.0):
            self._widen_together(attacked, sign, upper, low, high, width)
        for unknown in attacked:
            certificates: list[DualCertificate] = []
            for sign in (-1.0, 1.0):
                if self._is_safe(unknown, low, high, width):
                    break
                certificates.append(self._widen(unknown, sign, upper, low, high))
            if not self._is_safe(unknown, low, high, width):
                bounds = float(low[unknown]), float(high[unknown])
                yield Exposure(int(self.cells[unknown]), *bounds, tuple(certificates))

    def _is_safe(
        self, unknown: int, low: np.ndarray, high: np.ndarray, width: float
    ) -> bool:
        """Return whether an interval is wide enough and no end is the true value.

        A lower end at a true value of 0 is no disclosure: 0 is what anybody would
        assume as the least.
        """
        truth = self.truth[unknown]
        is_at_truth = high[unknown] <= truth + TOLERANCE or (
            truth > TOLERANCE and low[unknown] >= truth - TOLERANCE
        )
        return not is_at_truth and high[unknown] - low[unknown] >= width - TOLERANCE

    def _widen_together(
        self,
        attacked: np.ndarray,
        sign: float,
        upper: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        width: float,
    ) -> None:
        """Widen the intervals of all attacked cells at once, while that succeeds.

        One programme has a capped copy of each cell that is not yet safe: the greatest
        sum of the copies (sign -1) raises as many cells as can be raised at once, the
        least sum (sign 1) lowers them.
        """
        before = len(attacked) + 1
        while True:
            if sign < 0:
                is_narrow = high[attacked] - self.truth[attacked] < width - TOLERANCE
            else:
                floor = np.maximum(self.truth[attacked] - TOLERANCE, 0)
                is_narrow = low[attacked] > floor
            narrow = attacked[is_narrow]
            if len(narrow) < 2 or len(narrow) == before:
                return
            before = len(narrow)
            found = self._solve_together(narrow, sign, upper, width)
            if found is None:
                return
            np.minimum(low, found, out=low)
            np.maximum(high, found, out=high)

    def _solve_together(
        self, narrow: np.ndarray, sign: float, upper: np.ndarray, width: float
    ) -> np.ndarray | None:
        """Return a table in which many of the cells are far up (sign -1) or down."""
        count = len(narrow)
        truth = self.truth[narrow]
        floor = np.zeros(count) if sign < 0 else np.maximum(truth - 1, 0)
        cap = truth + width if sign < 0 else np.full(count, np.inf)
        copies = csr_array(
            (np.ones(count), (np.arange(count), narrow)),
            shape=(count, len(self.truth)),
        )
        solution = linprog(
            np.concatenate([np.zeros(len(self.truth)), np.full(count, sign)]),
            A_ub=hstack([copies * sign, identity(count) * -sign], format="csr"),
            b_ub=np.zeros(count),
            A_eq=hstack(
                [self.matrix, csr_array((self.matrix.shape[0], count))],
                format="csr",
            ),
            b_eq=self.matrix @ self.truth,
            bounds=np.column_stack(
                [
                    np.concatenate([np.zeros(len(upper)), floor]),
                    np.concatenate([upper, cap]),
                ]
            ),
            method="highs",
        )
        return solution.x[: len(self.truth)] if solution.status == 0 else None

    def _widen(
        self,
        unknown: int,
        sign: float,
        upper: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
    ) -> DualCertificate:
        """Find one cell's greatest (sign -1) or least value; widen all intervals.

        Returns the relations that hold the value at its bound, with their duals.
        """
        goal = np.zeros(len(self.truth))
        goal[unknown] = sign
        solution = linprog(
            goal,
            A_eq=self.matrix,
            b_eq=self.matrix @ self.truth,
            bounds=np.column_stack([np.zeros(len(upper)), upper]),
            method="highs",
        )
        if solution.status == 3:  # unbounded
            high[unknown] = np.inf
        if solution.status != 0:
            return ()
        np.minimum(low, solution.x, out=low)
        np.maximum(high, solution.x, out=high)
        duals = solution.eqlin.marginals
        binding = np.flatnonzero(np.abs(duals) > TOLERANCE)
        return tuple((int(self.relations[row]), float(duals[row])) for row in binding)


def build_systems(
    values: np.ndarray, suppressed: np.ndarray, relations: list[Relation]
) -> Iterator[LinearSystem]:
    """Yield the independent systems of the relations that have a suppressed cell."""
    cells = np.flatnonzero(suppressed)
    column_of = {int(cell): column for column, cell in enumerate(cells)}
    entries: list[tuple[int, int, float]] = []
    overlaps: list[float] = []
    rows: list[int] = []
    for position, relation in enumerate(relations):
        unknowns = [(column_of[p], 1.0) for p in relation.parts if p in column_of]
        if relation.total in column_of:
            unknowns.append((column_of[relation.total], -1.0))
        if not unknowns:
            continue
        overlap = values[list(relation.parts)].sum() - values[relation.total]
        if overlap > TOLERANCE:
            unknowns.append((len(cells) + len(overlaps), -1.0))
            overlaps.append(overlap)
        entries += [(len(rows), column, factor) for column, factor in unknowns]
        rows.append(position)
    if rows:
        numbers = np.concatenate([cells, np.full(len(overlaps), -1)])
        truth = np.concatenate([values[cells], overlaps]).astype(float)
        yield from _split(entries, np.array(rows), numbers, truth)


def _split(
    entries: list[tuple[int, int, float]],
    relations: np.ndarray,
    cells: np.ndarray,
    truth: np.ndarray,
) -> Iterator[LinearSystem]:
    """Yield one system per group of unknowns that relations connect."""
    row, column, factor = (np.array(part) for part in zip(*entries, strict=True))
    rows = len(relations)
    matrix = csr_array((factor, (row, column)), shape=(rows, len(cells)))
    edges = csr_array(
        (np.ones(len(row)), (row, rows + column)), shape=2 * (rows + len(cells),)
    )
    _, label = connected_components(edges, directed=False)
    for group in np.unique(label[:rows]):
        lines = np.flatnonzero(label[:rows] == group)
        unknowns = np.flatnonzero(label[rows:] == group)
        part = matrix[lines][:, unknowns]
        yield LinearSystem(cells[unknowns], relations[lines], part, truth[unknowns])
