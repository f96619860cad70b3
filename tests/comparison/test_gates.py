"""Every gate refuses or passes what it should, in its order."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from comparison.gates import Comparison, compare_modes, with_final_verdict
from comparison.scope import ComparisonSpec, Scope
from tests.comparison.offerings import (
    SPEC,
    THRESHOLDS,
    Offering,
    cells,
    in_both,
    random_offerings,
)


def judged(
    frame: pl.DataFrame,
    spec: ComparisonSpec = SPEC,
    classes: dict[str, str] | None = None,
    q_value: float | None = None,
) -> Comparison:
    kinds = dict.fromkeys(frame["programme_id"], "content") | (classes or {})
    found = compare_modes(spec, Scope(frame), kinds, THRESHOLDS)
    if found.estimate is None:
        return found
    q = found.estimate.p_value if q_value is None else q_value
    return with_final_verdict(found, spec, q, THRESHOLDS)


def test_programmes_that_ran_in_both_modes_are_matched_pairs():
    found = judged(cells(in_both(5, 0.7, 0.6)))
    assert found.verdict == "difference"
    assert found.method == "paired"
    assert found.estimate is not None
    assert found.estimate.difference == pytest.approx(0.104, abs=1e-3)
    assert found.estimate.degrees == pytest.approx(4)
    assert (found.a.programme_count, found.a.cohort_count) == (5, 10)
    assert found.crude_difference == pytest.approx(0.104, abs=1e-3)


def test_a_significant_difference_inside_the_margin_is_equivalent():
    found = judged(cells(in_both(6, 0.61, 0.605, people=4_000)))
    assert found.verdict == "equivalent_within_margin"


def test_a_difference_that_chance_explains_is_not_detectable():
    found = judged(cells(in_both(4, 0.62, 0.6, people=20)))
    assert found.verdict == "no_detectable_difference"
    assert found.estimate is not None
    assert found.estimate.minimum_detectable > 0.03


def test_a_large_q_value_leaves_no_detectable_difference():
    found = judged(cells(in_both(5, 0.7, 0.6)), q_value=0.2)
    assert found.verdict == "no_detectable_difference"


def test_nine_people_in_an_arm_are_suppressed():
    offered = [*in_both(4, 0.7, 0.6), Offering("Z", "hybrid", 9, 9)]
    found = judged(cells(offered), replace(SPEC, mode_b="hybrid"))
    assert found.verdict == "suppressed"
    assert found.crude_difference is None


def test_completion_is_not_compared_across_completion_classes():
    offered = [Offering(f"L{n}", "sync", 100, 80) for n in range(4)]
    offered += [Offering(f"S{n}", "async", 100, 60) for n in range(4)]
    classes = {f"L{n}": "attendance" for n in range(4)}
    found = judged(cells(offered), classes=classes)
    assert (found.verdict, found.estimate) == ("not_comparable_definition", None)


def test_passes_are_compared_only_inside_programmes_with_their_own_assessment():
    own = replace(SPEC, kpi_id="pass_rate", comparable_within="programme")
    offered = [Offering(f"L{n}", "sync", 100, 80) for n in range(4)]
    offered += [Offering(f"S{n}", "async", 100, 60) for n in range(4)]
    assert judged(cells(offered), own).verdict == "not_comparable_definition"
    found = judged(cells([*offered, *in_both(4, 0.7, 0.6)]), own)
    assert (found.verdict, found.a.programme_count) == ("difference", 4)


def test_three_programmes_against_four_are_too_few_whatever_their_size():
    frame = random_offerings(np.random.default_rng(1), {"sync": 3, "async": 4}, 30, 90)
    found = judged(frame)
    assert found.verdict == "insufficient_programmes"
    assert (found.a.programme_count, found.b and found.b.programme_count) == (3, 4)


def test_one_programme_in_both_modes_is_compared_by_its_cohorts():
    offered = [
        Offering("P", mode, 100, finished, cohort_id=str(n))
        for mode, counts in (("sync", (80, 84, 82, 78)), ("async", (60, 62, 66, 60)))
        for n, finished in enumerate(counts)
    ]
    found = judged(cells(offered))
    assert (found.verdict, found.method) == ("difference", "cohorts")
    assert found.estimate is not None
    assert found.estimate.degrees == 6
    assert judged(cells(offered[:7])).verdict == "insufficient_programmes"


def test_modes_used_for_different_outcomes_have_no_overlap():
    offered = [Offering(f"L{n}", "sync", 100, 80) for n in range(6)]
    offered += [
        Offering(f"S{n}", "async", 100, 60, outcome_category="compliance")
        for n in range(6)
    ]
    assert judged(cells(offered)).verdict == "not_comparable_no_overlap"


def test_unclassified_programmes_are_not_compared_with_each_other():
    frame = random_offerings(np.random.default_rng(2), {"sync": 6, "async": 6})
    unclassified = frame.with_columns(outcome_category=pl.lit("unclassified"))
    assert judged(frame).estimate is not None
    assert judged(unclassified).verdict == "insufficient_programmes"


def test_modes_that_reached_different_people_have_no_overlap():
    offered = [
        Offering(f"{mode}{n}", mode, 100, 50 + n, segment=segment)
        for mode, segment in (("sync", "managers"), ("async", "frontline"))
        for n in range(5)
    ]
    assert judged(cells(offered)).verdict == "not_comparable_no_overlap"


def test_a_base_selected_by_behaviour_is_read_with_care():
    started = replace(SPEC, is_base_selected=True)
    assert judged(cells(in_both(5, 0.7, 0.6)), started).verdict == "ok_restricted"


def test_unmatched_people_who_could_reverse_the_sign_decide_the_verdict():
    frame = cells(in_both(5, 0.7, 0.6))
    few = frame.with_columns(unmatched_high=pl.col("numerator") + 8)
    many = frame.with_columns(
        unmatched_high=pl.when(pl.col("delivery_mode") == "async")
        .then(pl.col("numerator") + 60)
        .otherwise(pl.col("numerator"))
    )
    assert judged(few).verdict == "difference"
    assert judged(many).verdict == "depends_on_unmatched"


def test_a_direction_that_reverses_inside_programmes_is_flagged():
    offered = in_both(5, 0.6, 0.7)
    offered += [Offering(f"E{n}", "sync", 3_000, 2_900) for n in range(4)]
    offered += [Offering(f"H{n}", "async", 3_000, 600) for n in range(4)]
    found = judged(cells(offered))
    assert found.crude_difference is not None
    assert found.estimate is not None
    assert found.crude_difference > 0 > found.estimate.difference
    assert (found.verdict, found.is_direction_flipped) == ("difference", True)


def test_an_audience_that_finishes_more_gives_its_mode_no_advantage():
    offered = [
        Offering(f"P{n}", mode, people, people * (level + gain), segment=segment)
        for n, level in enumerate((0.4, 0.5, 0.45, 0.55, 0.5))
        for mode, managers in (("sync", 120), ("async", 40))
        for segment, gain, people in (
            ("managers", 0.2, managers),
            ("frontline", 0.0, 160 - managers),
        )
    ]
    found = judged(cells(offered))
    assert found.crude_difference == pytest.approx(0.1)
    assert found.estimate is not None
    assert found.estimate.difference == pytest.approx(0, abs=0.005)
    assert found.verdict == "no_detectable_difference"
