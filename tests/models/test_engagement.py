"""Engagement on the open data set, against figures recomputed from its own tables.

Sources: stickiness and streaks after the definitions of daily and monthly active
learners; lateness from studentAssessment and assessments. Kuzilek et al. 2017
(doi 10.1038/sdata.2017.171).
"""

from collections.abc import Callable

import duckdb
import pytest

from tandem.core.files import Home

pytestmark = pytest.mark.oulad

Ask = Callable[[str], list[tuple]]


@pytest.fixture(scope="module")
def ask(oulad_home: Home) -> Ask:
    def answer(query: str) -> list[tuple]:
        with duckdb.connect(str(oulad_home.warehouse), read_only=True) as connection:
            return connection.sql(query).fetchall()

    return answer


def test_every_click_is_counted_on_a_day(ask: Ask):
    """753,564 rows of the click log, and the 172 submissions without a score."""
    query = """
        select sum(event_count) - 172, sum(interaction_count)
        from marts.fct_learner_days
    """
    assert ask(query) == [(753564, 2594563)]


STICKY = pytest.mark.parametrize(
    ("day", "share"), [(27, 0.489), (83, 0.324), (139, 0.384), (251, 0.331)]
)


@STICKY
def test_stickiness_is_as_recomputed(ask: Ask, day: int, share: float):
    query = f"""
        select recent_daily_mean / recent_learner_count from marts.fct_cohort_days
        where cohort_id = 'AAA-2013J' and cohort_day = {day}
    """
    assert round(ask(query)[0][0], 3) == share


@STICKY
def test_four_week_windows_sum_to_the_same_stickiness(ask: Ask, day: int, share: float):
    query = f"""
        select sum(stickiness_numerator) / sum(stickiness_denominator)
        from marts.fct_activity_windows
        where cohort_id = 'AAA-2013J' and window_no = {day // 28}
    """
    assert round(ask(query)[0][0], 3) == share


def test_lateness_of_tutor_marked_work_is_as_recomputed(ask: Ask):
    query = """
        select
            quantile_cont(lateness_days, [0.05, 0.25, 0.5, 0.75, 0.95]),
            round(avg(cast(lateness_days > 0 as integer)), 3)
        from marts.fct_submissions
        inner join marts.dim_activities using (activity_id)
        where activity_name like 'TMA %'
    """
    assert ask(query) == [([-8, -2, -1, 0, 9], 0.168)]


def test_a_daily_click_log_gives_no_hours(ask: Ask):
    query = """
        select count(*), count(self_paced_seconds), count(live_seconds)
        from marts.fct_learner_days
    """
    days, timed, live = ask(query)[0]
    assert days > 0
    assert (timed, live) == (0, 0)


def test_a_kpi_without_evidence_has_no_row(ask: Ask):
    query = "select distinct kpi_id from marts.fct_kpis"
    measured = {kpi_id for (kpi_id,) in ask(query)}
    assert measured.isdisjoint(
        {
            "attendance_rate",
            "no_show_rate",
            "presence_depth",
            "learning_hours_per_enrolment",
            "cost_per_completion",
            "time_to_completion",
            "on_time_rate",
        }
    )


def test_activity_is_null_where_it_was_not_recorded(ask: Ask):
    query = """
        select has_activity_evidence, count(*), count(active_day_count)
        from marts.fct_learner_engagement group by all order by all
    """
    assert ask(query) == [(False, 30078, 0), (True, 2515, 2515)]


def test_a_result_carried_over_is_not_an_attempt(ask: Ask):
    query = """
        select count(*), sum(attempts_per_assessment_denominator)
        from marts.fct_activity_attempts
    """
    attempts, assessments = ask(query)[0]
    assert (attempts, assessments) == (171831, 171831)
