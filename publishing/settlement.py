"""Settling what protects what: company for hidden cells until the audit finds nothing.

1. In every sum a hidden cell needs company: at least one more hidden cell, and enough
   among the hidden for the range to be wide.
2. The audit then attacks what is left; for each cell that it can narrow down, the
   cheapest shown cell that the attacker needs is hidden, until nothing can be.
3. What was hidden only for protection is shown again where the audit still passes.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from publishing.audit import TOLERANCE, Exposure, Reason, Sum, exposures, is_safe

TRIES = 6  # audits per settlement spent on showing protecting cells again
PATIENCE = 8  # rounds after which one more cell is hidden at once

# name -> (value of each cell, which cells are sensitive, the least width of a range)
Measures = dict[str, tuple[np.ndarray, np.ndarray, float]]


@dataclass
class Board:
    """Which cells are hidden while it is being settled what protects what."""

    hidden: np.ndarray
    cost: np.ndarray
    sums: list[Sum]
    sums_of: dict[int, list[Sum]]

    @classmethod
    def of(cls, hidden: np.ndarray, cost: np.ndarray, sums: list[Sum]) -> "Board":
        """Begin with what is hidden for its own sake.

        Args:
            hidden: which cells are hidden; shape (cells,), boolean.
            cost: what hiding each cell costs; a cell of cost 0 is never hidden.
            sums: which cells are sums of others.
        """
        sums_of: dict[int, list[Sum]] = {}
        for one in sums:
            for cell in (one.total, *one.parts):
                sums_of.setdefault(cell, []).append(one)
        return cls(hidden.copy(), cost, sums, sums_of)

    def settle(self, measures: Measures) -> tuple[Exposure, ...]:
        """Hide company until every audit passes, then show again what need not hide.

        Args:
            measures: what can be attacked, each on its own.

        Returns:
            What can be narrowed down although nothing is left to hide; empty is safe.
        """
        primary = self.hidden.copy()
        self._give_company(measures)
        remaining: list[Exposure] = []
        for measure in measures.values():
            remaining += self._settle_one(*measure)
        if not remaining:
            self._show_again(np.flatnonzero(self.hidden & ~primary), measures)
        return tuple(remaining)

    def _settle_one(
        self, numbers: np.ndarray, sensitive: np.ndarray, width: float
    ) -> list[Exposure]:
        """Hide until one measure is safe; return what is exposed when nothing is left.

        Hiding more can only widen what an attacker must allow for, so that a cell or a
        measure that was safe stays so.
        """
        for at_once in itertools.count(1):
            found = exposures(numbers, self.hidden, sensitive, self.sums, width)
            if not found or not self._help(found, 1 + at_once // PATIENCE):
                return found
            sensitive = np.zeros_like(sensitive)
            sensitive[[one.cell for one in found]] = True
        return []

    def _show_again(self, protecting: np.ndarray, measures: Measures) -> None:
        """Show protecting cells again where that is safe, the largest groups first.

        Halves what is not safe as a whole, for at most TRIES audits.
        """
        order = np.argsort(-self.cost[protecting], kind="stable")
        waiting = [protecting[order]]
        for _ in range(TRIES):
            if not waiting:
                break
            cells = waiting.pop(0)
            self.hidden[cells] = False
            safe = all(
                is_safe(numbers, self.hidden, sensitive, self.sums, width)
                for numbers, sensitive, width in measures.values()
            )
            if not safe:
                self.hidden[cells] = True
                halves = np.array_split(cells, 2) if len(cells) > 1 else []
                waiting = [*halves, *waiting]

    def _help(self, found: list[Exposure], at_once: int) -> bool:
        """Hide shown cells for each exposed one, but not twice for the same reason."""
        helped: set[int] = set()
        for one in found:
            sums = {place for reason in one.reasons for place, _ in reason}
            if sums & helped:
                continue
            broken = any(self._break(reason, at_once) for reason in one.reasons)
            if broken or self._hide_near(one.cell):
                helped |= sums or {-1}
        return bool(helped)

    def _break(self, reason: Reason, at_once: int) -> bool:
        """Hide the cheapest shown cells that the attacker needs for a bound."""
        needed: dict[int, float] = {}
        for place, factor in reason:
            total = self.sums[place]
            needed[total.total] = needed.get(total.total, 0.0) - factor
            for part in total.parts:
                needed[part] = needed.get(part, 0.0) + factor
        shown = [
            cell
            for cell, factor in needed.items()
            if abs(factor) > TOLERANCE and not self.hidden[cell] and self.cost[cell] > 0
        ]
        shown.sort(key=lambda cell: (self.cost[cell], cell))
        self.hidden[shown[:at_once]] = True
        return bool(shown)

    def _give_company(self, measures: Measures) -> None:
        """Hide the cheapest neighbours where a sum alone gives a hidden cell away."""
        waiting = list(self.sums)
        while waiting:
            one = waiting.pop()
            while self._is_lonely(one, measures):
                cell = self._cheapest(one)
                if cell is None:
                    break
                self.hidden[cell] = True
                waiting += [other for other in self.sums_of[cell] if other != one]

    def _is_lonely(self, one: Sum, measures: Measures) -> bool:
        """Return whether one sum alone narrows down a hidden part of it."""
        if self.hidden[one.total]:
            return False
        parts = [part for part in one.parts if self.hidden[part]]
        for numbers, sensitive, width in measures.values():
            if not sensitive[parts].any():
                continue
            if len(parts) < 2 or numbers[parts].sum() < width:
                return True
        return False

    def _cheapest(self, one: Sum) -> int | None:
        shown = [
            cell
            for cell in (*one.parts, one.total)
            if not self.hidden[cell] and self.cost[cell] > 0
        ]
        return min(shown, key=lambda cell: (self.cost[cell], cell), default=None)

    def _hide_near(self, cell: int) -> bool:
        """Hide the cheapest shown cell in the nearest sums; False when none is left."""
        seen, edge = {cell}, [cell]
        while edge:
            sums = [one for near in edge for one in self.sums_of.get(near, [])]
            found = [c for one in sums if (c := self._cheapest(one)) is not None]
            if found:
                self.hidden[min(found, key=lambda c: (self.cost[c], c))] = True
                return True
            edge = [c for one in sums for c in (one.total, *one.parts) if c not in seen]
            seen.update(edge)
        return False
