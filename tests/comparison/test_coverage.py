"""A small run of `make bench-truth`: intervals are neither timid nor bold.

Bounds are the rule's own, widened by what the number of draws leaves to chance.
"""

from math import sqrt

import numpy as np
import pytest

from bench.organisations import COHORTS, PAIRED, UNPAIRED, Design
from bench.truth import grid, is_ever_clear, look, measure

DRAWS = 1_000
HISTORIES = 250
SEED = 15


def error(share: float, draws: int) -> float:
    """Return the standard error of a share of draws."""
    return sqrt(share * (1 - share) / draws)


@pytest.mark.parametrize(
    ("route", "arms", "blocks"),
    [
        (PAIRED, (6, 6), 1),
        (PAIRED, (10, 10), 1),
        (PAIRED, (20, 20), 1),
        (UNPAIRED, (6, 6), 1),
        (UNPAIRED, (8, 16), 1),
        (UNPAIRED, (20, 20), 1),
        (COHORTS, (8, 8), 1),
        (COHORTS, (4, 4), 3),
    ],
)
def test_intervals_hold_the_truth_as_often_as_they_say(route, arms, blocks):
    found = [measure(design, DRAWS, SEED) for design in grid(route, arms, blocks)]
    covered = np.array([(one.covered, one.covered_gap) for one in found])
    of_mean = error(0.95, DRAWS * covered.size)
    assert 0.95 - 3 * of_mean <= covered.mean() <= 0.975 + 3 * of_mean
    assert covered.min() >= 0.935 - 3.5 * error(0.935, DRAWS)
    assert max(one.false for one in found) <= 0.06 + 3.5 * error(0.06, DRAWS)


@pytest.mark.parametrize("route", [PAIRED, UNPAIRED])
def test_four_programmes_give_a_wide_interval_and_not_a_bold_one(route):
    found = [measure(design, DRAWS, SEED) for design in grid(route, (4, 4))]
    covered = np.array([(one.covered, one.covered_gap) for one in found])
    assert covered.min() >= 0.935 - 3.5 * error(0.935, DRAWS)


@pytest.mark.parametrize(("route", "least"), [(PAIRED, 0.65), (UNPAIRED, 0.65)])
def test_ten_programmes_find_seven_points_more_often_than_not(route, least):
    found = [measure(design, DRAWS, SEED) for design in grid(route, (10, 10))]
    assert np.mean([one.power for one in found]) >= least


@pytest.mark.parametrize(
    ("route", "count", "window", "power"),
    [
        (PAIRED, 6, 4, 0.34),
        (PAIRED, 10, 4, 0.65),
        (PAIRED, 20, 4, 0.90),
        (PAIRED, 10, 8, 0.65),
        (UNPAIRED, 8, 4, 0.60),
    ],
)
def test_eight_looks_rarely_call_a_difference_that_is_not_there(
    route, count, window, power
):
    designs = list(grid(route, (count, count)))
    found = [look(design, HISTORIES, SEED, window) for design in designs]
    false = np.mean([one.false for one in found])
    assert false <= 0.05 + 3 * error(0.05, HISTORIES * len(designs))
    assert np.mean([one.power for one in found]) >= power
    # Without the rule, an interval at 95 % is false far more often.
    assert np.mean([one.any_false for one in found]) > 2 * false


def test_the_same_seed_measures_the_same():
    design = Design(PAIRED, (6, 6), (15, 400), 0.8, 0.13)
    assert measure(design, 50, 1) == measure(design, 50, 1)
    assert measure(design, 50, 1) != measure(design, 50, 2)


def test_two_looks_in_a_row_are_needed_anywhere():
    assert is_ever_clear((0, 0, 1, 1, 0, 0, 0, 0))
    assert not is_ever_clear((1, 0, 1, 0, -1, 1, 0, 1))
