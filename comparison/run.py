"""Compare every KPI, category, period and pair of modes; write the verdicts."""

from dataclasses import dataclass, replace
from typing import Any

from comparison.further_tables import further_tables
from comparison.gates import with_final_verdict
from comparison.reading import Evidence, current_thresholds, read_evidence
from comparison.results import ALL, ComparisonResult, comparisons
from comparison.sentences import method_note, render_sentence
from comparison.timing import cohorts_of
from comparison.verdicts import Thresholds, q_values
from comparison.windows import Window, last_complete, windows
from comparison.writing import write
from tandem.core.files import Home, record_status
from tandem.core.progress import step
from tandem.core.settings import Settings


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
        evidence = read_evidence(home)
        rows = comparison_rows(evidence, settings)
        further = further_tables(evidence, settings)
        write(home, {"fct_mode_comparisons": rows} | further)
        by_verdict: dict[str, int] = {}
        for row in rows:
            by_verdict[row["verdict"]] = by_verdict.get(row["verdict"], 0) + 1
        record_status(home, "compare", {"comparisons": len(rows), **by_verdict})
    return CompareReport(by_verdict)


def comparison_rows(evidence: Evidence, settings: Settings) -> list[dict[str, Any]]:
    """Return the rows of compared.fct_mode_comparisons, in the order of their keys."""
    thresholds = current_thresholds(settings)
    cohorts = cohorts_of(evidence.life_table)
    margin = float(settings.vars["margin"])
    rows: list[dict[str, Any]] = []
    periods = _periods(evidence)
    with step("Comparing", total=len(periods)) as advance:
        for window in periods:
            found = list(comparisons(evidence, cohorts, window, thresholds, margin))
            rows += [
                _row(result, evidence, thresholds)
                for result in _with_final_verdicts(found, thresholds)
            ]
            advance(1)
    return sorted(rows, key=_identity)


def _periods(evidence: Evidence) -> list[Window]:
    quarters = evidence.cells["period_start_date"].drop_nulls().unique().to_list()
    if evidence.known_until is None:
        return []
    last = last_complete(quarters, evidence.known_until)
    return windows(last) if last else []


def _with_final_verdicts(
    found: list[ComparisonResult], thresholds: Thresholds
) -> list[ComparisonResult]:
    """Add q-values and verdicts; the family is every estimate of a period."""
    p_values = {
        number: result.found.estimate.p_value
        for number, result in enumerate(found)
        if result.found.estimate is not None
    }
    by_number = dict(zip(p_values, q_values(list(p_values.values())), strict=True))
    return [
        replace(
            result,
            found=with_final_verdict(
                result.found, result.spec, by_number[number], thresholds
            ),
        )
        if result.spec is not None and number in by_number
        else result
        for number, result in enumerate(found)
    ]


def _row(
    result: ComparisonResult, evidence: Evidence, thresholds: Thresholds
) -> dict[str, Any]:
    found = result.found
    support, estimate = found.support, found.estimate
    label = evidence.category_labels.get(result.category, result.category)
    scope = "All categories" if result.category == ALL else label
    key, sentence = render_sentence(result, scope, thresholds)
    low, high = estimate.limits if estimate else (None, None)
    detectable = estimate.minimum_detectable if estimate else None
    b = found.b
    return {
        "kpi_id": result.kpi.kpi_id,
        "outcome_category": result.category,
        "period_start_date": result.window.start,
        "period_end_date": result.window.end,
        "trailing_quarters": result.window.trailing_quarters,
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
        "overlap_share": support.overlap_share if support else None,
        "effective_sample_share": support.effective_sample_share if support else None,
        "largest_smd": support.largest_smd if support else None,
        "verdict": found.verdict,
        "is_direction_flipped": found.is_direction_flipped,
        "wording_key": key,
        "sentence": sentence,
        "method_note": method_note(result),
    }


def _identity(row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("trailing_quarters", "kpi_id", "outcome_category", "mode_a")
    return (*(row[name] for name in names), row["mode_b"] or "")
