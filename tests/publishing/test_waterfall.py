"""The steps to a base are rounded, and hidden where few people may be behind them."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from publishing.waterfall import waterfall

START, END = date(2025, 1, 1), date(2025, 3, 31)
K = 10


def step(**values: Any) -> dict[str, Any]:
    return {
        "kpi_id": "completion_rate",
        "period_start_date": START,
        "step": "waived",
        "step_no": 2,
        "is_of_enrolments": True,
        "removed_count": 44,
        "remaining_count": 400,
        "removed_people": 40,
        "remaining_people": 380,
        "most_removed": 10,
        "most_remaining": 100,
    } | values


def cell(**values: Any) -> dict[str, Any]:
    return {
        "kpi_id": "completion_rate",
        "cube": "all",
        "state": "shown",
        "trailing_quarters": 1,
        "period_label": "2025-Q1",
        "period_start_date": START,
        "period_end_date": END,
    } | values


def published(*steps: dict, cells: tuple[dict, ...] = (), most: int = 4) -> list[tuple]:
    found = waterfall(
        pl.DataFrame(list(steps)), pl.DataFrame(list(cells) or [cell()]), most, K
    )
    return found.select("removed_count", "remaining_count", "state").rows()


def test_counts_are_given_to_the_nearest_k():
    assert published(step()) == [(40, 400, "shown")]


@pytest.mark.parametrize(
    ("most_removed", "people", "shown"),
    [(9, 36, None), (10, 36, 40), (9, 37, 40), (9, 40, 40)],
)
def test_a_count_is_hidden_below_k_people_however_they_are_spread(
    most_removed: int, people: int, shown: int | None
):
    (row,) = published(step(most_removed=most_removed, removed_people=people))
    assert row == (shown, 400, "hidden" if shown is None else "shown")


def test_attendances_of_a_person_may_be_in_every_quarter_of_a_window():
    spread = step(most_removed=9, is_of_enrolments=False)
    window = cell(trailing_quarters=4)
    assert published(spread, cells=(window,)) == [(None, 400, "hidden")]


def test_nothing_left_out_is_no_group_and_stays_0():
    (row,) = published(step(removed_count=0, removed_people=0, most_removed=0))
    assert row == (0, 400, "shown")


@pytest.mark.parametrize("elsewhere", [{"state": "hidden"}, {"cube": "mode"}])
def test_without_a_shown_value_of_the_organisation_there_are_no_steps(elsewhere: dict):
    assert published(step(), cells=(cell(**elsewhere),)) == []


def test_quarters_outside_the_window_do_not_count():
    assert published(step(), step(period_start_date=date(2024, 10, 1))) == [
        (40, 400, "shown")
    ]
