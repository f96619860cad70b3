"""Feasibility intervals: the values of a suppressed cell that agree with the table.

An attacker knows every shown cell, every relation between a total and its parts, and
that no cell is negative. For a suppressed cell, the least and the greatest value that
agree with all of this are found by two linear programmes; they are the ends of its
feasibility interval.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, identity

TOLERANCE = 1e-6

ROUNDS_OF_BOUNDS = 10  # of deriving bounds from one relation at a time

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
class NarrowUnknown:
    """An unknown of an attack whose feasibility interval is too narrow.

    As `Exposure`, but with the numbers of the attack's own unknowns and rows.
    """

    unknown: int
    lower: float
    upper: float
    certificates: tuple[DualCertificate, ...]


@dataclass(frozen=True, eq=False)
class Attack:
    """One attacker's system: matrix @ unknowns = known, 0 <= unknowns <= upper.

    Attacks of the same content are equal, so that the outcome of one serves for all.

    Attributes:
        matrix: shape (relations, unknowns).
        truth: the true value of each unknown.
        upper: the greatest value each unknown can have.
        targets: the unknowns that must be protected, ascending.
        width: the least width of a safe interval.
    """

    matrix: csr_array
    truth: np.ndarray
    upper: np.ndarray
    targets: np.ndarray
    width: float

    @cached_property
    def content(self) -> bytes:
        """SHA-256 of everything that the outcome depends on."""
        digest = hashlib.sha256(repr((self.matrix.shape, self.width)).encode())
        for part in (
            self.matrix.indptr.astype(np.int64),
            self.matrix.indices.astype(np.int64),
            self.matrix.data,
            self.truth,
            self.upper,
            self.targets.astype(np.int64),
        ):
            digest.update(part.tobytes())
        return digest.digest()

    def __hash__(self) -> int:
        """Return a hash of the content."""
        return hash(self.content)

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same content."""
        return isinstance(other, Attack) and self.content == other.content

    def find_narrow(self) -> Iterator[NarrowUnknown]:
        """Yield the targets whose feasibility interval is too narrow.

        Every solution of a linear programme is a table that agrees with what is shown,
        so it widens the known interval of every cell, and most cells need no programme
        of their own.
        """
        low, high = self.truth.copy(), self.truth.copy()
        for sign in (-1.0, 1.0):
            self._widen_together(sign, low, high)
        for unknown in self.targets:
            certificates: list[DualCertificate] = []
            for sign in (-1.0, 1.0):
                if self._is_wide(low[unknown], high[unknown], self.truth[unknown]):
                    break
                certificates.append(self._widen(unknown, sign, low, high))
            ends = float(low[unknown]), float(high[unknown])
            if not self._is_wide(*ends, self.truth[unknown]):
                yield NarrowUnknown(int(unknown), *ends, tuple(certificates))

    def is_safe(self) -> bool:
        """Return whether no target's feasibility interval is too narrow."""
        return next(self.find_narrow(), None) is None

    def is_narrow_by_bounds(self) -> bool:
        """Return whether bounds alone prove that a target's interval is too narrow.

        From the bounds of all other unknowns of a relation follow bounds of each one. A
        feasibility interval lies within them, so this needs no linear programme; where
        they are wide enough, nothing is proved.
        """
        low, high = np.zeros(len(self.truth)), self.upper.copy()
        for _ in range(ROUNDS_OF_BOUNDS):
            before = low.copy(), high.copy()
            self._derive_bounds(low, high)
            is_wide = self._is_wide(low, high, self.truth)
            if not is_wide[self.targets].all():
                return True
            if np.array_equal(before, (low, high)):
                break
        return False

    def _derive_bounds(self, low: np.ndarray, high: np.ndarray) -> None:
        """Narrow the bounds by each relation once; its factors are 1 or -1."""
        terms = self.matrix.tocoo()
        known = (self.matrix @ self.truth)[terms.row]
        is_added = terms.data > 0
        least = np.where(is_added, low[terms.col], -high[terms.col])
        greatest = np.where(is_added, high[terms.col], -low[terms.col])
        most = known - _sum_of_others(terms.row, least, -np.inf)
        fewest = known - _sum_of_others(terms.row, greatest, np.inf)
        np.maximum.at(low, terms.col, np.where(is_added, fewest, -most))
        np.minimum.at(high, terms.col, np.where(is_added, most, -fewest))

    def _is_wide(
        self, low: np.ndarray, high: np.ndarray, truth: np.ndarray
    ) -> np.ndarray:
        """Return whether an interval is wide enough and no end is the true value.

        A lower end at a true value of 0 is no disclosure: 0 is what anybody would
        assume as the least.
        """
        is_at_truth = (high <= truth + TOLERANCE) | (
            (truth > TOLERANCE) & (low >= truth - TOLERANCE)
        )
        return ~is_at_truth & (high - low >= self.width - TOLERANCE)

    def _widen_together(
        self,
        sign: float,
        low: np.ndarray,
        high: np.ndarray,
    ) -> None:
        """Widen the intervals of all targets at once, while that succeeds.

        One programme has a capped copy of each cell that is not yet safe: the greatest
        sum of the copies (sign -1) raises as many cells as can be raised at once, the
        least sum (sign 1) lowers them.
        """
        targets = self.targets
        before = len(targets) + 1
        while True:
            if sign < 0:
                is_narrow = high[targets] - self.truth[targets] < self.width - TOLERANCE
            else:
                floor = np.maximum(self.truth[targets] - TOLERANCE, 0)
                is_narrow = low[targets] > floor
            narrow = targets[is_narrow]
            if len(narrow) < 2 or len(narrow) == before:
                return
            before = len(narrow)
            found = self._solve_together(narrow, sign)
            if found is None:
                return
            np.minimum(low, found, out=low)
            np.maximum(high, found, out=high)

    def _solve_together(self, narrow: np.ndarray, sign: float) -> np.ndarray | None:
        """Return a table in which many of the cells are far up (sign -1) or down."""
        count = len(narrow)
        truth = self.truth[narrow]
        floor = np.zeros(count) if sign < 0 else np.maximum(truth - 1, 0)
        cap = truth + self.width if sign < 0 else np.full(count, np.inf)
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
                    np.concatenate([np.zeros(len(self.upper)), floor]),
                    np.concatenate([self.upper, cap]),
                ]
            ),
            method="highs",
        )
        return solution.x[: len(self.truth)] if solution.status == 0 else None

    def _widen(
        self,
        unknown: int,
        sign: float,
        low: np.ndarray,
        high: np.ndarray,
    ) -> DualCertificate:
        """Find one cell's greatest (sign -1) or least value; widen all intervals.

        Returns the rows that hold the value at its bound, with their duals.
        """
        goal = np.zeros(len(self.truth))
        goal[unknown] = sign
        solution = linprog(
            goal,
            A_eq=self.matrix,
            b_eq=self.matrix @ self.truth,
            bounds=np.column_stack([np.zeros(len(self.upper)), self.upper]),
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
        return tuple((int(row), float(duals[row])) for row in binding)


def _sum_of_others(rows: np.ndarray, terms: np.ndarray, infinity: float) -> np.ndarray:
    """Return the sum of the other terms of each term's row; some may be `infinity`."""
    is_infinite = np.isinf(terms)
    finite = np.where(is_infinite, 0, terms)
    sums = np.bincount(rows, finite)[rows] - finite
    infinite_terms = np.bincount(rows, is_infinite)[rows] - is_infinite
    return np.where(infinite_terms > 0, infinity, sums)
