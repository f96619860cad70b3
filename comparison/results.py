"""Every comparison of one period: each KPI, category and pair of modes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations

import numpy as np
import polars as pl

from comparison.cells import Cells
from comparison.gates import Comparison, compare_modes
from comparison.reading import RESTRICTED_MEAN, TENTH, Evidence, Kpi
from comparison.scope import ComparisonSpec, Scope
from comparison.timed_cohorts import TimedCohorts, timed_cohorts
from comparison.verdicts import Thresholds
from comparison.windows import Window

ALL = "all"
MODES = ("sync", "hybrid", "async")  # mode_a is the first of a pair in this order
HORIZON = "matured_quarter_date"


@dataclass(frozen=True)
class ComparisonResult:
    """A comparison with its KPI, category and window.

    `spec` is None where only one mode was used. `days` is set for restricted means: the
    shortest and the longest time, in days, that the mean is restricted to.
    """

    spec: ComparisonSpec | None
    category: str
    window: Window
    kpi: Kpi
    found: Comparison
    days: tuple[float, float] | None = None


def comparisons(
    evidence: Evidence,
    window: Window,
    thresholds: Thresholds,
    margin: float,
) -> Iterator[ComparisonResult]:
    """Yield every comparison of one period with its provisional verdict.

    Args:
        evidence: the marts.
        window: the period.
        thresholds: of the gates.
        margin: of shares whose registry row gives none.
    """
    running = _running_cohorts(evidence, window)
    for kpi_id, every in evidence.cells_by_kpi.items():
        kpi = evidence.kpis.get(kpi_id)
        if kpi is None:
            continue
        inside = every.take(every.is_in(window.start, window.end))
        timed_kpis = _timed_kpis(evidence, kpi.kpi_id)
        dated = timed_cohorts(every.names, evidence.life_tables if timed_kpis else [])
        for category in _categories(inside):
            part = inside.take(_is_in(inside, category))
            group = _KpiInCategory(evidence, window, thresholds, kpi, category, running)
            scope = Scope(part, everybody=_everybody(evidence, kpi, category, window))
            usual = float(part.total.sum() / part.people.sum())
            least = kpi.margin_for(usual, margin)
            yield from group.comparisons(scope, least, None)
            for timed in timed_kpis:
                yield from _timed(replace(group, kpi=timed), part, dated)


def _timed_kpis(evidence: Evidence, base_kpi: str) -> list[Kpi]:
    """Return the KPIs that life tables measure on another KPI's cohorts."""
    return [
        kpi
        for kpi in evidence.kpis.values()
        if kpi.estimator == RESTRICTED_MEAN and kpi.base_kpi == base_kpi
    ]


