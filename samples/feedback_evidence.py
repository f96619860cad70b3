"""Work that is handed in, feedback on it, and ratings by a person and an AI."""

import numpy as np
import polars as pl

from samples.activities import programme_iri
from samples.attendance import NO_SHOW
from samples.catalogue import programmes
from samples.events import CODE
from samples.evidence import Evidence, Truth, truth_by_mode
from samples.learning_sessions import recorded_events
from samples.plan import DAY, Plan
from samples.simulation import Simulation
from samples.table_rows import EnrolledRows, Row, local_moment

HOUR = 3_600
HANDED_IN_SHARE, UNGRADED_SHARE = 0.2, 0.12
DUE_SHARE, LATENESS_DAYS = 0.7, (-8, -2, -1, -1, 0, 2, 9)  # most is handed in early
GRADERS = ("automated", "ai", "instructor", "peer")
GRADER_SHARES = (0.2, 0.15, 0.45, 0.2)
MEAN_WAIT = np.array([20, 5 * 60, 26 * HOUR, 18 * HOUR])  # seconds
LONGEST_WAIT = 6 * DAY
MARGIN = 30 * DAY  # before the last day: all times to wait are over
MOMENTUM = 7 * DAY
RATED_SHARE, AGREED_SHARE = 0.4, 0.7
# Of the programmes of these categories the final task is rated by people alone.
RATED_BY_PEOPLE = ("complex_skill", "distributed_workforce")
INITIATED = (
    *("launched", "initialized", "terminated", "video_initialized"),
    *("video_played", "video_paused", "video_terminated"),
)


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return work with its feedback and ratings, and the KPIs that follow."""
    rng = plan.stream("feedback")
    enrolment, at = _handed_in(plan, made, rng)
    size = len(enrolment)
    grader = rng.choice(len(GRADERS), size, p=GRADER_SHARES)
    wait = np.minimum(rng.exponential(MEAN_WAIT[grader]), LONGEST_WAIT).astype(np.int64)
    graded = rng.random(size) >= UNGRADED_SHARE
    has_due, due = _due(plan, at)
    who, rows = EnrolledRows(made), []
    for n in range(size):
        rows.append(
            _of_person(who.start(int(enrolment[n])))
            | {
                "activity_id": _task(made, int(enrolment[n]), "reflection"),
                "submitted_at": local_moment(at[n]),
                "due_at": local_moment(due[n]) if has_due[n] else "",
                "feedback_at": local_moment(at[n] + wait[n]) if graded[n] else "",
                "grader_kind": GRADERS[grader[n]] if graded[n] else "",
            }
        )
    mode, programme = made.enrolments.mode[enrolment], made.enrolments.programme
    known = np.isin(programme[enrolment], programme[enrolment[graded]])
    followed = _is_followed(plan, made, enrolment, at + wait)
    kpis = {
        "feedback_in_24h": truth_by_mode(mode, known, known & graded & (wait <= DAY)),
        "ungraded_share": truth_by_mode(mode, known, known & ~graded),
        "auto_graded_share": truth_by_mode(mode, graded, graded & (grader < 2)),
        "late_submission_rate": truth_by_mode(mode, has_due, has_due & (at > due)),
        "momentum_after_feedback": truth_by_mode(mode, graded, graded & followed),
    }
    ratings, agreement = _ratings(plan, made, enrolment, at)
    return Evidence(
        tables={"submissions": rows, "ratings": ratings},
        kpis=kpis | {"ai_human_agreement": agreement},
    )


def _due(plan: Plan, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what work was due at a fixed time, and when (UTC seconds)."""
    rng = plan.stream("due dates of work")
    size = len(at)
    lateness = rng.choice(LATENESS_DAYS, size) * DAY + rng.integers(-HOUR, HOUR, size)
    return rng.random(size) < DUE_SHARE, at - lateness


