"""A pilot for each comparison that was refused, or that came to no verdict."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from comparison.cohort_scatter import with_variances
from comparison.kpi_groups import groups_of
from comparison.pilot_power import Scatter, Size, smallest
from comparison.pilots import PilotPlan, assignments
from comparison.reading import Evidence, Kpi
from comparison.results import ALL, MODES
from comparison.verdicts import Thresholds
from comparison.windows import months_later

# Verdicts that a pilot could replace by an answer.
UNANSWERED = frozenset(
    {
        "insufficient_programmes",
        "not_comparable_no_overlap",
        "not_comparable_definition",
        "no_detectable_difference",
    }
)
LOOKED_BACK = 8  # quarters that scatter and sizes are taken from
TRAILING = 4  # quarters of the comparisons that pilots are proposed for
PRIOR_DEGREES = 8  # of freedom that a default counts for


@dataclass(frozen=True)
class Defaults:
    """What is assumed where the data show too little; reasons are in dbt_project.yml.

    Attributes:
        cohort_share: variance between cohorts, as a share of that between people.
        programme_share: variance between programmes of the difference of modes, as a
            share of that between people.
        gap_margins: the difference worth a pilot, in margins.
        share_margin: margin of shares whose registry row gives none.
    """

    cohort_share: float
    programme_share: float
    gap_margins: float
    share_margin: float

    @staticmethod
    def of(settings: Mapping[str, Any]) -> "Defaults":
        """Return the defaults of the settings' vars."""
        return Defaults(
            float(settings["pilot_cohort_share"]),
            float(settings["pilot_programme_share"]),
            float(settings["pilot_gap_margins"]),
            float(settings["margin"]),
        )


def proposals(
    evidence: Evidence,
    rows: Sequence[Mapping[str, Any]],
    thresholds: Thresholds,
    defaults: Defaults,
    after: date,
) -> list[PilotPlan]:
    """Return a pilot for each comparison of the latest year that has no answer.

    Args:
        evidence: the marts.
        rows: of compared.fct_mode_comparisons.
        thresholds: of the gates.
        defaults: for what the data do not show.
        after: the pilot starts with the first quarter that begins after this day.
    """
    years = [row for row in rows if row["trailing_quarters"] == TRAILING]
    if not years or evidence.known_until is None:
        return []
    newest = max(row["period_end_date"] for row in years)
    first = months_later(newest + timedelta(days=1), -3 * LOOKED_BACK)
    inside = evidence.cells.filter(
        pl.col("period_start_date").is_between(first, newest)
    )
    found = []
    for kpi_id in sorted({row["kpi_id"] for row in years}):
        kpi = evidence.kpis[kpi_id]
        groups = groups_of(kpi, inside, evidence)
        if groups is None:
            continue
        planner = _Planner(
            evidence,
            kpi,
            with_variances(groups),
            _categories(inside),
            thresholds,
            defaults,
            after,
            newest,
        )
        found += [
            plan
            for row in years
            if row["kpi_id"] == kpi_id
            and row["period_end_date"] == newest
            and row["verdict"] in UNANSWERED
            and (plan := planner.plan(row, inside)) is not None
        ]
    return sorted(found, key=lambda plan: plan.question)


