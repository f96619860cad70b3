"""Modes given out at random look different as often as the interval allows."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from bench.alarms import FINISHED
from comparison.arms import Block, Pairs, Units
from comparison.cells import cells_of
from comparison.estimators import (
    Moments,
    paired_difference,
    paired_moments,
    unpaired_difference,
    unpaired_moments,
)
from comparison.placebo import (
    Placebo,
    across_placebo,
    looks_different,
    paired_placebo,
    placebo_results,
)
from comparison.repeated_looks import LOOK_LEVEL
from comparison.windows import Window
from tests.comparison.offerings import THRESHOLDS, Offering, cells
from tests.comparison.planted import planted

YEAR = Window(date(2025, 10, 1), date(2026, 9, 30), 4)


def paired(frame: pl.DataFrame, *arguments: Any) -> Placebo:
    return paired_placebo(cells_of(frame), *arguments)


def across(frame: pl.DataFrame, *arguments: Any) -> Placebo:
    return across_placebo(cells_of(frame), *arguments)


def repeated(
    programmes: int, effect: float = 0.0, seed: int = 3, cohorts: int = 4
) -> pl.DataFrame:
    """Return programmes with so many cohorts in each of two modes."""
    chance = np.random.default_rng(seed)
    offered = []
    for number in range(programmes):
        level = 0.6 + chance.normal(0, 0.5)
        for mode in ("sync", "async"):
            odds = level + chance.normal(0, 0.13, cohorts)
            odds += effect if mode == "sync" else 0.0
            finished = chance.binomial(40, 1 / (1 + np.exp(-odds)))
            offered += [
                Offering(f"P{number}", mode, 40, int(count), cohort_id=str(cohort))
                for cohort, count in enumerate(finished)
            ]
    return cells(offered)


def single(programmes: int, seed: int = 4) -> pl.DataFrame:
    """Return programmes in one mode each, half of them in each."""
    chance = np.random.default_rng(seed)
    return cells(
        Offering(
            f"P{number}",
            "sync" if number % 2 else "async",
            200,
            chance.binomial(200, 1 / (1 + np.exp(-0.6 - chance.normal(0, 0.5)))),
        )
        for number in range(programmes)
    )


def test_modes_without_an_effect_look_different_about_as_often_as_they_should():
    shares = [
        paired(repeated(8, seed=seed), THRESHOLDS, seed).different.mean()
        for seed in range(10)
    ]
    assert 0.005 <= np.mean(shares) <= 2 * (1 - LOOK_LEVEL)


def test_a_real_effect_makes_made_up_modes_no_more_often_different():
    drawn = paired(repeated(8, effect=1.5), THRESHOLDS, 1)
    assert drawn.different.mean() <= 2 * (1 - LOOK_LEVEL)


def test_programmes_that_exchange_modes_look_different_as_often_as_they_should():
    classes = {f"P{number}": "content" for number in range(20)}
    shares = [
        across(single(20, seed), FINISHED, classes, THRESHOLDS, seed)
        for seed in range(10)
    ]
    found = np.mean([drawn.different.mean() for drawn in shares])
    assert 0.01 <= found <= 2 * (1 - LOOK_LEVEL)


@pytest.mark.parametrize(("programmes", "is_drawn"), [(3, False), (4, True), (5, True)])
def test_it_needs_as_many_programmes_as_a_comparison(programmes: int, is_drawn: bool):
    inside = paired(repeated(programmes), THRESHOLDS, 1)
    assert (inside.modes is not None, inside.programmes) == (is_drawn, programmes)
    assert inside.different.size == (200 if is_drawn else 0)
    classes = {f"P{number}": "content" for number in range(10)}
    between = across(single(2 * programmes), FINISHED, classes, THRESHOLDS, 1)
    assert (between.modes is not None, between.programmes) == (is_drawn, 2 * programmes)


def test_programmes_of_other_categories_and_classes_exchange_no_modes():
    frame = single(12)
    classes = {f"P{n}": "content" if n % 2 else "attendance" for n in range(12)}
    assert across(frame, FINISHED, classes, THRESHOLDS, 1).modes is None
    apart = frame.with_columns(pl.lit("unclassified").alias("outcome_category"))
    same = dict.fromkeys(classes, "content")
    assert across(apart, FINISHED, same, THRESHOLDS, 1).modes is None
    own = replace(FINISHED, comparable_within="programme")
    assert across(frame, own, same, THRESHOLDS, 1).modes is None


def test_the_pair_with_the_most_programmes_exchanges_modes():
    few = repeated(4, seed=9).with_columns(
        pl.col("delivery_mode").replace("async", "hybrid"),
        pl.concat_str(pl.lit("X"), "programme_id").alias("programme_id"),
    )
    drawn = paired(pl.concat([repeated(6), few]), THRESHOLDS, 1)
    assert (drawn.modes, drawn.programmes, drawn.cohorts) == (("sync", "async"), 6, 48)


def test_the_same_seed_gives_the_same_draws():
    first, again = (paired(repeated(8), THRESHOLDS, 7) for _ in range(2))
    other = paired(repeated(8), THRESHOLDS, 8)
    assert (first.different == again.different).all()
    assert (first.different != other.different).any()


def test_many_draws_at_once_are_what_each_alone_would_be():
    chance = np.random.default_rng(2)
    d, a, b = (chance.uniform(low, 50, (30, 6)) for low in (-50, 20, 20))
    drawn = looks_different(paired_moments(Pairs(d, a, b, 1 / a + 1 / b)))
    alone = [
        paired_difference(Pairs(*row, 1 / row[1] + 1 / row[2]))
        for row in zip(d, a, b, strict=True)
    ]
    assert drawn.tolist() == [
        min(e.at_level(LOOK_LEVEL)) > 0 or max(e.at_level(LOOK_LEVEL)) < 0
        for e in alone
    ]
    arms = [Units(chance.normal(n, 1, (30, 5)), a[:, :5], 1 / a[:, :5]) for n in (0, 1)]
    many = unpaired_moments([Block(*arms, weight=1.0)])
    one = unpaired_difference(
        [Block(*(Units(u.values[3], u.people[3], u.sampling_variances[3])
                 for u in arms), weight=1.0)]
    )  # fmt: skip
    assert isinstance(many, Moments)
    assert (one.difference, one.degrees) == pytest.approx(
        (many.difference[3], many.degrees[3])
    )


def test_each_kpi_has_a_row_a_design_with_a_sentence_of_its_own_numbers():
    evidence = planted(3).evidence
    rows = placebo_results(evidence, YEAR, THRESHOLDS)
    assert [(row["kpi_id"], row["design"]) for row in rows] == [
        ("completion_rate", "paired"),
        ("completion_rate", "across"),
    ]
    for row in rows:
        assert row["draw_count"] == 200
        assert row["different_count"] <= 14  # 5 expected; above it once in 5,000
        assert row["sentence"] == (
            "As a check, delivery modes were given out at random 200 times. They "
            f"looked different {row['different_count']} times; chance alone makes "
            "about 5."
        )
    assert rows == placebo_results(evidence, YEAR, THRESHOLDS)


def test_too_few_programmes_are_said_in_words():
    evidence = replace(planted(3).evidence, cells=repeated(3), classes={})
    window = Window(date(2024, 4, 1), date(2025, 3, 31), 4)
    paired, across = placebo_results(evidence, window, THRESHOLDS)
    assert (paired["draw_count"], paired["different_count"]) == (0, None)
    assert "too few programmes ran in two delivery modes" in paired["sentence"]
    assert "too few programmes of one outcome category" in across["sentence"]
