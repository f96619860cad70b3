"""The simulated outcomes agree with the planted rates, effects and distributions."""

from datetime import UTC, datetime

import numpy as np
import pytest

from samples.attendance import ATTENDED, NO_SHOW
from samples.catalogue import MODES, categories, programmes
from samples.enrolments import logit
from samples.simulation import Simulation
from samples.truth import describe_truth
from tests.samples.conftest import LARGE, Sample


@pytest.fixture(scope="module")
def planted_truth(large: Simulation) -> dict:
    return describe_truth(
        LARGE,
        large.people,
        large.cohorts,
        large.enrolments,
        large.outcomes,
        large.finished_at,
        large.attendance,
        large.connections,
        {},
    )


def in_category(large: Simulation, slug: str) -> np.ndarray:
    mine = np.array([p.category.slug == slug for p in programmes()])
    return mine[large.enrolments.programme] & (large.outcomes.waived_at < 0)


@pytest.mark.parametrize("slug", sorted(categories()))
def test_as_many_finish_in_time_as_planted(large: Simulation, slug: str):
    for mode in categories()[slug].rates:
        mine = in_category(large, slug) & (large.enrolments.mode == MODES.index(mode))
        expected = large.enrolments.rate[mine]
        error = np.sqrt((expected * (1 - expected)).sum()) / mine.sum()
        seen = large.outcomes.finishes_in_time[mine].mean()
        assert abs(seen - expected.mean()) < 4 * error


def test_programmes_differ_far_more_than_cohorts(large: Simulation):
    score = logit(large.enrolments.rate)
    _, cohort = np.unique(large.enrolments.cohort, return_inverse=True)
    means = np.bincount(cohort, score) / np.bincount(cohort)
    programme = np.array([c.programme for c in large.cohorts])
    within = [means[programme == n].std() for n in range(len(programmes()))]
    spread = []
    for category in categories().values():
        mode = MODES.index(next(iter(category.rates)))
        own = [n for n, p in enumerate(programmes()) if p.category is category]
        inside = [large.enrolments.programme == n for n in own]
        rates = large.enrolments.rates[:, mode]
        spread.append(np.std([logit(rates[mine]).mean() for mine in inside]))
    assert 0.45 < np.mean(spread) < 0.6
    assert np.mean(within) < 0.3


def test_the_planted_effects_are_either_none_or_clear(planted_truth: dict):
    paired = [e for e in planted_truth["effects"] if e["same_programme_pairs"]]
    inside = [e for e in paired if e["outcome_category"] != "all"]
    sizes = {e["outcome_category"]: abs(e["points"]) for e in inside}
    none = {slug for slug, points in sizes.items() if points < 0.5}
    clear = {slug for slug, points in sizes.items() if 6 <= points <= 10}
    assert none == {"compliance", "decision_making", "high_stakes", "high_volume"}
    assert none | clear == set(sizes)
    assert all(e["same_programme_pairs"] >= 4 for e in inside)


def test_live_is_better_pooled_and_worse_within_programmes(planted_truth: dict):
    reversal = planted_truth["flip"]
    assert (reversal["mode_a"], reversal["mode_b"]) == ("sync", "async")
    assert reversal["pooled_points"] > 6
    assert reversal["standardised_points"] < -3


def test_crude_differences_are_confounded_where_experienced_people_go_blended(
    planted_truth: dict,
):
    effects = {e["outcome_category"]: e for e in planted_truth["effects"]}
    for slug in ("leadership", "complex_skill"):
        gap = effects[slug]["crude_points_in_those"] - effects[slug]["points"]
        assert gap < -1  # sync minus hybrid: the crude one favours hybrid


def test_two_categories_have_one_mode_and_one_has_two_completion_classes():
    only = {slug for slug, c in categories().items() if len(c.rates) == 1}
    assert only == {"cohort_identity", "microlearning"}
    classes = {
        slug: {p.completion_class for p in programmes() if p.category.slug == slug}
        for slug in categories()
    }
    mixed = {slug for slug, found in classes.items() if len(found) > 1}
    assert mixed == {"cohort_credential"}


