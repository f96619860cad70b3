"""A programme against what its mix would give at the rates of others of its kind."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from bench.alarms import FINISHED
from comparison.benchmarks import programme_benchmarks
from comparison.windows import window
from tests.comparison.offerings import QUARTER, THRESHOLDS, Offering, cells
from tests.comparison.planted import planted

YEAR = window(QUARTER, 4)
EVIDENCE = planted(3).evidence


def rows(offered: list[Offering], kpi=FINISHED) -> dict[str, dict[str, Any]]:
    frame = cells(offered)
    evidence = replace(
        EVIDENCE,
        cells=frame,
        classes=dict.fromkeys(frame["programme_id"].to_list(), "content"),
        kpis={kpi.kpi_id: kpi},
    )
    found = programme_benchmarks(evidence, YEAR, THRESHOLDS)
    return {row["programme_id"]: row for row in found}


def programme(name: str, mode: str, people: int, share: float, **values: str):
    return [
        Offering(name, mode, people, round(people * share), cohort_id=cohort, **values)
        for cohort in ("1", "2")
    ]


OTHERS = [
    *programme("Q", "async", 100, 0.8),
    *programme("R", "async", 300, 0.6),
    *programme("R", "sync", 100, 0.9),
]


def test_the_benchmark_is_the_others_rate_in_each_mode_at_the_programmes_own_mix():
    own = [*programme("P", "async", 100, 0.7), *programme("P", "sync", 300, 0.7)]
    row = rows([*own, *OTHERS])["P"]
    # async: (160 + 360) / 800 = 0.65 for a quarter of its people; sync 0.9.
    assert row["benchmark"] == pytest.approx(0.65 / 4 + 0.9 * 3 / 4)
    assert row["value"] == pytest.approx(0.7)
    assert row["difference"] == pytest.approx(0.7 - row["benchmark"])
    assert row["ci_low"] < row["difference"] < row["ci_high"] < 0
    # 200 of 1,000 people in async, 600 of 800 in sync.
    assert row["own_share"] == pytest.approx(0.2 / 4 + 0.75 * 3 / 4)
    assert (row["covered_share"], row["reason"]) == (1.0, None)
    assert row["other_programmes"] == "Q,R"


def test_other_people_give_another_benchmark():
    frame = [
        *programme("P", "async", 200, 0.5, segment="new"),
        *programme("Q", "async", 100, 0.9, segment="old"),
        *programme("Q", "async", 100, 0.5, segment="new"),
        *programme("R", "async", 100, 0.9, segment="old"),
        *programme("R", "async", 100, 0.5, segment="new"),
    ]
    row = rows(frame)["P"]
    # At the others' own mix it would be 0.7; effects are shrunk a little.
    assert row["benchmark"] == pytest.approx(0.5, abs=0.02)
    assert abs(row["difference"]) < 0.02


def test_another_category_or_completion_class_is_no_benchmark():
    own = programme("P", "async", 100, 0.7)
    apart = programme("S", "async", 100, 0.1, outcome_category="compliance")
    found = rows([*own, *OTHERS, *apart])
    assert found["P"]["benchmark"] == pytest.approx(0.65)
    assert (found["S"]["benchmark"], found["S"]["reason"]) == (
        None,
        "no_other_programme",
    )


@pytest.mark.parametrize(("alone", "has_one"), [(101, False), (100, True), (99, True)])
def test_half_of_the_people_must_be_in_modes_that_others_have(
    alone: int, has_one: bool
):
    own = [*programme("P", "async", 100, 0.7), *programme("P", "hybrid", alone, 0.7)]
    row = rows([*own, *OTHERS])["P"]
    assert (row["reason"] is None) == has_one
    assert row["covered_share"] == pytest.approx(100 / (100 + alone))


@pytest.mark.parametrize(("people", "other_programmes"), [(4, "R"), (5, "Q,R")])
def test_a_small_group_is_in_nobodys_benchmark(people: int, other_programmes: str):
    small = programme("Q", "async", people, 0.8)  # twice: 8 or 10 people
    row = rows([*programme("P", "async", 100, 0.7), *small, *OTHERS[2:]])["P"]
    assert row["other_programmes"] == other_programmes


@pytest.mark.parametrize(
    ("offered", "kpi", "reason"),
    [
        (programme("P", "async", 4, 0.5), FINISHED, "too_few_people"),
        (
            programme("P", "async", 100, 0.7, outcome_category="unclassified"),
            FINISHED,
            "no_outcome_category",
        ),
        (
            programme("P", "async", 100, 0.7),
            replace(FINISHED, comparable_within="programme"),
            "own_assessment",
        ),
    ],
)
def test_a_programme_that_nothing_is_comparable_with_says_why(offered, kpi, reason):
    row = rows([*offered, *OTHERS], kpi)["P"]
    assert row["reason"] == reason
    assert [row[n] for n in ("value", "benchmark", "own_share")] == [None] * 3


def test_intervals_contain_the_planted_rate_of_the_others():
    """Programmes differ by chance alone: their difference is then rarely clear."""
    chance = np.random.default_rng(8)
    offered = []
    for number in range(120):
        for cohort in range(4):
            odds = 0.6 + chance.normal(0, 0.13)
            finished = chance.binomial(40, 1 / (1 + np.exp(-odds)))
            offered.append(
                Offering(f"P{number:03}", "async", 40, finished, cohort_id=str(cohort))
            )
    found = pl.DataFrame(list(rows(offered).values()))
    missed = found.filter((pl.col("ci_low") > 0) | (pl.col("ci_high") < 0)).height
    assert missed / found.height <= 0.05


def test_the_sample_has_a_row_for_each_programme_of_the_year():
    found = programme_benchmarks(EVIDENCE, window(QUARTER, 4), THRESHOLDS)
    inside = EVIDENCE.cells.filter(
        pl.col("period_start_date").is_between(YEAR.start, YEAR.end)
    )
    assert len(found) == inside["programme_id"].n_unique()
