"""Feasibility intervals: the values of a suppressed cell that agree with the table.

An attacker knows every shown cell, every relation between a total and its parts, and
that no cell is negative. For a suppressed cell, the least and the greatest value that
agree with all of this are found by two linear programmes; they are the ends of its
feasibility interval.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import numpy as np
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import csr_array, hstack, identity

from publishing.disclosure.derived_bounds import derive_bounds
from publishing.disclosure.narrow_unknowns import Bound, NarrowUnknown

TOLERANCE = 1e-6
LEAST_RATE = 0.01  # lesser reduced costs may be noise of the solver

ROUNDS_OF_BOUNDS = 10  # of deriving bounds from one relation at a time


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

    @cached_property
    def _bounds(self) -> dict[tuple[int, float], Bound]:
        return {}

    @cached_property
    def _values_without(self) -> dict[frozenset[int], np.ndarray]:
        return {}

    def bound(self, unknown: int, sign: float) -> Bound:
        """Return one unknown's upper (sign -1) or lower (sign 1) end."""
        if (unknown, sign) not in self._bounds:
            self._solve(unknown, sign)
        return self._bounds[unknown, sign]

    def greatest_without(self, rows: frozenset[int]) -> np.ndarray:
        """Return values that unknowns can have where some rows are not known."""
        if rows not in self._values_without:
            others = np.setdiff1d(np.arange(self.matrix.shape[0]), list(rows))
            rest = replace(self, matrix=self.matrix[others])
            found = rest._solve_together(self.targets, -1.0, self.truth)
            self._values_without[rows] = self.truth if found is None else found
        return self._values_without[rows]

    def _find_narrow(self) -> Iterator[NarrowUnknown]:
        """Yield the targets whose feasibility interval is too narrow.

        Every solution of a linear programme is a table that agrees with what is shown,
        so it widens the known interval of every cell. And what proves the greatest
        value of one cell limits others too: where few people are left for many cells,
        for all of them. So most cells need no programme of their own.
        """
        low, high = self.truth.copy(), self.truth.copy()
        greatest = self.upper.copy()
        for sign in (1.0, -1.0):
            self._widen_together(sign, low, high)
        for unknown in map(int, self.targets):
            for sign in (-1.0, 1.0):
                least, most, truth = low[unknown], high[unknown], self.truth[unknown]
                if self._is_wide(least, most, truth) or not self._is_wide(
                    0.0, greatest[unknown], truth
                ):
                    break
                self._widen(unknown, sign, low, high, greatest)
            if not self._is_wide(low[unknown], high[unknown], self.truth[unknown]):
                yield NarrowUnknown(self, unknown, float(greatest[unknown]))

    @cached_property
    def _found(self) -> list[NarrowUnknown]:
        return []

    @cached_property
    def _search(self) -> Iterator[NarrowUnknown]:
        return self._find_narrow()

    def find_narrow(self) -> list[NarrowUnknown]:
        """Return the targets whose feasibility interval is too narrow."""
        self._found.extend(self._search)
        return self._found

    def is_safe(self) -> bool:
        """Return whether no target's feasibility interval is too narrow.

        Stops at the first that is; `find_narrow` continues from there.
        """
        if not self._found:
            self._found.extend(islice(self._search, 1))
        return not self._found

    def is_narrow_by_bounds(self) -> bool:
        """Return whether bounds alone prove that a target's interval is too narrow.

        From the bounds of all other unknowns of a relation follow bounds of each one. A
        feasibility interval lies within them, so this needs no linear programme; where
        they are wide enough, nothing is proved.
        """
        known = self.matrix @ self.truth
        low, high = np.zeros(len(self.truth)), self.upper.copy()
        for _ in range(ROUNDS_OF_BOUNDS):
            before = low.copy(), high.copy()
            derive_bounds(self.matrix, known, low, high)
            is_wide = self._is_wide(low, high, self.truth)
            if not is_wide[self.targets].all():
                return True
            if np.array_equal(before, (low, high)):
                break
        return False

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
                is_narrow = ~self._is_wide(low, high, self.truth)[targets]
            else:
                floor = np.maximum(self.truth[targets] - TOLERANCE, 0)
                is_narrow = low[targets] > floor
            narrow = targets[is_narrow]
            if len(narrow) < 2 or len(narrow) == before:
                return
            before = len(narrow)
            found = self._solve_together(narrow, sign, low)
            if found is None:
                return
            np.minimum(low, found, out=low)
            np.maximum(high, found, out=high)

    def _solve_together(
        self, narrow: np.ndarray, sign: float, low: np.ndarray
    ) -> np.ndarray | None:
        """Return a table in which many of the cells are far up (sign -1) or down."""
        count = len(narrow)
        truth = self.truth[narrow]
        enough = np.maximum(low[narrow] + self.width, truth + 1)
        floor = np.zeros(count) if sign < 0 else np.maximum(truth - 1, 0)
        cap = enough if sign < 0 else np.full(count, np.inf)
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
        greatest: np.ndarray,
    ) -> None:
        """Find one cell's greatest (sign -1) or least value; widen all intervals.

        The greatest value also limits each cell that would have to be smaller for it:
        `greatest` is lowered to that.
        """
        solution = self._solve(unknown, sign)
        if solution.status == 3:  # unbounded
            high[unknown] = np.inf
        if solution.status != 0:
            return
        np.minimum(low, solution.x, out=low)
        np.maximum(high, solution.x, out=high)
        if sign < 0:
            most = max(-solution.fun, 0.0)
            rates = solution.lower.marginals
            limits = np.full(len(rates), np.inf)
            np.divide(most, rates, out=limits, where=rates > LEAST_RATE)
            limits[unknown] = max(most, self.truth[unknown])
            np.minimum(greatest, limits, out=greatest)

    def _solve(self, unknown: int, sign: float) -> OptimizeResult:
        """Solve the programme of one end of one cell's interval; keep the bound.

        The certificate is the rows that hold the value at its bound, with their duals.
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
        farthest = max if sign < 0 else min
        value, certificate = float(self.truth[unknown]), ()
        if solution.status == 3:  # unbounded
            value = np.inf
        elif solution.status == 0:
            value = farthest(value, float(solution.x[unknown]))
            duals = solution.eqlin.marginals
            binding = np.flatnonzero(np.abs(duals) > TOLERANCE)
            certificate = tuple((int(row), float(duals[row])) for row in binding)
        self._bounds[unknown, sign] = Bound(value, certificate)
        return solution
