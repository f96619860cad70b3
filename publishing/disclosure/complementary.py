"""Complementary suppression: more cells are suppressed until the audit finds nothing.

1. In every relation, a suppressed cell needs at least one other suppressed cell, and
   together they must be large enough for a wide feasibility interval.
2. The audit then attacks the table. For each exposed cell, the cheapest shown cell that
   the attacker's bound depends on is suppressed, until no cell is exposed.
3. A complementary suppression without which the audit still passes is undone.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from publishing.disclosure.audit import find_exposures, is_safe
from publishing.disclosure.relations import (
    TOLERANCE,
    Bounds,
    DualCertificate,
    Exposure,
    Relation,
)

RESTORING_AUDITS = 6  # attempts to show complementary cells again
MOST_TO_RESTORE = 1000  # of which an attempt to show cells again takes little time
ROUNDS_PER_STEP = 8  # after so many audits, each step suppresses one more cell
FEW_ROUNDS = 2  # the same where an audit takes seconds


@dataclass(frozen=True)
class Measure:
    """One measure of all cells, as an attacker would compute it.

    Attributes:
        values: the true value of each cell; shape (cells,).
        sensitive: the least width of a safe feasibility interval of each cell that must
            be protected where it is not exact (the sliding protection level), and 0 of
            all others; shape (cells,).
        shown: what is known of each cell by itself where it is shown; None where that
            is its value.
        hidden: what is known of it where it is suppressed; None where that is nothing
            but that it is a count.
    """

    values: np.ndarray
    sensitive: np.ndarray
    shown: Bounds | None = None
    hidden: Bounds | None = None

    def bounds(self, suppressed: np.ndarray) -> Bounds:
        """Return what is known of each cell by itself.

        Args:
            suppressed: which cells are not shown; shape (cells,), boolean.
        """
        plain = Bounds.of_counts(self.values, suppressed)
        shown, hidden = self.shown or plain, self.hidden or plain
        return Bounds(
            np.where(suppressed, hidden.low, shown.low),
            np.where(suppressed, hidden.high, shown.high),
        )


@dataclass
class SuppressionPlan:
    """Which cells are suppressed, so far.

    Attributes:
        suppressed: which cells are not shown; shape (cells,), boolean.
        cost: what suppressing each cell costs; a cell of cost 0 is never suppressed.
        relations: which cells are sums of others.
        relations_of: the relations that each cell is in.
    """

    suppressed: np.ndarray
    cost: np.ndarray
    relations: list[Relation]
    relations_of: dict[int, list[Relation]]

    @classmethod
    def of(
        cls, suppressed: np.ndarray, cost: np.ndarray, relations: list[Relation]
    ) -> "SuppressionPlan":
        """Return a plan that starts from some suppressions."""
        relations_of: dict[int, list[Relation]] = {}
        for relation in relations:
            for cell in (relation.total, *relation.parts):
                relations_of.setdefault(cell, []).append(relation)
        return cls(suppressed.copy(), cost, relations, relations_of)

    def add_complementary_suppression(
        self, measures: list[Measure]
    ) -> list[list[Exposure]]:
        """Suppress more cells until every audit passes, then undo what is not needed.

        Where most cells are sensitive, nothing is undone: that takes too many audits.

        Args:
            measures: what can be attacked, each on its own.

        Returns:
            Of each measure, the exposures that remain although no cell is left to
            suppress; none where the plan is safe.
        """
        before = self.suppressed.copy()
        self._suppress_within_relations(measures)
        remaining = [
            self.suppress_until_safe(measure, ROUNDS_PER_STEP) for measure in measures
        ]
        targets = max(((m.sensitive > 0).sum() for m in measures), default=0)
        if not any(remaining) and targets <= MOST_TO_RESTORE:
            self._restore(np.flatnonzero(self.suppressed & ~before), measures)
        return remaining

    def suppress_until_safe(
        self, measure: Measure, rounds_per_step: int = FEW_ROUNDS
    ) -> list[Exposure]:
        """Suppress until one measure is safe; return what stays exposed.

        It shows no cell again, which would cost many audits.

        One more suppression can only widen feasibility intervals, so a cell or a
        measure that was safe stays safe: each round attacks only the cells that the
        round before exposed.
        """
        sensitive = measure.sensitive
        for audits in itertools.count(1):
            found = find_exposures(
                measure.values,
                measure.bounds(self.suppressed),
                sensitive,
                self.relations,
            )
            if not found or not self._protect(found, 1 + audits // rounds_per_step):
                return found
            exposed = [exposure.cell for exposure in found]
            sensitive = np.zeros_like(measure.sensitive)
            sensitive[exposed] = measure.sensitive[exposed]
        return []

    def _restore(self, complementary: np.ndarray, measures: list[Measure]) -> None:
        """Show complementary cells again where that is safe, the costliest first.

        A set that is not safe as a whole is halved, for RESTORING_AUDITS audits at
        most.
        """
        order = np.argsort(-self.cost[complementary], kind="stable")
        waiting = [complementary[order]]
        for _ in range(RESTORING_AUDITS):
            if not waiting:
                break
            cells = waiting.pop(0)
            self.suppressed[cells] = False
            safe = all(
                is_safe(
                    measure.values,
                    measure.bounds(self.suppressed),
                    measure.sensitive,
                    self.relations,
                )
                for measure in measures
            )
            if not safe:
                self.suppressed[cells] = True
                halves = np.array_split(cells, 2) if len(cells) > 1 else []
                waiting = [*halves, *waiting]

    def _protect(self, exposures: list[Exposure], at_once: int) -> bool:
        """Suppress shown cells for each exposure; return False when none is left.

        An exposure whose certificates share a relation with one already treated in
        this round waits for the next audit: it may be safe by then.
        """
        treated: set[int] = set()
        for exposure in exposures:
            if treated and exposure.shares(treated):
                continue
            certificates = list(exposure.certificates)
            is_broken = any(
                self._break_certificate(certificate, at_once)
                for certificate in certificates
            )
            if is_broken or self._suppress_nearest(exposure.cell):
                used = {row for rows in certificates for row, _ in rows}
                treated |= used or {-1}
        return bool(treated)

    def _break_certificate(self, certificate: DualCertificate, at_once: int) -> bool:
        """Suppress the cheapest shown cells that the attacker's bound depends on."""
        weights: dict[int, float] = {}
        for position, dual in certificate:
            relation = self.relations[position]
            weights[relation.total] = weights.get(relation.total, 0.0) - dual
            for part in relation.parts:
                weights[part] = weights.get(part, 0.0) + dual
        shown = [
            cell
            for cell, weight in weights.items()
            if abs(weight) > TOLERANCE
            and not self.suppressed[cell]
            and self.cost[cell] > 0
        ]
        shown.sort(key=lambda cell: (self.cost[cell], cell))
        self.suppressed[shown[:at_once]] = True
        return bool(shown)

    def _suppress_within_relations(self, measures: list[Measure]) -> None:
        """Suppress the cheapest cells where one relation alone discloses a cell."""
        waiting = list(self.relations)
        while waiting:
            relation = waiting.pop()
            while self._is_disclosive(relation, measures):
                cell = self._cheapest_shown(relation)
                if cell is None:
                    break
                self.suppressed[cell] = True
                waiting += [r for r in self.relations_of[cell] if r != relation]

    def _is_disclosive(self, relation: Relation, measures: list[Measure]) -> bool:
        """Return whether one relation alone narrows down a suppressed part of it."""
        if self.suppressed[relation.total]:
            return False
        parts = [part for part in relation.parts if self.suppressed[part]]
        for measure in measures:
            width = measure.sensitive[parts].max(initial=0)
            if width and (len(parts) < 2 or measure.values[parts].sum() < width):
                return True
        return False

    def _cheapest_shown(self, relation: Relation) -> int | None:
        shown = [
            cell
            for cell in (*relation.parts, relation.total)
            if not self.suppressed[cell] and self.cost[cell] > 0
        ]
        return min(shown, key=lambda cell: (self.cost[cell], cell), default=None)

    def _suppress_nearest(self, cell: int) -> bool:
        """Suppress the cheapest shown cell in the nearest relations; False if none."""
        seen, edge = {cell}, [cell]
        while edge:
            near = [r for known in edge for r in self.relations_of.get(known, [])]
            found = [c for r in near if (c := self._cheapest_shown(r)) is not None]
            if found:
                self.suppressed[min(found, key=lambda c: (self.cost[c], c))] = True
                return True
            edge = [c for r in near for c in (r.total, *r.parts) if c not in seen]
            seen.update(edge)
        return False
