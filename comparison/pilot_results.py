"""compared.fct_pilots: where each kept plan stands, and what its data answered.

A plan is judged once, when the data of its cohorts have arrived. Because the question,
the cohorts and the moment were fixed before, one look decides. People who end up in the
two modes in other proportions than planned show that the assignment was not kept; then
there is no verdict.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
from scipy.stats import chisquare

from comparison.gates import Comparison, with_final_verdict
from comparison.pilots import PilotPlan
from comparison.reading import Evidence
from comparison.results import ComparisonResult, comparisons
from comparison.sentences import mode_words, render_sentence, scope_words
from comparison.timing import COHORT
from comparison.verdicts import Thresholds
from comparison.windows import Window
from tandem.core.wording import render

PLANNED, RUNNING, ANSWERED, STOPPED = "planned", "running", "answered", "stopped"
SAMPLE_RATIO_LEVEL = 0.001


def pilot_results(
    plans: Sequence[PilotPlan],
    evidence: Evidence,
    thresholds: Thresholds,
    margin: float,
) -> list[dict[str, Any]]:
    """Return the rows of compared.fct_pilots, one per plan.

    Args:
        plans: kept in the journal.
        evidence: the marts.
        thresholds: of the gates.
        margin: of shares whose registry row gives none.
    """
    return [
        _row(plan, evidence, thresholds, margin)
        for plan in sorted(plans, key=lambda plan: plan.plan_id)
    ]


def sample_ratio_p(people_a: int, people_b: int, share_a: float = 0.5) -> float:
    """Return the p-value of people having been assigned to two modes as planned.

    Pearson's chi-square with one degree of freedom. It takes people as assigned one by
    one; cohorts of very different sizes make it small without any fault, so that it
    stops a verdict at 0.001 only. Fabijan et al. 2019, Diagnosing Sample Ratio Mismatch
    in Online Controlled Experiments, KDD.

    Args:
        people_a: assigned to the first mode.
        people_b: to the second.
        share_a: planned share of the first.
    """
    total = people_a + people_b
    if total == 0:
        return 1.0
    expected = [share_a * total, (1 - share_a) * total]
    return float(chisquare([people_a, people_b], expected).pvalue)


def _row(
    plan: PilotPlan,
    evidence: Evidence,
    thresholds: Thresholds,
    margin: float,
) -> dict[str, Any]:
    begun = cohorts_of_plan(plan, evidence.cohorts)
    people = [
        int(begun.filter(pl.col("delivery_mode") == mode)["enrolment_count"].sum())
        for mode in (plan.mode_a, plan.mode_b)
    ]
    ratio = sample_ratio_p(*people) if begun.height else None
    status = _status(plan, begun, evidence.known_until, ratio)
    result = None
    if status == ANSWERED:
        result = judged(plan, begun, evidence, thresholds, margin)
    estimate = result.found.estimate if result else None
    low, high = estimate.limits if estimate else (None, None)
    key, sentence = _sentence(plan, status, begun, people, result, evidence, thresholds)
    return {
        "plan_id": plan.plan_id,
        "kpi_id": plan.kpi_id,
        "outcome_category": plan.outcome_category,
        "mode_a": plan.mode_a,
        "mode_b": plan.mode_b,
        "design": plan.design,
        "first_start_date": plan.first_start,
        "last_start_date": plan.last_start,
        "answer_date": plan.answer_date,
        "planned_programme_count": len(plan.programmes),
        "planned_cohort_count": len(plan.assignments),
        "planned_people_per_cohort": plan.people_per_cohort,
        "detectable_difference": plan.detectable,
        "cohort_count": begun.height,
        "otherwise_count": _otherwise(plan, begun),
        "learner_count_a": people[0],
        "learner_count_b": people[1],
        "sample_ratio_p": ratio,
        "status": status,
        "verdict": result.found.verdict if result else None,
        "adjusted_difference": estimate.difference if estimate else None,
        "ci_low": low,
        "ci_high": high,
        "wording_key": key,
        "sentence": sentence,
    }


def cohorts_of_plan(plan: PilotPlan, offered: pl.DataFrame) -> pl.DataFrame:
    """Return the cohorts of a plan that have begun, in order of programme and start.

    Args:
        plan: a kept plan.
        offered: programme_id, cohort_id, delivery_mode, starts_at, enrolment_count.
    """
    if offered.is_empty():
        return pl.DataFrame(
            schema={**dict.fromkeys(COHORT, pl.String), "enrolment_count": pl.Int64}
        )
    day = pl.col("starts_at").dt.date()
    return offered.filter(
        pl.col("programme_id").is_in(plan.programmes)
        & pl.col("delivery_mode").is_in([plan.mode_a, plan.mode_b])
        & day.is_between(plan.first_start, plan.last_start)
    ).sort("programme_id", "starts_at", "cohort_id")


def judged(
    plan: PilotPlan,
    begun: pl.DataFrame,
    evidence: Evidence,
    thresholds: Thresholds,
    margin: float,
) -> ComparisonResult | None:
    """Return the comparison of a plan's own cohorts, with its verdict.

    Args:
        plan: a kept plan.
        begun: its cohorts.
        evidence: the marts.
        thresholds: of the gates.
        margin: of shares whose registry row gives none.
    """
    inside = replace(
        evidence,
        cells=evidence.cells.join(begun.select(COHORT), on=COHORT, how="semi"),
        cohorts=begun,
    )
    assert evidence.known_until is not None
    window = Window(plan.first_start, evidence.known_until, 0)
    for result in comparisons(inside, window, thresholds, margin):
        modes = (result.found.a.mode, result.found.b.mode if result.found.b else None)
        if (
            result.spec is not None
            and result.kpi.kpi_id == plan.kpi_id
            and result.category == plan.outcome_category
            and modes == (plan.mode_a, plan.mode_b)
        ):
            return replace(result, found=_final(result, thresholds))
    return None


def _final(result: ComparisonResult, thresholds: Thresholds) -> Comparison:
    """Return the comparison with its verdict: one look decides a planned question."""
    found, spec = result.found, result.spec
    assert spec is not None
    if found.estimate is None:
        return found
    itself = [found]
    return with_final_verdict(found, spec, found.estimate.p_value, thresholds, itself)


def _status(
    plan: PilotPlan,
    begun: pl.DataFrame,
    known_until: date | None,
    ratio: float | None,
) -> str:
    if known_until is None or begun.is_empty():
        return PLANNED
    last = begun["starts_at"].max()
    assert last is not None
    horizon = plan.answer_date - plan.last_start
    is_over = last.date() + horizon <= known_until + timedelta(days=1)
    is_complete = begun.height >= len(plan.assignments) or known_until > plan.last_start
    if not (is_over and is_complete):
        return RUNNING
    return STOPPED if ratio is not None and ratio < SAMPLE_RATIO_LEVEL else ANSWERED


def _otherwise(plan: PilotPlan, begun: pl.DataFrame) -> int:
    """Return how many cohorts are missing in a mode that the plan gave them."""
    counted = begun.group_by("programme_id", "delivery_mode").len().iter_rows()
    ran = {(name, mode): count for name, mode, count in counted}
    wanted = Counter((name, mode) for name, _number, mode in plan.assignments)
    return sum(max(0, count - ran.get(key, 0)) for key, count in wanted.items())


def _about(people: int, k: int) -> int:
    """Return a number of people to the nearest k, so that it shows no small group."""
    return k * round(people / k)


def _sentence(
    plan: PilotPlan,
    status: str,
    begun: pl.DataFrame,
    people: list[int],
    result: ComparisonResult | None,
    evidence: Evidence,
    thresholds: Thresholds,
) -> tuple[str, str]:
    parameters: dict[str, object] = {
        "mode_a": mode_words(plan.mode_a),
        "mode_b": mode_words(plan.mode_b),
        "people_a": _about(people[0], thresholds.fewest_people),
        "people_b": _about(people[1], thresholds.fewest_people),
        "begun": begun.height,
        "planned": len(plan.assignments),
        "first": f"{plan.first_start:%Y-%m-%d}",
        "answer": f"{plan.answer_date:%Y-%m-%d}",
    }
    key = f"pilot.{status}"
    if status == ANSWERED:
        if result is None:
            key = "pilot.unanswered"
        else:
            label = evidence.category_labels.get(result.category, result.category)
            scope = scope_words(result.category, label)
            parameters["verdict"] = render_sentence(result, scope, thresholds)[1]
    return key, render(key, **parameters)
