"""Compare every KPI, category, period and pair of modes; write the verdicts."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import polars as pl

from comparison.judge import Answer, Question, answer, settled
from comparison.reading import Evidence, read, thresholds
from comparison.sentences import method_note, worded
from comparison.verdicts import Arm, Thresholds, benjamini_hochberg
from comparison.windows import Window, last_complete, windows
from comparison.writing import write
from tandem.files import Home, record_status
from tandem.progress import step
from tandem.settings import Settings

ALL = "all"
ORDER = ("sync", "hybrid", "async")
SAME_ASSESSMENT = {"pass_rate", "first_attempt_pass_rate"}
SAME_COMPLETION = {"on_time_rate", "withdrawal_rate"}


@dataclass(frozen=True)
class CompareReport:
    """How many comparisons were made, by verdict."""

    by_verdict: dict[str, int]


@dataclass(frozen=True)
class Asked:
    """A question with its scope, and what was found."""

    question: Question | None
    category: str
    window: Window
    kpi: dict[str, Any]
    found: Answer


def compare(home: Home, settings: Settings) -> CompareReport:
    """Write compared.fct_mode_comparisons anew from the marts.

    Raises:
        WarehouseProblem: there is no warehouse, or it has no marts.
    """
    limits = thresholds(settings)
    with home.writing():
        evidence = read(home)
        rows: list[dict[str, Any]] = []
        periods = list(_periods(evidence))
        with step("Comparing", total=len(periods)) as advance:
            for window in periods:
                asked = list(_asked(evidence, window, settings, limits))
                rows += [_row(one, evidence, limits) for one in _settle(asked, limits)]
                advance(1)
        rows.sort(key=_identity)
        write(home, rows)
        by_verdict: dict[str, int] = {}
        for row in rows:
            by_verdict[row["verdict"]] = by_verdict.get(row["verdict"], 0) + 1
        record_status(home, "compare", {"comparisons": len(rows), **by_verdict})
    return CompareReport(by_verdict)


def _periods(evidence: Evidence) -> list[Window]:
    quarters = evidence.cells["period_start_date"].drop_nulls().unique().to_list()
    if evidence.known_until is None:
        return []
    last = last_complete(quarters, evidence.known_until)
    return windows(last) if last else []


def _asked(
    evidence: Evidence, window: Window, settings: Settings, limits: Thresholds
) -> Iterator[Asked]:
    """Yield every question of one period with its first answer."""
    inside = evidence.cells.filter(
        pl.col("period_start_date").is_between(window.start, window.end)
    )
    keys = ["kpi_id", "outcome_category"]
    for (kpi_id, category), cells in _scopes(inside, keys):
        kpi = evidence.kpis.get(kpi_id)
        if kpi is None:
            continue
        present = [mode for mode in ORDER if mode in set(cells["delivery_mode"])]
        if len(present) == 1:
            only = Answer(_whole(cells), None, "not_comparable_no_overlap")
            yield Asked(None, category, window, kpi, only)
        for mode_a, mode_b in combinations(present, 2):
            margin = float(kpi["margin"] or settings.vars["margin"])
            question = Question(kpi_id, margin, _must_share(kpi_id), mode_a, mode_b)
            found = answer(question, cells, evidence.classes, limits)
            yield Asked(question, category, window, kpi, found)


def _scopes(
    cells: pl.DataFrame, keys: list[str]
) -> Iterator[tuple[tuple[str, str], pl.DataFrame]]:
    """Yield each KPI in each category, and in all of them together."""
    for (kpi_id,), group in cells.group_by(["kpi_id"], maintain_order=True):
        yield (str(kpi_id), ALL), group
        for (category,), part in group.group_by(keys[1:], maintain_order=True):
            yield (str(kpi_id), str(category)), part


def _whole(cells: pl.DataFrame) -> Arm:
    return Arm(
        cells["delivery_mode"][0],
        int(cells["denominator"].sum()),
        cells["cohort_id"].n_unique(),
        cells["programme_id"].n_unique(),
    )


def _must_share(kpi_id: str) -> str:
    if kpi_id in SAME_ASSESSMENT:
        return "programme"
    is_completion = kpi_id.startswith("completion") or kpi_id in SAME_COMPLETION
    return "completion_class" if is_completion else "nothing"


def _settle(asked: list[Asked], limits: Thresholds) -> list[Asked]:
    """Give q-values over one page: the comparisons of a period that were estimated."""
    estimated = [one for one in asked if one.found.estimate is not None]
    p_values = [one.found.estimate.p_value for one in estimated if one.found.estimate]
    q_values = dict(
        zip((id(one) for one in estimated), benjamini_hochberg(p_values), strict=True)
    )
    return [
        Asked(
            one.question,
            one.category,
            one.window,
            one.kpi,
            settled(one.found, one.question, q_values[id(one)], limits),
        )
        if one.question is not None and one.found.estimate is not None
        else one
        for one in asked
    ]


def _row(asked: Asked, evidence: Evidence, limits: Thresholds) -> dict[str, Any]:
    found, ground, estimate = asked.found, asked.found.ground, asked.found.estimate
    label = evidence.category_labels.get(asked.category, asked.category)
    scope = "All categories" if asked.category == ALL else label
    least = {"k": limits.fewest_people, "programmes": limits.fewest_programmes}
    key, sentence = worded(
        found, asked.kpi["kpi_name"], asked.kpi["unit"], scope, least
    )
    low, high = estimate.limits if estimate else (None, None)
    b = found.b
    return {
        "kpi_id": asked.kpi["kpi_id"],
        "outcome_category": asked.category,
        "period_start_date": asked.window.start,
        "period_end_date": asked.window.end,
        "trailing_quarters": asked.window.trailing_quarters,
        "mode_a": found.a.mode,
        "mode_b": b.mode if b else None,
        "learner_count_a": found.a.learner_count,
        "learner_count_b": b.learner_count if b else None,
        "cohort_count_a": found.a.cohort_count,
        "cohort_count_b": b.cohort_count if b else None,
        "programme_count_a": found.a.programme_count,
        "programme_count_b": b.programme_count if b else None,
        "crude_difference": found.crude_difference if estimate else None,
        "adjusted_difference": estimate.difference if estimate else None,
        "ci_low": low,
        "ci_high": high,
        "p_value": estimate.p_value if estimate else None,
        "q_value": found.q_value,
        "minimum_detectable_difference": (
            estimate.minimum_detectable if estimate else None
        ),
        "overlap_share": ground.overlap_share if ground else None,
        "effective_sample_share": ground.effective_sample_share if ground else None,
        "largest_smd": ground.largest_smd if ground else None,
        "verdict": found.verdict,
        "is_direction_flipped": found.is_direction_flipped,
        "wording_key": key,
        "sentence": sentence,
        "method_note": method_note(found),
    }


def _identity(row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("trailing_quarters", "kpi_id", "outcome_category", "mode_a")
    return (*(row[name] for name in names), row["mode_b"] or "")
