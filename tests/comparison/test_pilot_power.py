"""A pilot detects what it says that it detects, four times in five."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from scipy.stats import t as student

from comparison.arms import Block, Pairs, Units
from comparison.estimators import (
    paired_moments,
    unpaired_moments,
)
from comparison.pilot_power import Scatter, detectable_difference, smallest
from comparison.pilot_proposals import Defaults, _Planner
from comparison.placebo import looks_different
from comparison.repeated_looks import LOOK_LEVEL

SCATTER = Scatter(person=0.21, cohort=0.0009, programme=0.0025, is_seen=True)
PILOTS = 4_000


def test_programmes_as_units_detect_the_difference_in_four_pilots_of_five():
    programmes, cohorts, people = 8, 2, 25
    gap = detectable_difference("paired", programmes, cohorts, people, SCATTER)
    chance = np.random.default_rng(5)
    inside = SCATTER.cohort / cohorts + SCATTER.person / (cohorts * people)
    true = chance.normal(gap, SCATTER.programme**0.5, (PILOTS, programmes))
    seen = true + chance.normal(0, (2 * inside) ** 0.5, true.shape)
    n = np.full(true.shape, float(cohorts * people))
    sampling = np.full(true.shape, 2 * SCATTER.person / (cohorts * people))
    drawn = looks_different(paired_moments(Pairs(seen, n, n, sampling)))
    assert drawn.mean() == pytest.approx(0.8, abs=0.03)


def test_cohorts_as_units_detect_the_difference_in_four_pilots_of_five():
    programmes, cohorts, people = 2, 5, 25
    gap = detectable_difference("cohorts", programmes, cohorts, people, SCATTER)
    chance = np.random.default_rng(6)
    spread = (SCATTER.cohort + SCATTER.person / people) ** 0.5

    def arm(mean: float) -> Units:
        shape = (PILOTS, cohorts)
        n, sampling = np.full(shape, 25.0), np.full(shape, SCATTER.person / people)
        return Units(chance.normal(mean, spread, shape), n, sampling)

    blocks = [Block(arm(gap), arm(0.0), 1.0) for _programme in range(programmes)]
    drawn = looks_different(unpaired_moments(blocks, scatter_alike=True))
    assert drawn.mean() == pytest.approx(0.8, abs=0.03)


def test_the_difference_is_that_of_the_formula():
    found = detectable_difference("paired", 6, 2, 20, SCATTER)
    variance = (0.0025 + 2 * (0.0009 / 2 + 0.21 / 40)) / 6
    quantiles = student.ppf(0.5 + LOOK_LEVEL / 2, 5) + student.ppf(0.8, 5)
    assert found == pytest.approx(quantiles * variance**0.5)


@pytest.mark.parametrize(
    ("available", "design", "programmes"),
    [(1, "cohorts", 1), (3, "cohorts", 3), (4, "paired", 4), (5, "paired", 4)],
)
def test_programmes_are_the_units_where_there_are_enough(
    available: int, design: str, programmes: int
):
    size = smallest(available, 200, SCATTER, 1.0, 4, 10)
    assert (size.design, size.programmes) == (design, programmes)
    if design == "cohorts":  # each mode needs four cohorts, each programme two
        assert size.cohorts_a_mode >= 4
        assert size.cohorts >= 2


def test_it_is_the_smallest_that_detects_the_gap():
    size = smallest(20, 25, SCATTER, 0.09, 4, 10)
    assert size.detectable <= 0.09
    for programmes in range(4, 21):
        for cohorts in range(1, 7):
            if programmes * cohorts < size.cohorts_a_mode:
                found = detectable_difference(
                    "paired", programmes, cohorts, 25, SCATTER
                )
                assert found > 0.09


@pytest.mark.parametrize(("people", "cohorts"), [(9, 2), (10, 1), (11, 1)])
def test_each_programme_gets_as_many_people_a_mode_as_may_be_shown(
    people: int, cohorts: int
):
    assert smallest(20, people, SCATTER, 10.0, 4, 10).cohorts == cohorts


def test_a_gap_that_nothing_detects_gets_nearly_the_best_there_is():
    size = smallest(4, 10, SCATTER, 0.01, 4, 10)
    best = detectable_difference("paired", 4, 6, 10, SCATTER)
    assert best <= size.detectable <= 1.1 * best
    assert size.cohorts <= 6


@pytest.mark.parametrize(("unit", "person"), [(-1e-17, 0.0), (0.0, 0.0), (0.2, 0.2)])
def test_where_all_values_are_equal_nothing_scatters(unit: float, person: float):
    groups = pl.DataFrame(
        {
            "programme_id": ["P", "Q"],
            "delivery_mode": ["sync", "async"],
            "people": [10, 10],
            "cohorts": [30, 30],
            "unit": [unit, unit],
            "between": [-1e-18, -1e-18],
            "value": [1.0, 1.0],
            "variance": [0.0, 0.0],
        }
    )
    planner = SimpleNamespace(
        groups=groups,
        kinds=pl.DataFrame({"programme_id": ["P", "Q"], "outcome_category": "x"}),
        defaults=Defaults(0.05, 0.01, 1.0, 3.0),
    )
    scatter = _Planner.scatter(planner, groups, ("sync", "async"))
    assert scatter.person == pytest.approx(person)
    assert scatter.cohort == 0.0
    detectable = detectable_difference("paired", 4, 2, 10, scatter)
    assert (detectable == 0.0) is (person == 0.0)
