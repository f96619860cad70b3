"""Every verdict has a sentence that renders and claims no more than was found."""

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bench.alarms import FINISHED
from comparison.amounts import amount_words
from comparison.comparability import CommonSupport
from comparison.design import Supply
from comparison.estimators import Estimate
from comparison.gates import Comparison
from comparison.reading import Kpi
from comparison.results import ComparisonResult
from comparison.sentences import (
    method_note,
    method_words,
    render_sentence,
    scope_words,
    sentence_words,
)
from comparison.verdicts import Arm
from comparison.windows import Window
from tandem.core.seeds import seed_rows
from tandem.core.wording import Words, render_words
from tests.comparison.offerings import SPEC, THRESHOLDS

REFUSALS = (
    "immature",
    "suppressed",
    "not_comparable_no_overlap",
    "not_comparable_definition",
    "insufficient_programmes",
)
ESTIMATES = (
    "difference",
    "emerging_difference",
    "ok_restricted",
    "depends_on_unmatched",
    "equivalent_within_margin",
    "no_detectable_difference",
)
STATES = {
    "clear_difference",
    "no_clear_difference",
    "too_small_to_matter",
    "with_care",
    "cannot_compare",
    "hidden",
    "not_measured",
    "still_running",
    "no_data",
}
BANNED = re.compile(
    r"\b(proves?|drives?|best|significant\w*|p-value|[pq]\s*=|sync|async|hybrid)\b"
    r"|\*|\{|\}|None|nan",
    re.IGNORECASE,
)
RATE = replace(FINISHED, direction="higher_better")
DAYS = replace(
    RATE,
    kpi_id="time_to_completion",
    kpi_name="Days to finish",
    unit="days",
    estimator="restricted_mean",
    base_kpi="completion_rate",
    direction="lower_better",
)
WINDOW = Window(date(2025, 1, 1), date(2025, 12, 31), 4)
FOUND = Comparison(
    Arm("sync", 400, 10, 5),
    Arm("async", 380, 9, 5),
    "difference",
    crude_difference=0.11,
    estimate=Estimate(-0.048, 0.01, 8),
    support=CommonSupport(0.7, 0.9, 0.15),
    q_value=0.01,
    method="paired",
    held_equal=("segment", "region"),
    not_known=("language",),
    change="new",
    people_to_link=7,
)
SUPPLY = Supply(pairs=2, cohorts_a=5, cohorts_b=3, across_a=6, across_b=0)


def result_of(verdict: str, kpi: Kpi = RATE, **changes: Any) -> ComparisonResult:
    found = replace(FOUND, verdict=verdict, **changes)
    if verdict in REFUSALS:
        found = replace(
            found, estimate=None, support=None, method="", supply=SUPPLY, change=None
        )
    spec = replace(SPEC, is_base_selected=verdict == "ok_restricted")
    days = (30.0, 60.0) if kpi is DAYS else None
    return ComparisonResult(spec, "leadership", WINDOW, kpi, found, days)


def test_every_verdict_has_a_page_state_and_a_sentence():
    states = {row["verdict"]: row["state"] for row in seed_rows("verdicts")}
    assert set(states) == {*REFUSALS, *ESTIMATES}
    assert set(states.values()) <= STATES
    words = {
        row["wording_key"] for row in seed_rows("wording") if row["language"] == "en"
    }
    assert {f"verdict.{verdict}" for verdict in states} <= words


@pytest.mark.parametrize("kpi", [RATE, DAYS], ids=["rate", "days"])
@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("method", ["paired", "cohorts", "across"])
@pytest.mark.parametrize("verdict", [*REFUSALS, *ESTIMATES])
def test_every_sentence_names_its_base_and_claims_no_cause(
    verdict, method, flipped, kpi
):
    result = result_of(verdict, kpi, is_direction_flipped=flipped, method=method)
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    for words in (sentence, method_note(result)):
        assert not BANNED.search(words), words
    assert "Leadership" in sentence
    assert "people enrolled" in sentence
    if verdict not in {"suppressed", "not_comparable_definition"}:
        assert "Live" in sentence
        assert "Self-paced" in sentence


def test_a_clear_difference_is_stated_from_the_higher_mode():
    result = result_of("difference", is_direction_flipped=True)
    assert render_sentence(result, "All categories", THRESHOLDS) == (
        "verdict.difference",
        "The direction reverses: as it happened, Live was 11 points above Self-paced. "
        "All categories, finished: Self-paced is 5 points above Live (better), "
        "like-for-like. The likely range is 2 to 8 points. It comes from 5 "
        "programmes that ran both ways. Counted: people enrolled. It is confirmed "
        "for the first time this quarter. This was observed; it is not proof that "
        "the mode made the difference.",
    )


def test_an_emerging_difference_says_that_it_has_to_be_confirmed():
    result = result_of("emerging_difference", is_direction_flipped=True)
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    assert "like-for-like, the direction looks reversed" in sentence
    assert "has to be confirmed next quarter" in sentence
    assert "confirmed for the first time" not in sentence


