"""Verdict, interval, counts and sentence of one comparison never contradict each other.

Random organisations: programmes in one or both modes, of several categories and
completion classes, from 5 to 300 people a cohort, with and without unmatched people.
"""

from dataclasses import replace

import numpy as np
import pytest

from comparison.gates import Comparison, compare_modes, with_final_verdict
from comparison.reading import Kpi
from comparison.results import ComparisonResult
from comparison.scope import ComparisonSpec, scope_of
from comparison.sentences import render_sentence
from comparison.verdicts import DIFFERENT
from comparison.windows import window
from tests.comparison.offerings import QUARTER, SPEC, THRESHOLDS, Offering, cells
from tests.comparison.test_sentences import RATE

SEEDS = range(150)
NEED = THRESHOLDS.fewest_programmes


def organisation(seed: int) -> list[Offering]:
    chance = np.random.default_rng(seed)
    size = int(chance.choice([5, 12, 40, 300]))
    gain = float(chance.choice([0.0, 0.02, 0.1]))
    offered = []
    for number in range(int(chance.integers(2, 14))):
        category = str(chance.choice(["leadership", "compliance", "unclassified"]))
        level = chance.uniform(0.2, 0.85)
        kinds = chance.choice(["sync", "async", "both"], p=[0.25, 0.25, 0.5])
        for mode in ("sync", "async") if kinds == "both" else (str(kinds),):
            rate = min(0.98, level + (gain if mode == "sync" else 0.0))
            for cohort in range(int(chance.integers(1, 5))):
                people = size + int(chance.integers(0, size))
                offered.append(
                    Offering(
                        f"P{number}",
                        mode,
                        people,
                        int(chance.binomial(people, rate)),
                        outcome_category=category,
                        cohort_id=str(cohort),
                        segment=str(chance.choice(["managers", "frontline"])),
                        unmatched=int(chance.choice([0, 0, 1, 5])),
                    )
                )
    return offered


def found_in(seed: int, spec: ComparisonSpec) -> Comparison:
    chance = np.random.default_rng(seed)
    frame = cells(organisation(seed))
    classes = {
        name: str(chance.choice(["content", "attendance"]))
        for name in sorted(set(frame["programme_id"]))
    }
    found = compare_modes(spec, scope_of(frame), classes, THRESHOLDS)
    if found.estimate is None:
        return found
    before = [found] if chance.integers(2) else []
    p_value = found.estimate.p_value
    return with_final_verdict(found, spec, p_value, THRESHOLDS, before)


def sentence_of(found: Comparison, spec: ComparisonSpec, kpi: Kpi = RATE) -> str:
    result = ComparisonResult(spec, "leadership", window(QUARTER, 4), kpi, found)
    return render_sentence(result, "Leadership", THRESHOLDS)[1]


@pytest.fixture(scope="module", params=["completion_class", "programme"])
def judged(request) -> list[tuple[ComparisonSpec, Comparison, str]]:
    spec = replace(SPEC, comparable_within=request.param)
    found = [found_in(seed, spec) for seed in SEEDS]
    return [(spec, each, sentence_of(each, spec)) for each in found]


def test_many_kinds_of_verdict_occur(judged):
    verdicts = {found.verdict for _spec, found, _sentence in judged}
    assert len(verdicts) >= 6, verdicts


def test_the_verdict_follows_from_the_interval_that_is_shown(judged):
    for spec, found, _sentence in judged:
        if found.estimate is None:
            continue
        low, high = found.estimate.limits
        is_inside = -spec.margin < low and high < spec.margin
        is_clear = low > 0 or high < 0
        if found.verdict == "equivalent_within_margin":
            assert is_inside
        elif found.verdict == "no_detectable_difference":
            assert not is_clear
        elif found.verdict in DIFFERENT:
            assert is_clear
            assert not is_inside
        else:
            assert found.verdict == "depends_on_unmatched"
            assert is_clear or is_inside
            assert found.people_to_link is not None


def test_a_lead_that_the_range_includes_is_not_called_gone(judged):
    for _spec, found, sentence in judged:
        if "gap is gone" in sentence:
            assert found.estimate is not None
            assert found.crude_difference is not None
            low, high = found.estimate.limits
            assert not low <= found.crude_difference <= high


def test_too_few_programmes_means_that_every_stated_need_is_unmet(judged):
    refused = [
        (spec, found)
        for spec, found, _sentence in judged
        if found.verdict == "insufficient_programmes"
    ]
    assert refused
    for spec, found in refused:
        there = found.supply
        assert there is not None
        assert there.pairs < NEED
        assert min(there.cohorts_a, there.cohorts_b) < NEED
        if spec.comparable_within != "programme":
            assert min(there.across_a, there.across_b) < NEED


def test_a_clear_sentence_names_a_direction_that_its_range_shares(judged):
    for _spec, found, sentence in judged:
        if found.verdict in DIFFERENT:
            assert found.estimate is not None
            ahead = "Live" if found.estimate.difference > 0 else "Self-paced"
            assert f": {ahead} is " in sentence


def test_the_advice_for_too_few_programmes_succeeds():
    """One programme that ran in four cohorts of each mode is enough, as pages say."""
    for within in ("programme", "completion_class", "nothing"):
        spec = replace(SPEC, comparable_within=within)
        offered = [
            Offering("P", mode, 40, 20 + number, cohort_id=str(number))
            for mode in ("sync", "async")
            for number in range(NEED)
        ]
        found = compare_modes(spec, scope_of(cells(offered)), {}, THRESHOLDS)
        assert found.estimate is not None
