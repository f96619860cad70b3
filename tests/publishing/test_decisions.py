"""A decision is one sentence, and only published numbers lead to one."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from publishing.decisions import Evidence, decisions

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
    } | values


def year(end: date, value: float, **values: Any) -> dict[str, Any]:
    return {
        "cube": "programme",
        "kpi_id": "completion_rate",
        "programme_id": "P",
        "trailing_quarters": 4,
        "period_end_date": end,
        "period_label": f"{end:%Y-%m}",
        "state": "shown",
        "value": value,
        "ci_low": value - 0.02,
        "ci_high": value + 0.02,
    } | values


ENDS = [date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), NEWEST]


@pytest.fixture
def evidence() -> Evidence:
    return Evidence(
        headline="completion_rate",
        cells=pl.DataFrame([year(end, 0.8) for end in ENDS]),
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
        margin=0.03,
        unmatched_share=0.2,
    )


def sentences(evidence: Evidence) -> list[str]:
    return decisions(evidence)["sentence"].to_list()


def test_steady_numbers_lead_to_no_decision(evidence: Evidence):
    assert sentences(evidence) == []


def test_a_clear_difference_names_the_mode_ahead_and_the_points(evidence: Evidence):
    changed = replace(evidence, comparisons=pl.DataFrame([verdict()]))
    assert sentences(changed) == [
        "Skill drilling: Self-paced finished 10 points above Live, like-for-like "
        "(likely range 4 to 16). Choose the mode of the next cohorts with this in mind."
    ]


def test_the_interval_keeps_its_sign_when_the_first_mode_is_ahead(evidence: Evidence):
    ahead = verdict(adjusted_difference=0.08, ci_low=0.02, ci_high=0.14)
    changed = replace(evidence, comparisons=pl.DataFrame([ahead]))
    parameters = json.loads(decisions(changed)["parameters"][0])
    assert parameters["ahead"] == "Live"
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


def test_a_programme_that_surely_fell_by_more_than_the_margin_is_named(
    evidence: Evidence,
):
    fell = [year(end, 0.8) for end in ENDS[:-1]] + [year(NEWEST, 0.7)]
    (sentence,) = sentences(replace(evidence, cells=pl.DataFrame(fell)))
    assert sentence.startswith(
        "Drill one: the share that finished fell from 80 to 70 of 100"
    )


def test_a_fall_that_chance_can_explain_leads_to_no_decision(evidence: Evidence):
    fell = [year(end, 0.8) for end in ENDS[:-1]] + [year(NEWEST, 0.76)]
    assert sentences(replace(evidence, cells=pl.DataFrame(fell))) == []


def test_a_hidden_year_leads_to_no_decision(evidence: Evidence):
    hidden = year(NEWEST, 0.5, state="hidden")
    fell = [year(end, 0.8) for end in ENDS[:-1]] + [hidden]
    assert sentences(replace(evidence, cells=pl.DataFrame(fell))) == []


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
    ("now", "is_named"), [(0.51, False), (0.5, False), (0.49, True)]
)
def test_a_fall_is_a_decision_beyond_the_margin(
    evidence: Evidence, now: float, is_named: bool
):
    exact = {"ci_low": 0.75, "ci_high": 0.75}
    cells = [year(end, 0.75, **exact) for end in ENDS[:-1]]
    cells += [year(NEWEST, now, ci_low=now, ci_high=now)]
    changed = replace(evidence, cells=pl.DataFrame(cells), margin=0.25)
    assert bool(sentences(changed)) == is_named


@pytest.mark.parametrize(("years", "is_named"), [(4, False), (5, True)])
def test_a_fall_needs_a_window_a_year_before(
    evidence: Evidence, years: int, is_named: bool
):
    cells = [year(end, 0.8) for end in ENDS[-years:-1]] + [year(NEWEST, 0.5)]
    assert bool(sentences(replace(evidence, cells=pl.DataFrame(cells)))) == is_named


def test_a_fall_is_measured_against_the_window_a_year_before(evidence: Evidence):
    oldest = year(date(2025, 7, 1), 0.9)
    cells = [oldest] + [year(end, 0.8) for end in ENDS[:-1]] + [year(NEWEST, 0.6)]
    (sentence,) = sentences(replace(evidence, cells=pl.DataFrame(cells)))
    assert "from 80 to 60 of 100" in sentence


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
