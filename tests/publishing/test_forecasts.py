"""The forecast of completions: by hand, at its bounds, and against a simulation."""

from math import sqrt

import numpy as np
import pytest

from publishing.forecasts import (
    Forecast,
    LifeTable,
    StillOpen,
    Z,
    forecast,
    together,
)

# Ten begin; on day 1 two finish and one withdraws, on day 2 one is censored (so that
# six are at risk on day 3), on day 3 three finish; the others reach day 4.
BY_HAND = LifeTable(
    at_risk=(10, 10, 7, 6, 3), finished=(0, 2, 0, 3, 0), withdrawn=(0, 1, 0, 0, 0)
)


def test_shares_are_those_calculated_by_hand():
    # F(1) = 2/10, S(1) = 7/10; F(3) = 0.2 + 0.7 * 3/6 = 0.55, S(3) = 0.7 * 3/6 = 0.35
    assert BY_HAND.at(0) == (0, 1)
    assert BY_HAND.at(1) == pytest.approx((0.2, 0.7))
    assert BY_HAND.at(2) == pytest.approx((0.2, 0.7))
    assert BY_HAND.at(3) == pytest.approx((0.55, 0.35))
    assert BY_HAND.at(4) == pytest.approx((0.55, 0.35))
    assert BY_HAND.at(400) == pytest.approx((0.55, 0.35))


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (-1, 0.55),  # nothing is known yet
        (0, 0.55),
        (1, 0.5),  # 0.35 / 0.7
        (2, 0.5),
        (3, 0.0),
        (4, 0.0),  # the horizon has come
        (5, 0.0),
    ],
)
def test_who_is_still_in_goes_on_as_those_before(day: int, share: float):
    assert BY_HAND.still_to_finish(day, 4)[0] == pytest.approx(share)


def test_the_standard_error_is_that_of_a_share_of_those_at_risk():
    # After day 1: three at risk on day 4 are 3 / (0.35 / 0.7) = 6 without censoring.
    steady = (0.5 * 6 + 2) / (6 + 4)
    expected = sqrt(steady * (1 - steady) / 10)
    assert BY_HAND.still_to_finish(1, 4)[1] == pytest.approx(expected)


@pytest.mark.parametrize(("day", "is_reached"), [(3, True), (4, True), (5, False)])
def test_a_curve_says_nothing_beyond_its_last_day(day: int, is_reached: bool):
    assert BY_HAND.reaches(day) is is_reached


def test_a_curve_from_which_nobody_is_left_says_all():
    assert LifeTable((2, 2), (0, 2), (0, 0)).reaches(90)
    assert not LifeTable((), (), ()).reaches(0)
    assert LifeTable((), (), ()).at(3) == (0, 1)


def test_life_tables_of_different_lengths_add_up():
    short = LifeTable((5, 5), (0, 1), (0, 1))
    both = together([BY_HAND, short])
    assert both.at_risk == [15, 15, 7, 6, 3]
    assert both.finished == [0, 3, 0, 3, 0]
    assert both.withdrawn == [0, 2, 0, 0, 0]


def test_a_forecast_adds_chance_and_the_error_of_the_curve():
    found = forecast(40, [StillOpen(8, 1, 4, "P")], {"P": BY_HAND})
    error = BY_HAND.still_to_finish(1, 4)[1]
    spread = Z * sqrt(8 * 0.5 * 0.5 + (8 * error) ** 2)
    assert 3 < spread < 4
    assert (found.expected, found.low, found.high) == pytest.approx(
        (44, 44 - spread, 44 + spread)
    )


def test_a_range_ends_at_what_is_possible():
    assert forecast(40, [StillOpen(2, 1, 4, "P")], {"P": BY_HAND}) == Forecast(
        41, 40, 42
    )


def test_errors_of_one_curve_add_up_and_those_of_two_do_not():
    curves = {"P": BY_HAND, "Q": BY_HAND}
    error = 400 * BY_HAND.still_to_finish(1, 4)[1]
    one = forecast(0, [StillOpen(400, 1, 4, "P"), StillOpen(400, 2, 4, "P")], curves)
    two = forecast(0, [StillOpen(400, 1, 4, "P"), StillOpen(400, 2, 4, "Q")], curves)
    assert one.expected == two.expected == pytest.approx(400)
    assert one.high - one.expected > two.high - two.expected
    other = 400 * BY_HAND.still_to_finish(2, 4)[1]
    assert two.high - 400 == pytest.approx(
        Z * sqrt(200 + error**2 + other**2), rel=1e-9
    )


def test_nobody_open_leaves_what_is_finished():
    assert forecast(7, [], {}) == Forecast(7, 7, 7)


HORIZON = 90


def finishing_late(rng: np.random.Generator, count: int) -> np.ndarray:
    """Draw the day on which each finishes, near the end of the time; 999: never."""
    late = np.minimum(HORIZON, np.maximum(1, rng.normal(78, 8, count))).astype(int)
    return np.where(rng.random(count) < 0.7, late, 999)


def life_table(days: np.ndarray) -> LifeTable:
    numbers = range(HORIZON + 1)
    return LifeTable(
        [int((days >= day).sum()) for day in numbers],
        [int((days == day).sum()) for day in numbers],
        [0 for _day in numbers],
    )


def test_where_people_finish_late_the_curve_is_right_and_the_straight_line_wrong():
    """300 on day 45, of whom about 70 % will finish, nearly none of them by now.

    A straight line from those who have finished in the first half expects twice as
    many. The curve's range holds the truth in about 95 of 100 repetitions.
    """
    rng = np.random.default_rng(20260930)
    line_errors, curve_errors, held = [], [], 0
    for _repetition in range(300):
        curve = life_table(finishing_late(rng, 400))
        days = finishing_late(rng, 300)
        finished = int((days <= 45).sum())
        still_in = StillOpen(300 - finished, 45, HORIZON, "P")
        found = forecast(finished, [still_in], {"P": curve})
        truth = int((days <= HORIZON).sum())
        line_errors.append(abs(2 * finished - truth))
        curve_errors.append(abs(found.expected - truth))
        held += found.low <= truth <= found.high
    assert np.mean(line_errors) > 190
    assert np.mean(curve_errors) < 12
    assert 0.92 <= held / 300 <= 0.99
