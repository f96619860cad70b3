"""Rows of the tables about programmes, with every state once."""

from datetime import date
from typing import Any

from tests.dashboards.published_situations import END, Row

HIDDEN = "Hidden: fewer than 10 people, or hidden to protect a group that small"
CLASSES = ("attendance", "content", "attendance", "attendance")


def programme_facts() -> list[Row]:
    return [
        {
            "programme_id": f"P{number:02d}",
            "default_delivery_mode": "sync",
            "hybrid_pattern": "prework_live_followup" if number == 1 else None,
            "completion_rule": "attend three quarters of the sessions",
            "completion_class": completion_class,
            "audience": "everyone",
            "owner_role": "Leadership academy",
            "horizon_days": 90,
            "is_mandatory": number == 3,
            "is_high_stakes": False,
        }
        for number, completion_class in enumerate(CLASSES, start=1)
    ]


def programme_modes() -> list[Row]:
    """A match, a programme to review, an exception and another match."""
    rows = (
        ("sync", "sync", True, False),
        ("async", "sync", False, False),
        ("hybrid", "async", False, True),
        ("async", "async", True, False),
    )
    return [
        {
            "programme_id": f"P{number:02d}",
            "delivery_mode": mode,
            "reference_mode": reference,
            "reference_reason": "category",
            "is_aligned": is_aligned,
            "has_exception": has_exception,
            "exception_review_on": date(2027, 4, 1) if has_exception else None,
            "reference_adopted_on": None,
            "reference_adopted_by_role": None,
        }
        for number, (mode, reference, is_aligned, has_exception) in enumerate(
            rows, start=1
        )
    ]


def programme_cohorts(*, is_hidden: bool = False) -> list[Row]:
    """Two shown cohorts, a hidden one and a running one, of the first programme."""
    designed = [
        (1, "sync", "hidden" if is_hidden else "shown", 0.82, 7.5),
        (2, "async", "hidden" if is_hidden else "shown", 0.64, None),
        (3, "hybrid", "hidden", None, None),
        (4, "sync", "immature", None, None),
    ]
    return [
        {
            "kpi_id": "completion_rate",
            "programme_id": "P01",
            "cohort_id": f"P01-{number}",
            "cohort_no": number,
            "delivery_mode": mode,
            "start_month_date": date(2025, 2 * number, 1),
            "value": value if state == "shown" else None,
            "ci_low": value - 0.1 if state == "shown" else None,
            "ci_high": value + 0.1 if state == "shown" else None,
            "learner_count": 40 if state == "shown" else None,
            "session_count": 5 if state == "shown" and hours else None,
            "live_hours": hours if state == "shown" else None,
            "state": state,
            "state_detail": HIDDEN if state == "hidden" else None,
        }
        for number, mode, state, value, hours in designed
    ]


def programme_funnels(*, is_hidden: bool = False) -> list[Row]:
    """Three programmes: every step is shown, near its neighbours, or not recorded."""
    designed = {
        "P01": ((0.8, "shown"), (0.64, "shown"), (0.5, "shown")),
        "P02": ((None, "as_after"), (0.64, "shown"), (None, "as_before")),
        "P03": ((None, "not_measured"), (0.64, "shown"), (None, "not_measured")),
    }
    hidden = [(None, "hidden")] * 4
    return [
        {
            "programme_id": programme_id,
            "step": step,
            "step_no": number,
            "period_start_date": date(2025, 4, 1),
            "period_end_date": END,
            "enrolment_count": None if state == "hidden" else 300,
            "reached_share": share,
            "state": state,
        }
        for programme_id, rest in designed.items()
        for number, (step, (share, state)) in enumerate(
            zip(
                ("enrolled", "started", "finished", "passed"),
                hidden if is_hidden else ((1.0, "shown"), *rest),
                strict=True,
            ),
            start=1,
        )
    ]


def change(programme_id: str, end: date, label: str, **values: Any) -> Row:
    """Return a row of pub.programme_changes: one that is as before."""
    row = {
        "kpi_id": "completion_rate",
        "programme_id": programme_id,
        "period_label": label,
        "period_end_date": end,
        "value": 0.7,
        "value_before": 0.71,
        "standardised_change": -0.01,
        "ci_low": -0.06,
        "ci_high": 0.04,
        "limit_low": 0.62,
        "limit_high": 0.8,
        "standardised_to": "mode_and_people",
        "change_state": "as_before",
        "state": "shown",
    }
    return row | values


NO_NUMBERS = dict.fromkeys(
    (
        "value",
        "value_before",
        "standardised_change",
        "ci_low",
        "ci_high",
        "limit_low",
        "limit_high",
    )
)


def programme_changes(end: date, label: str) -> list[Row]:
    """One programme that fell, one that rose, one as before, one with too little."""
    fell = {"standardised_change": -0.12, "ci_low": -0.19, "ci_high": -0.05}
    rose = {"standardised_change": 0.09, "ci_low": 0.04, "ci_high": 0.14}
    return [
        change("P01", end, label, change_state="fell", **fell),
        change("P02", end, label, change_state="rose", **rose),
        change("P03", end, label),
        change(
            "P04",
            end,
            label,
            **NO_NUMBERS,
            change_state="too_little_data",
            state="hidden",
        ),
    ]


def benchmark(programme_id: str, end: date, label: str, **values: Any) -> Row:
    """Return a row of pub.programme_benchmarks without a clear difference."""
    row = {
        "kpi_id": "completion_rate",
        "programme_id": programme_id,
        "outcome_category": "leadership",
        "period_label": label,
        "period_end_date": end,
        "trailing_quarters": 4,
        "value": 0.7,
        "benchmark": 0.68,
        "difference": 0.02,
        "ci_low": -0.08,
        "ci_high": 0.12,
        "own_share": 0.25,
        "covered_share": 0.9,
        "reason": None,
        "state": "shown",
    }
    return row | values


def programme_benchmarks(end: date, label: str) -> list[Row]:
    none = dict.fromkeys(("benchmark", "difference", "ci_low", "ci_high"))
    return [
        benchmark("P01", end, label, difference=-0.11, ci_low=-0.18, ci_high=-0.04),
        benchmark("P02", end, label),
        benchmark(
            "P03",
            end,
            label,
            **none,
            reason="no_other_programme",
            state="cannot_compare",
        ),
        benchmark("P04", end, label, **none, state="hidden"),
    ]


def break_even() -> list[Row]:
    row = {
        "programme_id": "P01",
        "mode_a": "async",
        "mode_b": "sync",
        "currency": "EUR",
        "no_break_even_reason": None,
        "fixed_amount_a": 42000.0,
        "fixed_amount_b": 12000.0,
        "per_person_amount_a": 8.0,
        "per_person_amount_b": 90.0,
        "break_even_enrolments": 370.0,
        "enrolment_count_a": 500,
        "enrolment_count_b": 240,
        "costed_programme_count": 3,
        "programme_count": 4,
        "state": "shown",
    }
    amounts = [name for name in row if "amount" in name or "count" in name]
    unknown = dict.fromkeys([*amounts[:4], "break_even_enrolments"])
    return [
        row,
        row
        | unknown
        | {"mode_b": "hybrid", "no_break_even_reason": "fixed_cost_unknown"},
    ]