def test_longer_is_called_worse_where_fewer_days_are_better():
    result = result_of("difference", DAYS, estimate=Estimate(4.0, 0.5, 8))
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    assert "Live takes 4.0 days longer than Self-paced on average (worse)" in sentence
    unjudged = replace(result, kpi=replace(DAYS, direction="context"))
    _key, sentence = render_sentence(unjudged, "Leadership", THRESHOLDS)
    assert "on average, like-for-like" in sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("repeated", "The quarter before showed the same."),
        ("withdrawn", "clear a quarter ago is no longer clear."),
        ("new", "apart from chance"),
    ],
)
def test_a_sentence_says_what_the_quarter_before_said(change: str, words: str):
    result = result_of("no_detectable_difference", change=change)
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    assert (words in sentence) == (change != "new")


@pytest.mark.parametrize("method", ["paired", "cohorts", "across"])
@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("verdict", ESTIMATES)
def test_without_known_people_nothing_is_called_like_for_like(
    verdict: str, method: str, flipped: bool
):
    result = result_of(
        verdict, method=method, is_direction_flipped=flipped, held_equal=()
    )
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    for words in (sentence, method_note(result)):
        assert "like-for-like" not in words
        assert "mix of role" not in words
    assert "Too little is known of the people" in method_note(result)


def test_the_method_names_what_is_held_equal_and_what_is_not_known():
    assert method_note(result_of("difference")).endswith(
        "Held equal among people: role, region. Too little is known to hold equal: "
        "language."
    )


def test_no_clear_difference_says_how_large_a_difference_would_have_been_seen():
    estimate = Estimate(0.01, 0.02, 8)
    result = result_of("no_detectable_difference", estimate=estimate)
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    least = round(100 * estimate.minimum_detectable)
    assert f"shown gaps of {least} points or more" in sentence


def test_too_few_programmes_are_stated_beside_what_is_needed():
    result = result_of("insufficient_programmes")
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    assert "It needs 4 programmes that ran both ways" in sentence
    assert "there are 2. " in sentence
    assert "there are 5 Live and 3 Self-paced" in sentence
    assert "there are 6 Live and 0 Self-paced. Counted: people" in sentence
    assert result.spec is not None
    own = replace(result, spec=replace(result.spec, comparable_within="programme"))
    key, sentence = render_sentence(own, "Leadership", THRESHOLDS)
    assert key == "verdict.insufficient_programmes.programme"
    assert "same outcome" not in sentence


def test_a_verdict_that_depends_on_unmatched_people_says_how_many_to_match():
    result = result_of("depends_on_unmatched")
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    assert "Match at least 7 of their results" in sentence
    alike = result_of("depends_on_unmatched", estimate=Estimate(0.0, 0.001, 8))
    key, sentence = render_sentence(alike, "Leadership", THRESHOLDS)
    assert key == "verdict.depends_on_unmatched.equivalent"
    assert "look about the same" in sentence


def test_no_sentence_is_longer_than_a_reader_takes_in():
    """25 words with a category's name in it, whatever the verdict."""
    for verdict in (*REFUSALS, *ESTIMATES):
        for kpi in (RATE, DAYS):
            result = result_of(verdict, kpi, is_direction_flipped=True)
            _key, text = render_sentence(result, "Leadership", THRESHOLDS)
            for sentence in text.split(". "):
                assert len(sentence.split()) <= 25, sentence


@pytest.mark.parametrize("kpi", [RATE, DAYS], ids=["rate", "days"])
@pytest.mark.parametrize("verdict", [*REFUSALS, *ESTIMATES])
def test_a_sentence_kept_as_json_is_said_again_in_both_languages(
    verdict: str, kpi: Kpi
):
    result = result_of(verdict, kpi, is_direction_flipped=True, change="repeated")
    scope = scope_words("leadership", "Leadership")
    _key, parts = sentence_words(result, scope, THRESHOLDS)
    parts += method_words(result)
    kept = json.loads(json.dumps([part.as_json() for part in parts]))
    again = [Words.of_json(part) for part in kept]
    _key, sentence = render_sentence(result, scope, THRESHOLDS)
    published = f"{sentence} {method_note(result)}"
    assert " ".join(render_words(part, "en") for part in again) == published
    hindi = " ".join(render_words(part, "hi") for part in again)
    assert "नेतृत्व और व्यवहार में बदलाव" in hindi
    assert not re.search(r"[A-Za-z{}]{2,}", hindi.replace("people enrolled", ""))


@pytest.mark.parametrize("verdict", [*REFUSALS, *ESTIMATES])
def test_kept_words_hold_no_number_that_the_sentence_does_not_say(verdict: str):
    result = result_of(verdict, is_direction_flipped=True)
    _key, parts = sentence_words(result, "Leadership", THRESHOLDS)
    kept = json.dumps([part.as_json() for part in parts], ensure_ascii=False)
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    numbers = re.findall(r"\d+(?:\.\d+)?", kept)
    assert [number for number in numbers if number not in sentence] == []