def _handed_in(
    plan: Plan, made: Simulation, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return who hands in work, and when (UTC seconds).

    Nobody does who is enrolled in the programme twice: the table names no enrolment.
    """
    enrolments, outcomes = made.enrolments, made.outcomes
    pair = enrolments.person * 1_000 + enrolments.programme
    _values, inverse, counts = np.unique(pair, return_inverse=True, return_counts=True)
    size = len(pair)
    at = enrolments.anchor + (rng.uniform(0.1, 0.8, size) * enrolments.horizon).astype(
        np.int64
    )
    takes_part = outcomes.participates & (outcomes.waived_at < 0)
    takes_part &= (outcomes.withdrawn_at < 0) & (counts[inverse] == 1)
    takes_part &= (at <= plan.cut_off - MARGIN) & (rng.random(size) < HANDED_IN_SHARE)
    chosen = np.flatnonzero(takes_part)
    return chosen, at[chosen]


def _is_followed(
    plan: Plan, made: Simulation, enrolment: np.ndarray, feedback: np.ndarray
) -> np.ndarray:
    """Return whether an event or a live session follows within a week."""
    events = recorded_events(plan, made)
    own = events.filter(pl.col("kind").is_in([CODE[kind] for kind in INITIATED]))
    came = made.attendance.status != NO_SHOW
    begins = np.array([s.actual_starts for _at, s in made.held], dtype=np.int64)
    span = 1 << 34  # wider than any span of seconds
    moments = np.sort(
        np.concatenate(
            [
                own["enrolment"].to_numpy() * span + own["at"].to_numpy() // 1_000,
                made.attendance.enrolment[came].astype(np.int64) * span
                + begins[made.attendance.session[came]],
            ]
        )
    )
    wanted = enrolment.astype(np.int64) * span + feedback
    place = np.searchsorted(moments, wanted, side="right")
    following = np.append(moments, np.iinfo(np.int64).max)[place]
    return following <= wanted + MOMENTUM


def _ratings(
    plan: Plan, made: Simulation, enrolment: np.ndarray, at: np.ndarray
) -> tuple[list[Row], Truth]:
    """Rate a part of the work twice, by a person and by an AI."""
    rng = plan.stream("ratings by an AI")
    size = len(enrolment)
    rated = _is_rated_twice(made, enrolment, rng)
    agreed, score = rng.random(size) < AGREED_SHARE, rng.integers(1, 4, size)
    who, rows = EnrolledRows(made), []
    for n in np.flatnonzero(rated):
        for number, kind in ((1, "person"), (2, "ai")):
            is_other = kind == "ai" and not agreed[n]
            rows.append(
                who.start(int(enrolment[n]))
                | {
                    "activity_id": _task(made, int(enrolment[n]), "essay"),
                    "rater_no": number,
                    "rater_kind": kind,
                    "score": int(score[n]) + is_other,
                    "rated_at": local_moment(at[n] + DAY),
                }
            )
    mode = made.enrolments.mode[enrolment]
    return rows, truth_by_mode(mode, rated, rated & agreed)


def _is_rated_twice(
    made: Simulation, enrolment: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    other = np.array([p.category.slug not in RATED_BY_PEOPLE for p in programmes()])
    own = other[made.enrolments.programme[enrolment]]
    return own & (rng.random(len(enrolment)) < RATED_SHARE)


def rated_essays(plan: Plan, made: Simulation) -> np.ndarray:
    """Return the enrolments whose essay is rated, each once."""
    enrolment, _at = _handed_in(plan, made, plan.stream("feedback"))
    rated = _is_rated_twice(made, enrolment, plan.stream("ratings by an AI"))
    return enrolment[rated]


def _task(made: Simulation, enrolment: int, name: str) -> str:
    programme = programmes()[made.enrolments.programme[enrolment]]
    return f"{programme_iri(programme)}/{name}"


def _of_person(start: Row) -> Row:
    return {name: start[name] for name in ("email", "programme_id")}
