"""Every verdict has a sentence that renders and claims no more than was found."""

import csv
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from comparison.comparability import CommonSupport
from comparison.estimators import Estimate
from comparison.gates import Comparison
from comparison.reading import Kpi
from comparison.results import ComparisonResult
from comparison.sentences import amount, method_note, render_sentence
from comparison.verdicts import Arm
from comparison.windows import Window
from tandem.core.files import project_root
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
RATE = Kpi(
    kpi_id="completion_rate",
    kpi_name="Finished",
    unit="share",
    margin=0.03,
    population_words="people enrolled",
    anchor="matured_quarter_date",
    comparable_within="completion_class",
    is_base_selected=False,
    estimator="cell_mean",
    base_kpi=None,
)
DAYS = replace(
    RATE,
    kpi_id="time_to_completion",
    kpi_name="Days to finish",
    unit="days",
    estimator="restricted_mean",
    base_kpi="completion_rate",
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
)


def seed(name: str) -> list[dict[str, str]]:
    path = project_root() / "seeds" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def result_of(verdict: str, kpi: Kpi = RATE, **changes: Any) -> ComparisonResult:
    found = replace(FOUND, verdict=verdict, **changes)
    if verdict in REFUSALS:
        found = replace(found, estimate=None, support=None, method="")
    spec = replace(SPEC, is_base_selected=verdict == "ok_restricted")
    days = (30.0, 60.0) if kpi is DAYS else None
    return ComparisonResult(spec, "leadership", WINDOW, kpi, found, days)


def test_every_verdict_has_a_page_state_and_a_sentence():
    states = {row["verdict"]: row["state"] for row in seed("verdicts")}
    assert set(states) == {*REFUSALS, *ESTIMATES}
    assert set(states.values()) <= STATES
    words = {row["wording_key"] for row in seed("wording") if row["language"] == "en"}
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
        "All categories, finished (people enrolled): Self-paced is 5 points above "
        "Live, like-for-like (likely range 2 to 7), in 5 programmes that ran both "
        "ways. Observed, not proof that the mode made the difference.",
    )


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
        assert sentence.startswith(f"Not compared: {words}. Leadership: only one")


def test_a_lead_that_vanishes_is_not_called_a_reversal():
    result = result_of("no_detectable_difference", is_direction_flipped=True)
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    assert "like-for-like that lead is gone" in sentence
    assert "reverses" not in sentence


def test_amounts_are_in_points_or_in_the_unit_of_the_kpi():
    assert amount(0.048, "share") == "5 points"
    assert amount(-0.012, "share") == "−1 point"
    assert amount(-0.001, "share") == "0 points"
    assert amount(0.004, "share", 1, bare=True) == "0.4"
    assert amount(1.04, "days", 1) == "1.0 day"
    assert amount(0.21, "ratio", 1) == "0.2"


def test_a_limit_near_zero_is_not_rounded_to_zero():
    result = result_of("difference", estimate=Estimate(0.05, 0.02, 8))
    _key, sentence = render_sentence(result, "Leadership", THRESHOLDS)
    assert "5.0 points above" in sentence
    assert "likely range 0.4 to 9.6" in sentence


def test_a_result_to_read_with_care_states_the_reasons():
    _key, sentence = render_sentence(
        result_of("ok_restricted"), "Leadership", THRESHOLDS
    )
    assert "what people did after they enrolled" in sentence
    assert "no counterparts" in sentence
    assert "not quite alike" in sentence
