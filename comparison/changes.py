"""compared.fct_programme_changes: whether a programme's KPI fell or rose in a year.

A fall is stated only where two things hold: at the same mix of delivery modes and of
people the value of the last four quarters is lower than that of the four before by
more than the margin, by the whole interval; and the value as it is lies below the
limits within which it would stay if nothing had changed.
"""

from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

import polars as pl
from scipy.stats import t as student

from comparison.cells import AUDIENCE
from comparison.cohort_scatter import grouped, with_variances
from comparison.estimators import ROUNDING
from comparison.reading import RESTRICTED_MEAN, Evidence, Kpi
from comparison.repeated_looks import LOOK_LEVEL
from comparison.trend import Limits, control_limits
from comparison.verdicts import Thresholds
from comparison.windows import complete_quarters, months_later, window

YEAR = 4  # quarters
ENDS = 8  # quarters that a change is given for
EARLIER = 8  # quarters, at most, that the limits are made from
FEWEST_COHORTS = 2  # in each year: one cohort shows no scatter
NOW, THEN = "now", "then"

FELL, ROSE, AS_BEFORE = "fell", "rose", "as_before"
TOO_LITTLE = "too_little_data"


@dataclass(frozen=True)
class Change:
    """How the value of one programme changed from one year to the next.

    Attributes:
        difference: last four quarters less the four before, at the same mix, in the
            KPI's unit.
        low, high: its interval at the level of one look.
        limits: within which the value as it is stays if nothing changes.
        value: of the last four quarters, as it is.
    """

    difference: float
    low: float
    high: float
    limits: Limits
    value: float

    def state(self, margin: float) -> str:
        """Return "fell", "rose" or "as_before".

        Args:
            margin: largest change that changes no decision, in the KPI's unit.
        """
        if self.high < -margin and self.value < self.limits.low:
            return FELL
        if self.low > margin and self.value > self.limits.high:
            return ROSE
        return AS_BEFORE


def programme_changes(
    evidence: Evidence, thresholds: Thresholds, margin: float
) -> list[dict[str, Any]]:
    """Return the rows of compared.fct_programme_changes, in the order of their keys.

    Args:
        evidence: the marts.
        thresholds: of the gates.
        margin: of shares whose registry row gives none.
    """
    rows: list[dict[str, Any]] = []
    for kpi in evidence.kpis.values():
        if not kpi.is_watched or kpi.estimator == RESTRICTED_MEAN:
            continue
        cells = evidence.cells.filter(pl.col("kpi_id") == kpi.kpi_id)
        quarters = cells["period_start_date"].drop_nulls().unique().to_list()
        for end in complete_quarters(quarters, evidence.known_until, ENDS):
            rows += changes_at(cells, kpi, end, thresholds, margin)
    names = ("kpi_id", "programme_id", "period_end_date")
    return sorted(rows, key=lambda row: tuple(str(row[name]) for name in names))


def changes_at(
    cells: pl.DataFrame,
    kpi: Kpi,
    last_quarter: date,
    thresholds: Thresholds,
    margin: float,
) -> list[dict[str, Any]]:
    """Return a row per programme for the year that ends with a quarter.

    Args:
        cells: comparison cells of the KPI, of all quarters.
        kpi: of the registry.
        last_quarter: first day of the last quarter of the year.
        thresholds: of the gates.
        margin: of shares whose registry row gives none.
    """
    year = window(last_quarter, YEAR)
    before = months_later(year.start, -3 * YEAR)
    quarter = pl.col("period_start_date")
    years = cells.filter(quarter.is_between(before, last_quarter)).with_columns(
        pl.when(quarter >= year.start)
        .then(pl.lit(NOW))
        .otherwise(pl.lit(THEN))
        .alias("era")
    )
    if years.is_empty():
        return []
    groups = with_variances(grouped(years))
    first = cells["period_start_date"].min()
    earlier = _sums(
        cells.filter(
            quarter.is_between(
                months_later(year.start, -3 * EARLIER), year.start, closed="left"
            )
        )
    )
    now, then = (_sums(years.filter(pl.col("era") == era)) for era in (NOW, THEN))
    same = _standardised_to(years)
    found = []
    for (programme_id,), own in groups.group_by(["programme_id"], maintain_order=True):
        name = str(programme_id)
        change = None
        if isinstance(first, date) and first <= before:
            change = _change(own, now.get(name), earlier.get(name), kpi, thresholds)
        least = kpi.margin_for(_value(then.get(name)), margin)
        found.append(
            {
                "kpi_id": kpi.kpi_id,
                "programme_id": name,
                "period_start_date": year.start,
                "period_end_date": year.end,
                "value": _value(now.get(name)),
                "value_before": _value(then.get(name)),
                "standardised_change": change.difference if change else None,
                "ci_low": change.low if change else None,
                "ci_high": change.high if change else None,
                "limit_low": change.limits.low if change else None,
                "limit_high": change.limits.high if change else None,
                "cohort_count": _cohorts(own, NOW),
                "cohort_count_before": _cohorts(own, THEN),
                "standardised_to": same,
                "margin": least,
                "change_state": change.state(least) if change else TOO_LITTLE,
            }
        )
    return found


