"""A decision is one sentence, and only published numbers lead to one."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from publishing.decisions import Evidence, decisions
from tandem.core.wording import Words

NEWEST = date(2026, 10, 1)


def verdict(**values: Any) -> dict[str, Any]:
    return {
        "kpi_id": "completion_rate",
        "outcome_category": "drill",
        "period_end_date": NEWEST,
        "trailing_quarters": 4,
        "mode_a": "sync",
        "mode_b": "async",
        "verdict": "difference",
        "adjusted_difference": -0.101,
        "ci_low": -0.16,
        "ci_high": -0.04,
        "held_equal": "segment",
        "evidence_gates": "same_programmes",
    } | values


def change(**values: Any) -> dict[str, Any]:
    return {
        "kpi_id": "completion_rate",
        "programme_id": "P",
        "period_label": "2026-10",
        "period_end_date": NEWEST,
        "value": 0.7,
        "value_before": 0.8,
        "standardised_change": -0.09,
        "ci_low": -0.13,
        "ci_high": -0.05,
        "standardised_to": "mode_and_people",
        "change_state": "fell",
        "state": "shown",
    } | values


@pytest.fixture
def evidence() -> Evidence:
    return Evidence(
        headline="completion_rate",
        changes=pl.DataFrame([change(change_state="as_before")]),
        comparisons=pl.DataFrame([verdict(verdict="no_detectable_difference")]),
        programmes=pl.DataFrame(
            {
                "programme_id": ["P"],
                "programme_name": ["Drill one"],
                "outcome_category": ["drill"],
            }
        ),
        categories=pl.DataFrame({"slug": ["drill"], "label": ["Skill drilling"]}),
        sources=pl.DataFrame({"source": ["zoom"], "matched_share": [0.99]}),
        unmatched_share=0.2,
    )


def sentences(evidence: Evidence) -> list[str]:
    return decisions(evidence)["sentence"].to_list()


def test_steady_numbers_lead_to_no_decision(evidence: Evidence):
    assert sentences(evidence) == []


def test_a_clear_difference_names_the_mode_ahead_and_the_points(evidence: Evidence):
    changed = replace(evidence, comparisons=pl.DataFrame([verdict()]))
    assert sentences(changed) == [
        "Skill drilling: consider Self-paced for the next cohorts. "
        "10 points more finish than in Live, like-for-like; likely 4 to 16."
    ]


@pytest.mark.parametrize(
    ("gates", "how"),
    [
        ("same_programmes, second_look", "programme by programme"),
        ("other_programmes", "among programmes of the same outcome"),
    ],
)
def test_nothing_is_called_like_for_like_where_people_are_unknown(
    evidence: Evidence, gates: str, how: str
):
    for code in ("difference", "equivalent_within_margin"):
        row = verdict(verdict=code, held_equal="", evidence_gates=gates)
        changed = replace(evidence, comparisons=pl.DataFrame([row]))
        (sentence,) = sentences(changed)
        assert how in sentence
        assert "like-for-like" not in sentence


def test_the_interval_keeps_its_sign_when_the_first_mode_is_ahead(evidence: Evidence):
    ahead = verdict(adjusted_difference=0.08, ci_low=0.02, ci_high=0.14)
    changed = replace(evidence, comparisons=pl.DataFrame([ahead]))
    parameters = json.loads(decisions(changed)["parameters"][0])
    assert Words.of_json(parameters["ahead"]) == Words("mode.sync")
    assert [parameters[name] for name in ("points", "low", "high")] == [8, 2, 14]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"trailing_quarters": 1},
        {"kpi_id": "pass_rate"},
        {"outcome_category": "all"},
        {"period_end_date": date(2026, 7, 1), "outcome_category": "other"},
    ],
)
def test_other_windows_kpis_and_roll_ups_lead_to_no_decision(
    evidence: Evidence, elsewhere: dict[str, Any]
):
    rows = [verdict(verdict="no_detectable_difference"), verdict(**elsewhere)]
    assert sentences(replace(evidence, comparisons=pl.DataFrame(rows))) == []


def test_equivalent_modes_are_a_decision_about_cost(evidence: Evidence):
    changed = replace(
        evidence,
        comparisons=pl.DataFrame([verdict(verdict="equivalent_within_margin")]),
    )
    (sentence,) = sentences(changed)
    assert sentence.endswith("Choose by cost and by workload.")


def test_a_programme_that_fell_is_named_with_what_was_held_equal(evidence: Evidence):
    changes = pl.DataFrame([change()])
    assert sentences(replace(evidence, changes=changes)) == [
        "Drill one: fewer people finish than the year before. "
        "70 of 100 finished in the year to 2026-10, after 80. At the same mix of "
        "delivery modes and of people, that is 9 points lower, likely 5 to 13."
    ]
    changes = pl.DataFrame([change(standardised_to="mode")])
    (sentence,) = sentences(replace(evidence, changes=changes))
    assert "(the people could not be held equal), that is 9 points" in sentence


@pytest.mark.parametrize(
    "values",
    [
        {"change_state": "as_before"},
        {"change_state": "rose"},
        {"change_state": "too_little_data"},
        {"kpi_id": "withdrawal_rate"},
        {"state": "hidden"},
    ],
)
def test_nothing_else_than_a_published_fall_of_the_headline_is_a_decision(
    evidence: Evidence, values: dict[str, Any]
):
    changes = pl.DataFrame([change(**values)])
    assert sentences(replace(evidence, changes=changes)) == []


def test_a_decision_names_what_it_concerns(evidence: Evidence):
    found = decisions(
        replace(
            evidence,
            comparisons=pl.DataFrame([verdict()]),
            changes=pl.DataFrame([change()]),
            sources=pl.DataFrame({"source": ["zoom"], "matched_share": [0.1]}),
        )
    )
    names = ["kpi_id", "outcome_category", "programme_id", "mode_a", "mode_b"]
    assert found.select(names).rows() == [
        ("completion_rate", "drill", "P", None, None),
        ("completion_rate", "drill", None, "sync", "async"),
        (None, None, None, None, None),
    ]


def test_an_earlier_fall_is_no_decision_any_more(evidence: Evidence):
    earlier = change(period_end_date=date(2026, 7, 1))
    changes = pl.DataFrame([earlier, change(change_state="as_before")])
    assert sentences(replace(evidence, changes=changes)) == []


def test_people_to_link_and_programmes_to_classify_come_last(evidence: Evidence):
    changed = replace(
        evidence,
        comparisons=pl.DataFrame([verdict()]),
        sources=pl.DataFrame({"source": ["zoom"], "matched_share": [0.6]}),
        programmes=evidence.programmes.with_columns(
            outcome_category=pl.lit("unclassified")
        ),
    )
    assert decisions(changed)["wording_key"].to_list() == [
        "decision.mode_difference",
        "decision.link_people",
        "decision.classify",
    ]


@pytest.mark.parametrize(
    ("matched", "is_named"), [(0.76, False), (0.75, False), (0.74, True)]
)
def test_people_are_to_be_linked_beyond_half_the_limit(
    evidence: Evidence, matched: float, is_named: bool
):
    sources = pl.DataFrame({"source": ["zoom"], "matched_share": [matched]})
    changed = replace(evidence, sources=sources, unmatched_share=0.5)
    assert bool(sentences(changed)) == is_named


def test_a_source_of_too_few_accounts_leads_to_no_decision(evidence: Evidence):
    sources = pl.DataFrame({"source": ["zoom"], "matched_share": [None]})
    assert sentences(replace(evidence, sources=sources)) == []
