"""Self-paced work: launches that fail, and what learning sessions must come to."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from samples.active_weeks import active_days, live_days, truth_of_weeks
from samples.blended_uses import POSTED, uses_beside_units
from samples.catalogue import programmes
from samples.content_time import truth_of_content_time
from samples.engagement_truth import truth_of_engagement
from samples.evidence import Evidence, Truth, truth_by_mode
from samples.failed_launches import failed_launches, launches_as_visits
from samples.learning_sessions import (
    IDLE_MS,
    codes,
    learning_sessions,
    poll_answers,
    recorded_events,
    recorded_visits,
    visits_in_sessions,
)
from samples.organisation_evidence import rate_rows, truth_of_hours
from samples.outcomes import last_ends
from samples.paths import DAYS_MS, path_rows, truth_of_paths
from samples.plan import DAY, Plan
from samples.result_evidence import credentials_awarded
from samples.self_paced_traces import plant_traces
from samples.simulation import Simulation
from samples.tie_evidence import group_meetings, group_rows, truth_of_ties
from samples.trace_truth import (
    holiday_rows,
    truth_of_asked,
    truth_of_posts,
    truth_of_questions,
    truth_of_reach,
    truth_of_searches,
)
from samples.traces import Traces

UNIT_ROLES = ("unit", "pre_work", "follow_up", "practice")
INITIATED = (
    *("launched", "initialized", "terminated", "video_initialized"),
    *("video_played", "video_paused", "video_terminated"),
)
HOUR_MS, MICRO_MS = 3_600_000, (120_000, 300_000)


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return failed launches, traces beside content, and the KPIs that follow."""
    events = recorded_events(plan, made)
    visits = recorded_visits(events)
    failed, statements = failed_launches(plan, made, visits)
    traces = plant_traces(plan, made, visits)
    beside = uses_beside_units(plan, made)
    posted = beside.filter(pl.col("verb") == POSTED)
    traces.posts += [{**post, "replied_at": None} for post in _acts_of(posted)]
    traces.acts += posted.select("enrolment", "at").rows()
    traces.badges += credentials_awarded(plan, made)
    looked_up = launches_as_visits(beside.filter(pl.col("verb") != POSTED))
    alone = pl.concat(
        [visits, launches_as_visits(failed), looked_up, _as_acts(traces)],
        how="diagonal_relaxed",
    )
    everything = visits_in_sessions(alone)
    with_polls = visits_in_sessions(
        pl.concat([alone, poll_answers(plan, made)], how="diagonal_relaxed")
    )
    over, is_rated = _base(plan, made, everything)
    moments = pl.concat(
        [
            events.select("enrolment", "at"),
            with_polls.select("enrolment", at="begin"),
        ]
    )
    days = active_days(made, moments)
    weeks, is_active = truth_of_weeks(made, days, is_rated, over, _left(made))
    days_off = holiday_rows(range(plan.quarter_starts[0].year, plan.as_of.year + 1))
    tables = {
        "path_nodes": path_rows(made.activities),
        "holidays": days_off,
        "learner_time_rates": rate_rows(),
    }
    kpis = _of_launches(made, events, visits, failed, looked_up, traces)
    is_unit = pl.Series([a.role in UNIT_ROLES for a in made.activities])
    sessions = learning_sessions(with_polls, is_unit)
    kpis |= _of_sessions(plan, made, sessions) | weeks
    kpis |= truth_of_hours(plan, made, sessions, days)
    kpis |= truth_of_content_time(plan, made, with_polls)
    kpis |= truth_of_engagement(plan, made, sessions, days, is_rated, over)
    kpis |= _of_paths(made, everything, is_rated, over)
    kpis |= _of_traces(made, traces, everything, moments)
    meetings = group_meetings(plan, made)
    tables["peer_groups"] = group_rows(made, meetings)
    kpis |= truth_of_ties(plan, made, over, meetings, traces.contacts)
    for kpi_id, shown in (
        ("tutor_reach", [(q["enrolment"], q["at"]) for q in traces.questions]),
        (
            "social_participation",
            [(p["enrolment"], p["at"]) for p in traces.posts] + traces.replies,
        ),
        ("badge_reach", traces.badges),
    ):
        kpis[kpi_id] = truth_of_reach(made, shown, is_active, over)
    return Evidence(
        tables=tables | traces.tables,
        statements=statements + traces.statements,
        kpis=kpis,
    )


def _of_launches(
    made: Simulation,
    events: pl.DataFrame,
    visits: pl.DataFrame,
    failed: pl.DataFrame,
    looked_up: pl.DataFrame,
    traces: Traces,
) -> dict[str, Truth]:
    """Return what launches come to, and what was done without a connection."""
    launched = visits.filter(pl.col("launched").is_not_null())
    runs = launched["initialized"].is_not_null().to_numpy()
    where = np.concatenate([launched["enrolment"].to_numpy(), failed["enrolment"]])
    launches = made.enrolments.mode[where]
    succeeded = np.concatenate([runs, np.zeros(failed.height, dtype=bool)])
    abandoned = np.concatenate([np.zeros(len(runs), dtype=bool), failed["abandoned"]])
    one = np.ones(len(launches), dtype=np.int64)
    initiated = events.filter(pl.col("kind").is_in(codes(INITIATED)))
    stored_late = (initiated["stored"] - initiated["at"]).to_numpy() > HOUR_MS
    acted = np.concatenate(
        [
            initiated["enrolment"].to_numpy(),
            failed["enrolment"],
            looked_up["enrolment"],
            np.array([row for row, _at in traces.acts], dtype=np.int64),
        ]
    )
    late = np.zeros(len(acted), dtype=bool)
    late[: len(stored_late)] = stored_late
    return {
        "launch_success": truth_by_mode(launches, one, succeeded),
        "abandoned_launch_rate": truth_by_mode(launches, one, abandoned),
        "offline_share": truth_by_mode(
            made.enrolments.mode[acted], np.ones(len(acted)), late
        ),
    }


