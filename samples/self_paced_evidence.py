"""Self-paced work: launches that fail, and what learning sessions must come to."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from samples.active_weeks import live_days, truth_of_weeks
from samples.blended_uses import uses_beside_units
from samples.catalogue import programmes
from samples.enrolments import uuids
from samples.evidence import Evidence, Truth, truth_by_mode
from samples.learning_sessions import (
    IDLE_MS,
    codes,
    learning_sessions,
    poll_answers,
    recorded_events,
    recorded_visits,
    visits_in_sessions,
)
from samples.learning_statements import activity_object, statement_of
from samples.outcomes import last_ends
from samples.paths import DAYS_MS, path_rows, steps_of, truth_of_paths
from samples.plan import DAY, Plan
from samples.simulation import Simulation
from samples.statements import ADL

FAILED_LAUNCH_SHARE, ABANDONED_SHARE = 0.03, 0.5
BEFORE_MS, AFTER_MS = 123_000, 60_000
ABANDONED = "https://w3id.org/xapi/adl/verbs/abandoned"
UNIT_ROLES = ("unit", "pre_work", "follow_up", "practice")
INITIATED = (
    *("launched", "initialized", "terminated", "video_initialized"),
    *("video_played", "video_paused", "video_terminated"),
)
HOUR_MS, MICRO_MS = 3_600_000, (120_000, 300_000)


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return failed launches, and the KPIs of launches and of learning sessions."""
    events = recorded_events(plan, made)
    visits = recorded_visits(events)
    failed, statements = failed_launches(plan, made, visits)
    launched = visits.filter(pl.col("launched").is_not_null())
    runs = launched["initialized"].is_not_null().to_numpy()
    where = np.concatenate([launched["enrolment"].to_numpy(), failed["enrolment"]])
    launches = made.enrolments.mode[where]
    succeeded = np.concatenate([runs, np.zeros(failed.height, dtype=bool)])
    abandoned = np.concatenate([np.zeros(len(runs), dtype=bool), failed["abandoned"]])
    one = np.ones(len(launches), dtype=np.int64)
    initiated = events.filter(pl.col("kind").is_in(codes(INITIATED)))
    stored_late = (initiated["stored"] - initiated["at"]).to_numpy() > HOUR_MS
    beside = uses_beside_units(plan, made)
    others = np.concatenate([failed["enrolment"], beside["enrolment"]])
    acted = np.concatenate([initiated["enrolment"].to_numpy(), others])
    late = np.concatenate([stored_late, np.zeros(len(others), dtype=bool)])
    kpis = {
        "launch_success": truth_by_mode(launches, one, succeeded),
        "abandoned_launch_rate": truth_by_mode(launches, one, abandoned),
        "offline_share": truth_by_mode(
            made.enrolments.mode[acted], np.ones(len(acted)), late
        ),
    }
    alone = pl.concat(
        [visits, _as_visits(failed), _as_visits(beside)], how="diagonal_relaxed"
    )
    everything = visits_in_sessions(alone)
    with_polls = pl.concat([alone, poll_answers(plan, made)], how="diagonal_relaxed")
    over, is_rated = _base(plan, made, everything)
    moments = pl.concat(
        [
            events.select("enrolment", "at"),
            everything.select("enrolment", at="begin"),
        ]
    )
    return Evidence(
        tables={"path_nodes": path_rows(made.activities)},
        statements=statements,
        kpis=kpis
        | _of_sessions(plan, made, visits_in_sessions(with_polls))
        | truth_of_weeks(made, moments, is_rated, over, _left(made))
        | _of_paths(made, everything, is_rated, over),
    )


def failed_launches(
    plan: Plan, made: Simulation, visits: pl.DataFrame
) -> tuple[pl.DataFrame, list[str]]:
    """Return launches two minutes before a visit that never ran, and their statements.

    Half of them are of the first step of the path. Of half of them the platform says a
    minute later that they were abandoned.
    """
    rng = plan.stream("failed launches")
    enrolled = pl.Series(made.enrolments.enrolled_at * 1_000)
    own = visits.filter(
        pl.col("launched").is_not_null(),
        pl.col("launched") - BEFORE_MS > enrolled.gather(visits["enrolment"]),
    )
    picked = own.filter(pl.Series(rng.random(own.height) < FAILED_LAUNCH_SHARE))
    first = {s.programme: s.activity for s in steps_of(made.activities) if s.place == 1}
    programme = made.enrolments.programme[picked["enrolment"].to_numpy()].tolist()
    is_live = made.enrolments.mode[picked["enrolment"].to_numpy()] == 0
    again = (rng.random(picked.height) < ABANDONED_SHARE) & ~is_live
    own_activity = picked["activity"].to_list()
    failed = picked.select(
        "enrolment",
        activity=pl.Series(
            [
                first.get(p, own_activity[n]) if again[n] else own_activity[n]
                for n, p in enumerate(programme)
            ],
            dtype=pl.Int64,
        ),
        at=pl.col("launched") - BEFORE_MS,
        abandoned=pl.Series(rng.random(picked.height) < ABANDONED_SHARE),
    )
    ids = uuids(rng, 3 * failed.height)
    statements = []
    for n, row in enumerate(failed.iter_rows(named=True)):
        launch, end, session = ids[3 * n : 3 * n + 3]
        thing = activity_object(made.activities[row["activity"]])
        about = (made, row["enrolment"])
        statements.append(
            statement_of(
                *about,
                row["at"],
                ADL + "launched",
                thing,
                statement_id=launch,
                session=session,
            )
        )
        if row["abandoned"]:
            statements.append(
                statement_of(
                    *about,
                    row["at"] + AFTER_MS,
                    ABANDONED,
                    thing,
                    statement_id=end,
                    session=session,
                    result={"duration": "PT0S"},
                )
            )
    return failed, statements


def _as_visits(failed: pl.DataFrame) -> pl.DataFrame:
    moments = dict.fromkeys(("begin", "first", "last", "opened"), pl.col("at"))
    return failed.select(
        "enrolment", "activity", visit=pl.lit(-1), surplus=pl.lit(0), **moments
    )


def _of_sessions(
    plan: Plan, made: Simulation, visits: pl.DataFrame
) -> dict[str, Truth]:
    """Return what the learning sessions come to."""
    is_unit = pl.Series([a.role in UNIT_ROLES for a in made.activities])
    sessions = learning_sessions(visits, is_unit)
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

    Live platforms report last on the last morning, so that whose time is over later is
    in no base.
    """
    over = _over(made)
    is_rated = (over <= plan.cut_off - DAY // 2) & (made.outcomes.waived_at < 0)
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
