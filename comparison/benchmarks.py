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
from comparison.estimators import ROUNDING
from comparison.kpi_groups import groups_of
from comparison.reading import Evidence, Kpi
from comparison.repeated_looks import LOOK_LEVEL
from comparison.scope import PROGRAMME, UNCLASSIFIED
from comparison.verdicts import Thresholds
from comparison.windows import Window

KIND = ["outcome_category", "completion_class", "delivery_mode"]
OWN_ASSESSMENT = "own_assessment"
NO_CATEGORY = "no_outcome_category"
FEW_PEOPLE = "too_few_people"
NO_OTHERS = "no_other_programme"
NOTHING_VARIES = "nothing_varies"
Group = dict[str, Any]  # a row of `cohort_scatter.with_variances`


def programme_benchmarks(
    evidence: Evidence, window: Window, thresholds: Thresholds
) -> list[dict[str, Any]]:
    """Return the rows of compared.fct_programme_benchmarks, in order of their keys.

    Args:
        evidence: the marts.
        window: the period.
        thresholds: of the gates.
    """
    inside = evidence.cells.filter(
        pl.col("period_start_date").is_between(window.start, window.end)
    )
    rows: list[dict[str, Any]] = []
    for kpi in sorted(evidence.kpis.values(), key=lambda kpi: kpi.kpi_id):
        groups = groups_of(kpi, inside, evidence)
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
    kinds = _Kinds(groups.filter(pl.col("people") >= thresholds.fewest_people))
    by_programme: dict[str, list[Group]] = {}
    for group in groups.sort("programme_id", "delivery_mode").to_dicts():
        by_programme.setdefault(group["programme_id"], []).append(group)
    return [_row(own, kinds, kpi, thresholds) for own in by_programme.values()]


class _Kinds:
    """The groups that may be in a benchmark, by what makes them alike."""

    def __init__(self, groups: pl.DataFrame) -> None:
        self._groups: dict[tuple[str, ...], list[Group]] = {}
        for group in groups.to_dicts():
            self._groups.setdefault(_kind(group), []).append(group)

    def others(self, group: Group) -> list[Group]:
        """Return the groups of other programmes that are alike."""
        return [
            other
            for other in self._groups.get(_kind(group), [])
            if other["programme_id"] != group["programme_id"]
        ]


def _kind(group: Group) -> tuple[str, ...]:
    return tuple(group[name] for name in KIND)


def _row(
    own: list[Group], kinds: _Kinds, kpi: Kpi, thresholds: Thresholds
) -> dict[str, Any]:
    """Return one programme's row; numbers are null where it has a reason."""
    shared = [(group, others) for group in own if (others := kinds.others(group))]
    people = sum(group["people"] for group in own)
    kept = sum(group["people"] for group, _others in shared)
    reason = _reason(own[0], people, kept / people, kpi, thresholds)
    row: dict[str, Any] = {
        "programme_id": own[0]["programme_id"],
        "outcome_category": own[0]["outcome_category"],
        "value": None,
        "benchmark": None,
        "difference": None,
        "ci_low": None,
        "ci_high": None,
        "own_share": None,
        "covered_share": kept / people,
        "cohort_count": sum(group["cohorts"] for group in own),
        "other_programmes": None,
        "reason": reason,
    }
    if reason:
        return row
    value = gap = variance = mine = 0.0
    for group, others in shared:
        weight = group["people"] / kept
        count = sum(other["people"] for other in others)
        total = sum(other["people"] * other["value"] for other in others)
        error = sum(other["people"] ** 2 * other["variance"] for other in others)
        value += weight * group["crude"]
        gap += weight * (group["value"] - total / count)
        variance += weight**2 * (group["variance"] + error / count**2)
        mine += weight * group["people"] / (group["people"] + count)
    if sqrt(variance) <= ROUNDING * abs(value):  # nothing says how exact it is
        return row | {"reason": NOTHING_VARIES}
    degrees = max(1.0, own[0]["degrees"])
    half = float(student.ppf(0.5 + LOOK_LEVEL / 2, degrees)) * sqrt(variance)
    names = {other["programme_id"] for _group, others in shared for other in others}
    return row | {
        "value": value,
        "benchmark": value - gap,
        "difference": gap,
        "ci_low": gap - half,
        "ci_high": gap + half,
        "own_share": mine,
        "other_programmes": ",".join(sorted(names)),
    }


def _reason(
    group: Group, people: float, covered: float, kpi: Kpi, thresholds: Thresholds
) -> str | None:
    """Return why a programme has no benchmark; None where it has one."""
    if kpi.comparable_within == PROGRAMME:
        return OWN_ASSESSMENT
    if group["outcome_category"] == UNCLASSIFIED:
        return NO_CATEGORY
    if people < thresholds.fewest_people:
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