def _everybody(
    evidence: Evidence, kpi: Kpi, category: str, window: Window
) -> dict[tuple[str, str], float] | None:
    """Return how many results each programme and mode would have without missing ones.

    Only a KPI whose denominator depends on what people did has a base KPI that counts
    everybody.
    """
    every = evidence.cells_by_kpi.get(kpi.base_kpi or "")
    if every is None or not kpi.is_base_selected:
        return None
    base = every.take(every.is_in(window.start, window.end))
    base = base.take(_is_in(base, category))
    width = len(base.names.modes)
    people = np.bincount(base.programme * width + base.mode, base.people)
    return {
        (base.names.programmes[number // width], base.names.modes[number % width]): each
        for number, each in enumerate(people.tolist())
        if each
    }


def _categories(inside: Cells) -> list[str]:
    """Return all, and every category that has cells."""
    if not inside.size:
        return []
    used = np.flatnonzero(np.bincount(inside.category))
    return [ALL, *(inside.names.categories[number] for number in used)]


def _is_in(cells: Cells, category: str) -> np.ndarray:
    if category == ALL:
        return np.ones(cells.size, dtype=bool)
    if category not in cells.names.categories:
        return np.zeros(cells.size, dtype=bool)
    return cells.category == cells.names.categories.index(category)


def _running_cohorts(evidence: Evidence, window: Window) -> pl.DataFrame:
    """Return category and mode of the cohorts that began and whose time is not over.

    A cohort whose programme has a late source is judged by the day that its data reach.
    """
    ends = pl.col("starts_at").dt.date() + pl.duration(days=pl.col("horizon_days"))
    began = pl.col("starts_at").dt.date() <= window.end + timedelta(days=1)
    known = pl.min_horizontal(pl.lit(window.end), "known_until")
    return evidence.cohorts.filter(began & (ends > known)).select(
        "outcome_category", "delivery_mode"
    )


def _timed(
    group: "_KpiInCategory", cells: Cells, cohorts: TimedCohorts
) -> Iterator[ComparisonResult]:
    """Yield the comparisons of days to finish, of cohorts that matured in the window.

    Days are counted up to the shortest horizon of a category's programmes.
    """
    part = cells.take(cohorts.cover(cells))
    if not part.size:
        return
    taus = _taus(part, group.evidence.horizons)
    days = min(taus.values()), max(taus.values())
    scope = Scope(part, cohorts.values(part, taus))
    yield from group.comparisons(scope, TENTH * days[0], days)


def _taus(cells: Cells, horizons: Mapping[str, float]) -> dict[int, float]:
    """Return for each programme the shortest horizon of its category, in days."""
    found = {}
    for category in np.unique(cells.category):
        programmes = np.unique(cells.programme[cells.category == category]).tolist()
        names = [cells.names.programmes[number] for number in programmes]
        found |= dict.fromkeys(programmes, min(horizons[name] for name in names))
    return found


@dataclass(frozen=True)
class _KpiInCategory:
    """One KPI in one category and window."""

    evidence: Evidence
    window: Window
    thresholds: Thresholds
    kpi: Kpi
    category: str
    running: pl.DataFrame

    def comparisons(
        self, scope: Scope, margin: float, days: tuple[float, float] | None
    ) -> Iterator[ComparisonResult]:
        names = scope.cells.names.modes
        modes = {names[number] for number in np.unique(scope.cells.mode)}
        present = [mode for mode in MODES if mode in modes]
        running = self._running_modes() - modes
        if len(present) == 1 and not running:
            only = Comparison(scope.arm(present[0]), None, "not_comparable_no_overlap")
            yield self._result(None, only, days)
        every = [mode for mode in MODES if mode in modes | running]
        for mode_a, mode_b in combinations(every, 2):
            spec = self._spec(mode_a, mode_b, margin)
            if mode_a in running or mode_b in running:
                if mode_a in running and mode_b in running:
                    continue
                found = Comparison(scope.arm(mode_a), scope.arm(mode_b), "immature")
            else:
                classes = self.evidence.classes
                found = compare_modes(spec, scope, classes, self.thresholds)
            yield self._result(spec, found, days)

    def _result(
        self,
        spec: ComparisonSpec | None,
        found: Comparison,
        days: tuple[float, float] | None,
    ) -> ComparisonResult:
        return ComparisonResult(spec, self.category, self.window, self.kpi, found, days)

    def _running_modes(self) -> set[str]:
        """Return modes with cohorts still running, if the KPI waits for the horizon."""
        if self.kpi.anchor != HORIZON:
            return set()
        running = self.running
        if self.category != ALL:
            running = running.filter(pl.col("outcome_category") == self.category)
        return set(running["delivery_mode"].drop_nulls().to_list())

    def _spec(self, mode_a: str, mode_b: str, margin: float) -> ComparisonSpec:
        kpi = self.kpi
        return ComparisonSpec(
            kpi_id=kpi.kpi_id,
            margin=margin,
            comparable_within=kpi.comparable_within,
            mode_a=mode_a,
            mode_b=mode_b,
            is_base_selected=kpi.is_base_selected,
        )
