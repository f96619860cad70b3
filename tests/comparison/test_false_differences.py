"""Where modes make no difference, a difference is rarely reported."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations, groupby

import numpy as np
import polars as pl
import pytest

from comparison.estimators import Estimate
from comparison.gates import Comparison, compare_modes, with_final_verdict
from comparison.repeated_looks import LOOK_LEVEL
from comparison.scope import scope_of
from comparison.verdicts import DIFFERENT, Thresholds
from tests.comparison.offerings import (
    SPEC,
    THRESHOLDS,
    Offering,
    cells,
    random_offerings,
)
from tests.comparison.published import oulad_students

RUNS = 200


def is_clear(frame: pl.DataFrame) -> bool:
    """Return whether one look leaves 0 out; a second has to confirm a difference."""
    kinds = dict.fromkeys(frame["programme_id"], "content")
    found = compare_modes(SPEC, scope_of(frame), kinds, THRESHOLDS)
    if found.estimate is None:
        return False
    verdict = with_final_verdict(
        found, SPEC, found.estimate.p_value, THRESHOLDS
    ).verdict
    return verdict in DIFFERENT


@pytest.mark.parametrize("arms", [{"sync": 4, "async": 4}, {"sync": 6, "async": 12}])
def test_programmes_without_a_mode_effect_rarely_give_a_difference(arms):
    chance = np.random.default_rng(20)
    false = sum(is_clear(random_offerings(chance, arms)) for _run in range(RUNS))
    assert false / RUNS <= 0.07


def test_a_large_effect_between_many_programmes_is_detected():
    chance = np.random.default_rng(21)
    arms = {"sync": 20, "async": 20}
    found = sum(is_clear(random_offerings(chance, arms, effect=0.7)) for _ in range(30))
    assert found >= 26


def test_cohorts_without_a_mode_effect_rarely_give_a_difference():
    chance = np.random.default_rng(22)
    false = 0
    for _run in range(RUNS):
        offered = []
        for programme in range(5):
            level = 0.6 + chance.normal(0, 0.5)
            for number in range(8):
                odds = level + chance.normal(0, 0.13)
                finished = chance.binomial(40, 1 / (1 + np.exp(-odds)))
                mode = "sync" if number % 2 else "async"
                offered.append(
                    Offering(f"P{programme}", mode, 40, finished, cohort_id=str(number))
                )
        false += is_clear(cells(offered))
    assert false / RUNS <= 0.07


def presentations(mode_of: dict[str, str], by: str) -> pl.DataFrame:
    """Return withdrawals of the open data, its modules or presentations given modes."""
    counts = (
        oulad_students()
        .group_by("module", "presentation")
        .agg(pl.len().alias("people"), pl.col("withdrew").sum())
        .sort("presentation")
    )
    return cells(
        Offering(
            row["module"],
            mode_of[row[by]],
            row["people"],
            row["withdrew"],
            cohort_id=row["presentation"],
        )
        for row in counts.to_dicts()
    )


def dealt_inside_modules(chance: np.random.Generator) -> dict[str, str]:
    """Return a random mode for each presentation; each module has both modes."""
    names = oulad_students()["presentation"].unique().sort().to_list()
    modes = {}
    for _module, group in groupby(names, key=lambda name: name.split("-")[0]):
        mine = list(group)
        while len({modes.get(name) for name in mine}) < 2:
            live = chance.integers(0, 2, len(mine))
            for name, is_live in zip(mine, live, strict=True):
                modes[name] = "sync" if is_live else "async"
    return modes


def looks(frames: Iterable[pl.DataFrame], thresholds: Thresholds) -> list[Comparison]:
    return [
        compare_modes(
            SPEC,
            scope_of(frame),
            dict.fromkeys(frame["programme_id"], "assessment"),
            thresholds,
        )
        for frame in frames
    ]


def estimates(found: list[Comparison]) -> list[Estimate]:
    return [one.estimate for one in found if one.estimate is not None]


def differences(found: list[Comparison], level: float) -> int:
    """Count the estimates whose interval leaves 0 out at one look."""
    limits = [estimate.at_level(level) for estimate in estimates(found)]
    return sum(low > 0 or high < 0 for low, high in limits)


def test_random_modes_inside_real_modules_rarely_give_a_difference():
    chance = np.random.default_rng(23)
    dealt = (dealt_inside_modules(chance) for _draw in range(RUNS))
    frames = [presentations(modes, "presentation") for modes in dealt]
    found = looks(frames, THRESHOLDS)
    assert {one.method for one in found} == {"paired"}
    assert len(estimates(found)) >= 0.9 * RUNS
    assert differences(found, LOOK_LEVEL) <= 0.07 * RUNS


def test_real_modules_split_three_against_four_rarely_give_a_difference():
    names = oulad_students()["module"].unique().sort().to_list()
    frames = []
    for live in combinations(names, 3):
        modes = {name: "sync" if name in live else "async" for name in names}
        frames.append(presentations(modes, "module"))
    assert len(frames) == 35
    found = looks(frames, replace(THRESHOLDS, fewest_programmes=3))
    assert len(estimates(found)) >= 0.9 * 35
    assert differences(found, 0.95) <= 2


def test_seven_real_modules_are_too_few_programmes():
    names = oulad_students()["module"].unique().sort().to_list()
    modes = {
        name: "sync" if number < 3 else "async" for number, name in enumerate(names)
    }
    frame = presentations(modes, "module")
    kinds = dict.fromkeys(names, "assessment")
    found = compare_modes(SPEC, scope_of(frame), kinds, THRESHOLDS)
    assert found.verdict == "insufficient_programmes"
