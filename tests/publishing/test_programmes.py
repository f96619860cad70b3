"""Programmes are published no more exactly than the cells that they are made from."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from publishing.programmes import programme_benchmarks, programme_changes

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


def benchmark(**values: Any) -> pl.DataFrame:
    row = {
        "kpi_id": "completion_rate",
        "programme_id": "P",
        "outcome_category": "leadership",
        "period_start_date": NOW,
        "period_end_date": date(2026, 2, 28),
        "trailing_quarters": 4,
        "value": 0.7123,
        "benchmark": 0.7712,
        "difference": -0.0589,
        "ci_low": -0.1234,
        "ci_high": 0.0056,
        "own_share": 0.2312,
        "covered_share": 1.0,
        "cohort_count": 4,
        "other_programmes": "Q,R",
        "reason": None,
    }
    schema = {"reason": pl.String, "other_programmes": pl.String}
    return pl.DataFrame([row | values], schema_overrides=schema)


def published(found: pl.DataFrame, **states: str) -> dict[str, Any]:
    cells = [
        cell(NOW, 0.71 if state == "shown" else None, state) | {"programme_id": name}
        for name, state in ({"P": "shown", "Q": "shown", "R": "shown"} | states).items()
    ]
    (row,) = programme_benchmarks(found, pl.DataFrame(cells)).to_dicts()
    return row


def test_a_benchmark_is_in_whole_points_and_its_own_share_in_twentieths():
    row = published(benchmark())
    assert (row["value"], row["benchmark"], row["difference"]) == (0.71, 0.77, -0.06)
    assert (row["own_share"], row["state"]) == (0.25, "shown")


@pytest.mark.parametrize(
    ("found", "states"),
    [
        (benchmark(), {"P": "hidden"}),
        (benchmark(), {"R": "hidden"}),
        (benchmark(other_programmes="Q"), {}),
        (benchmark(other_programmes="Q,R,S"), {}),
    ],
    ids=["itself hidden", "another hidden", "one other", "another not published"],
)
def test_a_benchmark_that_could_show_a_hidden_programme_is_hidden(
    found: pl.DataFrame, states: dict[str, str]
):
    row = published(found, **states)
    assert row["state"] == "hidden"
    names = ("value", "benchmark", "difference", "ci_low", "own_share", "covered_share")
    assert [row[name] for name in names] == [None] * len(names)


def test_a_programme_without_a_benchmark_says_why():
    refused = benchmark(reason="no_other_programme", other_programmes=None)
    row = published(refused)
    assert (row["state"], row["reason"]) == ("cannot_compare", "no_other_programme")
    assert row["benchmark"] is None