def _change(
    own: pl.DataFrame,
    now: dict[str, float] | None,
    earlier: dict[str, float] | None,
    kpi: Kpi,
    thresholds: Thresholds,
) -> Change | None:
    """Return the change of one programme; None where too little is known of it.

    Modes of both years count with their people of both years together. Programmes
    whose modes changed for most of their people are not judged.

    Args:
        own: the programme's groups, with variances.
        now: its sums in the last four quarters.
        earlier: its sums in the quarters before.
        kpi: of the registry.
        thresholds: of the gates.
    """
    if now is None or earlier is None:
        return None
    pairs = own.filter(pl.col("era") == NOW).join(
        own.filter(pl.col("era") == THEN), on="delivery_mode", suffix="_before"
    )
    for era, suffix in ((NOW, ""), (THEN, "_before")):
        whole = own.filter(pl.col("era") == era)["people"].sum()
        kept = pairs[f"people{suffix}"].sum()
        is_small = kept < thresholds.fewest_people
        if is_small or kept < thresholds.overlap_least * whole:
            return None
        if pairs[f"cohorts{suffix}"].sum() < FEWEST_COHORTS:
            return None
    weights = (pairs["people"] + pairs["people_before"]).to_numpy()
    weights = weights / weights.sum()
    steps = (pairs["value"] - pairs["value_before"]).to_numpy()
    variances = (pairs["variance"] + pairs["variance_before"]).to_numpy()
    difference = float((weights * steps).sum())
    error = sqrt(float((weights**2 * variances).sum()))
    if error <= ROUNDING * float(pairs["value"].abs().max() or 0):  # nothing varies
        return None
    degrees = max(1.0, float(pairs["degrees"][0]))
    half = float(student.ppf(0.5 + LOOK_LEVEL / 2, degrees)) * error
    newest = own.filter(pl.col("era") == NOW)
    limits = _limits(newest, now, earlier, kpi)
    value = now["total"] / now["people"]
    return Change(difference, difference - half, difference + half, limits, value)


def _limits(
    newest: pl.DataFrame, now: dict[str, float], earlier: dict[str, float], kpi: Kpi
) -> Limits:
    """Return the limits of the value of the last four quarters, from those before."""
    people = newest["people"].to_numpy()
    variance = float((people**2 * newest["variance"].to_numpy()).sum())
    variance /= now["people"] ** 2
    by_chance = float((people * newest["unit"].to_numpy()).sum()) / now["people"] ** 2
    if kpi.unit == "share":
        effect = variance / by_chance if by_chance > 0 else 1.0
        return control_limits(
            earlier["total"], earlier["people"], now["people"], effect
        )
    centre = earlier["total"] / earlier["people"]
    return Limits(centre, centre - 3 * sqrt(variance), centre + 3 * sqrt(variance))


def _sums(cells: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Return people and total of each programme."""
    sums = cells.group_by("programme_id").agg(
        pl.col("denominator").sum().alias("people"),
        pl.col("value_sum").sum().alias("total"),
    )
    return {row.pop("programme_id"): row for row in sums.to_dicts()}


def _value(sums: dict[str, float] | None) -> float | None:
    return sums["total"] / sums["people"] if sums else None


def _cohorts(own: pl.DataFrame, era: str) -> int:
    return int(own.filter(pl.col("era") == era)["cohorts"].sum())


def _standardised_to(cells: pl.DataFrame) -> str:
    """Return what both years are brought to the same mix of."""
    is_known = any(
        cells.filter(pl.col(name) != "unknown")[name].n_unique() > 1
        for name in AUDIENCE
    )
    return "mode_and_people" if is_known else "mode"
