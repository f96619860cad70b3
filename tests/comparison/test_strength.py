"""The strength of evidence follows from the gates and one seed."""

from dataclasses import replace

import pytest

from comparison.comparability import CommonSupport
from comparison.design import ACROSS, COHORTS, PAIRED
from comparison.estimators import Estimate
from comparison.gates import Comparison
from comparison.strength import graded, strength_of
from comparison.verdicts import Arm
from dashboards.presenters.verdicts import how_words
from tandem.core.held_equal import how_key
from tandem.core.seeds import seed_rows
from tandem.core.wording import render
from tests.comparison.offerings import THRESHOLDS

FOUND = Comparison(
    Arm("sync", 400, 10, 9),
    Arm("async", 380, 9, 10),
    "difference",
    estimate=Estimate(0.05, 0.01, 8),
    support=CommonSupport(1.0, 1.0, 0.0),
    q_value=0.01,
    method="paired",
    held_equal=("segment",),
)
STEP = 1e-9


def gates_of(found: Comparison, **facts: bool) -> set[str]:
    known = {"is_base_selected": False, "is_registered": False} | facts
    return set(strength_of(found, THRESHOLDS, **known).gates)


@pytest.mark.parametrize("design", [PAIRED, COHORTS, ACROSS])
def test_pages_call_a_design_as_its_own_sentence_does(design: str):
    gates = ", ".join(gates_of(replace(FOUND, method=design)))
    assert render(how_key("", gates)) == render(f"how.{design}")
    row = {"held_equal": None, "evidence_gates": gates}
    assert how_words(row) == render(f"how.{design}")


def points() -> dict[str, int]:
    return {row["gate"]: int(row["points"]) for row in seed_rows("evidence_points")}


@pytest.mark.parametrize(
    ("design", "gate"),
    [
        ("paired", "same_programmes"),
        ("across", "other_programmes"),
        ("cohorts", "few_programmes"),
    ],
)
def test_the_design_gives_points(design: str, gate: str):
    assert gates_of(replace(FOUND, method=design)) == {gate}


@pytest.mark.parametrize(
    ("changes", "gate", "is_met"),
    [
        ({"a": Arm("sync", 400, 10, 9)}, "ten_programmes", False),
        ({"a": Arm("sync", 400, 10, 10)}, "ten_programmes", True),
        ({"a": Arm("sync", 400, 10, 11)}, "ten_programmes", True),
        ({"is_same_as_before": True}, "second_look", True),
        ({"is_same_as_before": False}, "second_look", False),
        ({"support": CommonSupport(0.8 - STEP, 1, 0)}, "partial_overlap", True),
        ({"support": CommonSupport(0.8, 1, 0)}, "partial_overlap", False),
        ({"support": CommonSupport(1, 1, 0.1)}, "unbalanced", False),
        ({"support": CommonSupport(1, 1, 0.1 + STEP)}, "unbalanced", True),
        ({"held_equal": ()}, "people_not_held_equal", True),
        ({"depends_on_missing": True}, "missing_outcomes", True),
        ({"people_to_link": 1}, "unmatched_people", True),
        ({"q_value": 0.1}, "many_comparisons", False),
        ({"q_value": 0.1 + STEP}, "many_comparisons", True),
        (
            {"q_value": 0.5, "verdict": "no_detectable_difference"},
            "many_comparisons",
            False,
        ),
    ],
)
def test_a_gate_is_met_at_its_threshold(changes, gate: str, is_met: bool):
    assert (gate in gates_of(replace(FOUND, **changes))) == is_met


def test_the_kpi_and_a_plan_made_before_give_gates():
    assert "selected_base" in gates_of(FOUND, is_base_selected=True)
    assert "registered" in gates_of(FOUND, is_registered=True)


def test_a_refusal_has_no_evidence():
    refused = replace(FOUND, estimate=None, verdict="insufficient_programmes")
    strength = strength_of(
        refused, THRESHOLDS, is_base_selected=False, is_registered=True
    )
    assert (strength.word, strength.gates) == ("none", ())


@pytest.mark.parametrize(
    ("met", "word"),
    [
        ([], "none"),
        (["other_programmes"], "very_weak"),
        (["same_programmes"], "weak"),
        (["same_programmes", "second_look"], "moderate"),
        (["same_programmes", "second_look", "ten_programmes"], "good"),
        (["same_programmes", "second_look", "ten_programmes", "registered"], "strong"),
        (["other_programmes", "unmatched_people"], "none"),
    ],
)
def test_points_add_up_to_a_word(met: list[str], word: str):
    assert graded(met).word == word


def test_gates_come_in_the_order_of_the_seed_whatever_the_order_found():
    met = ["second_look", "same_programmes", "partial_overlap"]
    assert graded(met).gates == ("same_programmes", "second_look", "partial_overlap")


def test_only_a_plan_made_before_makes_evidence_strong():
    best = sum(value for gate, value in points().items() if value > 0)
    designs = ("same_programmes", "other_programmes", "few_programmes")
    best -= sum(points()[gate] for gate in designs) - points()["same_programmes"]
    assert best == 5
    assert graded(["same_programmes", "second_look", "ten_programmes"]).word == "good"


def test_every_gate_of_the_seed_can_be_met():
    weak = replace(
        FOUND,
        a=Arm("sync", 400, 10, 12),
        is_same_as_before=True,
        support=CommonSupport(0.5, 1, 0.2),
        held_equal=(),
        depends_on_missing=True,
        people_to_link=3,
        q_value=0.5,
    )
    met = set()
    for design in ("paired", "across", "cohorts"):
        found = replace(weak, method=design)
        met |= gates_of(found, is_base_selected=True, is_registered=True)
    assert met == set(points())
