"""The published and recomputed figures of the open data set, through every stage.

Sources: Kuzilek et al. 2017 (doi 10.1038/sdata.2017.171) for counts and results; rates,
curves, streaks and stickiness recomputed from the shipped tables.
"""

import json
from collections.abc import Callable

import duckdb
import polars as pl
import pytest

from tandem.core.files import Home
from tests.models.test_portability import environment

pytestmark = pytest.mark.oulad

Ask = Callable[[str], list[tuple]]


@pytest.fixture(scope="module")
def ask(oulad_home: Home) -> Ask:
    def answer(query: str) -> list[tuple]:
        with duckdb.connect(str(oulad_home.warehouse), read_only=True) as connection:
            return connection.sql(query).fetchall()

    return answer


def total(ask: Ask, kpi_id: str) -> tuple[float, float]:
    query = (
        "select sum(numerator), sum(denominator) from marts.fct_kpis where kpi_id = "
    )
    return ask(f"{query}'{kpi_id}'")[0]


def test_every_enrolment_episode_and_learner_is_present(ask: Ask):
    query = "select count(*), count(distinct learner_key) from marts.fct_enrolments"
    assert ask(query) == [(32593, 28785)]


def test_repeated_episodes_and_previous_attempts_are_counted_separately(ask: Ask):
    query = """
        select
            count(*) filter (where episode_no > 1),
            count(*) filter (where previous_attempts > 0)
        from marts.fct_enrolments
    """
    assert ask(query) == [(1309, 4172)]


def test_statuses_follow_the_final_result(ask: Ask):
    query = """
        select
            count(*) filter (where status = 'completed'),
            count(*) filter (where status in ('withdrawn', 'withdrawn_before_start'))
        from marts.fct_enrolments
    """
    assert ask(query) == [(15385, 10156)]


@pytest.mark.parametrize(
    ("kpi_id", "denominator", "rate"),
    [
        ("completion_rate", 32593, 0.4720),
        ("completion_rate_at_start", 29496, 0.5216),
        ("completion_rate_not_withdrawn", 22437, 0.6857),
    ],
)
def test_three_bases_give_three_completion_rates(
    ask: Ask, kpi_id: str, denominator: int, rate: float
):
    assert total(ask, kpi_id)[1] == denominator
    assert total(ask, kpi_id)[0] == 15385
    assert round(15385 / denominator, 4) == rate


def test_missing_dates_are_null_and_their_enrolments_are_kept(ask: Ask):
    query = """
        select
            count(*) filter (where enrolled_at is null),
            count(*) filter (where status like 'withdrawn%' and withdrawn_at is null)
        from marts.fct_enrolments
    """
    assert ask(query) == [(45, 93)]


def test_the_check_reports_incomplete_and_repeated_records(oulad_home: Home):
    status = json.loads((oulad_home.root / "status.json").read_text("utf-8"))
    assert status["check"]["reported"] == [
        "4,172 of 32,593 enrolments follow earlier attempts",
        "45 of 32,593 enrolments have no date of their own, and count from their"
        " cohort's first day",
        "1,909 of 173,912 results are carried over from an earlier enrolment",
        "173 of 173,912 results have no score",
        "3,538 of 28,785 learners have more than one enrolment",
        "9 of 22,437 other enrolments have a day of withdrawal",
        "93 of 10,156 withdrawn enrolments have no day of withdrawal",
    ]


def test_completion_dates_are_marked_as_imputed(ask: Ask):
    query = """
        select distinct is_imputed from marts.fct_enrolments where status = 'completed'
    """
    assert ask(query) == [(True,)]


def test_no_click_row_is_lost(ask: Ask):
    query = """
        select count(*), count(distinct statement_id), sum(interaction_count)
        from raw.statements where verb_id like '%/interacted'
    """
    assert ask(query) == [(753564, 753564, 2594563)]


def test_completion_of_starters_is_absent_where_no_start_is_recorded(ask: Ask):
    query = """
        select count(distinct cohort_id) from marts.fct_kpis
        where kpi_id = 'completion_rate_started' and denominator > 0
    """
    assert ask(query) == [(3,)]
    query = """
        select count(*), count(started_at) from marts.fct_enrolments
        inner join marts.dim_cohorts using (cohort_id)
        where not dim_cohorts.has_activity_evidence
    """
    without_log, with_start = ask(query)[0]
    assert without_log > 0
    assert with_start == 0


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (30, 0.9312),
        (60, 0.8937),
        (90, 0.8666),
        (120, 0.84),
        (180, 0.7891),
        (240, 0.7637),
    ],
)
def test_the_share_not_withdrawn_is_the_kaplan_meier_estimate(
    ask: Ask, day: int, share: float
):
    template = """
        with life_table as (
            select
                'all' as cell, day, sum(at_risk) as at_risk,
                sum(withdrawn) as events, sum(completed) as competing
            from marts.fct_life_table where clock = 'withdrawal' group by day
        ),
        {{ survival_curve('curves', 'life_table', ['cell']) }}
        select survival from curves
    """
    curve = environment().from_string(template).render()
    assert round(ask(f"{curve} where day = {day}")[0][0], 4) == share


@pytest.mark.parametrize(
    ("cohort_id", "median", "p90"),
    [("AAA-2013J", 6, 21.6), ("AAA-2014J", 6, 22.4), ("BBB-2013B", 4, 14)],
)
def test_best_streaks_are_as_recomputed(
    ask: Ask, cohort_id: str, median: float, p90: float
):
    query = f"""
        select statistic, value from marts.fct_kpi_statistics
        where kpi_id = 'best_streak' and cohort_id = '{cohort_id}'
    """
    found = dict(ask(query))
    assert found["median"] == pytest.approx(median)
    assert found["p90"] == pytest.approx(p90)


def test_every_comparison_of_the_open_data_has_one_mode(oulad_home: Home):
    with duckdb.connect(str(oulad_home.warehouse), read_only=True) as connection:
        rows = connection.sql("select * from compared.fct_mode_comparisons").pl()
    assert rows["verdict"].unique().to_list() == ["not_comparable_no_overlap"]
    assert set(rows["mode_a"]) == {"async"}
    assert rows["mode_b"].null_count() == rows.height
    only = ": not compared, all self-paced. Only one mode was used"
    assert rows["sentence"].str.contains(only, literal=True).all()
    assert set(rows["trailing_quarters"]) == {1, 4, 8}
    whole = rows.filter(
        (pl.col("kpi_id") == "completion_rate")
        & (pl.col("outcome_category") == "all")
        & (pl.col("trailing_quarters") == 8)
        & (pl.col("period_end_date") == pl.col("period_end_date").max())
    )
    assert whole.select("programme_count_a", "cohort_count_a").row(0) == (7, 22)


def test_the_published_file_has_no_column_of_a_person(oulad_home: Home):
    folder = oulad_home.snapshot_folder(oulad_home.current_snapshot()["snapshot_id"])
    path = str(folder / "dashboard.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        columns = connection.sql(
            "select column_name from duckdb_columns() where not internal"
        ).fetchall()
    assert columns
    names = {name for (name,) in columns}
    assert not names & {"learner_key", "actor_key", "enrolment_id", "statement"}
