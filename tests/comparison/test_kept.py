"""What follows from people alone is computed once for all KPIs of these people."""

from dataclasses import replace

import numpy as np
import pytest

from comparison import comparability
from comparison.audience import audience_effects
from comparison.cells import Cells
from comparison.comparability import common_support
from comparison.kept import MOST, Kept
from tests.comparison.offerings import Offering, by_programme


def two_segments() -> Cells:
    """Return eight programmes in both modes, whose segments differ in size."""
    return by_programme(
        Offering(
            f"P{programme}",
            mode,
            30 + 5 * programme + 10 * is_live * is_new,
            10 + programme + 6 * is_new,
            segment=("old", "new")[is_new],
        )
        for programme in range(8)
        for is_live, mode in enumerate(("async", "sync"))
        for is_new in (0, 1)
    )


def test_equal_arrays_are_computed_once_and_others_anew():
    kept: Kept[int] = Kept()
    numbers = np.arange(4)
    assert kept.result([numbers], lambda: 1) == 1
    assert kept.result([numbers.copy()], lambda: 2) == 1
    for other in (
        numbers[:3],
        numbers.astype(float),
        numbers[::-1],
        numbers.reshape(2, 2),
    ):
        assert kept.result([other], lambda: 3) == 3
    assert kept.result([numbers, numbers], lambda: 4) == 4


@pytest.mark.parametrize(("others", "expected"), [(MOST - 1, 1), (MOST, 2)])
def test_the_oldest_result_is_forgotten(others: int, expected: int):
    kept: Kept[int] = Kept()
    kept.result([np.array([-1])], lambda: 1)
    for number in range(others):
        kept.result([np.array([number])], lambda: 0)
    assert kept.result([np.array([-1])], lambda: 2) == expected


def test_another_kpi_of_the_same_people_has_its_own_effects():
    cells = two_segments()
    other = replace(cells, total=cells.total / 2)
    assert audience_effects(cells) != pytest.approx(audience_effects(other))
    assert audience_effects(cells) == pytest.approx(audience_effects(cells))


def test_the_support_of_other_people_is_computed_anew(monkeypatch: pytest.MonkeyPatch):
    cells = two_segments()
    more = replace(cells, people=cells.people * np.where(cells.mode == 0, 3, 1))
    kept = [common_support(each, "sync")[0] for each in (cells, more, cells)]
    monkeypatch.setattr(comparability, "_kept_results", Kept())
    anew = [common_support(each, "sync")[0] for each in (more, cells)]
    assert (kept[0], kept[1]) == (anew[1], anew[0])
    assert kept[0] == kept[2]
