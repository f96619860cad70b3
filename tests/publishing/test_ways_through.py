"""Funnels and hand-offs of programmes: no group of fewer than k people follows."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from publishing.blended import Year, steps
from publishing.funnels import STEPS, hidden_steps, programme_funnels
from publishing.programme_steps import programme_steps

K = 10
YEAR = Year(date(2025, 4, 1), date(2026, 3, 31))


def funnel(
    *,
    never: int = 30,
    left: int = 30,
    failed: int = 30,
    passed: int = 30,
    otherwise: int = 0,
    value: float | None = None,
    **fields: Any,
) -> dict[str, tuple[str, float | None]]:
    """Return step -> state and share of one programme of these groups of people."""
    groups = (
        (never - otherwise, (False, False, None)),
        (otherwise, (False, False, True)),
        (left, (True, False, None)),
        (failed, (True, True, False)),
        (passed, (True, True, True)),
    )
    rows = [flags for count, flags in groups for _ in range(count)]
    found = pl.DataFrame(
        [
            {
                "programme_id": "P",
                "learner_key": f"p{number}",
                "is_started": is_started,
                "is_finished": is_finished,
                "is_passed": is_passed,
                "is_unknown": False,
            }
            | fields
            for number, (is_started, is_finished, is_passed) in enumerate(rows)
        ]
    )
    share = (failed + passed) / len(rows) if value is None else value
    cell = {"programme_id": "P", "value": share, "state": "shown"}
    published = programme_funnels(found, pl.DataFrame([cell]), YEAR, K)
    return {
        row["step"]: (row["state"], row["reached_share"])
        for row in published.iter_rows(named=True)
    }


def test_a_funnel_has_four_steps_of_all_who_enrolled():
    assert funnel() == {
        "enrolled": ("shown", 1.0),
        "started": ("shown", 0.75),
        "finished": ("shown", 0.5),
        "passed": ("shown", 0.25),
    }


@pytest.mark.parametrize(("size", "state"), [(9, "as_before"), (10, "shown")])
def test_who_never_started_is_counted_from_k_people_on(size: int, state: str):
    assert funnel(never=size)["started"][0] == state


@pytest.mark.parametrize(
    ("size", "state"), [(9, "as_after"), (10, "shown"), (11, "shown")]
)
def test_who_stopped_after_starting_is_counted_from_k_people_on(size: int, state: str):
    assert funnel(left=size)["started"][0] == state


@pytest.mark.parametrize(
    ("size", "state"), [(9, "as_before"), (10, "shown"), (11, "shown")]
)
def test_who_finished_without_a_pass_is_counted_from_k_people_on(size: int, state: str):
    assert funnel(failed=size)["passed"][0] == state


@pytest.mark.parametrize(("size", "state"), [(9, "hidden"), (10, "shown")])
def test_fewer_than_k_passes_are_hidden(size: int, state: str):
    assert funnel(passed=size)["passed"][0] == state


@pytest.mark.parametrize(
    ("size", "state"), [(0, "shown"), (1, "hidden"), (9, "hidden"), (10, "shown")]
)
def test_passes_less_those_of_finishers_leave_no_small_group(size: int, state: str):
    assert funnel(otherwise=size)["passed"][0] == state


def test_a_start_that_is_not_recorded_for_everybody_is_not_measured():
    assert funnel(is_unknown=True)["started"] == ("not_measured", None)


def test_a_programme_without_tests_has_no_passes():
    assert funnel(failed=30, passed=30, is_passed=None)["passed"][0] == "not_measured"


@pytest.mark.parametrize("state", ["hidden", "no_data", "immature"])
def test_nothing_is_shown_where_the_headline_is_not(state: str):
    found = pl.DataFrame(
        {
            "programme_id": ["P"] * 40,
            "learner_key": [f"p{number}" for number in range(40)],
            "is_started": [True] * 40,
            "is_finished": [number < 20 for number in range(40)],
            "is_passed": [None] * 40,
            "is_unknown": [False] * 40,
        }
    )
    cell = {"programme_id": "P", "value": None, "state": state}
    published = programme_funnels(found, pl.DataFrame([cell]), YEAR, K)
    assert published["state"].to_list() == ["hidden"] * len(STEPS)
    assert published["enrolment_count"].null_count() == len(STEPS)


def test_the_share_that_finished_is_the_published_one():
    assert funnel(value=0.4)["finished"] == ("shown", 0.4)


def test_a_step_is_hidden_where_its_own_kpi_is():
    found = pl.DataFrame(
        {
            "programme_id": ["P"] * 100,
            "learner_key": [f"p{number}" for number in range(100)],
            "is_started": [number < 75 for number in range(100)],
            "is_finished": [number < 50 for number in range(100)],
            "is_passed": [
                number < 25 if number < 50 else None for number in range(100)
            ],
            "is_unknown": [False] * 100,
        }
    )
    headline = pl.DataFrame([{"programme_id": "P", "value": 0.5, "state": "shown"}])
    kpis = pl.DataFrame(
        {
            "kpi_id": ["starting", "passing"],
            "numerator_column": ["start_rate_numerator", "pass_rate_numerator"],
        }
    )
    cell = {
        "cube": "programme",
        "programme_id": "P",
        "period_start_date": YEAR.start,
        "period_end_date": YEAR.end,
    }

    def shown(starting: str, passing: str, **changed: Any) -> list[str]:
        cells = pl.DataFrame(
            [
                cell | {"kpi_id": "starting", "state": starting} | changed,
                cell | {"kpi_id": "passing", "state": passing} | changed,
            ]
        )
        hidden = hidden_steps(kpis, cells, YEAR.end)
        return programme_funnels(found, headline, YEAR, K, hidden)["state"].to_list()

    assert shown("shown", "shown") == ["shown"] * 4
    assert shown("hidden", "shown") == ["shown", "hidden", "shown", "shown"]
    assert shown("shown", "hidden") == ["shown", "shown", "shown", "hidden"]
    quarter = date(2026, 1, 1)  # a quarter of the year that is hidden on its own
    assert shown("hidden", "hidden", period_start_date=quarter)[1] == "hidden"
    other = {
        "period_start_date": date(2024, 4, 1),
        "period_end_date": date(2025, 3, 31),
    }
    assert shown("hidden", "hidden", **other) == ["shown"] * 4


def walked(programme_id: str, started: int, *reached: int) -> pl.DataFrame:
    """Phases of a programme; `reached` says how many come to each step."""
    return pl.DataFrame(
        [
            {
                "enrolment_id": f"{programme_id}{person:04d}",
                "learner_key": f"{programme_id}{person:04d}",
                "programme_id": programme_id,
                "cohort_id": f"{programme_id}-1",
                "hybrid_pattern": "prework_live_followup",
                "phase_no": number,
                "step_mode": "sync" if number == 2 else "async",
                "is_reached": person < count,
                "gap_days": 6.0 if number > 1 and person < count else None,
            }
            for person in range(started)
            for number, count in enumerate(reached, start=1)
        ]
    )


def states(*programmes: tuple[int, ...], hidden: str = "") -> dict[str, list[str]]:
    """Return programme -> states of its steps, for (started, reached, ...) each."""
    names = "ABCDEF"[: len(programmes)]
    found = programme_steps(
        pl.concat(
            walked(name, *numbers)
            for name, numbers in zip(names, programmes, strict=True)
        ),
        YEAR,
        pl.DataFrame(
            {
                "programme_id": list(names),
                "state": ["hidden" if n in hidden else "shown" for n in names],
            }
        ),
        K,
    )
    for row in found.filter(pl.col("state") == "hidden").iter_rows(named=True):
        numbers = ("enrolment_count", "reached_share", "lost_share", "gap_days_median")
        assert [row[name] for name in numbers] == [None] * len(numbers)
    return {
        name: found.filter(pl.col("programme_id") == name)["state"].to_list()
        for name in names
    }


def test_each_programme_has_the_steps_of_its_own_people():
    assert states((60, 45, 30), (80, 60, 40)) == {
        "A": ["shown", "shown"],
        "B": ["shown", "shown"],
    }


def test_beside_a_single_programme_that_is_not_shown_the_smallest_hides_its_step():
    assert states((60, 55, 30), (80, 60, 40), (70, 50, 30)) == {
        "A": ["as_before", "hidden"],  # C hides the second step, and needs another
        "B": ["shown", "shown"],
        "C": ["hidden", "hidden"],
    }


@pytest.mark.parametrize(("lost", "state"), [(4, "hidden"), (5, "shown"), (6, "shown")])
def test_steps_that_are_not_shown_lose_k_people_together(lost: int, state: str):
    found = states((60, 60 - lost), (60, 55), (90, 60), (80, 50))
    assert found["A"] == found["B"] == ["as_before"]
    assert found["D"] == [state]


def test_a_programme_that_is_hidden_elsewhere_shows_no_step():
    found = states((60, 45), (80, 60), (70, 50), (50, 30), hidden="A")
    assert found["A"] == ["hidden"]
    assert sorted(found.values()) == [["hidden"], ["hidden"], ["shown"], ["shown"]]


def test_the_steps_of_a_pattern_less_those_shown_leave_two_programmes_or_none():
    """Whatever an attacker subtracts, two programmes or more are behind the rest."""
    sizes = ((60, 52), (61, 40), (80, 55), (75, 70), (40, 12), (30, 9))
    found = states(*sizes)
    rest = [name for name, (state,) in found.items() if state != "shown"]
    lost = [
        number - reached
        for name, (number, reached) in zip(found, sizes, strict=True)
        if name in rest
    ]
    assert len(rest) >= 2
    assert sum(lost) >= K


def test_no_blended_cohort_makes_no_step():
    none = walked("A", 10, 10).clear()
    cells = pl.DataFrame({"programme_id": ["A"], "state": ["shown"]})
    assert programme_steps(none, YEAR, cells, K).is_empty()
    assert steps(none, YEAR, K).is_empty()
