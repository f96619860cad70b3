"""A tile has a value with its range, base and change, or a state with its reason."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboards import formats
from dashboards.presenters.tiles import (
    change_words,
    chosen_kpi,
    earlier_window,
    kpi_tile,
    tile_slots,
    time_tile,
)
from tandem.core.files import project_root
from tandem.core.wording import render

REGISTRY = pl.read_csv(project_root() / "seeds" / "kpis.csv")
KPI = {"kpi_name": "Finished", "question": "How many finish?", "unit": "share"}


def cell(value: float = 0.64, half: float = 0.02, **more: Any) -> dict[str, Any]:
    return {
        "numerator": 640.0,
        "denominator": 1000.0,
        "value": value,
        "ci_low": value - half,
        "ci_high": value + half,
        "learner_count": 900,
        "state": "shown",
        "state_detail": None,
    } | more


def test_a_shown_cell_gives_a_value_with_range_base_and_change():
    tile = kpi_tile("finished", KPI, cell(), "Up 3 points on the year before")
    assert (tile.label, tile.value, tile.span, tile.base, tile.change, tile.state) == (
        "Finished",
        "64%",
        "likely 62 to 66%",
        "640 of 1,000 enrolments, 900 people",
        "Up 3 points on the year before",
        "",
    )


def test_a_rounded_base_is_given_as_an_approximate_number_of_people():
    rounded = cell(numerator=None, denominator=None, learner_count=1_860)
    assert kpi_tile("finished", KPI, rounded, "").base == "about 1,860 people"


@pytest.mark.parametrize(
    ("state", "on_page"), [("hidden", "hidden"), ("immature", "still_running")]
)
def test_a_cell_without_numbers_gives_its_state_and_reason(state: str, on_page: str):
    tile = kpi_tile("finished", KPI, cell(state=state, state_detail="Why."), "")
    assert (tile.value, tile.state, tile.reason) == ("", on_page, "Why.")


@pytest.mark.parametrize("found", [None, cell(state="not_measured")])
def test_a_tile_that_is_not_measured_states_what_to_deliver(
    found: dict[str, Any] | None,
):
    tile = kpi_tile("cost", KPI, found, "")
    assert (tile.label, tile.state, tile.reason) == (
        render("tile.cost.label"),
        "not_measured",
        render("tile.cost.not_measured"),
    )


@pytest.mark.parametrize(
    ("cells", "chosen"),
    [
        ({}, "first_attempt_pass_rate"),
        ({"pass_rate": cell()}, "pass_rate"),
        (
            {
                "first_attempt_pass_rate": cell(state="hidden"),
                "pass_rate": cell(),
            },
            "pass_rate",
        ),
        (
            {"first_attempt_pass_rate": cell(state="hidden")},
            "first_attempt_pass_rate",
        ),
        (
            {
                "first_attempt_pass_rate": cell(state="not_measured"),
                "pass_rate": cell(state="immature"),
            },
            "pass_rate",
        ),
    ],
)
def test_a_slot_shows_its_first_kpi_that_can_be_shown(
    cells: dict[str, Any], chosen: str
):
    passed = next(slot for slot in tile_slots(REGISTRY) if slot.name == "passed")
    assert chosen_kpi(passed, cells)["kpi_id"] == chosen


def test_slots_come_in_the_order_of_the_registry_with_their_fallbacks():
    slots = tile_slots(REGISTRY)
    named = [(slot.name, [kpi["kpi_id"] for kpi in slot.kpis]) for slot in slots]
    assert named == [
        ("finished", ["completion_rate"]),
        ("time", ["time_to_completion"]),
        ("passed", ["first_attempt_pass_rate", "pass_rate"]),
        (
            "applied",
            ["application_rate", "attendance_rate", "start_rate", "withdrawal_rate"],
        ),
        ("cost", ["cost_per_completion"]),
    ]
    assert [slot.name for slot in slots if slot.is_drawn_from_curves] == ["time"]


def test_a_cycle_of_fallbacks_ends():
    rows = [
        {"kpi_id": "a", "fallback_kpi": "b", "tile_slot": "passed", "tile_order": 1},
        {"kpi_id": "b", "fallback_kpi": "a", "tile_slot": None, "tile_order": None},
    ]
    (slot,) = tile_slots(pl.DataFrame(rows))
    assert [kpi["kpi_id"] for kpi in slot.kpis] == ["a", "b"]


@pytest.mark.parametrize(
    ("now", "then", "words"),
    [
        (cell(0.64), cell(0.55), "Up 9 points on the year before"),
        (cell(0.55), cell(0.64), "Down 9 points on the year before"),
        (cell(0.64), cell(0.63), "No clear change on the year before"),
        (
            cell(0.64, half=0.1),
            cell(0.55, half=0.1),
            "No clear change on the year before",
        ),
        (cell(state="hidden"), cell(), ""),
    ],
)
def test_a_change_is_stated_only_where_chance_does_not_explain_it(
    now: dict[str, Any], then: dict[str, Any], words: str
):
    assert change_words(now, then, "share", 4) == words


@pytest.mark.parametrize("then", [None, cell(state="hidden")])
def test_without_an_earlier_window_no_change_is_stated(then: dict[str, Any] | None):
    words = change_words(cell(), then, "share", 4)
    assert words == render("tile.change.none", before=render("page.before.year"))


@pytest.mark.parametrize(
    ("quarters", "end"),
    [(1, date(2025, 12, 31)), (4, date(2025, 3, 31)), (8, date(2024, 3, 31))],
)
def test_a_window_is_compared_with_the_one_before_it(quarters: int, end: date):
    ends = [date(2024, 3, 31), date(2025, 3, 31), date(2025, 12, 31), date(2026, 3, 31)]
    history = pl.DataFrame({"period_end_date": ends})
    assert earlier_window(history, date(2026, 3, 31), quarters) == {
        "period_end_date": end
    }


def curve(shares: list[float], half: float = 0.05) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "day": [10 * place for place in range(1, len(shares) + 1)],
            "finished_share": shares,
            "ci_low": [share - half for share in shares],
            "ci_high": [share + half for share in shares],
            "at_risk": [1000] * len(shares),
            "state": ["shown"] * len(shares),
        }
    )


def test_time_to_finish_is_the_day_by_which_half_had_finished():
    tile = time_tile(curve([0.3, 0.48, 0.53, 0.6]))
    assert (tile.value, tile.span) == ("30 days", "likely 20 to 40")


def test_no_day_is_given_where_fewer_than_half_finished():
    tile = time_tile(curve([0.2, 0.3]))
    assert (tile.value, tile.span) == (
        render("tile.time.open"),
        render("tile.time.not_half", share="30%", day=20),
    )


@pytest.mark.parametrize(
    ("points", "state"),
    [
        (curve([]), "not_measured"),
        (curve([0.3]).with_columns(state=pl.lit("hidden")), "hidden"),
    ],
)
def test_a_curve_without_points_gives_a_state(points: pl.DataFrame, state: str):
    assert time_tile(points).state == state


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0%"), (0.001, "1%"), (0.999, "99%"), (1.0, "100%")]
)
def test_only_exact_shares_are_rounded_to_0_or_100_percent(share: float, words: str):
    assert formats.percent(share) == words


def test_a_quarter_is_named_by_its_fiscal_year():
    assert formats.quarter("2026-Q2", 1) == "Q2 2026"
    assert formats.quarter("2026-Q2", 4) == "Q2 FY26-27"


@pytest.mark.parametrize(
    ("number", "shown", "words"),
    [(4.25, "4.2", "+4.2 points"), (-1.0, "−1", "−1 point"), (None, "–", "–")],
)
def test_points_of_a_scale_keep_one_decimal(
    number: float | None, shown: str, words: str
):
    assert formats.value(number, "points") == shown
    assert formats.difference_words(number, "points").strip() == words