def test_with_one_mode_the_sentence_states_that_nothing_was_compared():
    alone = replace(FOUND, b=None, estimate=None, verdict="not_comparable_no_overlap")
    for mode, words in (
        ("async", "all self-paced"),
        ("sync", "all live"),
        ("hybrid", "all blended"),
    ):
        found = replace(alone, a=replace(FOUND.a, mode=mode))
        result = ComparisonResult(None, "leadership", WINDOW, RATE, found)
        key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
        assert key == "verdict.one_mode"
        assert sentence.startswith(f"Leadership: not compared, {words}. Only one mode")


def test_a_gap_that_vanishes_is_not_called_a_reversal():
    result = result_of("no_detectable_difference", is_direction_flipped=True)
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    assert "like-for-like, that gap is gone" in sentence
    assert "reverses" not in sentence


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("difference", "as it happened, Self-paced took 6.0 days longer than Live."),
        (
            "no_detectable_difference",
            "longer than Live; like-for-like, that gap is gone",
        ),
        ("emerging_difference", "; like-for-like, the direction looks reversed"),
    ],
)
def test_a_reversal_of_days_speaks_of_days(verdict: str, words: str):
    estimate = Estimate(4.0, 0.5, 8)
    result = result_of(
        verdict,
        DAYS,
        estimate=estimate,
        is_direction_flipped=True,
        crude_difference=-6.0,
    )
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    assert words in sentence
    assert "above" not in sentence


@pytest.mark.parametrize(
    ("crude", "is_gone"), [(0.05 - 1e-9, False), (0.05, False), (0.05 + 1e-9, True)]
)
def test_a_gap_is_gone_only_if_the_likely_range_leaves_it_out(
    crude: float, is_gone: bool
):
    class Fixed(Estimate):
        def at_level(self, level: float) -> tuple[float, float]:
            return -0.06, 0.05

    result = result_of(
        "no_detectable_difference",
        is_direction_flipped=True,
        crude_difference=crude,
        estimate=Fixed(-0.01, 0.02, 8),
    )
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    assert ("gap is gone" in sentence) == is_gone


def amount(*numbers: Any, **options: bool) -> str:
    words = amount_words(*numbers, **options)
    return render_words(words, "en") if isinstance(words, Words) else words


def test_amounts_are_in_points_or_in_the_unit_of_the_kpi():
    assert amount(0.048, "share") == "5 points"
    assert amount(-0.012, "share") == "−1 point"
    assert amount(-0.001, "share") == "0 points"
    assert amount(0.004, "share", 1, bare=True) == "0.4"
    assert amount(1.04, "days", 1) == "1.0 days"
    assert amount(1.04, "days") == "1 day"
    assert amount(-1, "hours", 1) == "−1.0 hours"
    assert amount(1, "hours") == "1 hour"
    assert amount(1, "progress") == "1 progress"
    assert amount(2.5, "weeks", 1) == "2.5 weeks"
    assert amount(2.5, "currency", 1) == "2.5"
    assert amount(0.21, "ratio", 1) == "0.2"
    assert amount(0.21, "part") == "21 points"


def test_a_limit_near_zero_is_not_rounded_to_zero():
    result = result_of("difference", estimate=Estimate(0.05, 0.017, 8))
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    assert "5.0 points above" in sentence
    assert "likely range is 0.3 to 9.7 points" in sentence


@pytest.mark.parametrize(
    "verdict",
    ["emerging_difference", "equivalent_within_margin", "no_detectable_difference"],
)
def test_every_result_says_if_it_is_to_be_read_with_care(verdict: str):
    result = result_of(verdict)
    for kpi in (RATE, DAYS):
        _key, sentence = render_sentence(replace(result, kpi=kpi), "All", THRESHOLDS)
        assert "Compare with care. Some people have no counterparts" in sentence
    alike = replace(result.found, support=CommonSupport(1.0, 1.0, 0.0))
    _key, sentence = render_sentence(replace(result, found=alike), "All", THRESHOLDS)
    assert "care" not in sentence


def test_small_numbers_keep_the_digits_that_tell_them_from_zero():
    ratio = replace(RATE, unit="hours")
    result = result_of("difference", ratio, estimate=Estimate(0.03, 0.008, 8))
    _key, sentence = render_sentence(result, "All", THRESHOLDS)
    assert "0.03 hours above" in sentence
    assert "0.01 to 0.05 hours" in sentence


def test_a_range_of_shares_ends_at_a_hundred_points():
    result = result_of("difference", estimate=Estimate(0.99, 0.02, 8))
    _key, sentence = render_sentence(result, "All", THRESHOLDS)
    assert "likely range is 93 to 100 points" in sentence


def test_a_result_to_read_with_care_states_the_reasons():
    _key, sentence = render_sentence(
        result_of("ok_restricted"), "Leadership", THRESHOLDS
    )
    assert "what people did after they enrolled" in sentence
    assert "no counterparts" in sentence
    assert "not quite alike" in sentence
