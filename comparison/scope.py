"""What one comparison looks at: its specification, and the cells of one KPI."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from comparison.cells import cohort_values
from comparison.verdicts import Arm, Bounds

UNCLASSIFIED = "unclassified"


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
        seed: of the bootstrap.
    """

    kpi_id: str
    margin: float
    comparable_within: str
    mode_a: str
    mode_b: str
    is_base_selected: bool = False
    seed: int = 0

    @property
    def modes(self) -> tuple[str, str]:
        """Both modes."""
        return self.mode_a, self.mode_b


@dataclass(frozen=True)
class Scope:
    """Comparison cells of one KPI, and the cohorts' values if not made from them.

    Attributes:
        cells: programme_id, cohort_id, delivery_mode, outcome_category, what was known
            at enrolment, learner_count, denominator, value_sum, value_sum_of_squares,
            unmatched_low, unmatched_high.
        timed: by programme, mode and cohort: people, value and spread of a value that
            comes from a life table; None where the cells hold the value.
        everybody: by programme and mode, how many results there would be if nobody's
            were missing (`denominator`); None where the KPI counts everybody.
    """

    cells: pl.DataFrame
    timed: pl.DataFrame | None = None
    everybody: pl.DataFrame | None = None

    def only(self, condition: pl.Expr) -> "Scope":
        """Return the scope with only the programmes or modes that meet a condition."""
        timed = None if self.timed is None else self.timed.filter(condition)
        return replace(self, cells=self.cells.filter(condition), timed=timed)

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
        programmes = sorted(self.programmes_of(mode))
        everybody = self.everybody.filter(
            (pl.col("delivery_mode") == mode) & pl.col("programme_id").is_in(programmes)
        )["denominator"].sum()
        known = float(self._of("denominator", mode).sum())
        missing = max(0.0, float(everybody) - known)
        total = float(self._of("value_sum", mode).sum()) + value * missing
        return total / (known + missing)

    def arm(self, mode: str) -> Arm:
        """Return how many people, cohorts and programmes one mode has."""
        return Arm(
            mode,
            int(self._of("learner_count", mode).sum()),
            self._of("cohort_id", mode).n_unique(),
            self._of("programme_id", mode).n_unique(),
        )

    def programmes_of(self, mode: str) -> set[str]:
        """Return the programmes that a mode ran in."""
        return set(self._of("programme_id", mode).to_list())

    def crude(self, spec: ComparisonSpec) -> float:
        """Return the unadjusted difference a minus b, all people pooled."""
        if self.timed is None:
            return self._rate(spec.mode_a) - self._rate(spec.mode_b)
        means = [
            chosen["value"].dot(chosen["people"]) / chosen["people"].sum()
            for mode in spec.modes
            if (chosen := self.timed.filter(pl.col("delivery_mode") == mode)).height
        ]
        return float(means[0] - means[1]) if len(means) == len(spec.modes) else 0.0

    def bounds(self, spec: ComparisonSpec) -> Bounds | None:
        """Return the limits of the crude difference over all matches of the unmatched.

        Worst and best case: all of an arm's unmatched people count against it and all
        of the other arm's for it, and the reverse. None where all people are matched.
        Manski 1990, American Economic Review 80:319.
        """
        if self.timed is not None:
            return None
        low = self._rate(spec.mode_a, "unmatched_low")
        low -= self._rate(spec.mode_b, "unmatched_high")
        high = self._rate(spec.mode_a, "unmatched_high")
        high -= self._rate(spec.mode_b, "unmatched_low")
        if low >= high:
            return None
        spread = (self.cells["unmatched_high"] - self.cells["unmatched_low"]).sum()
        return Bounds(low, high, self.crude(spec), float(spread))

    def by_cohort(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Return the cohorts' values, of cells with a block."""
        if self.timed is None:
            return cohort_values(cells)
        blocks = cells.select("programme_id", "block").unique()
        return self.timed.join(blocks, on="programme_id").sort(
            "programme_id", "delivery_mode", "cohort_id"
        )

    def _rate(self, mode: str, column: str = "value_sum") -> float:
        total = self._of("denominator", mode).sum()
        return float(self._of(column, mode).sum() / total)

    def _of(self, column: str, mode: str) -> pl.Series:
        """Return a column's values of one mode."""
        if mode not in self._modes:
            self._modes[mode] = self.cells["delivery_mode"] == mode
        return self.cells[column].filter(self._modes[mode])

    @cached_property
    def _modes(self) -> dict[str, pl.Series]:
        """Which cells are of a mode, by mode: asked for often, and found once."""
        return {}


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
    if spec.comparable_within == "programme":
        kept = in_a & in_b
    elif spec.comparable_within == "completion_class":
        shared = {classes.get(p) for p in in_a} & {classes.get(p) for p in in_b}
        kept = {programme for programme in kept if classes.get(programme) in shared}
    if not kept:
        return None
    return scope.only(pl.col("programme_id").is_in(sorted(kept)))
