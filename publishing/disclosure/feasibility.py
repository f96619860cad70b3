"""Feasibility intervals: the values of a suppressed cell that agree with the table.

An attacker knows every shown cell, every relation between a total and its parts, and
bounds of what is not shown exactly: no count is negative, a band has an end, a rounded
count is known to half a step. For such a cell, the least and the greatest value that
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
from scipy.sparse import csr_array

from publishing.disclosure.derived_bounds import derive_bounds
from publishing.disclosure.narrow_unknowns import Bound, NarrowUnknown
from publishing.disclosure.relations import Bounds, is_wide
from publishing.disclosure.surroundings import RINGS, certificate_of, judge_nearby
from publishing.disclosure.together import solve_together, widen_together

LEAST_RATE = 0.01  # lesser reduced costs may be noise of the solver

EVERY = slice(None)
ROUNDS_OF_BOUNDS = 10  # of deriving bounds from one relation at a time


@dataclass(frozen=True, eq=False)
class Attack:
    """One attacker's system: matrix @ unknowns = known, lower <= unknowns <= upper.

    Attacks of the same content are equal, so that the outcome of one serves for all.

    Attributes:
        matrix: shape (relations, unknowns).
        truth: the true value of each unknown.
        lower: the least value each unknown can have.
        upper: the greatest value each unknown can have.
        stated: the greatest value that is published of each unknown by itself.
        targets: the unknowns that must be protected, ascending.
        width: the least width of a safe interval of each unknown.
    """

    matrix: csr_array
    truth: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    stated: np.ndarray
    targets: np.ndarray
    width: np.ndarray

    @cached_property
    def content(self) -> bytes:
        """SHA-256 of everything that the outcome depends on."""
        digest = hashlib.sha256(repr(self.matrix.shape).encode())
        for part in (
            self.matrix.indptr.astype(np.int64),
            self.matrix.indices.astype(np.int64),
            self.matrix.data,
            self.truth,
            self.lower,
            self.upper,
            self.stated,
            self.targets.astype(np.int64),
            self.width,
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
            found = solve_together(rest, self.targets, -1.0, self.truth)
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
        for sign in (1.0, -1.0) if self._is_worth_solving_together else ():
            widen_together(self, sign, low, high)
        for unknown in map(int, self.targets):
            if not self.is_wide(low[unknown], high[unknown], unknown):
                narrow = judge_nearby(self, unknown, low, high)
                if narrow is not None:
                    yield narrow
                    continue
            for sign in (-1.0, 1.0):
                if self.is_wide(
                    low[unknown], high[unknown], unknown
                ) or not self.is_wide(self.lower[unknown], greatest[unknown], unknown):
                    break
                self._widen(unknown, sign, low, high, greatest)
            if not self.is_wide(low[unknown], high[unknown], unknown):
                yield NarrowUnknown(self, unknown, float(greatest[unknown]))

    @property
    def _is_worth_solving_together(self) -> bool:
        """Whether looking around each target takes longer than looking at all."""
        return len(self.targets) * RINGS[0] > len(self.truth)

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
        low, high = self.lower.copy(), self.upper.copy()
        for _ in range(ROUNDS_OF_BOUNDS):
            before = low.copy(), high.copy()
            derive_bounds(self.matrix, known, low, high)
            if not self.is_wide(low, high)[self.targets].all():
                return True
            if np.array_equal(before, (low, high)):
                break
        return False

    def is_wide(
        self, low: np.ndarray, high: np.ndarray, which: int | slice = EVERY
    ) -> np.ndarray:
        """Return whether intervals of unknowns are wide enough, as of `relations`.

        Args:
            low: lower ends of the intervals of some unknowns.
            high: upper ends.
            which: these unknowns.
        """
        stated = Bounds(self.lower[which], self.stated[which])
        return is_wide(low, high, self.truth[which], stated, self.width[which])

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
            most = max(-solution.fun, self.truth[unknown])
            rates = solution.lower.marginals
            limits = np.full(len(rates), np.inf)
            room = most - self.lower[unknown]
            np.divide(room, rates, out=limits, where=rates > LEAST_RATE)
            limits += self.lower
            limits[unknown] = most
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
            bounds=np.column_stack([self.lower, self.upper]),
            method="highs",
        )
        farthest = max if sign < 0 else min
        value, certificate = float(self.truth[unknown]), ()
        if solution.status == 3:  # unbounded
            value = np.inf
        elif solution.status == 0:
            value = farthest(value, float(solution.x[unknown]))
            certificate = certificate_of(solution, np.arange(self.matrix.shape[0]))
        self._bounds[unknown, sign] = Bound(value, certificate)
        return solution