def test_all_patterns_arrangements_and_modes_are_used():
    patterns = {p.category.hybrid_pattern for p in programmes() if "hybrid" in p.modes}
    assert patterns == {
        "prework_live_followup",
        "self_study_milestones",
        "live_core_reference",
        "micro_community",
    }
    assert {p.arrangement for p in programmes()} == {"only", "beside", "change"}
    assert len(programmes()) >= 60


def test_a_programme_that_changes_has_one_mode_after_the_other(large: Simulation):
    for number, programme in enumerate(programmes()):
        if programme.arrangement == "change":
            own = [c for c in large.cohorts if c.programme == number]
            modes = [c.mode for c in sorted(own, key=lambda c: c.starts)]
            assert np.count_nonzero(np.diff(modes)) == 1


def test_finishing_bunches_before_deadlines_and_some_is_late(large: Simulation):
    mine = in_category(large, "compliance") & large.outcomes.finishes_in_time
    days = (large.finished_at[mine] - large.outcomes.due_at[mine]) / 86_400
    days = days[large.finished_at[mine] >= 0]
    assert 0.3 < ((days > -3) & (days <= 0)).mean() < 0.6
    assert 0.1 < (days > 0).mean() < 0.25


def test_withdrawal_is_front_loaded(large: Simulation):
    gone = large.outcomes.withdrawn_at >= 0
    when = (
        large.outcomes.withdrawn_at - large.enrolments.anchor
    ) / large.enrolments.horizon
    after = when[gone & (when > 0)]
    assert (after < 0.25).mean() > 0.45
    assert (when[gone] <= 0).any()


def test_attendance_is_high_and_a_sixth_are_no_shows(large: Simulation):
    status = large.attendance.status
    assert 0.72 < (status == ATTENDED).mean() < 0.88
    assert 0.08 < (status == NO_SHOW).mean() < 0.25


def test_connections_rejoin_overlap_and_wait(large: Simulation):
    rows = large.connections
    admitted = ~rows.is_waiting
    pair = rows.session[admitted] * 1_000_000 + rows.person[admitted]
    _values, counts = np.unique(pair, return_counts=True)
    assert 0.05 < (counts > 1).mean() < 0.4
    same = np.lexsort((rows.joined[admitted], pair))
    overlaps = (np.diff(pair[same]) == 0) & (
        rows.joined[admitted][same][1:] < rows.left[admitted][same][:-1]
    )
    assert 0.005 < overlaps.mean() < 0.05
    assert rows.is_waiting.mean() > 0.02
    assert (rows.left >= rows.joined).all()


def test_the_share_of_unmatched_people_is_as_configured(large: Simulation):
    live = np.array([c.is_live for c in large.cohorts])[large.enrolments.cohort]
    assert abs(large.enrolments.is_unmatched[live].mean() - 0.03) < 0.008


def test_defects_are_planted_in_their_shares(sample: Sample):
    counts = sample.truth["statements"]
    share = {name: count / counts["distinct"] for name, count in counts.items()}
    assert 0.008 < share["voided"] < 0.016
    assert 0.003 < share["duplicated"] < 0.008
    assert 0.012 < share["https_verbs"] < 0.03
    assert 0.03 < share["without_language"] < 0.07
    assert 0.002 < share["without_registration"] < 0.008
    assert counts["negative_durations"] > 0
    assert counts["raw_without_maximum"] > 0
    assert counts["without_zone"] > 0


def test_self_paced_is_costly_to_develop_and_cheap_to_run(planted_truth: dict):
    for costs in planted_truth["break_even"].values():
        assert costs["fixed_async"] > 3 * costs["fixed_sync"]
        assert costs["variable_sync"] > 3 * costs["variable_async"]
        assert costs["enrolments"] > 0


def test_cohorts_start_in_all_eight_quarters_and_in_every_mode(large: Simulation):
    starts = [c.starts for c in large.cohorts]
    quarters = [
        datetime(d.year, d.month, d.day, tzinfo=UTC).timestamp()
        for d in LARGE.quarter_starts
    ]
    where = np.digitize(starts, quarters)
    for mode in range(len(MODES)):
        own = {
            int(q) for q, c in zip(where, large.cohorts, strict=True) if c.mode == mode
        }
        assert set(range(1, 9)) <= own