@dataclass(frozen=True)
class _Planner:
    """Plans the pilots of one KPI."""

    evidence: Evidence
    kpi: Kpi
    groups: pl.DataFrame
    kinds: pl.DataFrame
    thresholds: Thresholds
    defaults: Defaults
    after: date
    newest: date

    def plan(self, row: Mapping[str, Any], inside: pl.DataFrame) -> PilotPlan | None:
        """Return the pilot for one comparison; None where no programme is known."""
        category = row["outcome_category"]
        mode_a, mode_b = _modes(row)
        cells = inside
        if category != ALL:
            cells = inside.filter(pl.col("outcome_category") == category)
        mine = self.groups.filter(
            pl.col("programme_id").is_in(cells["programme_id"].unique().to_list())
        )
        if mine.is_empty():
            return None
        people = int(mine["people"].sum() // mine["cohorts"].sum())
        margin = self.kpi.margin_for(
            float((mine["people"] * mine["crude"]).sum() / mine["people"].sum()),
            self.defaults.share_margin,
        )
        scatter = self.scatter(mine, (mode_a, mode_b))
        size = smallest(
            mine["programme_id"].n_unique(),
            max(1, people),
            scatter,
            self.defaults.gap_margins * margin,
            self.thresholds.fewest_programmes,
            self.thresholds.fewest_people,
        )
        names = _chosen(mine, (mode_a, mode_b), size.programmes)
        return self._dated(row, (mode_a, mode_b), names, size, scatter, margin)

    def scatter(self, mine: pl.DataFrame, modes: tuple[str, str]) -> Scatter:
        """Return the scatter of the KPI, seen where enough cohorts show it.

        How much the difference of the modes varies between programmes is known from few
        programmes: what they show counts for their degrees of freedom, and the default
        for eight.

        Args:
            mine: groups of the programmes in question.
            modes: the two modes.
        """
        # Where all values are equal, rounding can leave a variance just below 0.
        person = float((mine["people"] * mine["unit"]).sum() / mine["people"].sum())
        person = max(0.0, person)
        every = self.groups
        seen = int((every["cohorts"] - 1).sum()) >= PRIOR_DEGREES
        cohort = float((every["people"] * every["between"]).sum())
        cohort = max(0.0, cohort / float(every["people"].sum()))
        usual = self.defaults.programme_share * person
        between, degrees = _of_differences(
            every.join(self.kinds, "programme_id"), modes
        )
        weighted = PRIOR_DEGREES * usual + degrees * between
        return Scatter(
            person,
            cohort if seen else self.defaults.cohort_share * person,
            weighted / (PRIOR_DEGREES + degrees),
            is_seen=seen,
        )

    def _dated(
        self,
        row: Mapping[str, Any],
        modes: tuple[str, str],
        names: list[str],
        size: Size,
        scatter: Scatter,
        margin: float,
    ) -> PilotPlan:
        first = _quarter_after(self.newest, self.after)
        last = months_later(first, 3) - timedelta(days=1)
        horizon = max(self.evidence.horizons.get(name, 0.0) for name in names)
        assert self.evidence.known_until is not None
        plan_id = "-".join(
            (self.kpi.kpi_id, row["outcome_category"], *modes, f"{first:%Y%m%d}")
        )
        seed = zlib.crc32(plan_id.encode())
        return PilotPlan(
            plan_id=plan_id,
            kpi_id=self.kpi.kpi_id,
            outcome_category=row["outcome_category"],
            mode_a=modes[0],
            mode_b=modes[1],
            because=row["verdict"],
            design=size.design,
            programmes=tuple(names),
            cohorts_per_mode=size.cohorts,
            people_per_cohort=size.people,
            first_start=first,
            last_start=last,
            answer_date=last + timedelta(days=int(horizon) + 1),
            detectable=size.detectable,
            is_scatter_seen=scatter.is_seen,
            margin=margin,
            known_until=self.evidence.known_until,
            seed=seed,
            assignments=assignments(names, modes, size.cohorts, seed),
        )


def _modes(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return both modes; where only one was used, live and self-paced side by side."""
    if row["mode_b"] is not None:
        return row["mode_a"], row["mode_b"]
    other = "async" if row["mode_a"] != "async" else "sync"
    first, second = sorted((row["mode_a"], other), key=MODES.index)
    return first, second


def _chosen(groups: pl.DataFrame, modes: tuple[str, str], count: int) -> list[str]:
    """Return the programmes to run: first those that ran in both modes, then large."""
    ranked = (
        groups.group_by("programme_id")
        .agg(
            pl.col("delivery_mode").is_in(modes).sum().alias("in_modes"),
            pl.col("people").sum(),
        )
        .sort("in_modes", "people", "programme_id", descending=[True, True, False])
    )
    return sorted(ranked["programme_id"].head(count).to_list())


def _of_differences(groups: pl.DataFrame, modes: tuple[str, str]) -> tuple[float, int]:
    """Return the variance between programmes of their differences, and its degrees.

    By moments, inside outcome categories: the scatter of the differences about their
    category's mean, less what their own errors explain.
    """
    a, b = (groups.filter(pl.col("delivery_mode") == mode) for mode in modes)
    gap = pl.col("value") - pl.col("value_b")
    pairs = (
        a.join(b, on="programme_id", suffix="_b")
        .with_columns(
            (gap - gap.mean().over("outcome_category")).alias("off"),
            (pl.col("variance") + pl.col("variance_b")).alias("error"),
        )
        .filter(pl.len().over("outcome_category") > 1)
    )
    degrees = pairs.height - pairs["outcome_category"].n_unique()
    if degrees < 1:
        return 0.0, 0
    scatter = float((pairs["off"] ** 2).sum()) / degrees
    return max(0.0, scatter - float(pairs["error"].to_numpy().mean())), degrees


def _categories(inside: pl.DataFrame) -> pl.DataFrame:
    """Return the outcome category of each programme."""
    return inside.group_by("programme_id").agg(pl.col("outcome_category").first())


def _quarter_after(newest: date, after: date) -> date:
    """Return the first day of the first quarter that begins after a day.

    Args:
        newest: last day of a quarter.
        after: the day.
    """
    first = newest + timedelta(days=1)
    while first <= after:
        first = months_later(first, 3)
    return first
