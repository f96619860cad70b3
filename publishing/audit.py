"""The attacker: what can be worked out about hidden numbers from the shown ones?

For each sensitive hidden cell two linear programmes find the least and the greatest
value that agree with every shown cell, every total and non-negativity (the audit of
Federal Committee on Statistical Methodology, Working Paper 22). The cell is safe when
the two are at least a width apart and neither gives the true value away.

Assumption: each measure is attacked on its own, over all tables that sum to one another
(quarters and trailing windows, modes, categories, programmes, units, regions) at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, identity
from scipy.sparse.csgraph import connected_components

TOLERANCE = 1e-6

Reason = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Sum:
    """A cell that is the sum of others, by their numbers.

    Where the parts come to more than the total (people who are in several parts), the
    overlap is one more unknown.
    """

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Exposure:
    """A sensitive hidden cell, and the range that an attacker can narrow it to.

    `reasons` are the attacker's two ways, to the upper and to the lower bound: which
    sums (by place in the list) times what give the bound, the programmes' duals.
    """

    cell: int
    lower: float
    upper: float
    reasons: tuple[Reason, ...] = field(default=(), compare=False)


def exposures(
    values: np.ndarray,
    hidden: np.ndarray,
    sensitive: np.ndarray,
    sums: list[Sum],
    width: float,
) -> list[Exposure]:
    """Return the sensitive hidden cells that an attacker can narrow down too far.

    Args:
        values: the true value of each cell, never negative; shape (cells,).
        hidden: which cells are not shown; shape (cells,), boolean.
        sensitive: which hidden cells must be protected; the other hidden ones only
            protect them; shape (cells,), boolean.
        sums: which cells are sums of others.
        width: the least distance between the bounds of a safe cell.

    Returns:
        One exposure per cell that is not safe, by cell number.
    """
    found = _attack(values, hidden, sensitive, sums, width)
    return sorted(found, key=lambda exposure: exposure.cell)


def is_safe(
    values: np.ndarray,
    hidden: np.ndarray,
    sensitive: np.ndarray,
    sums: list[Sum],
    width: float,
) -> bool:
    """Return whether `exposures` would find nothing; stops at the first it finds."""
    return next(_attack(values, hidden, sensitive, sums, width), None) is None


def _attack(
    values: np.ndarray,
    hidden: np.ndarray,
    sensitive: np.ndarray,
    sums: list[Sum],
    width: float,
) -> Iterator[Exposure]:
    ceiling = np.full(len(values), np.inf)
    for total in sums:
        if not hidden[total.total]:
            parts = list(total.parts)
            ceiling[parts] = np.minimum(ceiling[parts], values[total.total])
    for system in _systems(values, hidden, sums):
        yield from system.exposed(sensitive & hidden, ceiling, width)


@dataclass(frozen=True)
class _System:
    """Unknowns that hang together: matrix @ unknowns = known, unknowns >= 0.

    `cells` numbers the unknowns that are cells; overlaps, at the end, have -1. `sums`
    numbers the sums that the rows of the matrix are.
    """

    cells: np.ndarray
    sums: np.ndarray
    matrix: csr_array
    truth: np.ndarray

    def exposed(
        self, sensitive: np.ndarray, ceiling: np.ndarray, width: float
    ) -> Iterator[Exposure]:
        """Yield the cells that are not safe.

        Every solution of a linear programme is a table that agrees with what is shown,
        so it widens the known bounds of all cells: most need no programme of their own.
        """
        low, high = self.truth.copy(), self.truth.copy()
        upper = np.where(self.cells >= 0, ceiling[self.cells], np.inf)
        judged = np.flatnonzero((self.cells >= 0) & sensitive[self.cells])
        for sign in (-1.0, 1.0):
            self._widen_together(judged, sign, upper, low, high, width)
        for unknown in judged:
            reasons: list[Reason] = []
            for sign in (-1.0, 1.0):
                if self._is_safe(unknown, low, high, width):
                    break
                reasons.append(self._push(unknown, sign, upper, low, high))
            if not self._is_safe(unknown, low, high, width):
                bounds = float(low[unknown]), float(high[unknown])
                yield Exposure(int(self.cells[unknown]), *bounds, tuple(reasons))

    def _widen_together(
        self,
        judged: np.ndarray,
        sign: float,
        upper: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        width: float,
    ) -> None:
        """Push all cells as far as each needs, as long as that moves some more.

        One programme with a capped twin of each pushed cell: the greatest sum of the
        twins (sign -1) lifts as many as can be lifted at once; the least sum lowers.
        """
        before = len(judged) + 1
        while True:
            if sign < 0:
                waiting = high[judged] - self.truth[judged] < width - TOLERANCE
            else:
                waiting = low[judged] > np.maximum(self.truth[judged] - TOLERANCE, 0)
            unsafe = judged[waiting]
            if len(unsafe) < 2 or len(unsafe) == before:
                return
            before = len(unsafe)
            count = len(unsafe)
            truth = self.truth[unsafe]
            floor = np.zeros(count) if sign < 0 else np.maximum(truth - 1, 0)
            cap = truth + width if sign < 0 else np.full(count, np.inf)
            twins = csr_array(
                (np.ones(count), (np.arange(count), unsafe)),
                shape=(count, len(self.truth)),
            )
            answer = linprog(
                np.concatenate([np.zeros(len(self.truth)), np.full(count, sign)]),
                A_ub=hstack([twins * sign, identity(count) * -sign], format="csr"),
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
            if answer.status != 0:
                return
            found = answer.x[: len(self.truth)]
            np.minimum(low, found, out=low)
            np.maximum(high, found, out=high)

    def _is_safe(
        self, unknown: int, low: np.ndarray, high: np.ndarray, width: float
    ) -> bool:
        truth = self.truth[unknown]
        is_given_away = high[unknown] <= truth + TOLERANCE or (
            truth > TOLERANCE and low[unknown] >= truth - TOLERANCE
        )
        return not is_given_away and high[unknown] - low[unknown] >= width - TOLERANCE

    def _push(
        self,
        unknown: int,
        sign: float,
        upper: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
    ) -> Reason:
        """Find the greatest (sign -1) or least value, and widen the bounds of all.

        Returns the sums that hold the value where it is, with their duals.
        """
        goal = np.zeros(len(self.truth))
        goal[unknown] = sign
        answer = linprog(
            goal,
            A_eq=self.matrix,
            b_eq=self.matrix @ self.truth,
            bounds=np.column_stack([np.zeros(len(upper)), upper]),
            method="highs",
        )
        if answer.status == 3:  # no bound at all
            high[unknown] = np.inf
        if answer.status != 0:
            return ()
        np.minimum(low, answer.x, out=low)
        np.maximum(high, answer.x, out=high)
        duals = answer.eqlin.marginals
        binding = np.flatnonzero(np.abs(duals) > TOLERANCE)
        return tuple((int(self.sums[row]), float(duals[row])) for row in binding)


def _systems(
    values: np.ndarray, hidden: np.ndarray, sums: list[Sum]
) -> Iterator[_System]:
    """Yield the independent systems that the sums with a hidden cell fall into."""
    cells = np.flatnonzero(hidden)
    place = {int(cell): number for number, cell in enumerate(cells)}
    entries: list[tuple[int, int, float]] = []
    overlaps: list[float] = []
    rows: list[int] = []
    for place_of_sum, total in enumerate(sums):
        unknown = [(place[part], 1.0) for part in total.parts if part in place]
        if total.total in place:
            unknown.append((place[total.total], -1.0))
        if not unknown:
            continue
        overlap = values[list(total.parts)].sum() - values[total.total]
        if overlap > TOLERANCE:
            unknown.append((len(cells) + len(overlaps), -1.0))
            overlaps.append(overlap)
        entries += [(len(rows), column, factor) for column, factor in unknown]
        rows.append(place_of_sum)
    if rows:
        numbers = np.concatenate([cells, np.full(len(overlaps), -1)])
        truth = np.concatenate([values[cells], overlaps]).astype(float)
        yield from _split(entries, np.array(rows), numbers, truth)


def _split(
    entries: list[tuple[int, int, float]],
    sums: np.ndarray,
    cells: np.ndarray,
    truth: np.ndarray,
) -> Iterator[_System]:
    row, column, factor = (np.array(part) for part in zip(*entries, strict=True))
    rows = len(sums)
    matrix = csr_array((factor, (row, column)), shape=(rows, len(cells)))
    edges = csr_array(
        (np.ones(len(row)), (row, rows + column)), shape=2 * (rows + len(cells),)
    )
    _, label = connected_components(edges, directed=False)
    for group in np.unique(label[:rows]):
        lines = np.flatnonzero(label[:rows] == group)
        unknowns = np.flatnonzero(label[rows:] == group)
        part = matrix[lines][:, unknowns]
        yield _System(cells[unknowns], sums[lines], part, truth[unknowns])
