"""Cohorts are hidden by the common rule, with their programme, and never one alone."""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

import polars as pl
import pytest

from publishing.cohorts import RESULT_SCHEMA, cohort_results, programme_cohorts
from publishing.disclosure.figures import Rule
from tandem.core.files import Home
from tests.publishing.conftest import Read
from tests.publishing.kpi_cells import LAST_QUARTER, Group, publish_groups

K = 10
EACH_SIDE = 3
QUARTER = date(2024, 1, 1)


@dataclass(frozen=True)
class Cohort:
    """A cohort of people who were all followed up in one quarter."""

    programme_id: str
    people: int
    finished: int


def published(cohorts: list[Cohort]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return pub.programme_cohorts and pub.kpi_cells of invented cohorts."""
    totals: dict[str, list[int]] = {}
    for cohort in cohorts:
        total = totals.setdefault(cohort.programme_id, [0, 0])
        total[0] += cohort.people
        total[1] += cohort.finished
    cells = publish_groups(
        [Group(name, people, done) for name, (people, done) in totals.items()], K
    ).cells
    numbered = [
        {"cohort_id": f"{cohort.programme_id}-{number}", "cohort": cohort}
        for number, cohort in enumerate(cohorts)
    ]
    results = pl.DataFrame(
        [
            {
                "programme_id": row["cohort"].programme_id,
                "cohort_id": row["cohort_id"],
                "numerator": row["cohort"].finished,
                "denominator": row["cohort"].people,
                "people": row["cohort"].people,
                "numerator_people": row["cohort"].finished,
                "complement_people": row["cohort"].people - row["cohort"].finished,
                "first_quarter_date": QUARTER,
                "last_quarter_date": QUARTER,
            }
            for row in numbered
        ],
        schema=RESULT_SCHEMA,
    )
    designed = pl.DataFrame(
        [
            {
                "programme_id": row["cohort"].programme_id,
                "cohort_id": row["cohort_id"],
                "delivery_mode": "sync",
                "start_month_date": QUARTER,
                "session_count": 4,
                "live_hours": 6.5,
            }
            for row in numbered
        ]
    )
    return programme_cohorts(designed, results, cells, "rate", Rule(K)), cells


def states(*cohorts: tuple[int, int]) -> list[str]:
    """Return the states of a programme's cohorts: (people, finished) each."""
    filler = Cohort("Q", 80, 40)
    found, _ = published([*(Cohort("P", *numbers) for numbers in cohorts), filler])
    return found.filter(pl.col("programme_id") == "P")["state"].to_list()


@pytest.mark.parametrize(
    ("people", "state"), [(9, "hidden"), (10, "shown"), (11, "shown")]
)
def test_a_cohort_is_shown_from_k_people_on(people: int, state: str):
    assert states((people, 5), (60, 30), (70, 35))[0] == state


@pytest.mark.parametrize(
    ("missing", "state"), [(2, "hidden"), (3, "shown"), (4, "shown")]
)
def test_a_share_with_fewer_than_three_on_a_side_is_a_band(missing: int, state: str):
    assert states((40, 40 - missing), (60, 30), (70, 35))[0] == state


def test_beside_a_single_hidden_cohort_the_smallest_other_one_is_hidden():
    assert states((8, 4), (30, 15), (60, 30)) == ["hidden", "hidden", "shown"]


def test_two_hidden_cohorts_of_k_people_together_hide_no_third():
    assert states((5, 3), (5, 2), (60, 30), (70, 30)) == [
        *["hidden"] * 2,
        *["shown"] * 2,
    ]


def test_two_hidden_cohorts_of_fewer_than_k_people_together_hide_a_third():
    assert states((5, 3), (4, 2), (60, 30), (70, 30)) == [*["hidden"] * 3, "shown"]


def test_hidden_cohorts_with_fewer_than_three_on_a_side_hide_a_third():
    assert states((40, 39), (40, 39), (60, 30), (70, 30)) == [*["hidden"] * 3, "shown"]


def test_no_cohort_is_shown_where_its_programme_is_hidden():
    everybody = [Cohort("P", 30, 29), Cohort("P", 30, 30), Cohort("Q", 80, 40)]
    found, cells = published(everybody)
    (cell,) = cells.filter(
        (pl.col("programme_id") == "P") & (pl.col("window_quarter") == LAST_QUARTER)
    ).to_dicts()
    assert cell["state"] == "hidden"
    of_programme = found.filter(pl.col("programme_id") == "P")
    assert set(of_programme["state"]) == {"hidden"}


def test_a_hidden_cohort_has_no_number_at_all():
    found, _ = published([Cohort("P", 8, 4), Cohort("P", 30, 15), Cohort("P", 60, 30)])
    numbers = ("value", "ci_low", "ci_high", "learner_count", "live_hours")
    hidden = found.filter(pl.col("state") == "hidden")
    assert hidden.height == 2
    assert hidden.select(numbers).null_count().sum_horizontal().item() == 2 * 5
    assert hidden["start_month_date"].to_list() == [QUARTER, QUARTER]


def test_shown_people_are_rounded_and_the_share_is_in_whole_points():
    found, _ = published([Cohort("P", 33, 22), Cohort("P", 64, 30)])
    row = found.row(0, named=True)
    assert (row["learner_count"], row["value"], row["live_hours"]) == (40, 0.67, 6.5)


def test_a_cohort_without_anybody_followed_up_is_still_running():
    designed = pl.DataFrame(
        {
            "programme_id": ["P"],
            "cohort_id": ["P-1"],
            "delivery_mode": ["async"],
            "start_month_date": [QUARTER],
            "session_count": [2],
            "live_hours": [1.0],
        }
    )
    cells = publish_groups([Group("P", 40, 20)], K).cells
    none = pl.DataFrame(schema=RESULT_SCHEMA)
    row = programme_cohorts(designed, none, cells, "rate", Rule(K)).row(0, named=True)
    assert (row["state"], row["live_hours"]) == ("immature", None)
    assert row["state_detail"].startswith("Still running")


def invented(seed: int) -> list[Cohort]:
    """Return cohorts of all sizes around k, with all shares."""
    random = Random(seed)
    cohorts = []
    for programme in range(random.randint(1, 4)):
        for _ in range(random.randint(1, 5)):
            people = random.choice([3, 8, 9, 10, 12, 15, 30, 60])
            finished = random.randint(0, people)
            cohorts.append(Cohort(f"P{programme}", people, finished))
    return cohorts


def bounds(row: dict[str, Any]) -> tuple[int, int]:
    """Return the fewest and the most people that a shown cohort can have."""
    return max(row["learner_count"] - K, K), row["learner_count"] + K


@pytest.mark.parametrize("seed", range(60))
def test_no_hidden_cohort_follows_by_subtraction(seed: int):
    cohorts = invented(seed)
    found, cells = published(cohorts)
    true = {f"{c.programme_id}-{n}": c for n, c in enumerate(cohorts)}
    exact = cells.filter(
        (pl.col("cube") == "programme")
        & (pl.col("state") == "shown")
        & pl.col("denominator").is_not_null()
    )
    for cell in exact.iter_rows(named=True):
        parts = found.filter(pl.col("programme_id") == cell["programme_id"])
        hidden = parts.filter(pl.col("state") == "hidden")["cohort_id"].to_list()
        if not hidden:
            continue
        assert len(hidden) >= 2, "the programme less the others gives this cohort"
        shown = parts.filter(pl.col("state") == "shown")
        limits = [bounds(row) for row in shown.iter_rows(named=True)]
        most = cell["denominator"] - sum(low for low, _ in limits)
        assert most >= sum(true[name].people for name in hidden) >= K
        assert sum(true[name].finished for name in hidden) >= EACH_SIDE
        missing = sum(true[name].people - true[name].finished for name in hidden)
        assert missing >= EACH_SIDE
        if limits:
            least = cell["denominator"] - sum(high for _, high in limits)
            assert most - max(least, 0) >= K


def test_the_people_of_a_cohort_are_counted_once(published_home: Home, read: Read):
    found = read(
        published_home,
        "select learner_count, live_hours from pub.programme_cohorts "
        "where programme_id = 'induction' order by cohort_no",
    )
    assert found["learner_count"].to_list() == [80, 80, 80, 80, 100]
    assert found["live_hours"].to_list() == [6.5] * 5


def test_without_a_headline_there_is_no_cohort(published_home: Home, read: Read):
    registry = read(published_home, "select * from pub.kpis").with_columns(
        pl.lit(False).alias("is_headline")
    )
    assert cohort_results(None, registry).is_empty()
