"""A change of a programme is published where both years are, and no more exactly."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from publishing.programmes import programme_changes

NOW, THEN = date(2025, 3, 1), date(2024, 3, 1)


def found(**values: Any) -> pl.DataFrame:
    row = {
        "kpi_id": "completion_rate",
        "programme_id": "P",
        "period_start_date": NOW,
        "period_end_date": date(2026, 2, 28),
        "value": 0.71234,
        "value_before": 0.81234,
        "standardised_change": -0.0912,
        "ci_low": -0.1312,
        "ci_high": -0.0512,
        "limit_low": 0.7523,
        "limit_high": 0.8723,
        "standardised_to": "mode",
        "change_state": "fell",
    }
    return pl.DataFrame([row | values])


def cell(start: date, value: float | None, state: str = "shown") -> dict[str, Any]:
    return {
        "cube": "programme",
        "kpi_id": "completion_rate",
        "programme_id": "P",
        "trailing_quarters": 4,
        "period_start_date": start,
        "period_label": str(start.year),
        "value": value,
        "state": state,
    }


def only(cells: list[dict[str, Any]]) -> dict[str, Any]:
    (row,) = programme_changes(found(), pl.DataFrame(cells)).to_dicts()
    return row


def test_values_are_those_of_the_cubes_and_the_rest_is_in_whole_points():
    row = only([cell(NOW, 0.71), cell(THEN, 0.81)])
    assert (row["value"], row["value_before"]) == (0.71, 0.81)
    assert (row["standardised_change"], row["limit_low"]) == (-0.09, 0.75)
    assert (row["change_state"], row["state"]) == ("fell", "shown")
    assert row["period_label"] == "2025"


@pytest.mark.parametrize(
    ("now", "then", "state"),
    [
        ("hidden", "shown", "hidden"),
        ("shown", "hidden", "hidden"),
        ("shown", "no_data", "no_data"),
        ("shown", None, "no_data"),
    ],
)
def test_a_change_of_which_a_year_is_not_shown_has_no_numbers(
    now: str, then: str | None, state: str
):
    cells = [cell(NOW, 0.7 if now == "shown" else None, now)]
    if then is not None:
        cells.append(cell(THEN, 0.8 if then == "shown" else None, then))
    row = only(cells)
    assert (row["change_state"], row["state"]) == ("too_little_data", state)
    numbers = ("value", "value_before", "standardised_change", "ci_low", "limit_high")
    assert [row[name] for name in numbers] == [None] * len(numbers)


def test_another_cube_or_window_does_not_show_a_change():
    for other in ({"cube": "mode"}, {"trailing_quarters": 8}):
        cells = [cell(NOW, 0.7) | other, cell(THEN, 0.8) | other]
        assert programme_changes(found(), pl.DataFrame(cells)).is_empty()
