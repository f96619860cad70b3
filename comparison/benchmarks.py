"""compared.fct_programme_benchmarks: each programme against the others of its kind.

The benchmark of a programme is what its own mix of delivery modes and people would give
at the rates of the other programmes of the same outcome category and completion class.
The regulator of English universities compares a provider with such a benchmark, and
states how much of it is the provider's own data (Office for Students, 2022, Description
of student outcome and experience measures, on benchmarks and on a provider's
contribution to its own benchmark). Here a programme's own people are left out of it.
"""

from math import sqrt
from typing import Any

import polars as pl
from scipy.stats import t as student

from comparison.cohort_scatter import with_variances
from comparison.kpi_groups import groups_of
from comparison.reading import Evidence, Kpi
from comparison.repeated_looks import LOOK_LEVEL
from comparison.scope import UNCLASSIFIED
from comparison.timing import Cohort
from comparison.verdicts import Thresholds
from comparison.windows import Window

KIND = ["outcome_category", "completion_class", "delivery_mode"]
OWN_ASSESSMENT = "own_assessment"
NO_CATEGORY = "no_outcome_category"
FEW_PEOPLE = "too_few_people"
NO_OTHERS = "no_other_programme"
PROGRAMME = "programme"  # comparable_within: its own assessment


def programme_benchmarks(
    evidence: Evidence, cohorts: list[Cohort], window: Window, thresholds: Thresholds
) -> list[dict[str, Any]]:
    """Return the rows of compared.fct_programme_benchmarks, in order of their keys.

    Args:
        evidence: the marts.
        cohorts: life tables of the cohorts.
        window: the period.
        thresholds: of the gates.
    """
    inside = evidence.cells.filter(
        pl.col("period_start_date").is_between(window.start, window.end)
    )
    rows: list[dict[str, Any]] = []
    for kpi in sorted(evidence.kpis.values(), key=lambda kpi: kpi.kpi_id):
        groups = groups_of(kpi, inside, evidence, cohorts)
        if groups is None:
            continue
        kinds = _kinds(inside, evidence)
        marked = with_variances(groups).join(kinds, on="programme_id")
        for row in of_programmes(marked, kpi, thresholds):
            dated = {
                "period_start_date": window.start,
                "period_end_date": window.end,
                "trailing_quarters": window.trailing_quarters,
            }
            rows.append({"kpi_id": kpi.kpi_id, **dated, **row})
    return rows


def of_programmes(
    groups: pl.DataFrame, kpi: Kpi, thresholds: Thresholds
) -> list[dict[str, Any]]:
    """Return a row per programme: its value, its benchmark and the difference.

    Args:
        groups: as `cohort_scatter.with_variances` returns them, with outcome_category
            and completion_class.
        kpi: of the registry.
        thresholds: of the gates. A programme's people of one mode are in the benchmark
            of others where they are as many as may be shown.
    """
    rows = []
    for (name,), own in groups.group_by(["programme_id"], maintain_order=True):
        others = groups.filter(
            (pl.col("programme_id") != name)
            & (pl.col("people") >= thresholds.fewest_people)
        )
        rows.append(_row(str(name), own, others, kpi, thresholds))
    return rows


def _row(
    name: str,
    own: pl.DataFrame,
    others: pl.DataFrame,
    kpi: Kpi,
    thresholds: Thresholds,
) -> dict[str, Any]:
    """Return one programme's row; numbers are null where it has a reason."""
    shared = own.join(_pooled(others), on=KIND)
    people, kept = own["people"].sum(), shared["people"].sum()
    row: dict[str, Any] = {
        "programme_id": name,
        "outcome_category": own["outcome_category"][0],
        "value": None,
        "benchmark": None,
        "difference": None,
        "ci_low": None,
        "ci_high": None,
        "own_share": None,
        "covered_share": kept / people,
        "cohort_count": int(own["cohorts"].sum()),
        "other_programmes": None,
        "reason": _reason(own, kept / people, kpi, thresholds),
    }
    if row["reason"]:
        return row
    weight = pl.Series(shared["people"] / kept)
    gap = float((weight * (shared["value"] - shared["others_value"])).sum())
    spread = weight**2 * (shared["variance"] + shared["others_variance"])
    degrees = max(1.0, float(shared["degrees"][0]))
    half = float(student.ppf(0.5 + LOOK_LEVEL / 2, degrees)) * sqrt(spread.sum())
    value = float((weight * shared["crude"]).sum())
    mine = shared["people"] / (shared["people"] + shared["others_people"])
    names = others.join(shared, on=KIND, how="semi")["programme_id"].unique().sort()
    return row | {
        "value": value,
        "benchmark": value - gap,
        "difference": gap,
        "ci_low": gap - half,
        "ci_high": gap + half,
        "own_share": float((weight * mine).sum()),
        "other_programmes": ",".join(names.to_list()),
    }


def _pooled(others: pl.DataFrame) -> pl.DataFrame:
    """Return value, variance and people of the others of each kind and mode."""
    people = pl.col("people")
    return others.group_by(KIND).agg(
        ((people * pl.col("value")).sum() / people.sum()).alias("others_value"),
        ((people.pow(2) * pl.col("variance")).sum() / people.sum().pow(2)).alias(
            "others_variance"
        ),
        people.sum().alias("others_people"),
    )


def _reason(
    own: pl.DataFrame, covered: float, kpi: Kpi, thresholds: Thresholds
) -> str | None:
    """Return why a programme has no benchmark; None where it has one."""
    if kpi.comparable_within == PROGRAMME:
        return OWN_ASSESSMENT
    if own["outcome_category"][0] == UNCLASSIFIED:
        return NO_CATEGORY
    if own["people"].sum() < thresholds.fewest_people:
        return FEW_PEOPLE
    if covered < thresholds.overlap_least or covered == 0:
        return NO_OTHERS
    return None


def _kinds(inside: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """Return outcome category and completion class of each programme."""
    classes = {name: kind or "" for name, kind in evidence.classes.items()}
    kind = pl.col("programme_id").replace_strict(classes, default="")
    return (
        inside.group_by("programme_id")
        .agg(pl.col("outcome_category").first())
        .with_columns(kind.alias("completion_class"))
    )
