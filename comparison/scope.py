"""What one comparison looks at: its specification, and the cells of one KPI."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from comparison.cells import Cells, cells_of
from comparison.values import CohortValues, cohort_values
from comparison.verdicts import Arm, Bounds

UNCLASSIFIED = "unclassified"
PROGRAMME = "programme"  # comparable_within: its own assessment


@dataclass(frozen=True)
class ComparisonSpec:
    """One KPI, and the two modes that are compared by it.

    Attributes:
        kpi_id: of the registry.
        margin: largest difference that would change no decision, in the KPI's unit.
        comparable_within: what arms must have in common for the KPI to mean the same
            in both: "nothing", "completion_class" or "programme" (its own assessment).
        mode_a: the mode whose value the difference starts from.
        mode_b: the mode whose value is subtracted.
        is_base_selected: the denominator depends on what people did after they
            enrolled.
    """

    kpi_id: str
    margin: float
    comparable_within: str
    mode_a: str
    mode_b: str
    is_base_selected: bool = False

    @property
    def modes(self) -> tuple[str, str]:
        """Both modes."""
        return self.mode_a, self.mode_b


@dataclass(frozen=True)
class Scope:
    """Comparison cells of one KPI, and the cohorts' values if not made from them.

    Attributes:
        cells: of the KPI.
        timed: the cohorts' values that come from a life table; None where the cells
            hold the values.
        everybody: by programme and mode, how many results there would be if nobody's
            were missing; None where the KPI counts everybody.
    """

    cells: Cells
    timed: CohortValues | None = None
    everybody: Mapping[tuple[str, str], float] | None = None

    def only(self, chosen: np.ndarray) -> "Scope":
        """Return the scope with the cells that a condition holds for.

        The condition holds for all or none of the cells of a programme in a mode.
        """
        cells = self.cells.take(chosen)
        if self.timed is None:
            return replace(self, cells=cells)
        width = len(cells.names.modes)
        kept = np.isin(
            self.timed.programme * width + self.timed.mode,
            cells.programme * width + cells.mode,
        )
        return replace(self, cells=cells, timed=self.timed.take(kept))

    def only_programmes(self, programmes: Collection[int]) -> "Scope":
        """Return the scope with some programmes, by their numbers."""
        chosen = np.zeros(len(self.cells.names.programmes), dtype=bool)
        chosen[list(programmes)] = True
        return self.only(chosen[self.cells.programme])

    def depends_on_missing(self, spec: ComparisonSpec, difference: float) -> bool:
        """Return whether people without a result could reverse a difference's sign.

        At worst, all of them in the mode ahead count against it and all of them in the
        other mode for it. Manski 1990, American Economic Review 80:319.
        """
        if self.everybody is None:
            return False
        ahead, behind = spec.modes if difference > 0 else spec.modes[::-1]
        worst = self._with_missing(ahead, 0.0) - self._with_missing(behind, 1.0)
        observed = self._rate(ahead) - self._rate(behind)
        return abs(difference) + worst - observed <= 0

    def _with_missing(self, mode: str, value: float) -> float:
        """Return a mode's rate if everybody without a result had this value."""
        assert self.everybody is not None
        cells, chosen = self.cells, self.cells.of_mode(mode)
        names = [cells.names.programmes[number] for number in self.programmes_of(mode)]
        everybody = sum(self.everybody.get((name, mode), 0.0) for name in names)
        known = float(cells.people[chosen].sum())
        missing = max(0.0, everybody - known)
        total = float(cells.total[chosen].sum()) + value * missing
        return total / (known + missing)

    def arm(self, mode: str) -> Arm:
        """Return how many people, cohorts and programmes one mode has."""
        chosen = self.cells.of_mode(mode)
        return Arm(
            mode,
            int(self.cells.learners[chosen].sum()),
            int(np.count_nonzero(np.bincount(self.cells.cohort[chosen]))),
            len(self.programmes_of(mode)),
        )

    def has_people(self, modes: Collection[str], fewest: int) -> bool:
        """Return whether each mode has this many distinct people."""
        number = np.full(self.cells.size, len(modes))
        for position, mode in enumerate(modes):
            number[self.cells.of_mode(mode)] = position
        people = self.cells.people_by(number, len(modes) + 1, fewest)[: len(modes)]
        return bool((people >= fewest).all())

    def programmes_of(self, mode: str) -> set[int]:
        """Return the numbers of the programmes that a mode ran in."""
        counts = np.bincount(self.cells.programme[self.cells.of_mode(mode)])
        return set(np.flatnonzero(counts).tolist())

    def crude(self, spec: ComparisonSpec) -> float:
        """Return the unadjusted difference a minus b, all people pooled."""
        if self.timed is None:
            return self._rate(spec.mode_a) - self._rate(spec.mode_b)
        means = []
        for mode in spec.modes:
            own = self.timed.take(self.timed.mode == self.cells.names.mode(mode))
            if own.people.size:
                means.append(float(np.average(own.value, weights=own.people)))
        return means[0] - means[1] if len(means) == len(spec.modes) else 0.0

    def bounds(self, spec: ComparisonSpec) -> Bounds | None:
        """Return the limits of the crude difference over all matches of the unmatched.

        Worst and best case: all of an arm's unmatched people count against it and all
        of the other arm's for it, and the reverse. None where all people are matched.
        Manski 1990, American Economic Review 80:319.
        """
        if self.timed is not None:
            return None
        low = self._rate(spec.mode_a, "low") - self._rate(spec.mode_b, "high")
        high = self._rate(spec.mode_a, "high") - self._rate(spec.mode_b, "low")
        if low >= high:
            return None
        unmatched = float((self.cells.high - self.cells.low).sum())
        return Bounds(low, high, self.crude(spec), unmatched)

    def by_cohort(self) -> CohortValues:
        """Return the cohorts' values, with the block of their programme."""
        if self.timed is None:
            return cohort_values(self.cells)
        block = np.zeros(len(self.cells.names.programmes), dtype=np.int64)
        block[self.cells.programme] = self.cells.block
        kept = np.isin(self.timed.programme, self.cells.programme)
        timed = self.timed.take(kept)
        return replace(timed, block=block[timed.programme])

    def _rate(self, mode: str, column: str = "total") -> float:
        chosen = self.cells.of_mode(mode)
        total = getattr(self.cells, column)[chosen].sum()
        return float(total / self.cells.people[chosen].sum())


def scope_of(frame: pl.DataFrame) -> Scope:
    """Return rows of fct_comparison_cells of one KPI as a scope."""
    return Scope(cells_of(frame))


def same_meaning(
    scope: Scope, spec: ComparisonSpec, classes: Mapping[str, str | None]
) -> Scope | None:
    """Return the part of a scope in which the KPI means the same in both modes.

    Completion is compared inside a completion class (attendance, content, assessment,
    certificate), a pass on one programme's own assessment.

    Returns:
        None where there is no such part.
    """
    in_a, in_b = (scope.programmes_of(mode) for mode in spec.modes)
    kept = in_a | in_b
    if spec.comparable_within == PROGRAMME:
        kept = in_a & in_b
    elif spec.comparable_within == "completion_class":
        names = scope.cells.names.programmes
        kinds = {number: classes.get(names[number]) for number in kept}
        shared = {kinds[each] for each in in_a} & {kinds[each] for each in in_b}
        kept = {programme for programme in kept if kinds[programme] in shared}
    return scope.only_programmes(kept) if kept else None
