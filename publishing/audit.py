"""The attacker: what can be worked out about hidden numbers from the shown ones?

For each sensitive hidden cell two linear programmes find the least and the greatest
value that agree with every shown cell, every total and non-negativity (the audit of
Federal Committee on Statistical Methodology, Working Paper 22). The cell is safe when
the two are at least a width apart and neither gives the true value away.

Assumption: each measure is attacked on its own, over all tables that sum to one another
(quarters and trailing windows, modes, categories, programmes, units, regions) at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

TOLERANCE = 1e-6


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
    """A sensitive hidden cell, and the range that an attacker can narrow it to."""

    cell: int
    lower: float
    upper: float


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
    ceiling = np.full(len(values), np.inf)
    for total in sums:
        if not hidden[total.total]:
            parts = list(total.parts)
            ceiling[parts] = np.minimum(ceiling[parts], values[total.total])
    found = [
        exposure
        for system in _systems(values, hidden, sums)
        for exposure in system.exposed(sensitive & hidden, ceiling, width)
    ]
    return sorted(found, key=lambda exposure: exposure.cell)


@dataclass(frozen=True)
class _System:
    """Unknowns that hang together: matrix @ unknowns = known, unknowns >= 0.

    `cells` numbers the unknowns that are cells; overlaps, at the end, have -1.
    """

    cells: np.ndarray
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
        for unknown, cell in enumerate(self.cells):
            if cell < 0 or not sensitive[cell]:
                continue
            for sign in (-1.0, 1.0):
                if self._is_safe(unknown, low, high, width):
                    break
                self._push(unknown, sign, upper, low, high)
            if not self._is_safe(unknown, low, high, width):
                yield Exposure(int(cell), float(low[unknown]), float(high[unknown]))

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
    ) -> None:
        """Find the greatest (sign -1) or least value, and widen the bounds of all."""
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
        elif answer.status == 0:
            np.minimum(low, answer.x, out=low)
            np.maximum(high, answer.x, out=high)


def _systems(
    values: np.ndarray, hidden: np.ndarray, sums: list[Sum]
) -> Iterator[_System]:
    """Yield the independent systems that the sums with a hidden cell fall into."""
    cells = np.flatnonzero(hidden)
    place = {int(cell): number for number, cell in enumerate(cells)}
    entries: list[tuple[int, int, float]] = []
    overlaps: list[float] = []
    row = 0
    for total in sums:
        unknown = [(place[part], 1.0) for part in total.parts if part in place]
        if total.total in place:
            unknown.append((place[total.total], -1.0))
        if not unknown:
            continue
        overlap = values[list(total.parts)].sum() - values[total.total]
        if overlap > TOLERANCE:
            unknown.append((len(cells) + len(overlaps), -1.0))
            overlaps.append(overlap)
        entries += [(row, column, factor) for column, factor in unknown]
        row += 1
    if row:
        numbers = np.concatenate([cells, np.full(len(overlaps), -1)])
        truth = np.concatenate([values[cells], overlaps]).astype(float)
        yield from _split(entries, row, numbers, truth)


def _split(
    entries: list[tuple[int, int, float]],
    rows: int,
    cells: np.ndarray,
    truth: np.ndarray,
) -> Iterator[_System]:
    row, column, factor = (np.array(part) for part in zip(*entries, strict=True))
    row, column = row.astype(int), column.astype(int)
    matrix = csr_array((factor, (row, column)), shape=(rows, len(cells)))
    edges = csr_array(
        (np.ones(len(row)), (row, rows + column)), shape=2 * (rows + len(cells),)
    )
    _, label = connected_components(edges, directed=False)
    for group in np.unique(label[:rows]):
        lines = np.flatnonzero(label[:rows] == group)
        unknowns = np.flatnonzero(label[rows:] == group)
        yield _System(cells[unknowns], matrix[lines][:, unknowns], truth[unknowns])
