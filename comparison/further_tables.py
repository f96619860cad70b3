"""The tables of the schema compared that stand beside the comparison of modes."""

from collections.abc import Sequence
from typing import Any

from comparison.benchmarks import programme_benchmarks
from comparison.changes import programme_changes
from comparison.pilot_proposals import Defaults, proposals
from comparison.pilot_results import pilot_results
from comparison.pilots import PilotPlan
from comparison.placebo import placebo_results
from comparison.reading import Evidence, current_thresholds
from comparison.windows import complete_quarters, window
from tandem.core.settings import Settings

YEAR = 4  # quarters
Rows = list[dict[str, Any]]


def further_tables(
    evidence: Evidence, settings: Settings, rows: Rows, plans: Sequence[PilotPlan]
) -> dict[str, Rows]:
    """Return the rows of each table by its name.

    Args:
        evidence: the marts.
        settings: thresholds.
        rows: of compared.fct_mode_comparisons.
        plans: pilots that were kept.
    """
    thresholds = current_thresholds(settings)
    margin = float(settings.vars["margin"])
    found: dict[str, Rows] = {
        "fct_programme_changes": programme_changes(evidence, thresholds, margin),
        "fct_programme_benchmarks": [],
        "fct_placebo_results": [],
        "fct_pilot_proposals": [],
        "fct_pilots": pilot_results(plans, evidence, thresholds, margin),
    }
    quarters = complete_quarters(evidence.quarters, evidence.known_until, 1)
    if not quarters or evidence.known_until is None:
        return found
    year = window(quarters[-1], YEAR)
    found["fct_programme_benchmarks"] = programme_benchmarks(evidence, year, thresholds)
    found["fct_placebo_results"] = placebo_results(evidence, year, thresholds)
    proposed = proposals(
        evidence,
        rows,
        thresholds,
        Defaults.of(settings.vars),
        evidence.known_until,
    )
    found["fct_pilot_proposals"] = [_proposal(plan) for plan in proposed]
    return found


def _proposal(plan: PilotPlan) -> dict[str, Any]:
    return {
        "plan_id": plan.plan_id,
        "kpi_id": plan.kpi_id,
        "outcome_category": plan.outcome_category,
        "mode_a": plan.mode_a,
        "mode_b": plan.mode_b,
        "because": plan.because,
        "design": plan.design,
        "programmes": ",".join(plan.programmes),
        "programme_count": len(plan.programmes),
        "cohorts_per_mode": plan.cohorts_per_mode,
        "people_per_cohort": plan.people_per_cohort,
        "first_start_date": plan.first_start,
        "last_start_date": plan.last_start,
        "answer_date": plan.answer_date,
        "detectable_difference": plan.detectable,
        "is_scatter_seen": plan.is_scatter_seen,
    }