def _of_traces(
    made: Simulation, traces: Traces, visits: pl.DataFrame, moments: pl.DataFrame
) -> dict[str, Truth]:
    kpis = truth_of_searches(made, traces, visits, moments)
    kpis |= truth_of_questions(made, traces, visits)
    return kpis | truth_of_posts(made, traces) | truth_of_asked(made, traces)


def _acts_of(posted: pl.DataFrame) -> list[dict[str, int]]:
    return posted.select("enrolment", "at").to_dicts()


def _as_acts(traces: Traces) -> pl.DataFrame:
    """Return what was done beside content as visits that open nothing."""
    acts = pl.DataFrame(
        traces.acts, schema={"enrolment": pl.Int64, "at": pl.Int64}, orient="row"
    )
    moments = dict.fromkeys(("begin", "first", "last"), pl.col("at"))
    return acts.select(
        "enrolment",
        activity=pl.lit(0, dtype=pl.Int64),
        visit=pl.lit(-1, dtype=pl.Int64),
        surplus=pl.lit(0, dtype=pl.Int64),
        **moments,
    )


def _of_sessions(
    plan: Plan, made: Simulation, sessions: pl.DataFrame
) -> dict[str, Truth]:
    """Return what the learning sessions come to."""
    enrolment = sessions["enrolment"].to_numpy()
    mode = made.enrolments.mode[enrolment]
    length = sessions["length"].to_numpy()
    is_micro = (length >= MICRO_MS[0]) & (length <= MICRO_MS[1])
    has_unit = sessions["has_completed"].is_not_null().to_numpy()
    has_completed = sessions["has_completed"].fill_null(False).to_numpy()
    last = sessions["last"].to_numpy()
    until = last + 7 * DAY * 1_000
    following = sessions["next"].fill_null(np.iinfo(np.int64).max).to_numpy()
    is_open = _open_until(plan, made)[enrolment]
    finished = _finished(made)[enrolment]
    withdrawn = made.outcomes.withdrawn_at[enrolment] * 1_000
    expected = (until <= is_open) & ((withdrawn < 0) | (withdrawn > last))
    expected &= (finished < 0) | (finished * 1_000 > last + IDLE_MS)
    return {
        "micro_session_share": truth_by_mode(mode, length > 0, is_micro),
        "unit_completed_in_session": truth_by_mode(mode, has_unit, has_completed),
        "return_within_7d": truth_by_mode(
            mode, expected, expected & (following <= until)
        ),
    }


def _over(made: Simulation) -> np.ndarray:
    """Return when the time of each enrolment is over (UTC seconds).

    A day of the horizon is a day of the cohort's clock.
    """
    groups, found = made.enrolments, []
    for row, cohort in enumerate(groups.cohort):
        zone = made.cohorts[cohort].zone
        begun = datetime.fromtimestamp(int(groups.anchor[row]), UTC).astimezone(zone)
        end = begun + timedelta(seconds=int(groups.horizon[row]))
        found.append(int(end.timestamp()))
    return np.array(found, dtype=np.int64)


def _open_until(plan: Plan, made: Simulation) -> np.ndarray:
    """Return when the time of each enrolment is over (ms), 0 where it is in no base.

    Live platforms report last on the last morning: where attendance finishes a
    programme, it is known no longer than that.
    """
    over = _over(made)
    by_attendance = np.array([p.completion_class == "attendance" for p in programmes()])
    unknown = np.where(by_attendance[made.enrolments.programme], DAY // 2, 0)
    is_rated = (over <= plan.cut_off - unknown) & (made.outcomes.waived_at < 0)
    return np.where(is_rated, over * 1_000, 0)


def _base(
    plan: Plan, made: Simulation, visits: pl.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Return when each is over (UTC seconds), and whether it is rated and measured."""
    measured = np.zeros(len(made.cohorts), dtype=bool)
    cohort = made.enrolments.cohort
    own = visits.filter(pl.col("opened").is_not_null())["enrolment"].to_numpy()
    measured[cohort[own]] = True
    measured[cohort[np.array([row for row, _at in live_days(made)])]] = True
    return _over(made), (_open_until(plan, made) > 0) & measured[cohort]


def _finished(made: Simulation) -> np.ndarray:
    """Return when each finished (UTC seconds), -1 where not.

    Attendance finishes a programme when its last session ends.
    """
    groups = made.enrolments
    by_attendance = np.array([p.completion_class == "attendance" for p in programmes()])
    last = last_ends(made.cohorts)[groups.cohort]
    finished = np.where(by_attendance[groups.programme], last, made.finished_at)
    return np.where(made.finished_at >= 0, finished, -1)


def _left(made: Simulation) -> np.ndarray:
    """Return when each finished or withdrew (UTC seconds), -1 for neither."""
    finished = _finished(made)
    return np.where(finished >= 0, finished, made.outcomes.withdrawn_at)


def _of_paths(
    made: Simulation, visits: pl.DataFrame, is_rated: np.ndarray, over: np.ndarray
) -> dict[str, Truth]:
    never = np.iinfo(np.int64).max
    start = np.full(len(over), never)
    opened = visits.filter(pl.col("opened").is_not_null())
    np.minimum.at(start, opened["enrolment"].to_numpy(), opened["opened"].to_numpy())
    for row, at in live_days(made):
        start[row] = min(start[row], at * 1_000)
    is_started = is_rated & (start <= over * 1_000)
    until = np.minimum(np.where(start < never, start + DAYS_MS, never), over * 1_000)
    return truth_of_paths(made, visits, is_started, until)
