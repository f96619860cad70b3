"""A tile has a value with its range, base and change, or a state with its reason."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboards import formats
from dashboards.presenters.changes import Change, change_of, earlier_window
from dashboards.presenters.tiles import (
    Tile,
    base_words,
    half_words,
    ranked,
    slot_tile,
    sparkline,
    state_of,
    tile_slots,
)
from tandem.core.files import project_root
from tandem.core.wording import render

REGISTRY = pl.read_csv(project_root() / "seeds" / "kpis.csv")
MEASURED = frozenset({"completion_rate"})
SHARE = {"unit": "share", "direction": "higher_better"}
DAYS = {"unit": "days", "direction": "lower_better"}


def slot(name: str):
    return next(slot for slot in tile_slots(REGISTRY) if slot.name == name)


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


def test_a_shown_cell_gives_a_value_with_range_and_base():
    tile = slot_tile(slot("finished"), {"completion_rate": cell()}, MEASURED)
    assert (tile.label, tile.value, tile.unit, tile.span, tile.base, tile.state) == (
        "Finished",
        "64",
        "%",
        "likely 62 to 66%",
        "640 of 1,000 enrolments",
        "",
    )


def test_a_rounded_base_is_given_as_an_approximate_number_of_people():
    rounded = cell(numerator=None, denominator=None, learner_count=1_860)
    assert base_words(rounded, SHARE) == "about 1,860 people"


def test_a_base_names_what_it_counts():
    seats = SHARE | {"source_fact": "fct_session_attendances"}
    assert base_words(cell(), seats) == "640 of 1,000 expected attendances"


@pytest.mark.parametrize(
    ("state", "on_page"), [("hidden", "hidden"), ("immature", "still_running")]
)
def test_a_cell_without_numbers_gives_its_state_and_reason(state: str, on_page: str):
    found = {"completion_rate": cell(state=state, state_detail="Why.")}
    tile = slot_tile(slot("finished"), found, MEASURED)
    assert (tile.value, tile.state, tile.reason) == ("", on_page, "Why.")


def test_a_cell_that_the_cut_lacks_is_not_called_not_measured():
    assert state_of(None, "completion_rate", MEASURED) == "no_data"
    assert state_of(None, "completion_rate", frozenset()) == "not_measured"
    tile = slot_tile(slot("finished"), {}, MEASURED)
    assert (tile.state, tile.reason) == ("no_data", render("state.no_data.means"))


@pytest.mark.parametrize("found", [{}, {"cost_per_completion": None}])
def test_a_tile_that_is_not_measured_states_what_to_deliver(found: dict[str, Any]):
    tile = slot_tile(slot("cost"), found, frozenset())
    assert (tile.label, tile.state, tile.reason) == (
        "Cost of one completion",
        "not_measured",
        render("tile.cost.not_measured"),
    )


@pytest.mark.parametrize("state", ["not_measured", "hidden"])
def test_a_tile_keeps_its_name_and_names_what_is_shown_instead(state: str):
    found = {
        "first_attempt_pass_rate": cell(state=state),
        "pass_rate": cell(0.9),
    }
    tile = slot_tile(slot("passed"), found, MEASURED)
    assert (tile.label, tile.state) == ("Passed first time", state)
    assert tile.shown_instead == "Shown instead: Passed, 90%, likely 88 to 92%."


def test_a_tile_with_a_value_names_nothing_instead():
    found = {"first_attempt_pass_rate": cell(), "pass_rate": cell(0.9)}
    assert slot_tile(slot("passed"), found, MEASURED).shown_instead == ""


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


def test_a_cycle_of_fallbacks_ends():
    rows = [
        {"kpi_id": "a", "fallback_kpi": "b", "tile_slot": "passed", "tile_order": 1},
        {"kpi_id": "b", "fallback_kpi": "a", "tile_slot": None, "tile_order": None},
    ]
    (only,) = tile_slots(pl.DataFrame(rows))
    assert [kpi["kpi_id"] for kpi in only.kpis] == ["a", "b"]


@pytest.mark.parametrize(
    ("now", "then", "kpi", "words", "tone"),
    [
        (0.64, 0.55, SHARE, "9 points better", "better"),
        (0.55, 0.64, SHARE, "9 points worse", "worse"),
        (
            0.55,
            0.64,
            SHARE | {"direction": "lower_better"},
            "9 points better",
            "better",
        ),
        (0.64, 0.55, SHARE | {"direction": "context"}, "9 points higher", ""),
        (0.64, 0.63, SHARE, "No clear change", ""),
    ],
)
def test_a_change_says_better_or_worse_by_the_direction_of_the_kpi(
    now: float, then: float, kpi: dict, words: str, tone: str
):
    change = change_of(cell(now), cell(then), kpi, 4)
    assert (change.words, change.tone, change.before) == (
        words,
        tone,
        "the year before",
    )


def test_a_change_is_stated_only_where_chance_does_not_explain_it():
    change = change_of(cell(0.64, half=0.1), cell(0.55, half=0.1), SHARE, 4)
    assert (change.words, change.size) == ("No clear change", 0.0)


@pytest.mark.parametrize(
    ("kpi", "now", "then", "words"),
    [
        (DAYS, 48.0, 30.0, "18 days slower"),
        (DAYS, 29.0, 30.0, "1 day faster"),
        (DAYS, 30.01, 30.0, "No clear change"),
        (DAYS | {"unit": "currency"}, 118.0, 112.0, "€6 dearer"),
        (DAYS | {"unit": "currency"}, 106.0, 112.0, "€6 cheaper"),
    ],
)
def test_a_change_without_a_range_has_its_unit_and_is_not_called_clear(
    kpi: dict, now: float, then: float, words: str
):
    formats.set_organisation(currency="EUR")
    bare = {"ci_low": None, "ci_high": None}
    change = change_of(cell(now, **bare), cell(then, **bare), kpi, 4)
    assert (change.words, change.tone, change.size) == (words, "", 0.0)


def test_a_hidden_value_has_no_change():
    assert change_of(cell(state="hidden"), cell(), SHARE, 4) is None


@pytest.mark.parametrize("then", [None, cell(state="hidden"), cell(state="no_data")])
def test_a_missing_baseline_is_not_no_change(then: dict[str, Any] | None):
    change = change_of(cell(), then, SHARE, 4)
    assert change == Change("No figure for the year before")
    assert change.words != render("tile.moved.unclear")
    assert "0" not in change.words


def test_tiles_come_by_what_moved_and_else_in_their_own_order():
    tiles = [
        Tile("a", "a", "A", change=Change("x"), order=0),
        Tile("b", "b", "B", order=1),
        Tile("c", "c", "C", change=Change("x", "better", 2.0), order=2),
        Tile("d", "d", "D", change=Change("x", "worse", 3.0), order=3),
    ]
    assert [tile.name for tile in ranked(tiles)] == ["d", "c", "a", "b"]


def test_a_sparkline_has_the_newest_eight_windows_and_no_value_where_hidden():
    rows = [cell(n / 10) for n in range(1, 10)]
    rows[4] = cell(0.5, state="hidden")
    kpi = SHARE | {"kpi_name": "Finished"}
    spark = sparkline(pl.DataFrame(rows), kpi, "Q1 2024")
    assert spark.values == (0.2, 0.3, 0.4, None, 0.6, 0.7, 0.8, 0.9)
    assert spark.lows[3] is None
    assert "20% at first, 90% now, between 20% and 90%" in spark.alt


def test_a_sparkline_has_a_gap_where_a_shown_cell_has_no_value():
    kpi = SHARE | {"kpi_name": "Finished"}
    rows = [cell(0.1), cell(0.2) | {"value": None}, cell(0.3)]
    spark = sparkline(pl.DataFrame(rows), kpi, "Q1 2024")
    assert spark.values == (0.1, None, 0.3)
    assert "10% at first, 30% now, between 10% and 30%" in spark.alt
    assert sparkline(pl.DataFrame(rows[:2]), kpi, "Q1 2024").values == ()


def test_one_window_alone_gives_no_sparkline():
    kpi = SHARE | {"kpi_name": "Finished"}
    assert sparkline(pl.DataFrame([cell()]), kpi, "Q1 2024").values == ()


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


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ([0.3, 0.48, 0.53, 0.6], "by day 30 (likely day 20 to 40)"),
        ([0.3, 0.48, 0.52], "by day 30 (likely after day 20)"),
        ([0.2, 0.3], "30% finished by day 20"),
    ],
)
def test_the_day_by_which_half_had_finished_is_given_with_its_range(
    shares: list[float], words: str
):
    assert words in half_words(curve(shares))


def test_a_hidden_curve_gives_no_day():
    hidden = curve([0.3]).with_columns(state=pl.lit("hidden"))
    assert half_words(hidden) == half_words(curve([])) == ""


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0%"), (0.001, "1%"), (0.999, "99%"), (1.0, "100%")]
)
def test_only_exact_shares_are_rounded_to_0_or_100_percent(share: float, words: str):
    assert formats.percent(share) == words


def test_a_quarter_is_named_by_its_fiscal_year():
    assert formats.quarter("2026-Q2", 1) == "Q2 2026"
    assert formats.quarter("2026-Q2", 4) == "Q2 FY26-27"


@pytest.mark.parametrize(
    ("number", "shown"), [(4.25, "4.2"), (-1.0, "−1"), (None, "–")]
)
def test_points_of_a_scale_keep_one_decimal(number: float | None, shown: str):
    assert formats.value(number, "points") == shown
