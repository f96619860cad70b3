"""Compare every KPI, category, period and pair of modes; write the verdicts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from comparison.further_tables import further_tables
from comparison.gates import LEFT_OUT, Comparison, with_final_verdict
from comparison.pilots import PilotPlan, registered
from comparison.reading import Evidence, current_thresholds, read_evidence
from comparison.results import ComparisonResult, comparisons
from comparison.sentences import (
    in_english,
    method_words,
    scope_words,
    sentence_words,
)
from comparison.strength import strength_of
from comparison.verdicts import Thresholds, q_values
from comparison.windows import TRAILING, complete_quarters, window
from comparison.writing import write
from tandem.core.files import Home, record_status
from tandem.core.progress import step
from tandem.core.settings import Settings
from tandem.core.wording import Words

LOOKS_BEFORE = 2  # that a verdict needs: one to confirm it, one to withdraw it


@dataclass(frozen=True)
class CompareReport:
    """How many comparisons were made, by verdict."""

    by_verdict: dict[str, int]


def compare_warehouse(
    home: Home, settings: Settings, plans: Sequence[PilotPlan] = ()
) -> CompareReport:
    """Write the tables of the schema compared anew from the marts.

    Args:
        home: whose warehouse.
        settings: thresholds.
        plans: pilots that were kept, which are judged when their data have arrived.

    Raises:
        WarehouseProblem: there is no warehouse, or it has no marts.
    """
    with home.writing():
        evidence = read_evidence(home)
        rows = comparison_rows(evidence, settings, plans)
        further = further_tables(evidence, settings, rows, plans)
        write(home, {"fct_mode_comparisons": rows} | further)
        by_verdict: dict[str, int] = {}
        for row in rows:
            by_verdict[row["verdict"]] = by_verdict.get(row["verdict"], 0) + 1
        record_status(home, "compare", {"comparisons": len(rows), **by_verdict})
    return CompareReport(by_verdict)


def comparison_rows(
    evidence: Evidence, settings: Settings, plans: Sequence[PilotPlan] = ()
) -> list[dict[str, Any]]:
    """Return the rows of compared.fct_mode_comparisons, in the order of their keys.

    Each quarter end is one look. Its verdicts take the looks before into account, so
    that the first quarters that have rows come with the looks before them.
    """
    thresholds = current_thresholds(settings)
    margin = float(settings.vars["margin"])
    written = int(settings.vars["compare_quarters"])
    quarters = complete_quarters(
        evidence.quarters, evidence.known_until, written + LOOKS_BEFORE
    )
    rows: list[dict[str, Any]] = []
    with step("Comparing", total=len(quarters) * len(TRAILING)) as advance:
        for trailing in TRAILING:
            history = _History()
            for number, quarter in enumerate(quarters):
                period = window(quarter, trailing)
                found = list(comparisons(evidence, period, thresholds, margin))
                final = _with_final_verdicts(found, thresholds, history)
                history.add(final)
                if number >= len(quarters) - written:
                    rows += [
                        _row(result, evidence, thresholds, plans) for result in final
                    ]
                advance(1)
    return sorted(rows, key=_identity)


class _History:
    """The comparisons of one window length at each look, the oldest first."""

    def __init__(self) -> None:
        self._looks: list[dict[tuple[str, ...], Comparison]] = []

    def add(self, results: list[ComparisonResult]) -> None:
        """Append the comparisons of one look."""
        self._looks.append({_question(result): result.found for result in results})

    def before(self, result: ComparisonResult) -> list[Comparison | None]:
        """Return the same comparison at every look so far; None where there is none."""
        return [look.get(_question(result)) for look in self._looks]


def _question(result: ComparisonResult) -> tuple[str, str, str, str]:
    found = result.found
    b = found.b.mode if found.b else ""
    return result.kpi.kpi_id, result.category, found.a.mode, b


def _with_final_verdicts(
    found: list[ComparisonResult], thresholds: Thresholds, history: _History
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
                result.found,
                result.spec,
                by_number[number],
                thresholds,
                history.before(result),
            ),
        )
        if result.spec is not None and number in by_number
        else result
        for number, result in enumerate(found)
    ]


def _row(
    result: ComparisonResult,
    evidence: Evidence,
    thresholds: Thresholds,
    plans: Sequence[PilotPlan],
) -> dict[str, Any]:
    found = result.found
    support, estimate = found.support, found.estimate
    label = evidence.category_labels.get(result.category, result.category)
    scope = scope_words(result.category, label)
    key, sentence = sentence_words(result, scope, thresholds)
    method = method_words(result)
    low, high = estimate.limits if estimate else (None, None)
    strength = strength_of(
        found,
        thresholds,
        is_base_selected=result.kpi.is_base_selected,
        is_registered=registered(
            plans, _question(result), result.window.start, result.window.end
        ),
    )
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
        "verdict_change": found.change,
        "evidence_strength": strength.word,
        "evidence_gates": ", ".join(strength.gates),
        "held_equal": ", ".join(found.held_equal) if estimate else None,
        "not_known": ", ".join(found.not_known) if estimate else None,
        "left_out_count": sum(found.left_out.values()) if estimate else None,
        **{f"left_out_{name}_count": found.left_out.get(name) for name in LEFT_OUT},
        "people_to_link_count": found.people_to_link,
        "is_direction_flipped": found.is_direction_flipped,
        "wording_key": key,
        "sentence": in_english(sentence),
        "method_note": in_english(method),
        "wording": _as_json({"sentence": sentence, "method_note": method}),
    }


def _as_json(texts: dict[str, tuple[Words, ...]]) -> str:
    """Return texts as JSON, for readers of another language."""
    return json.dumps(
        {name: [words.as_json() for words in said] for name, said in texts.items()},
        ensure_ascii=False,
        sort_keys=True,
    )


def _identity(row: dict[str, Any]) -> tuple[Any, ...]:
    names = (
        "trailing_quarters",
        "period_end_date",
        "kpi_id",
        "outcome_category",
        "mode_a",
    )
    return (*(row[name] for name in names), row["mode_b"] or "")
