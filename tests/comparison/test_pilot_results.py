"""A kept plan is judged once, on its own cohorts and its own KPI."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from bench.alarms import FINISHED
from comparison.pilot_results import pilot_results, sample_ratio_p
from comparison.pilots import PilotPlan, assignments
from comparison.reading import Evidence
from comparison.windows import months_later
from tandem.cli.main import app
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tests.comparison.offerings import THRESHOLDS, Offering, cells
from tests.comparison.planted import planted
from tests.comparison.warehouse import Marts, make_warehouse

NAMES = tuple(f"P{n}" for n in range(6))
FIRST, LAST, ANSWER = date(2025, 4, 1), date(2025, 6, 30), date(2025, 7, 31)
MODES = ("sync", "async")
PLAN = PilotPlan(
    plan_id="completion_rate-leadership-sync-async-20250401",
    kpi_id="completion_rate",
    outcome_category="leadership",
    mode_a="sync",
    mode_b="async",
    because="insufficient_programmes",
    design="paired",
    programmes=NAMES,
    cohorts_per_mode=1,
    people_per_cohort=100,
    first_start=FIRST,
    last_start=LAST,
    answer_date=ANSWER,
    detectable=0.09,
    is_scatter_seen=True,
    margin=0.03,
    known_until=date(2025, 3, 31),
    seed=1,
    assignments=assignments(NAMES, MODES, 1, 1),
)
SENT = planted(3).evidence


def delivered(
    live: float = 0.7,
    people: tuple[int, int] = (100, 100),
    starts: date = date(2025, 5, 1),
    known_until: date = date(2025, 9, 30),
    names: tuple[str, ...] = NAMES,
) -> Evidence:
    """Return the evidence of a pilot, beside older cohorts with an opposite result."""
    offered = [Offering("P0", "sync", 500, 50), Offering("P0", "async", 500, 450)]
    cohorts = []
    for number, name in enumerate(names):
        for mode, share, count in zip(MODES, (live, 0.5), people, strict=True):
            finished = round(count * (share + 0.01 * (number % 3)))
            offered.append(
                Offering(name, mode, count, finished, cohort_id="pilot",
                         quarter=date(2025, 7, 1))
            )  # fmt: skip
            cohorts.append(
                {
                    "programme_id": name,
                    "cohort_id": f"{name}-{mode}-pilot",
                    "enrolment_count": count,
                    "delivery_mode": mode,
                    "outcome_category": "leadership",
                    "starts_at": datetime(starts.year, starts.month, starts.day),  # noqa: DTZ001 - UTC, as the marts
                    "horizon_days": 30,
                    "known_until": known_until,
                }
            )
    frame = cells(offered)
    return replace(
        SENT,
        cells=frame,
        cohorts=pl.DataFrame(cohorts),
        classes=dict.fromkeys(frame["programme_id"].to_list(), "content"),
        kpis={"completion_rate": FINISHED},
        known_until=known_until,
    )


def row(evidence: Evidence, plan: PilotPlan = PLAN) -> dict[str, Any]:
    (found,) = pilot_results([plan], evidence, THRESHOLDS, 0.03)
    return found


def test_its_own_cohorts_answer_in_one_look_and_older_ones_do_not_count():
    found = row(delivered())
    assert (found["status"], found["verdict"]) == ("answered", "difference")
    assert found["adjusted_difference"] == pytest.approx(0.2, abs=0.001)
    assert 0 < found["ci_low"] < 0.2 < found["ci_high"]
    assert (found["cohort_count"], found["otherwise_count"]) == (12, 0)
    assert (found["learner_count_a"], found["learner_count_b"]) == (600, 600)
    assert found["sentence"].startswith(
        "This pilot was planned before its data arrived; 12 of 12 cohorts ran. "
    )
    assert "Live is 20 points above Self-paced" in found["sentence"]


def test_no_difference_is_an_answer_too():
    found = row(delivered(live=0.5, people=(4_000, 4_000)))
    assert found["status"] == "answered"
    assert found["verdict"] == "equivalent_within_margin"


@pytest.mark.parametrize(
    ("evidence", "status", "words"),
    [
        (
            replace(delivered(), cohorts=pl.DataFrame()),
            "planned",
            "Planned: 12 cohorts, half Live and half Self-paced, from 2025-04-01 on.",
        ),
        (
            delivered(known_until=date(2025, 5, 29)),
            "running",
            "Running: 12 of 12 cohorts have begun.",
        ),
        (
            delivered(known_until=date(2025, 6, 30), names=NAMES[:5]),
            "running",
            "Running: 10 of 12 cohorts have begun.",
        ),
    ],
)
def test_before_its_time_is_over_it_has_no_verdict(
    evidence: Evidence, status: str, words: str
):
    found = row(evidence)
    assert (found["status"], found["verdict"]) == (status, None)
    assert found["sentence"].startswith(words)
    assert [found[n] for n in ("adjusted_difference", "ci_low", "ci_high")] == [
        None
    ] * 3


@pytest.mark.parametrize(("day", "status"), [(30, "running"), (31, "answered")])
def test_it_answers_on_the_day_on_which_its_last_cohort_is_over(day: int, status: str):
    # Begun on 1 May, so that its 30 days end on 31 May; known on that day.
    whole = replace(PLAN, last_start=date(2025, 5, 20), answer_date=date(2025, 6, 20))
    found = row(delivered(known_until=date(2025, 5, day)), whole)
    assert found["status"] == status


def test_cohorts_that_never_came_leave_what_there_is():
    found = row(delivered(names=NAMES[:3]))
    assert found["status"] == "answered"
    assert found["verdict"] == "insufficient_programmes"
    assert (found["cohort_count"], found["otherwise_count"]) == (6, 6)
    nothing = row(delivered(people=(100, 0)))
    assert nothing["verdict"] in (None, "suppressed", "insufficient_programmes")


@pytest.mark.parametrize(
    ("starts", "count"),
    [
        (date(2025, 3, 31), 0),
        (date(2025, 4, 1), 12),
        (date(2025, 6, 30), 12),
        (date(2025, 7, 1), 0),
    ],
)
def test_a_cohort_belongs_to_the_plan_if_it_starts_between_its_days(
    starts: date, count: int
):
    assert row(delivered(starts=starts))["cohort_count"] == count


def test_people_in_other_proportions_than_planned_stop_the_verdict():
    # 600 and 720 of 1,320: z = 3.30, p = 0.00095; with 600 and 719, p = 0.00105.
    found = row(delivered(people=(100, 120)))
    assert found["sample_ratio_p"] == pytest.approx(0.00095, abs=0.00001)
    assert (found["status"], found["verdict"]) == ("stopped", None)
    assert found["ci_low"] is None
    assert "about 600 people came to Live and 720 to Self-paced" in found["sentence"]
    assert sample_ratio_p(600, 719) > 0.001
    kept = row(delivered(people=(100, 119)))
    assert kept["status"] == "answered"


def test_the_sample_ratio_is_rarely_off_where_people_come_by_chance():
    chance = np.random.default_rng(4)
    p_values = [sample_ratio_p(n, 800 - n) for n in chance.binomial(800, 0.5, 2_000)]
    assert np.mean(np.array(p_values) < 0.001) <= 0.004
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.02)
    assert sample_ratio_p(0, 0) == 1.0
    assert sample_ratio_p(30, 60, share_a=1 / 3) == pytest.approx(1.0)


def run(*arguments: str):
    return CliRunner().invoke(app, ["pilot", *arguments], catch_exceptions=False)


def test_a_plan_is_kept_compared_and_answered(home: Home, tmp_path: Path):
    """From the refusal to the answer, on the command line."""
    history = [
        Offering(name, "async", 200, 120, cohort_id=str(c))
        for name in NAMES
        for c in "12"
    ]
    make_warehouse(home.warehouse, Marts(cells(history), is_dated=False))
    CliRunner().invoke(app, ["compare"])
    printed = run("propose", "--category", "leadership").stdout
    plan_id = printed.split()[0]
    assert plan_id.startswith("completion_rate-leadership-sync-async-20")
    assert run("list").stdout.startswith("No plan is kept")
    assert run("keep", plan_id, "--reason", "To choose next year's mode").exit_code == 0
    listed = run("assign", plan_id).stdout.splitlines()
    assert listed[0] == "programme_id,cohort_number,delivery_mode"
    assert sorted({line.split(",")[2] for line in listed[1:]}) == ["async", "sync"]
    assert run("assign", plan_id).stdout.splitlines() == listed
    CliRunner().invoke(app, ["compare"])
    assert "Planned: " in run("list").stdout
    (kept,) = pilots_of(home)
    assert (kept["status"], kept["planned_cohort_count"]) == (
        "planned",
        len(listed) - 1,
    )

    first = kept["first_start_date"]
    matured = months_later(first, 3)
    with duckdb.connect(str(home.warehouse)) as connection:
        for line in listed[1:]:
            name, number, mode = line.split(",")
            connection.execute(
                "insert into marts.dim_cohorts"
                " values ($1, $2, $3, 'leadership', $4, 50)",
                [name, f"new-{name}-{number}", mode, first],
            )
            finished = (45 if mode == "sync" else 20) + int(name[1:]) % 3
            connection.execute(
                """
                insert into marts.fct_comparison_cells by name
                select * replace (
                    $1 as programme_id, $2 as cohort_id, $3 as delivery_mode,
                    $4 as period_start_date, 50 as learner_count, 50 as denominator,
                    $5 as numerator, $5 as value_sum, $5 as value_sum_of_squares,
                    $5 as unmatched_low, $5 as unmatched_high
                )
                from marts.fct_comparison_cells limit 1
                """,
                [name, f"new-{name}-{number}", mode, matured, float(finished)],
            )
        connection.execute(
            "update marts.dim_programmes set as_of = $1", [first + timedelta(days=200)]
        )
    CliRunner().invoke(app, ["compare"])
    (answered,) = pilots_of(home)
    assert (answered["status"], answered["verdict"]) == ("answered", "difference")
    assert "Live is 50 points above Self-paced" in run("list").stdout
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        rows = connection.sql(
            "select outcome_category, evidence_gates from compared.fct_mode_comparisons"
            " where trailing_quarters = 4 and period_end_date ="
            " (select max(period_end_date) from compared.fct_mode_comparisons)"
        ).fetchall()
    # The question of the category was planned, that of all categories was not.
    assert {name for name, gates in rows if "registered" in gates} == {"leadership"}


def pilots_of(home: Home) -> list[dict[str, Any]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql("from compared.fct_pilots").pl().to_dicts()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("keep", "nothing", "--reason", "x"), "nobody proposes this pilot now"),
        (("keep", "nothing", "--reason", " "), "a reason is missing"),
        (("assign", "nothing"), "no such plan is kept"),
    ],
)
def test_wrong_use_says_what_to_do(home: Home, arguments: tuple[str, ...], words: str):
    offered = [Offering(f"P{n}", "async", 200, 120) for n in range(6)]
    make_warehouse(home.warehouse, Marts(cells(offered), is_dated=False))
    CliRunner().invoke(app, ["compare"])
    done = CliRunner().invoke(app, ["pilot", *arguments])
    assert words in str(done.exception)


def test_a_plan_is_kept_once(home: Home):
    offered = [Offering(f"P{n}", "async", 200, 120) for n in range(6)]
    make_warehouse(home.warehouse, Marts(cells(offered), is_dated=False))
    CliRunner().invoke(app, ["compare"])
    plan_id = run("propose", "--category", "leadership").stdout.split()[0]
    run("keep", plan_id, "--reason", "To know")
    again = CliRunner().invoke(app, ["pilot", "keep", plan_id, "--reason", "To know"])
    assert "it is kept already" in str(again.exception)


def test_a_pilot_that_contradicts_a_kept_one_is_refused(home: Home):
    offered = [Offering(f"P{n}", "async", 200, 120) for n in range(6)]
    make_warehouse(home.warehouse, Marts(cells(offered), is_dated=False))
    CliRunner().invoke(app, ["compare"])
    proposed = [
        line for line in run("propose").stdout.splitlines() if not line.startswith(" ")
    ]
    category, other = proposed[:2]  # of one category, and of all of them
    assert "cannot be kept" not in run("propose").stdout
    run("keep", category, "--reason", "To know")
    done = CliRunner().invoke(app, ["pilot", "keep", other, "--reason", "To know"])
    assert isinstance(done.exception, WrongUse)
    assert f"the kept pilot {category} gives cohorts of P0" in str(done.exception)
    assert f"cannot be kept: the kept pilot {category}" in run("propose").stdout


@pytest.mark.parametrize(
    ("option", "word", "allowed"),
    [
        ("--kpi", "completion", "completion_rate"),
        ("--category", "leader", "leadership"),
        ("--category", "?", "compliance"),
    ],
)
def test_an_unknown_word_is_refused_with_those_that_are_allowed(
    option: str, word: str, allowed: str
):
    done = CliRunner().invoke(app, ["pilot", "propose", option, word])
    assert isinstance(done.exception, WrongUse)
    assert f"{option}: there is no '{word}'" in str(done.exception)
    assert allowed in str(done.exception)


def test_before_anything_was_compared_the_next_step_is_named(home: Home):
    offered = [Offering(f"P{n}", "async", 200, 120) for n in range(6)]
    make_warehouse(home.warehouse, Marts(cells(offered), is_dated=False))
    done = CliRunner().invoke(app, ["pilot", "propose"])
    assert "run `tandem compare`" in str(done.exception)
