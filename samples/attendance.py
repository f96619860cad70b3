"""Who was connected to which live session, from when to when.

A learner is expected at every held session of the cohort. Attended means connected for
more than four fifths of it, partial for less than two thirds, so that neither clipping
nor a threshold near three quarters changes the status. Moments are UTC seconds.
"""

from dataclasses import dataclass

import numpy as np

from samples.catalogue import programmes
from samples.cohorts import Cohort, Session
from samples.enrolments import Enrolments
from samples.outcomes import Outcomes
from samples.people import People
from samples.plan import Plan

ATTENDED, PARTIAL, NO_SHOW = 0, 1, 2
PRESENT_IF_FINISHES, PRESENT_IF_NOT = (0.93, 0.62), (0.48, 0.25)  # required, optional
PARTIAL_SHARE = 0.3  # of those who do not attend but were expected
REJOINS_AN_HOUR = 0.15
SECOND_DEVICE_SHARE, WAITED_SHARE, WALK_IN_SHARE = 0.02, 0.06, 0.01


@dataclass(frozen=True)
class ExpectedAttendance:
    """One row per held session x expected learner: session, enrolment and status."""

    session: np.ndarray
    enrolment: np.ndarray
    status: np.ndarray


@dataclass(frozen=True)
class Connections:
    """One row per connection; `is_waiting` is one to the waiting room."""

    session: np.ndarray
    person: np.ndarray
    joined: np.ndarray
    left: np.ndarray
    is_unmatched: np.ndarray
    is_waiting: np.ndarray


def held_sessions(plan: Plan, cohorts: list[Cohort]) -> list[tuple[int, Session]]:
    """Return the sessions held up to the last day, with the index of their cohort."""
    return [
        (at, session)
        for at, cohort in enumerate(cohorts)
        for session in cohort.held
        if session.ends <= plan.cut_off
    ]


def draw_attendance(
    plan: Plan,
    cohorts: list[Cohort],
    held: list[tuple[int, Session]],
    enrolments: Enrolments,
    outcomes: Outcomes,
) -> ExpectedAttendance:
    """Draw the status of each expected learner of each session."""
    rng = plan.stream("seats")
    first_row = np.searchsorted(enrolments.cohort, np.arange(len(cohorts) + 1))
    counts = [first_row[at + 1] - first_row[at] for at, _session in held]
    session = np.repeat(np.arange(len(held)), counts)
    enrolment = np.concatenate(
        [np.arange(first_row[at], first_row[at + 1]) for at, _session in held]
        or [np.zeros(0, dtype=np.int64)]
    )
    starts = np.array([s.starts for _at, s in held], dtype=np.int64)[session]
    expected = outcomes.active_until(plan.cut_off)[enrolment] > starts
    expected &= outcomes.waived_at[enrolment] < 0
    expected &= enrolments.enrolled_at[enrolment] <= starts
    session, enrolment = session[expected], enrolment[expected]
    status = _statuses(held, session, enrolment, enrolments, outcomes, rng)
    return ExpectedAttendance(session, enrolment, status)


def _statuses(
    held: list[tuple[int, Session]],
    session: np.ndarray,
    enrolment: np.ndarray,
    enrolments: Enrolments,
    outcomes: Outcomes,
    rng: np.random.Generator,
) -> np.ndarray:
    kinds = [p.category for p in programmes()]
    optional = np.array([kind.is_optional_live for kind in kinds]).astype(int)
    optional = optional[enrolments.programme[enrolment]]
    finishes = outcomes.finished_at[enrolment] >= 0
    share = np.where(
        finishes,
        np.array(PRESENT_IF_FINISHES)[optional],
        np.array(PRESENT_IF_NOT)[optional],
    )
    attends = (rng.random(len(session)) < share) & outcomes.participates[enrolment]
    attends = _consistent_with_completion(
        held, session, enrolment, enrolments, finishes, attends
    )
    partial = (rng.random(len(session)) < PARTIAL_SHARE) & outcomes.participates[
        enrolment
    ]
    return np.where(attends, ATTENDED, np.where(partial, PARTIAL, NO_SHOW))


def _consistent_with_completion(
    held: list[tuple[int, Session]],
    session: np.ndarray,
    enrolment: np.ndarray,
    enrolments: Enrolments,
    finishes: np.ndarray,
    attends: np.ndarray,
) -> np.ndarray:
    """Make attendance consistent with finishing.

    Where attendance is the completion rule, those who finish attend every session and
    the others miss the last one. Elsewhere, those who finish a live programme attend at
    least its last session.
    """
    classes = np.array([p.completion_class == "attendance" for p in programmes()])
    by_attendance = classes[enrolments.programme[enrolment]]
    cohort = np.array([at for at, _session in held] + [-1])
    last = cohort[:-1] != cohort[1:]
    is_last = last[session]
    is_sync = enrolments.mode[enrolment] == 0
    attends = np.where(by_attendance & finishes, True, attends)
    attends = np.where(by_attendance & ~finishes & is_last, False, attends)
    return np.where(~by_attendance & is_sync & finishes & is_last, True, attends)


