"""Every question of one period: each KPI, category and pair of modes."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations
from typing import Any

import polars as pl

from comparison.judge import Answer, answer
from comparison.reading import Evidence
from comparison.scope import Question, Scope
from comparison.timing import COHORT, Cohort, days_not_finished, names_of
from comparison.verdicts import Thresholds
from comparison.windows import Window

ALL = "all"
ORDER = ("sync", "hybrid", "async")
TENTH = 0.1  # of the usual value: a difference that changes nobody's plan
HORIZON = "matured_quarter_date"


@dataclass(frozen=True)
class Asked:
    """A question with its category and window, and what was found.

    `question` is None where only one mode was used; `days` is set for times: the
    shortest and the longest span that days are counted in.
    """

    question: Question | None
    category: str
    window: Window
    kpi: dict[str, Any]
    found: Answer
    days: tuple[float, float] | None = None


def asked(
    evidence: Evidence,
    cohorts: list[Cohort],
    window: Window,
    limits: Thresholds,
    margin: float,
) -> Iterator[Asked]:
    """Yield every question of one period with its provisional answer.

    Args:
        evidence: the marts.
        cohorts: life tables of the cohorts.
        window: the period.
        limits: thresholds of the gates.
        margin: of shares whose registry row gives none.
    """
    inside = evidence.cells.filter(
        pl.col("period_start_date").is_between(window.start, window.end)
    )
    running = _running(evidence, window)
    for (kpi_id,), cells in inside.group_by(["kpi_id"], maintain_order=True):
        kpi = evidence.kpis.get(str(kpi_id))
        if kpi is None:
            continue
        for category, part in _categories(cells):
            of_kpi = _OfKpi(evidence, window, limits, kpi, category, running)
            yield from of_kpi.asked(Scope(part), _margin(kpi, part, margin), None)
            for timed in _timed_kpis(evidence, str(kpi_id)):
                yield from _timed(replace(of_kpi, kpi=timed), part, cohorts)


def _timed_kpis(evidence: Evidence, base_kpi: str) -> list[dict[str, Any]]:
    """Return the KPIs that life tables measure on another KPI's cohorts."""
    return [
        kpi
        for kpi in evidence.kpis.values()
        if kpi["estimator"] == "restricted_mean" and kpi["base_kpi"] == base_kpi
    ]


def _categories(cells: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    yield ALL, cells
    for (category,), part in cells.group_by(["outcome_category"], maintain_order=True):
        yield str(category), part


def _margin(kpi: dict[str, Any], cells: pl.DataFrame, margin: float) -> float:
    """Return a difference that would change nobody's decision, in the KPI's unit."""
    if kpi["margin"] is not None:
        return float(kpi["margin"])
    if kpi["unit"] == "share":
        return margin
    return abs(TENTH * float(cells["value_sum"].sum() / cells["denominator"].sum()))


def _running(evidence: Evidence, window: Window) -> pl.DataFrame:
    """Return category and mode of cohorts that began, and whose time is not over."""
    ends = pl.col("starts_at").dt.date() + pl.duration(days=pl.col("horizon_days"))
    began = pl.col("starts_at").dt.date() <= window.end + timedelta(days=1)
    return evidence.cohorts.filter(began & (ends > window.end)).select(
        "outcome_category", "delivery_mode"
    )


def _timed(
    of_kpi: "_OfKpi", cells: pl.DataFrame, cohorts: list[Cohort]
) -> Iterator[Asked]:
    """Yield the questions on days to finish, of cohorts that the window rated.

    Days are counted up to the shortest horizon of a category's programmes.
    """
    dated = cells.join(names_of(cohorts), on=COHORT, how="semi")
    if dated.is_empty():
        return
    taus = _taus(dated, of_kpi.evidence.horizons)
    rated = set(dated.select(COHORT).iter_rows())
    table = days_not_finished([one for one in cohorts if one.name in rated], taus)
    span = min(taus.values()), max(taus.values())
    yield from of_kpi.asked(Scope(dated, table), TENTH * span[0], span)


def _taus(cells: pl.DataFrame, horizons: Mapping[str, float]) -> dict[str, float]:
    """Return for each programme the shortest horizon of its category, in days."""
    found = {}
    offered = cells.group_by("outcome_category").agg(pl.col("programme_id").unique())
    for programmes in offered["programme_id"]:
        shortest = min(horizons[name] for name in programmes)
        found |= dict.fromkeys(programmes, shortest)
    return found


@dataclass(frozen=True)
class _OfKpi:
    """One KPI in one category and window."""

    evidence: Evidence
    window: Window
    limits: Thresholds
    kpi: dict[str, Any]
    category: str
    running: pl.DataFrame

    def asked(self, scope: Scope, margin: float, days: float | None) -> Iterator[Asked]:
        modes = set(scope.cells["delivery_mode"].to_list())
        present = [mode for mode in ORDER if mode in modes]
        running = self._running() - modes
        if len(present) == 1 and not running:
            only = Answer(scope.arm(present[0]), None, "not_comparable_no_overlap")
            yield Asked(None, self.category, self.window, self.kpi, only, days)
        every = [mode for mode in ORDER if mode in modes | running]
        for mode_a, mode_b in combinations(every, 2):
            question = self._question(mode_a, mode_b, margin)
            if mode_a in running or mode_b in running:
                if mode_a in running and mode_b in running:
                    continue
                found = Answer(scope.arm(mode_a), scope.arm(mode_b), "immature")
            else:
                found = answer(question, scope, self.evidence.classes, self.limits)
            yield Asked(question, self.category, self.window, self.kpi, found, days)

    def _running(self) -> set[str]:
        """Return modes whose cohorts run still, if the KPI waits for their horizon."""
        if self.kpi["anchor"] != HORIZON:
            return set()
        mine = self.running
        if self.category != ALL:
            mine = mine.filter(pl.col("outcome_category") == self.category)
        return set(mine["delivery_mode"].drop_nulls().to_list())

    def _question(self, mode_a: str, mode_b: str, margin: float) -> Question:
        kpi_id = self.kpi["kpi_id"]
        window = self.window
        name = (kpi_id, self.category, window.end, window.trailing_quarters)
        return Question(
            kpi_id=kpi_id,
            margin=margin,
            must_share=self.kpi["comparable_within"],
            mode_a=mode_a,
            mode_b=mode_b,
            is_base_selected=self.kpi["is_base_selected"],
            seed=zlib.crc32("|".join(map(str, (*name, mode_a, mode_b))).encode()),
        )
