"""Every gate of a comparison at its threshold: one below, at, and one above."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest

from comparison import comparability
from comparison.available_units import blocks_of
from comparison.comparability import CommonSupport, common_support
from comparison.design import designs, estimate
from comparison.estimators import Estimate
from comparison.gates import compare_modes, with_final_verdict
from comparison.kept import Kept
from comparison.reading import current_thresholds
from comparison.scope import scope_of
from comparison.values import cohort_values, programme_values
from comparison.verdicts import (
    Bounds,
    Decision,
    decide,
    is_direction_reversed,
    lacks_common_support,
    needs_care,
)
from comparison.windows import last_complete
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.comparison.offerings import (
    SPEC,
    THRESHOLDS,
    Offering,
    by_programme,
    cells,
    in_both,
    random_offerings,
)

ALIKE = CommonSupport(1.0, 1.0, 0.0)
MANAGERS = 1  # the number of the segment, after frontline
STEP = 1e-9  # the next value of a share that differs


def verdict(offered: list[Offering], **spec: object) -> str:
    """Return the final verdict on offerings of one completion class."""
    frame = cells(offered)
    chosen = replace(SPEC, **spec)
    classes = dict.fromkeys(frame["programme_id"], "content")
    found = compare_modes(chosen, scope_of(frame), classes, THRESHOLDS)
    if found.estimate is None:
        return found.verdict
    p_value = found.estimate.p_value
    before = [found]  # a look that came to the same confirms it
    return with_final_verdict(found, chosen, p_value, THRESHOLDS, before).verdict


# Common support


@pytest.mark.parametrize(
    ("support", "is_refused"),
    [
        (replace(ALIKE, overlap_share=0.5 - STEP), True),
        (replace(ALIKE, overlap_share=0.5), False),
        (replace(ALIKE, overlap_share=0.5 + STEP), False),
        (replace(ALIKE, effective_sample_share=0.3 - STEP), True),
        (replace(ALIKE, effective_sample_share=0.3), False),
        (replace(ALIKE, effective_sample_share=0.3 + STEP), False),
        (replace(ALIKE, largest_smd=0.25 - STEP), False),
        (replace(ALIKE, largest_smd=0.25), False),
        (replace(ALIKE, largest_smd=0.25 + STEP), True),
        (replace(ALIKE, largest_smd=None), False),
    ],
)
def test_common_support_is_refused_beyond_its_thresholds(
    support: CommonSupport, is_refused: bool
):
    assert lacks_common_support(support, THRESHOLDS) == is_refused


@pytest.mark.parametrize(
    ("support", "with_care"),
    [
        (replace(ALIKE, overlap_share=0.8 - STEP), True),
        (replace(ALIKE, overlap_share=0.8), False),
        (replace(ALIKE, overlap_share=0.8 + STEP), False),
        (replace(ALIKE, largest_smd=0.1 - STEP), False),
        (replace(ALIKE, largest_smd=0.1), False),
        (replace(ALIKE, largest_smd=0.1 + STEP), True),
        (replace(ALIKE, effective_sample_share=0.3), False),
        (replace(ALIKE, largest_smd=None), False),
    ],
)
def test_a_difference_is_read_with_care_beyond_the_care_thresholds(
    support: CommonSupport, with_care: bool
):
    assert needs_care(support, THRESHOLDS) == with_care


@pytest.mark.parametrize(
    ("alone", "is_refused"), [(199, False), (200, False), (201, True)]
)
def test_overlap_counts_the_people_of_both_arms(alone: int, is_refused: bool):
    offered = [
        Offering("P", "sync", 100, 50),
        Offering("P", "async", 100, 50),
        Offering("Q", "async", alone, 90),
    ]
    support, _kept = common_support(by_programme(offered), "sync")
    assert support.overlap_share == 200 / (200 + alone)
    assert lacks_common_support(support, THRESHOLDS) == is_refused


@pytest.mark.parametrize(
    ("odds", "is_kept"), [(8.99, True), (9.0, True), (9.01, False)]
)
@pytest.mark.parametrize("side", [1, -1])
def test_people_have_counterparts_up_to_odds_of_nine_to_one(
    odds: float, is_kept: bool, side: int, monkeypatch: pytest.MonkeyPatch
):
    """0.1 and 0.9 in a block with equal arms are odds of 1 to 9 and 9 to 1."""
    offered = [
        Offering("P", mode, 100, 50, segment=segment)
        for mode in ("sync", "async")
        for segment in ("managers", "frontline")
    ]
    every = by_programme(offered)
    share = odds**side / (1 + odds**side) - side * 1e-12  # more than rounding adds
    propensity = np.where(every.levels[0] == MANAGERS, share, 0.5)
    monkeypatch.setattr(comparability, "_kept_results", Kept())
    monkeypatch.setattr(
        comparability, "fitted_propensity", lambda *_arguments: propensity
    )
    _support, kept = common_support(every, "sync")
    assert (MANAGERS in kept.levels[0]) == is_kept


@pytest.mark.parametrize("mode_a", ["sync", "async"])
def test_the_effective_sample_is_that_of_the_arm_that_loses_more(mode_a: str):
    """Eight live people of the frontline carry most of the weight of their arm."""
    offered = [
        Offering("P", "sync", 92, 50, segment="managers"),
        Offering("P", "sync", 8, 4, segment="frontline"),
        Offering("P", "async", 500, 250, segment="managers"),
        Offering("P", "async", 800, 400, segment="frontline"),
    ]
    support, kept = common_support(by_programme(offered), mode_a)
    assert support.overlap_share == 1.0
    assert kept.size == 4
    assert support.effective_sample_share < 0.3
    assert lacks_common_support(support, THRESHOLDS)
    larger = replace(support, effective_sample_share=0.9)
    assert not lacks_common_support(larger, THRESHOLDS)


# Counts


@pytest.mark.parametrize(
    ("people", "expected"), [(9, "suppressed"), (10, None), (11, None)]
)
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_an_arm_is_suppressed_below_ten_people(
    people: int, expected: str | None, mode: str
):
    other = "async" if mode == "sync" else "sync"
    offered = [Offering("P", mode, people, 5), Offering("P", other, 500, 250)]
    found = verdict(offered)
    assert found == (expected or "insufficient_programmes")


@pytest.mark.parametrize(
    ("minimum", "fewest"), [(4, 5), (5, 5), (6, 6), (10, 10), (11, 11)]
)
def test_the_smallest_arm_has_a_floor_of_five_people(
    home: Home, minimum: int, fewest: int
):
    home.root.mkdir(parents=True)
    home.settings.write_text(f"[vars]\nminimum_people = {minimum}\n", encoding="utf-8")
    assert current_thresholds(Settings.load(home)).fewest_people == fewest


@pytest.mark.parametrize(
    ("people", "design"), [(9, "across"), (10, "paired"), (11, "paired")]
)
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_matched_pair_has_ten_people_in_each_arm(people: int, design: str, mode: str):
    offered = [
        Offering(f"P{n}", each, people if (n, each) == (3, mode) else 400, 5)
        for n in range(4)
        for each in ("sync", "async")
    ]
    best = designs(scope_of(cells(offered)), SPEC, {}, THRESHOLDS)[0]
    assert best.kind == design


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [(3, "insufficient_programmes"), (4, "difference"), (5, "difference")],
)
def test_matched_pairs_need_four_programmes(pairs: int, expected: str):
    offered = [
        Offering(f"P{n}", mode, 400, finished)
        for n in range(pairs)
        for mode, finished in (("sync", 280 + n), ("async", 200))
    ]
    assert verdict(offered) == expected


@pytest.mark.parametrize(
    ("live", "self_paced", "is_estimated"),
    [(3, 4, False), (4, 3, False), (4, 4, True), (5, 4, True)],
)
def test_unpaired_arms_need_four_programmes_each(
    live: int, self_paced: int, is_estimated: bool
):
    arms = {"sync": live, "async": self_paced}
    frame = random_offerings(np.random.default_rng(1), arms)
    classes = dict.fromkeys(frame["programme_id"], "content")
    found = compare_modes(SPEC, scope_of(frame), classes, THRESHOLDS)
    assert (found.estimate is not None) == is_estimated
    if not is_estimated:
        assert found.verdict == "insufficient_programmes"


@pytest.mark.parametrize(
    ("cohorts", "expected"),
    [(3, "insufficient_programmes"), (4, "difference"), (5, "difference")],
)
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_cohorts_of_one_programme_need_four_in_each_arm(
    cohorts: int, expected: str, mode: str
):
    offered = [
        Offering(
            "P", each, 100, (80 if each == "sync" else 60) + n % 2, cohort_id=str(n)
        )
        for each in ("sync", "async")
        for n in range(cohorts if each == mode else 6)
    ]
    assert verdict(offered) == expected


@pytest.mark.parametrize(
    ("in_second", "blocks"), [(1, {"leadership"}), (2, {"leadership", "compliance"})]
)
def test_a_block_needs_two_programmes_in_each_arm(in_second: int, blocks: set[str]):
    offered = [
        Offering(f"{mode}{n}", mode, 100, 50)
        for mode in ("sync", "async")
        for n in range(4)
    ]
    offered += [
        Offering(f"C{mode}{n}", mode, 100, 50, outcome_category="compliance")
        for mode, count in (("sync", in_second), ("async", 3))
        for n in range(count)
    ]
    (design,) = designs(scope_of(cells(offered)), SPEC, {}, THRESHOLDS)
    found = design.scope.cells
    _block, every = blocks_of(found, {})
    assert {every[number][0] for number in found.block} == blocks


@pytest.mark.parametrize("offered", [in_both(4, 0.7, 0.6), in_both(4, 0.7, 0.6)[:-4]])
def test_an_estimate_needs_its_programmes_after_people_were_left_out(offered):
    """Four pairs are planned; the last one may have lost its people."""
    planned = scope_of(cells(in_both(4, 0.7, 0.6)))
    (design, *_rest) = designs(planned, SPEC, {}, THRESHOLDS)
    left = by_programme(offered[::2])
    programmes = programme_values(cohort_values(left))
    design = replace(design, scope=replace(design.scope, cells=left))
    found = estimate(design, programmes, SPEC, THRESHOLDS)
    assert (found is not None) == (len(offered) == 16)


# Verdicts


@dataclass(frozen=True)
class FixedInterval(Estimate):
    """An estimate whose interval is given."""

    interval: tuple[float, float] = (0.03, 0.13)

    def at_level(self, level: float) -> tuple[float, float]:
        """Return the given interval."""
        assert level == 0.975
        return self.interval


CLEAR = FixedInterval(0.08, 0.02, 8)


def decision_on(found: Estimate, **changes: object) -> Decision:
    arguments = {
        "before": [found],
        "margin": 0.03,
        "bounds": None,
        "with_care": False,
    } | changes
    return decide(found, **arguments)


def verdict_on(found: Estimate, **changes: object) -> str:
    return decision_on(found, **changes).verdict


@pytest.mark.parametrize(
    ("interval", "is_equivalent"),
    [
        ((-0.01, 0.03 - STEP), True),
        ((-0.01, 0.03), False),
        ((-0.01, 0.03 + STEP), False),
        ((-0.03 + STEP, 0.01), True),
        ((-0.03, 0.01), False),
        ((-0.03 - STEP, 0.01), False),
    ],
)
def test_an_interval_is_equivalent_only_inside_the_margin(
    interval: tuple[float, float], is_equivalent: bool
):
    expected = (
        "equivalent_within_margin" if is_equivalent else "no_detectable_difference"
    )
    assert verdict_on(replace(CLEAR, interval=interval)) == expected


@pytest.mark.parametrize(
    ("interval", "is_clear"),
    [
        ((-STEP, 0.13), False),
        ((0.0, 0.13), False),
        ((STEP, 0.13), True),
        ((-0.13, STEP), False),
        ((-0.13, 0.0), False),
        ((-0.13, -STEP), True),
    ],
)
def test_a_difference_is_clear_only_if_its_interval_leaves_out_zero(
    interval: tuple[float, float], is_clear: bool
):
    found = verdict_on(replace(CLEAR, interval=interval))
    assert found == ("difference" if is_clear else "no_detectable_difference")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([], "emerging_difference"),
        ([None], "emerging_difference"),
        ([replace(CLEAR, interval=(-STEP, 0.13))], "emerging_difference"),
        ([replace(CLEAR, interval=(0.0, 0.13))], "emerging_difference"),
        ([replace(CLEAR, interval=(STEP, 0.13))], "difference"),
        ([replace(CLEAR, interval=(-0.13, -STEP))], "emerging_difference"),
        ([CLEAR, None], "emerging_difference"),
        ([None, CLEAR], "difference"),
    ],
)
def test_a_difference_is_clear_from_the_second_look_on(
    before: list[Estimate | None], expected: str
):
    assert verdict_on(CLEAR, before=before) == expected


@pytest.mark.parametrize(
    ("difference", "low", "high", "depends"),
    [
        (0.08, -0.08 - STEP, 0.02, True),
        (0.08, -0.08, 0.02, True),
        (0.08, -0.08 + STEP, 0.02, False),
        (-0.08, -0.02, 0.08 + STEP, True),
        (-0.08, -0.02, 0.08, True),
        (-0.08, -0.02, 0.08 - STEP, False),
        (0.08, -0.01, 0.5, False),
        (-0.08, -0.5, 0.01, False),
    ],
)
def test_a_verdict_depends_on_unmatched_people_who_can_bring_it_to_zero(
    difference: float, low: float, high: float, depends: bool
):
    interval = (0.03, 0.13) if difference > 0 else (-0.13, -0.03)
    found = replace(CLEAR, difference=difference, interval=interval)
    expected = "depends_on_unmatched" if depends else "difference"
    assert verdict_on(found, bounds=Bounds(low, high, 0.0)) == expected


@pytest.mark.parametrize(
    ("high", "depends"), [(0.02 - STEP, False), (0.02, True), (0.02 + STEP, True)]
)
def test_an_equivalence_depends_on_unmatched_people_who_can_leave_the_margin(
    high: float, depends: bool
):
    found = replace(CLEAR, difference=0.01, interval=(-0.005, 0.025))
    expected = "depends_on_unmatched" if depends else "equivalent_within_margin"
    assert verdict_on(found, bounds=Bounds(-0.01, high, 0.0)) == expected


def test_bounds_are_measured_from_the_crude_difference():
    shifted = Bounds(0.02, 0.12, 0.1)  # 0.08 below the crude difference at worst
    assert verdict_on(CLEAR, bounds=shifted) == "depends_on_unmatched"
    nearer = replace(shifted, low=0.03)
    assert verdict_on(CLEAR, bounds=nearer) == "difference"


@pytest.mark.parametrize(
    ("low", "count"),
    [(-0.08 + STEP, None), (-0.08, 1), (-0.16, 51), (-0.32, 76), (-0.79, 90)],
)
def test_so_many_unmatched_results_must_be_matched(low: float, count: int | None):
    """Of 100 results that could move 0.16 down, 50 must go to stay above 0 by 0.08."""
    bounds = Bounds(low, 0.0, 0.0, unmatched_count=100)
    assert decision_on(CLEAR, bounds=bounds).people_to_link == count


@pytest.mark.parametrize(
    ("crude", "adjusted", "error", "is_reversed"),
    [
        (0.005 - STEP, -0.1, 0.0, False),
        (0.005, -0.1, 0.0, False),
        (0.005 + STEP, -0.1, 0.0, True),
        (0.1, -0.005, 0.0, False),
        (0.1, -0.005 - STEP, 0.0, True),
        (-0.1, 0.02, 0.04, False),
        (-0.1, 0.02 + STEP, 0.04, True),
        (0.1, 0.1, 0.0, False),
        (0.0, -0.1, 0.0, False),
    ],
)
def test_a_direction_is_reversed_beyond_half_a_point_and_half_an_error(
    crude: float, adjusted: float, error: float, is_reversed: bool
):
    assert is_direction_reversed(crude, adjusted, error) == is_reversed


# Windows


@pytest.mark.parametrize(
    ("as_of", "last"),
    [
        (date(2025, 6, 29), date(2025, 1, 1)),
        (date(2025, 6, 30), date(2025, 4, 1)),
        (date(2025, 7, 1), date(2025, 4, 1)),
    ],
)
def test_a_quarter_is_complete_on_its_last_day(as_of: date, last: date):
    assert last_complete([date(2025, 1, 1), date(2025, 4, 1)], as_of) == last
