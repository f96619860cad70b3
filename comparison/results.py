"""Every comparison of one period: each KPI, category and pair of modes."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations

import polars as pl

from comparison.gates import Comparison, compare_modes
from comparison.reading import RESTRICTED_MEAN, Evidence, Kpi
from comparison.scope import ComparisonSpec, Scope
from comparison.timing import COHORT, Cohort, cohort_keys, days_not_finished
from comparison.verdicts import Thresholds
from comparison.windows import Window

ALL = "all"
MODES = ("sync", "hybrid", "async")  # mode_a is the first of a pair in this order
TENTH = 0.1  # of the usual value: the margin of a KPI that has none of its own
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
    cohorts: list[Cohort],
    window: Window,
    thresholds: Thresholds,
    margin: float,
) -> Iterator[ComparisonResult]:
    """Yield every comparison of one period with its provisional verdict.

    Args:
        evidence: the marts.
        cohorts: life tables of the cohorts.
        window: the period.
        thresholds: of the gates.
        margin: of shares whose registry row gives none.
    """
    inside = evidence.cells.filter(
        pl.col("period_start_date").is_between(window.start, window.end)
    )
    running = _running_cohorts(evidence, window)
    for (kpi_id,), cells in inside.group_by(["kpi_id"], maintain_order=True):
        kpi = evidence.kpis.get(str(kpi_id))
        if kpi is None:
            continue
        for category, part in _categories(cells):
            group = _KpiInCategory(evidence, window, thresholds, kpi, category, running)
            scope = Scope(part, everybody=_everybody(kpi, category, inside))
            yield from group.comparisons(scope, _margin(kpi, part, margin), None)
            for timed in _timed_kpis(evidence, kpi.kpi_id):
                yield from _timed(replace(group, kpi=timed), part, cohorts)


def _timed_kpis(evidence: Evidence, base_kpi: str) -> list[Kpi]:
    """Return the KPIs that life tables measure on another KPI's cohorts."""
    return [
        kpi
        for kpi in evidence.kpis.values()
        if kpi.estimator == RESTRICTED_MEAN and kpi.base_kpi == base_kpi
    ]


def _everybody(kpi: Kpi, category: str, inside: pl.DataFrame) -> pl.DataFrame | None:
    """Return how many results each programme and mode would have without missing ones.

    Only a KPI whose denominator depends on what people did has a base KPI that counts
    everybody.
    """
    if kpi.base_kpi is None or not kpi.is_base_selected:
        return None
    base = inside.filter(pl.col("kpi_id") == kpi.base_kpi)
    if category != ALL:
        base = base.filter(pl.col("outcome_category") == category)
    keys = ["programme_id", "delivery_mode"]
    return base.group_by(keys).agg(pl.col("denominator").sum())


def _categories(cells: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    yield ALL, cells
    for (category,), part in cells.group_by(["outcome_category"], maintain_order=True):
        yield str(category), part


def _margin(kpi: Kpi, cells: pl.DataFrame, margin: float) -> float:
    """Return the largest difference that changes no decision, in the KPI's unit."""
    if kpi.margin is not None:
        return float(kpi.margin)
    if kpi.unit == "share":
        return margin
    return abs(TENTH * float(cells["value_sum"].sum() / cells["denominator"].sum()))


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
    group: "_KpiInCategory", cells: pl.DataFrame, cohorts: list[Cohort]
) -> Iterator[ComparisonResult]:
    """Yield the comparisons of days to finish, of cohorts that matured in the window.

    Days are counted up to the shortest horizon of a category's programmes.
    """
    dated = cells.join(cohort_keys(cohorts), on=COHORT, how="semi")
    if dated.is_empty():
        return
    taus = _taus(dated, group.evidence.horizons)
    matured = set(dated.select(COHORT).iter_rows())
    chosen = [cohort for cohort in cohorts if cohort.key in matured]
    table = days_not_finished(chosen, taus)
    days = min(taus.values()), max(taus.values())
    yield from group.comparisons(Scope(dated, table), TENTH * days[0], days)


def _taus(cells: pl.DataFrame, horizons: Mapping[str, float]) -> dict[str, float]:
    """Return for each programme the shortest horizon of its category, in days."""
    found = {}
    offered = cells.group_by("outcome_category").agg(pl.col("programme_id").unique())
    for programmes in offered["programme_id"]:
        shortest = min(horizons[name] for name in programmes)
        found |= dict.fromkeys(programmes, shortest)
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
        modes = set(scope.cells["delivery_mode"].to_list())
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
        kpi, window = self.kpi, self.window
        name = (kpi.kpi_id, self.category, window.end, window.trailing_quarters)
        return ComparisonSpec(
            kpi_id=kpi.kpi_id,
            margin=margin,
            comparable_within=kpi.comparable_within,
            mode_a=mode_a,
            mode_b=mode_b,
            is_base_selected=kpi.is_base_selected,
            seed=zlib.crc32("|".join(map(str, (*name, mode_a, mode_b))).encode()),
        )
