"""What is planted, seen from what happened: rates, effects, the flip, the shapes."""

from datetime import UTC, datetime

import numpy as np
import pytest

from samples.attendance import ATTENDED, NO_SHOW
from samples.catalogue import MODES, categories, programmes
from samples.enrolments import logit
from samples.generate import World
from samples.truth import truth
from tests.samples.conftest import LARGE, Sample


@pytest.fixture(scope="module")
def told(large: World) -> dict:
    return truth(
        LARGE,
        large.people,
        large.cohorts,
        large.enrolled,
        large.became,
        large.finish,
        large.taken,
        large.connected,
        {},
    )


def in_category(large: World, slug: str) -> np.ndarray:
    mine = np.array([p.category.slug == slug for p in programmes()])
    return mine[large.enrolled.programme] & (large.became.waived < 0)


@pytest.mark.parametrize("slug", sorted(categories()))
def test_as_many_finish_in_time_as_planted(large: World, slug: str):
    for mode in categories()[slug].rates:
        mine = in_category(large, slug) & (large.enrolled.mode == MODES.index(mode))
        expected = large.enrolled.rate[mine]
        error = np.sqrt((expected * (1 - expected)).sum()) / mine.sum()
        seen = large.became.finishes[mine].mean()
        assert abs(seen - expected.mean()) < 4 * error


def test_programmes_differ_far_more_than_cohorts(large: World):
    score = logit(large.enrolled.rate)
    _, cohort = np.unique(large.enrolled.cohort, return_inverse=True)
    means = np.bincount(cohort, score) / np.bincount(cohort)
    programme = np.array([c.programme for c in large.cohorts])
    within = [means[programme == n].std() for n in range(len(programmes()))]
    spread = []
    for category in categories().values():
        mode = MODES.index(next(iter(category.rates)))
        own = [n for n, p in enumerate(programmes()) if p.category is category]
        inside = [large.enrolled.programme == n for n in own]
        rates = large.enrolled.rates[:, mode]
        spread.append(np.std([logit(rates[mine]).mean() for mine in inside]))
    assert 0.45 < np.mean(spread) < 0.6
    assert np.mean(within) < 0.3


def test_the_planted_effects_are_either_none_or_clear(told: dict):
    paired = [e for e in told["effects"] if e["same_programme_pairs"]]
    inside = [e for e in paired if e["outcome_category"] != "all"]
    sizes = {e["outcome_category"]: abs(e["points"]) for e in inside}
    none = {slug for slug, points in sizes.items() if points < 0.5}
    clear = {slug for slug, points in sizes.items() if 6 <= points <= 10}
    assert none == {"compliance", "decision_making", "high_stakes", "high_volume"}
    assert none | clear == set(sizes)
    assert all(e["same_programme_pairs"] >= 4 for e in inside)


def test_live_looks_better_pooled_and_is_worse_inside_programmes(told: dict):
    flip = told["flip"]
    assert (flip["mode_a"], flip["mode_b"]) == ("sync", "async")
    assert flip["pooled_points"] > 6
    assert flip["standardised_points"] < -3


def test_where_the_experienced_go_blended_the_crude_difference_misleads(told: dict):
    effects = {e["outcome_category"]: e for e in told["effects"]}
    for slug in ("leadership", "complex_skill"):
        gap = effects[slug]["crude_points_in_those"] - effects[slug]["points"]
        assert gap < -1  # sync minus hybrid: crude says too much for hybrid


def test_two_categories_have_one_mode_and_one_has_two_meanings_of_finished():
    only = {slug for slug, c in categories().items() if len(c.rates) == 1}
    assert only == {"cohort_identity", "microlearning"}
    meanings = {
        slug: {p.completion_class for p in programmes() if p.category.slug == slug}
        for slug in categories()
    }
    mixed = {slug for slug, found in meanings.items() if len(found) > 1}
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


def test_a_programme_that_changes_runs_one_mode_after_the_other(large: World):
    for number, programme in enumerate(programmes()):
        if programme.arrangement == "change":
            own = [c for c in large.cohorts if c.programme == number]
            modes = [c.mode for c in sorted(own, key=lambda c: c.starts)]
            assert np.count_nonzero(np.diff(modes)) == 1


def test_finishing_bunches_before_deadlines_and_some_is_late(large: World):
    mine = in_category(large, "compliance") & large.became.finishes
    days = (large.finish[mine] - large.became.due[mine]) / 86_400
    days = days[large.finish[mine] >= 0]
    assert 0.3 < ((days > -3) & (days <= 0)).mean() < 0.6
    assert 0.1 < (days > 0).mean() < 0.25


def test_withdrawal_is_front_loaded(large: World):
    gone = large.became.withdrawn >= 0
    when = (large.became.withdrawn - large.enrolled.anchor) / large.enrolled.horizon
    after = when[gone & (when > 0)]
    assert (after < 0.25).mean() > 0.45
    assert (when[gone] <= 0).any()


def test_attendance_is_high_and_no_shows_are_a_sixth(large: World):
    status = large.taken.status
    assert 0.72 < (status == ATTENDED).mean() < 0.88
    assert 0.08 < (status == NO_SHOW).mean() < 0.25


def test_connections_rejoin_overlap_and_wait(large: World):
    rows = large.connected
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


def test_the_share_of_unmatched_people_is_as_wished(large: World):
    live = np.array([c.is_live for c in large.cohorts])[large.enrolled.cohort]
    assert abs(large.enrolled.is_unmatched[live].mean() - 0.03) < 0.008


def test_dirt_is_there_in_its_shares(sample: Sample):
    told = sample.truth["statements"]
    share = {name: count / told["distinct"] for name, count in told.items()}
    assert 0.008 < share["voided"] < 0.016
    assert 0.003 < share["duplicated"] < 0.008
    assert 0.012 < share["https_verbs"] < 0.03
    assert 0.03 < share["without_language"] < 0.07
    assert 0.002 < share["without_registration"] < 0.008
    assert told["negative_durations"] > 0
    assert told["raw_without_maximum"] > 0
    assert told["without_zone"] > 0


def test_self_paced_is_dear_to_make_and_cheap_to_run(told: dict):
    for costs in told["break_even"].values():
        assert costs["fixed_async"] > 3 * costs["fixed_sync"]
        assert costs["variable_sync"] > 3 * costs["variable_async"]
        assert costs["enrolments"] > 0


def test_cohorts_start_in_all_eight_quarters_and_in_every_mode(large: World):
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
