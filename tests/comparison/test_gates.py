"""Every gate refuses or passes what it should, in its order."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from comparison.available_units import supply
from comparison.gates import Comparison, compare_modes, with_final_verdict
from comparison.scope import ComparisonSpec, scope_of
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
    *,
    is_confirmed: bool = True,
) -> Comparison:
    """Return the comparison; confirmed by a look before that came to the same."""
    kinds = dict.fromkeys(frame["programme_id"], "content") | (classes or {})
    found = compare_modes(spec, scope_of(frame), kinds, THRESHOLDS)
    if found.estimate is None:
        return found
    q = found.estimate.p_value if q_value is None else q_value
    before = [found] if is_confirmed else []
    return with_final_verdict(found, spec, q, THRESHOLDS, before)


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
    found = judged(cells(in_both(20, 0.61, 0.6, people=4_000)))
    assert found.verdict == "equivalent_within_margin"


def test_a_difference_that_chance_explains_is_not_detectable():
    found = judged(cells(in_both(4, 0.62, 0.6, people=20)))
    assert found.verdict == "no_detectable_difference"
    assert found.estimate is not None
    assert found.estimate.minimum_detectable > 0.03


def test_a_large_q_value_changes_no_verdict():
    found = judged(cells(in_both(5, 0.7, 0.6)), q_value=0.2)
    assert found.verdict == "difference"


def test_a_difference_at_its_first_look_is_emerging():
    found = judged(cells(in_both(5, 0.7, 0.6)), is_confirmed=False)
    assert (found.verdict, found.change) == ("emerging_difference", "new")


def test_a_look_before_that_found_the_opposite_confirms_nothing():
    now = judged(cells(in_both(5, 0.7, 0.6)))
    opposite = judged(cells(in_both(5, 0.6, 0.7)))
    found = with_final_verdict(now, SPEC, 0.01, THRESHOLDS, [opposite, opposite])
    assert (found.verdict, found.change) == ("emerging_difference", "new")


def test_changes_against_the_quarter_before():
    clear = judged(cells(in_both(5, 0.7, 0.6)))
    unclear = judged(cells(in_both(4, 0.62, 0.6, people=20)))

    def change(now: Comparison, *before: Comparison | None) -> str | None:
        return with_final_verdict(now, SPEC, 0.01, THRESHOLDS, before).change

    assert change(clear, None, clear) == "new"  # confirmed now
    assert change(clear, clear, clear) == "repeated"
    assert change(unclear, clear, clear) == "withdrawn"
    assert change(unclear, clear, clear, unclear) == "repeated"
    assert change(unclear, None, clear) == "new"  # was never confirmed
    assert change(unclear) == "new"


def test_people_left_out_are_counted_by_reason():
    offered = [
        *in_both(5, 0.7, 0.6),
        Offering("A", "sync", 30, 20),  # ran in one mode only
        Offering("B", "async", 20, 9, outcome_category="compliance"),
    ]
    found = judged(cells(offered), classes={"B": "attendance"})
    assert found.left_out == {"definition": 20, "design": 30, "overlap": 0}
    assert found.a.learner_count == 4_000


def test_people_without_counterparts_are_left_out_and_counted():
    offered = [
        replace(offering, segment=segment, people=people, finished=people // 2)
        for offering in in_both(5, 0.7, 0.6, people=1)
        for segment, people in (
            ("managers", 200),
            ("frontline", 2 if offering.delivery_mode == "async" else 100),
        )
    ]
    found = judged(cells(offered))
    assert found.left_out == {"definition": 0, "design": 0, "overlap": 10 * 102}


def test_an_attribute_is_held_equal_only_if_it_is_known_of_most_people():
    found = judged(cells(in_both(5, 0.7, 0.6)))
    assert found.held_equal == ("segment", "region", "language")
    assert found.not_known == ("tenure_band", "prior_completion_band")


def test_passes_of_different_programmes_are_never_set_against_each_other():
    """Four small pairs: too few people for pairs, and no other design is allowed."""
    own = replace(SPEC, kpi_id="pass_rate", comparable_within="programme")
    offered = [
        Offering(f"P{n}", mode, 9, 5, cohort_id=str(n))
        for mode in ("sync", "async")
        for n in range(6)
    ]
    found = judged(cells(offered), own)
    assert found.verdict == "insufficient_programmes"
    assert found.supply is not None
    assert found.supply.pairs == 0


def test_what_is_missing_is_stated_with_counts_that_do_not_meet_the_need():
    offered = [
        *in_both(3, 0.7, 0.6),
        *[Offering(f"L{n}", "sync", 100, 80) for n in range(5)],
        *[
            Offering(f"S{n}", "async", 100, 60, outcome_category="compliance")
            for n in range(5)
        ],
    ]
    singles = [each for each in offered if each.cohort_id == "1"]
    found = judged(cells(singles))
    assert found.verdict == "insufficient_programmes"
    assert found.supply is not None
    assert (found.supply.pairs, found.supply.cohorts_a, found.supply.cohorts_b) == (
        3, 0, 0,
    )  # fmt: skip
    assert (found.supply.across_a, found.supply.across_b) == (8, 3)
    assert (found.a.programme_count, found.b and found.b.programme_count) == (8, 8)


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


def test_people_without_a_result_may_reverse_the_direction():
    """Live is 10.4 points ahead: 83 missing of 800 results in each arm keep it so."""
    frame = cells(in_both(5, 0.7, 0.6))
    kinds = dict.fromkeys(frame["programme_id"], "content")

    def depends(missing: int) -> bool:
        counts = frame.group_by("programme_id", "delivery_mode").agg(
            pl.col("denominator").sum() + missing
        )
        everybody = {row[:2]: row[2] for row in counts.rows()}
        scope = replace(scope_of(frame), everybody=everybody)
        return compare_modes(SPEC, scope, kinds, THRESHOLDS).depends_on_missing

    assert not depends(0)
    assert not depends(83)
    assert depends(84)


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


def test_a_look_of_another_design_confirms_nothing():
    clear = judged(cells(in_both(5, 0.7, 0.6)))
    across = replace(clear, method="across")
    found = with_final_verdict(clear, SPEC, 0.01, THRESHOLDS, [across, across])
    assert (found.verdict, found.is_same_as_before) == ("emerging_difference", False)


def with_persons(each_arm: int, cohorts: int = 3) -> pl.DataFrame:
    """Return cells of eight programmes, the same few people being everywhere."""
    offered = [
        Offering(f"P{number}", mode, each_arm, each_arm // 2, cohort_id=str(cohort))
        for number in range(8)
        for mode in ("sync", "async")
        for cohort in range(cohorts)
    ]
    frame = cells(offered)
    first = {"sync": 0, "async": 1_000}
    persons = [
        list(range(first[mode], first[mode] + each_arm))
        for mode in frame["delivery_mode"]
    ]
    return frame.with_columns(pl.Series("persons", persons))


@pytest.mark.parametrize(
    ("each_arm", "is_suppressed"), [(9, True), (10, False), (11, False)]
)
def test_people_in_several_cohorts_count_once(each_arm: int, is_suppressed: bool):
    frame = with_persons(each_arm)
    assert (judged(frame).verdict == "suppressed") == is_suppressed
    # Enrolments alone would have been 27 in a programme and mode.
    assert judged(frame.drop("persons")).verdict != "suppressed"


@pytest.mark.parametrize(("people", "pairs"), [(9, 0), (10, 4), (11, 4)])
def test_a_matched_pair_has_distinct_people_in_each_mode(people: int, pairs: int):
    """Twenty enrolments in each mode, by some people again and again."""
    offered = [
        Offering(f"P{number}", mode, 5, 3, cohort_id=str(cohort))
        for number in range(4)
        for mode in ("sync", "async")
        for cohort in range(4)
    ]
    persons = [
        sorted({100 * (row // 4) + (5 * (row % 4) + one) % people for one in range(5)})
        for row in range(len(offered))
    ]
    frame = cells(offered).with_columns(pl.Series("persons", persons))
    classes = {f"P{number}": "attendance" for number in range(4)}
    assert supply(scope_of(frame), SPEC, classes, THRESHOLDS).pairs == pairs
    without = supply(scope_of(frame.drop("persons")), SPEC, classes, THRESHOLDS)
    assert without.pairs == 4
