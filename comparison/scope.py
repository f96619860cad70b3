"""What one comparison looks at: the cells of a KPI and which of them mean one thing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from comparison.cells import cohorts
from comparison.verdicts import Arm, Bounds

UNCLASSIFIED = "unclassified"


@dataclass(frozen=True)
class Question:
    """What is asked: of one KPI, are two modes different?

    Attributes:
        kpi_id: of the registry.
        margin: a difference that would change nobody's decision, in the KPI's unit.
        must_share: what arms must have in common for the KPI to mean one thing:
            "nothing", "completion_class" or "programme" (its own assessment).
        mode_a: the mode that is told first.
        mode_b: the mode that is taken away.
        is_base_selected: who counts depends on what people did after they enrolled.
        seed: of the bootstrap.
    """

    kpi_id: str
    margin: float
    must_share: str
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
        timed: by programme, mode and cohort: people, value, spread of a value that a
            life table gave; None where the cells hold the value.
    """

    cells: pl.DataFrame
    timed: pl.DataFrame | None = None

    def only(self, condition: pl.Expr) -> "Scope":
        """Return the scope with only those programmes or modes."""
        timed = None if self.timed is None else self.timed.filter(condition)
        return replace(self, cells=self.cells.filter(condition), timed=timed)

    def arm(self, mode: str) -> Arm:
        """Return how much stands behind one mode."""
        mine = self.cells.filter(pl.col("delivery_mode") == mode)
        return Arm(
            mode,
            int(mine["learner_count"].sum()),
            mine["cohort_id"].n_unique(),
            mine["programme_id"].n_unique(),
        )

    def programmes_of(self, mode: str) -> set[str]:
        """Return the programmes that a mode ran in."""
        mine = self.cells.filter(pl.col("delivery_mode") == mode)
        return set(mine["programme_id"].to_list())

    def crude(self, question: Question) -> float:
        """Return the difference as it happened, everybody pooled."""
        if self.timed is None:
            return self._rate(question.mode_a) - self._rate(question.mode_b)
        means = [
            mine["value"].dot(mine["people"]) / mine["people"].sum()
            for mode in question.modes
            if (mine := self.timed.filter(pl.col("delivery_mode") == mode)).height
        ]
        return float(means[0] - means[1]) if len(means) == len(question.modes) else 0.0

    def bounds(self, question: Question) -> Bounds | None:
        """Return what the crude difference could be, whoever the unmatched were.

        Worst and best case: all of an arm's unmatched people counted against it and
        all of the other's for it, and the other way round. None where nobody is
        unmatched. Manski 1990, American Economic Review 80:319.
        """
        if self.timed is not None:
            return None
        low = self._rate(question.mode_a, "unmatched_low")
        low -= self._rate(question.mode_b, "unmatched_high")
        high = self._rate(question.mode_a, "unmatched_high")
        high -= self._rate(question.mode_b, "unmatched_low")
        return Bounds(low, high, self.crude(question)) if low < high else None

    def by_cohort(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Return the cohorts' values, of cells with a block."""
        if self.timed is None:
            return cohorts(cells)
        blocks = cells.select("programme_id", "block").unique()
        return self.timed.join(blocks, on="programme_id").sort(
            "programme_id", "delivery_mode", "cohort_id"
        )

    def _rate(self, mode: str, column: str = "value_sum") -> float:
        mine = self.cells.filter(pl.col("delivery_mode") == mode)
        return float(mine[column].sum() / mine["denominator"].sum())


def same_meaning(
    scope: Scope, question: Question, classes: Mapping[str, str | None]
) -> Scope | None:
    """Return the part of a scope whose KPI means the same in both modes, None if none.

    Completion is compared inside a completion class (attendance, content, assessment,
    certificate), a pass on one programme's own assessment.
    """
    in_a, in_b = (scope.programmes_of(mode) for mode in question.modes)
    kept = in_a | in_b
    if question.must_share == "programme":
        kept = in_a & in_b
    elif question.must_share == "completion_class":
        shared = {classes.get(one) for one in in_a} & {classes.get(one) for one in in_b}
        kept = {one for one in kept if classes.get(one) in shared}
    if not kept:
        return None
    return scope.only(pl.col("programme_id").is_in(sorted(kept)))
