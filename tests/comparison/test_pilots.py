"""A pilot answers one question; its list is random, balanced and always the same."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bench.alarms import FINISHED
from comparison.pilot_proposals import UNANSWERED, Defaults, proposals
from comparison.pilots import (
    FORMAT,
    Overlap,
    PilotPlan,
    assignments,
    overlaps,
    registered,
)
from tandem.core.errors import WarehouseProblem
from tests.comparison.offerings import THRESHOLDS, Offering, cells
from tests.comparison.planted import planted

DEFAULTS = Defaults(0.037, 0.012, 3, 0.03)
END = date(2025, 3, 31)
EVIDENCE = planted(3).evidence


def row(verdict: str = "insufficient_programmes", **values: Any) -> dict[str, Any]:
    return {
        "kpi_id": "completion_rate",
        "outcome_category": "leadership",
        "period_end_date": END,
        "trailing_quarters": 4,
        "mode_a": "sync",
        "mode_b": "async",
        "verdict": verdict,
    } | values


def programmes(count: int, cohorts: int = 1, people: int = 30) -> list[Offering]:
    return [
        Offering(f"P{n}", "async", people, people // 2, cohort_id=str(c))
        for n in range(count)
        for c in range(cohorts)
    ]


def plans(
    offered: list[Offering], *rows: dict[str, Any], after: date = END
) -> list[PilotPlan]:
    frame = cells(offered)
    evidence = replace(
        EVIDENCE,
        cells=frame,
        horizons=dict.fromkeys(frame["programme_id"].to_list(), 60.0),
        kpis={"completion_rate": FINISHED},
        known_until=END,
    )
    return proposals(evidence, rows or [row()], THRESHOLDS, DEFAULTS, after)


@pytest.mark.parametrize("verdict", sorted(UNANSWERED))
def test_each_refused_or_open_comparison_gets_a_pilot(verdict: str):
    (plan,) = plans(programmes(6), row(verdict))
    assert plan.question == ("completion_rate", "leadership", "sync", "async")
    assert plan.because == verdict
    assert plan.plan_id == "completion_rate-leadership-sync-async-20250401"


@pytest.mark.parametrize(
    "values",
    [
        {"verdict": "difference"},
        {"verdict": "equivalent_within_margin"},
        {"verdict": "immature"},
        {"trailing_quarters": 8},
        {"outcome_category": "compliance"},
    ],
)
def test_other_comparisons_get_none(values: dict[str, Any]):
    assert plans(programmes(6), row(**values)) == []


def test_an_earlier_quarter_gets_none():
    earlier = row(period_end_date=date(2024, 12, 31))
    assert plans(programmes(6), row("difference"), earlier) == []


def test_it_runs_the_same_programmes_in_both_modes():
    (plan,) = plans(programmes(8, people=40))
    assert plan.design == "paired"
    assert plan.people_per_cohort == 40
    assert 4 <= len(plan.programmes) <= 8
    assert {name for name, _n, _mode in plan.assignments} == set(plan.programmes)
    (few,) = plans(programmes(2, people=40))
    assert (few.design, few.programmes) == ("cohorts", ("P0", "P1"))


def test_programmes_that_ran_in_both_modes_come_first_and_then_large_ones():
    offered = programmes(10, people=400)
    offered[7] = replace(offered[7], people=900, finished=450)
    offered += [Offering("P9", "sync", 20, 10)]
    (plan,) = plans(offered)
    assert {"P9", "P7"} <= set(plan.programmes)


@pytest.mark.parametrize(
    ("after", "first", "last"),
    [
        (END, date(2025, 4, 1), date(2025, 6, 30)),
        (date(2025, 4, 1), date(2025, 7, 1), date(2025, 9, 30)),
        (date(2025, 6, 30), date(2025, 7, 1), date(2025, 9, 30)),
    ],
)
def test_its_cohorts_start_in_the_next_quarter_and_answer_after_their_time(
    after: date, first: date, last: date
):
    (plan,) = plans(programmes(6), after=after)
    assert (plan.first_start, plan.last_start) == (first, last)
    assert (plan.answer_date - plan.last_start).days == 61
    assert plan.known_until == END


def test_where_only_one_mode_was_used_another_stands_beside_it():
    for used, pair in (("sync", ("sync", "async")), ("async", ("sync", "async"))):
        (plan,) = plans(programmes(6), row(mode_a=used, mode_b=None))
        assert (plan.mode_a, plan.mode_b) == pair
    (plan,) = plans(programmes(6), row(mode_a="hybrid", mode_b=None))
    assert (plan.mode_a, plan.mode_b) == ("hybrid", "async")


def test_scatter_is_seen_where_there_are_cohorts_to_see_it():
    assert not plans(programmes(8, cohorts=1))[0].is_scatter_seen
    assert plans(programmes(7, cohorts=2))[0].is_scatter_seen is False
    assert plans(programmes(8, cohorts=2))[0].is_scatter_seen is True


def test_every_programme_has_as_many_cohorts_in_each_mode_at_random():
    names = [f"P{n}" for n in range(40)]
    drawn = assignments(names, ("sync", "async"), 3, seed=1)
    counted = Counter((name, mode) for name, _n, mode in drawn)
    assert counted == {(name, mode): 3 for name in names for mode in ("sync", "async")}
    assert [n for name, n, _mode in drawn if name == "P0"] == [1, 2, 3, 4, 5, 6]
    first = Counter(mode for _name, n, mode in drawn if n == 1)
    assert 10 <= first["sync"] <= 30
    assert drawn == assignments(names, ("sync", "async"), 3, seed=1)
    assert drawn != assignments(names, ("sync", "async"), 3, seed=2)


def test_a_plan_is_read_as_it_was_written():
    (plan,) = plans(programmes(6))
    assert PilotPlan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


def test_a_kept_plan_has_the_version_of_its_format():
    (plan,) = plans(programmes(6))
    written = plan.to_json()
    assert written["format"] == FORMAT == 1
    first = {name: value for name, value in written.items() if name != "format"}
    assert PilotPlan.from_json(first) == plan  # kept before there were versions
    for wrong in (
        written | {"format": 0},
        written | {"format": FORMAT + 1},
        written | {"colour": "red"},
        {name: value for name, value in written.items() if name != "seed"},
    ):
        with pytest.raises(WarehouseProblem, match="a kept pilot has") as refused:
            PilotPlan.from_json(wrong)
        assert plan.plan_id in str(refused.value)


@pytest.mark.parametrize(("days", "is_refused"), [(-1, False), (0, True), (1, True)])
def test_a_pilot_over_the_same_cohorts_contradicts_a_kept_one(
    days: int, is_refused: bool
):
    (plan,) = plans(programmes(6))
    start = plan.first_start - (plan.last_start - plan.first_start)
    other = replace(
        plan,
        plan_id="other",
        mode_b="hybrid",
        first_start=start,
        last_start=plan.first_start + timedelta(days=days),
        assignments=assignments(plan.programmes, ("sync", "hybrid"), 2, seed=7),
    )
    expected = [Overlap("other", tuple(sorted(plan.programmes)), other.last_start)]
    assert overlaps(plan, [other]) == (expected if is_refused else [])
    assert bool(overlaps(other, [plan])) == is_refused


def test_pilots_that_give_each_cohort_the_same_mode_do_not_contradict():
    (plan,) = plans(programmes(6))
    twin = replace(plan, plan_id="twin", kpi_id="pass_rate")
    elsewhere = replace(
        twin,
        programmes=("Q1",),
        assignments=assignments(("Q1",), ("sync", "async"), 2, seed=1),
    )
    assert overlaps(plan, [plan, twin, elsewhere]) == []


def test_the_sample_has_a_pilot_for_each_category_of_one_mode():
    rows = [row(outcome_category="all", period_end_date=date(2026, 9, 30))]
    found = proposals(EVIDENCE, rows, THRESHOLDS, DEFAULTS, date(2026, 9, 30))
    assert [plan.outcome_category for plan in found] == ["all"]
    assert found[0].first_start == date(2026, 10, 1)
    assert 0 < found[0].detectable < 0.2


def test_a_comparison_is_registered_if_its_plan_was_kept_before_the_data():
    (plan,) = plans(programmes(6))
    answered = (date(2025, 1, 1), plan.answer_date)
    assert registered([plan], plan.question, *answered)
    assert not registered([], plan.question, *answered)
    assert not registered([plan], ("pass_rate", *plan.question[1:]), *answered)
    over = plan.answer_date - timedelta(days=1)  # for its last cohort
    assert registered([plan], plan.question, over, over)
    for day in (over - timedelta(days=1), plan.answer_date):
        assert not registered([plan], plan.question, day, day)
    late = replace(plan, known_until=plan.first_start)
    assert not registered([late], plan.question, *answered)
