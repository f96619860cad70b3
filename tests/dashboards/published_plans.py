"""Plans of the small published file: one of each status, and what has no number."""

from datetime import date
from typing import Any

Row = dict[str, Any]


def plan(end: date, label: str, **values: Any) -> Row:
    """Return a row of pub.plan_status: the organisation is not clearly away."""
    row = {
        "kpi_id": "completion_rate",
        "programme_id": "all",
        "measure": "value",
        "fiscal_year": end.year,
        "period_label": label,
        "period_start_date": date(end.year, 1, 1),
        "period_end_date": end,
        "planned": 0.72,
        "last_year": 0.7,
        "year_to_date": 0.71,
        "ci_low": 0.66,
        "ci_high": 0.75,
        "learner_count": 420,
        "share_of_plan": 0.99,
        "forecast": 0.73,
        "forecast_low": 0.68,
        "forecast_high": 0.77,
        "forecast_reason": None,
        "status": "on_plan",
        "reason": None,
        "state": "shown",
    }
    return row | values


NO_FORECAST = dict.fromkeys(("forecast", "forecast_low", "forecast_high"))
NO_NUMBERS = dict.fromkeys(
    ("last_year", "year_to_date", "ci_low", "ci_high", "learner_count", "share_of_plan")
)
NO_RANGE = dict.fromkeys(("ci_low", "ci_high"))


def plan_status(end: date, label: str) -> list[Row]:
    """One plan that is ahead, one behind, one not away, and two that cannot be said."""
    return [
        plan(end, label),
        plan(
            end,
            label,
            programme_id="P01",
            planned=0.8,
            status="behind",
            forecast=0.7,
            share_of_plan=0.89,
        ),
        plan(
            end,
            label,
            **NO_FORECAST,
            programme_id="P02",
            planned=0.6,
            status="ahead",
            share_of_plan=1.18,
            forecast_reason="few_open",
        ),
        plan(
            end,
            label,
            **NO_NUMBERS,
            **NO_FORECAST,
            programme_id="P04",
            status="cannot_say",
            reason="hidden",
            state="hidden",
            forecast_reason="hidden",
        ),
        plan(
            end,
            label,
            **NO_RANGE,
            programme_id="P01",
            measure="completions",
            planned=1340.0,
            last_year=1290.0,
            year_to_date=310.0,
            share_of_plan=0.23,
            forecast=890.0,
            forecast_low=860.0,
            forecast_high=920.0,
            status="cannot_say",
            reason="enrolments_to_come",
        ),
    ]
