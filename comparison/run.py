"""Compare every KPI, category, period and pair of modes; write the verdicts."""

from dataclasses import dataclass, replace
from typing import Any

from comparison.judge import settled
from comparison.questions import ALL, Asked, asked
from comparison.reading import Evidence, read, thresholds
from comparison.sentences import method_note, worded
from comparison.timing import cohorts_of
from comparison.verdicts import Thresholds, benjamini_hochberg
from comparison.windows import Window, last_complete, windows
from comparison.writing import write
from tandem.files import Home, record_status
from tandem.progress import step
from tandem.settings import Settings


@dataclass(frozen=True)
class CompareReport:
    """How many comparisons were made, by verdict."""

    by_verdict: dict[str, int]


def compare(home: Home, settings: Settings) -> CompareReport:
    """Write compared.fct_mode_comparisons anew from the marts.

    Raises:
        WarehouseProblem: there is no warehouse, or it has no marts.
    """
    with home.writing():
        rows = compared(read(home), settings)
        write(home, rows)
        by_verdict: dict[str, int] = {}
        for row in rows:
            by_verdict[row["verdict"]] = by_verdict.get(row["verdict"], 0) + 1
        record_status(home, "compare", {"comparisons": len(rows), **by_verdict})
    return CompareReport(by_verdict)


def compared(evidence: Evidence, settings: Settings) -> list[dict[str, Any]]:
    """Return the rows of compared.fct_mode_comparisons, in the order of their keys."""
    limits = thresholds(settings)
    cohorts = cohorts_of(evidence.life_table)
    margin = float(settings.vars["margin"])
    rows: list[dict[str, Any]] = []
    periods = _periods(evidence)
    with step("Comparing", total=len(periods)) as advance:
        for window in periods:
            found = list(asked(evidence, cohorts, window, limits, margin))
            rows += [_row(one, evidence, limits) for one in _settled(found, limits)]
            advance(1)
    return sorted(rows, key=_identity)


def _periods(evidence: Evidence) -> list[Window]:
    quarters = evidence.cells["period_start_date"].drop_nulls().unique().to_list()
    if evidence.known_until is None:
        return []
    last = last_complete(quarters, evidence.known_until)
    return windows(last) if last else []


def _settled(found: list[Asked], limits: Thresholds) -> list[Asked]:
    """Give q-values and verdicts; the family is all that a period estimated."""
    p_values = {
        number: one.found.estimate.p_value
        for number, one in enumerate(found)
        if one.found.estimate is not None
    }
    q_values = dict(
        zip(p_values, benjamini_hochberg(list(p_values.values())), strict=True)
    )
    return [
        replace(one, found=settled(one.found, one.question, q_values[number], limits))
        if one.question is not None and number in q_values
        else one
        for number, one in enumerate(found)
    ]


def _row(one: Asked, evidence: Evidence, limits: Thresholds) -> dict[str, Any]:
    found, ground, estimate = one.found, one.found.ground, one.found.estimate
    label = evidence.category_labels.get(one.category, one.category)
    scope = "All categories" if one.category == ALL else label
    key, sentence = worded(one, scope, limits)
    low, high = estimate.limits if estimate else (None, None)
    detectable = estimate.minimum_detectable if estimate else None
    b = found.b
    return {
        "kpi_id": one.kpi["kpi_id"],
        "outcome_category": one.category,
        "period_start_date": one.window.start,
        "period_end_date": one.window.end,
        "trailing_quarters": one.window.trailing_quarters,
        "mode_a": found.a.mode,
        "mode_b": b.mode if b else None,
        "learner_count_a": found.a.learner_count,
        "learner_count_b": b.learner_count if b else None,
        "cohort_count_a": found.a.cohort_count,
        "cohort_count_b": b.cohort_count if b else None,
        "programme_count_a": found.a.programme_count,
        "programme_count_b": b.programme_count if b else None,
        "crude_difference": found.crude_difference,
        "adjusted_difference": estimate.difference if estimate else None,
        "ci_low": low,
        "ci_high": high,
        "p_value": estimate.p_value if estimate else None,
        "q_value": found.q_value,
        "minimum_detectable_difference": detectable,
        "overlap_share": ground.overlap_share if ground else None,
        "effective_sample_share": ground.effective_sample_share if ground else None,
        "largest_smd": ground.largest_smd if ground else None,
        "verdict": found.verdict,
        "is_direction_flipped": found.is_direction_flipped,
        "wording_key": key,
        "sentence": sentence,
        "method_note": method_note(one),
    }


def _identity(row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("trailing_quarters", "kpi_id", "outcome_category", "mode_a")
    return (*(row[name] for name in names), row["mode_b"] or "")
