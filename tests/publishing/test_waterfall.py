"""The steps to a base are rounded, and hidden where few people may be behind them."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from publishing.waterfall import waterfall

START, END = date(2025, 1, 1), date(2025, 3, 31)
K = 10


def step(name: str = "waived", **values: Any) -> dict[str, Any]:
    """Everybody, a reason or the base; 4 enrolments of one person at most."""
    order = ("all", "waived", "excluded", "immature", "base")
    counts = {"all": 440, "base": 400}
    count = counts.get(name, 44)
    return {
        "kpi_id": "completion_rate",
        "period_start_date": START,
        "step": name,
        "step_no": 8 if name == "base" else order.index(name) + 1,
        "is_of_enrolments": True,
        "row_count": count,
        "people": count - 4,
        "most_people": 10,
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


def published(*steps: dict, cells: tuple[dict, ...] = ()) -> list[tuple]:
    rows = [step("all"), *steps, step("base")]
    found = waterfall(pl.DataFrame(rows), pl.DataFrame([*cells] or [cell()]), 4, K)
    return found.select("step", "row_count").rows()


ALL, BASE = ("all", 440), ("base", 400)


def test_counts_are_given_to_the_nearest_k():
    assert published(step()) == [ALL, ("waived", 40), BASE]


@pytest.mark.parametrize(("count", "rounded"), [(44, 40), (45, 50), (46, 50)])
def test_half_of_k_is_rounded_up_as_in_every_other_table(count: int, rounded: int):
    found = published(step(row_count=count, people=40, most_people=10))
    assert found == [ALL, ("waived", rounded), BASE]


@pytest.mark.parametrize(
    ("most", "people", "is_shown"),
    [(9, 36, False), (10, 36, True), (9, 37, True), (11, 1, True)],
)
def test_a_reason_is_shown_from_k_people_on_however_they_are_spread(
    most: int, people: int, is_shown: bool
):
    rows = published(step(most_people=most, people=people))
    hidden = [("all", None), ("other", None), BASE]
    assert rows == ([ALL, ("waived", 40), BASE] if is_shown else hidden)


def test_reasons_too_small_alone_are_given_together():
    few = {"row_count": 22, "people": 20, "most_people": 5}
    rows = published(step("waived", **few), step("excluded", **few))
    assert rows == [ALL, ("other", 40), BASE]


def test_all_rows_are_hidden_where_a_hidden_reason_would_follow_from_them():
    few = {"row_count": 4, "people": 4, "most_people": 4}
    rows = published(step("waived", **few), step("immature"))
    assert rows == [("all", None), ("immature", 40), ("other", None), BASE]


def test_attendances_of_a_person_may_be_in_every_quarter_of_a_window():
    spread = step(most_people=9, is_of_enrolments=False)
    rows = published(spread, cells=(cell(trailing_quarters=4),))
    assert ("waived", 40) not in rows


def test_nothing_left_out_is_no_group_and_stays_0():
    none = step(row_count=0, people=0, most_people=0)
    assert published(none) == [ALL, ("waived", 0), BASE]


@pytest.mark.parametrize("elsewhere", [{"state": "hidden"}, {"cube": "mode"}])
def test_without_a_shown_value_of_the_organisation_there_are_no_steps(elsewhere: dict):
    assert published(step(), cells=(cell(**elsewhere),)) == []


def test_quarters_outside_the_window_do_not_count():
    earlier = step(period_start_date=date(2024, 10, 1))
    assert published(step(), earlier) == [ALL, ("waived", 40), BASE]