def draw_connections(
    plan: Plan,
    people: People,
    cohorts: list[Cohort],
    held: list[tuple[int, Session]],
    enrolments: Enrolments,
    attendance: ExpectedAttendance,
) -> Connections:
    """Draw connections: rejoins, second devices, waiting rooms, walk-ins, hosts."""
    rng = plan.stream("connections")
    opens = np.array([s.actual_starts for _at, s in held], dtype=np.int64)
    closes = np.array([s.actual_ends for _at, s in held], dtype=np.int64)
    came = attendance.status != NO_SHOW
    session = attendance.session[came]
    person = enrolments.person[attendance.enrolment[came]]
    unmatched = enrolments.is_unmatched[attendance.enrolment[came]]
    is_partial = attendance.status[came] == PARTIAL
    walk_in = np.flatnonzero(rng.random(len(session)) < WALK_IN_SHARE)
    learner = _walk_in_learners(
        people, cohorts, held, enrolments, session[walk_in], rng
    )
    hosts = np.array([cohorts[at].facilitator for at, _s in held], dtype=np.int64)
    session = np.concatenate([session, session[walk_in], np.arange(len(held))])
    person = np.concatenate([person, learner, hosts])
    size = len(session)
    unmatched = np.concatenate([unmatched, np.zeros(size - len(unmatched), bool)])
    is_partial = np.concatenate([is_partial, np.zeros(size - len(is_partial), bool)])
    is_host = np.arange(size) >= size - len(held)
    joined, left = _draw_stays(
        opens[session], closes[session], is_partial, is_host, rng
    )
    stays = Connections(
        session, person, joined, left, unmatched, np.zeros(size, dtype=bool)
    )
    return _sorted(_split_stays(stays, is_host, rng))


def _walk_in_learners(
    people: People,
    cohorts: list[Cohort],
    held: list[tuple[int, Session]],
    enrolments: Enrolments,
    session: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw learners who are not enrolled in the cohort whose session they join."""
    first_row = np.searchsorted(enrolments.cohort, np.arange(len(cohorts) + 1))
    found = []
    for number in session:
        at = held[number][0]
        members = set(enrolments.person[first_row[at] : first_row[at + 1]].tolist())
        learner = int(rng.integers(people.learner_count))
        while learner in members:
            learner = (learner + 1) % people.learner_count
        found.append(learner)
    return np.array(found, dtype=np.int64)


def _draw_stays(
    opens: np.ndarray,
    closes: np.ndarray,
    is_partial: np.ndarray,
    is_host: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw first join and last leave; some join before the planned start."""
    size, length = len(opens), closes - opens
    late = np.minimum(rng.gamma(1.2, 60, size), 0.03 * length)
    early = np.minimum(rng.exponential(40, size), 0.02 * length)
    joined, left = opens + late, closes - early
    share = rng.uniform(0.12, 0.6, size)
    comes_late = rng.random(size) < 0.35
    joined = np.where(is_partial & comes_late, closes - share * length, joined)
    left = np.where(is_partial & ~comes_late, opens + late + share * length, left)
    joined, left = np.where(is_host, opens, joined), np.where(is_host, closes, left)
    return joined.astype(np.int64), np.minimum(left, closes).astype(np.int64)


def _split_stays(
    stays: Connections, is_host: np.ndarray, rng: np.random.Generator
) -> Connections:
    """Split stays at rejoins; add second devices that overlap, and waiting rooms."""
    size, length = len(stays.session), stays.left - stays.joined
    rejoins = ~is_host & (rng.random(size) < REJOINS_AN_HOUR * length / 3_600)
    cut = stays.joined + (length * rng.uniform(0.15, 0.8, size)).astype(np.int64)
    gap = np.where(
        rng.random(size) < 0.15, 0, rng.integers(4, 75, size)
    )  # 0: a change of network, with no gap
    first_left = np.where(rejoins, cut, stays.left)
    second_device = ~is_host & (rng.random(size) < SECOND_DEVICE_SHARE)
    device_at = stays.joined + (length * rng.uniform(0.05, 0.5, size)).astype(int)
    waited = ~is_host & (rng.random(size) < WAITED_SHARE)
    wait = rng.integers(20, 180, size)
    parts = [
        (np.ones(size, bool), stays.joined, first_left, False),
        (rejoins, np.minimum(cut + gap, stays.left), stays.left, False),
        (second_device, device_at, np.maximum(stays.left - 20, device_at), False),
        (waited, stays.joined - wait, stays.joined, True),
    ]
    return Connections(
        session=np.concatenate([stays.session[keep] for keep, *_rest in parts]),
        person=np.concatenate([stays.person[keep] for keep, *_rest in parts]),
        joined=np.concatenate([joined[keep] for keep, joined, _l, _w in parts]),
        left=np.concatenate([left[keep] for keep, _j, left, _w in parts]),
        is_unmatched=np.concatenate([stays.is_unmatched[keep] for keep, *_r in parts]),
        is_waiting=np.concatenate(
            [np.full(keep.sum(), w) for keep, _j, _l, w in parts]
        ),
    )


def _sorted(rows: Connections) -> Connections:
    order = np.lexsort(
        (rows.left, rows.is_waiting, rows.person, rows.joined, rows.session)
    )
    return Connections(
        session=rows.session[order],
        person=rows.person[order],
        joined=rows.joined[order],
        left=rows.left[order],
        is_unmatched=rows.is_unmatched[order],
        is_waiting=rows.is_waiting[order],
    )
