"""Who was connected to which live session, from when to when.

A seat is an enrolment times a held session of its cohort. Present means connected for
over four fifths, partial for under two thirds, so that no sensible clipping or
threshold near three quarters moves anyone across. Moments are UTC seconds.
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
class Seats:
    """Expected learners of held sessions: which session, whose, and how it went."""

    session: np.ndarray
    enrolment: np.ndarray
    status: np.ndarray


@dataclass(frozen=True)
class Connections:
    """One row a connection; `is_waiting` rows are the lobby, not the room."""

    session: np.ndarray
    person: np.ndarray
    joined: np.ndarray
    left: np.ndarray
    is_unmatched: np.ndarray
    is_waiting: np.ndarray


def held_sessions(plan: Plan, cohorts: list[Cohort]) -> list[tuple[int, Session]]:
    """Return the sessions that took place up to the last day, with their cohorts."""
    return [
        (at, session)
        for at, cohort in enumerate(cohorts)
        for session in cohort.held
        if session.ends <= plan.cut_off
    ]


def seats(
    plan: Plan,
    cohorts: list[Cohort],
    held: list[tuple[int, Session]],
    enrolled: Enrolments,
    became: Outcomes,
) -> Seats:
    """Decide for each expected learner of each session how it went."""
    chance = plan.stream("seats")
    first_row = np.searchsorted(enrolled.cohort, np.arange(len(cohorts) + 1))
    counts = [first_row[at + 1] - first_row[at] for at, _session in held]
    session = np.repeat(np.arange(len(held)), counts)
    enrolment = np.concatenate(
        [np.arange(first_row[at], first_row[at + 1]) for at, _session in held]
        or [np.zeros(0, dtype=np.int64)]
    )
    starts = np.array([one.starts for _at, one in held], dtype=np.int64)[session]
    expected = became.until(plan.cut_off)[enrolment] > starts
    expected &= became.waived[enrolment] < 0
    expected &= enrolled.enrolled[enrolment] <= starts
    session, enrolment = session[expected], enrolment[expected]
    status = _statuses(held, session, enrolment, enrolled, became, chance)
    return Seats(session, enrolment, status)


def _statuses(
    held: list[tuple[int, Session]],
    session: np.ndarray,
    enrolment: np.ndarray,
    enrolled: Enrolments,
    became: Outcomes,
    chance: np.random.Generator,
) -> np.ndarray:
    kinds = [p.category for p in programmes()]
    optional = np.array([kind.is_optional_live for kind in kinds]).astype(int)
    optional = optional[enrolled.programme[enrolment]]
    finishes = became.done[enrolment] >= 0
    share = np.where(
        finishes,
        np.array(PRESENT_IF_FINISHES)[optional],
        np.array(PRESENT_IF_NOT)[optional],
    )
    attends = (chance.random(len(session)) < share) & became.comes[enrolment]
    attends = _decided(held, session, enrolment, enrolled, finishes, attends)
    partial = (chance.random(len(session)) < PARTIAL_SHARE) & became.comes[enrolment]
    return np.where(attends, ATTENDED, np.where(partial, PARTIAL, NO_SHOW))


def _decided(
    held: list[tuple[int, Session]],
    session: np.ndarray,
    enrolment: np.ndarray,
    enrolled: Enrolments,
    finishes: np.ndarray,
    attends: np.ndarray,
) -> np.ndarray:
    """Make attendance agree with finishing where attending is what finishing means.

    There, who finishes attends every session and who does not misses the last one.
    Elsewhere, who finishes a live programme attends at least its last session.
    """
    classes = np.array([p.completion_class == "attendance" for p in programmes()])
    by_attendance = classes[enrolled.programme[enrolment]]
    cohort = np.array([at for at, _one in held] + [-1])
    last = cohort[:-1] != cohort[1:]
    is_last = last[session]
    is_sync = enrolled.mode[enrolment] == 0
    attends = np.where(by_attendance & finishes, True, attends)
    attends = np.where(by_attendance & ~finishes & is_last, False, attends)
    return np.where(~by_attendance & is_sync & finishes & is_last, True, attends)


def connections(
    plan: Plan,
    people: People,
    cohorts: list[Cohort],
    held: list[tuple[int, Session]],
    enrolled: Enrolments,
    taken: Seats,
) -> Connections:
    """Turn seats into connections: rejoins, second devices, lobby, walk-ins, hosts."""
    chance = plan.stream("connections")
    opens = np.array([s.actual_starts for _at, s in held], dtype=np.int64)
    closes = np.array([s.actual_ends for _at, s in held], dtype=np.int64)
    came = taken.status != NO_SHOW
    session = taken.session[came]
    person = enrolled.person[taken.enrolment[came]]
    unmatched = enrolled.is_unmatched[taken.enrolment[came]]
    is_partial = taken.status[came] == PARTIAL
    walk_in = np.flatnonzero(chance.random(len(session)) < WALK_IN_SHARE)
    stranger = _strangers(people, cohorts, held, enrolled, session[walk_in], chance)
    hosts = np.array([cohorts[at].facilitator for at, _s in held], dtype=np.int64)
    session = np.concatenate([session, session[walk_in], np.arange(len(held))])
    person = np.concatenate([person, stranger, hosts])
    size = len(session)
    unmatched = np.concatenate([unmatched, np.zeros(size - len(unmatched), bool)])
    is_partial = np.concatenate([is_partial, np.zeros(size - len(is_partial), bool)])
    is_host = np.arange(size) >= size - len(held)
    joined, left = _stays(opens[session], closes[session], is_partial, is_host, chance)
    whole = Connections(
        session, person, joined, left, unmatched, np.zeros(size, dtype=bool)
    )
    return _in_order(_split(whole, is_host, chance))


def _strangers(
    people: People,
    cohorts: list[Cohort],
    held: list[tuple[int, Session]],
    enrolled: Enrolments,
    session: np.ndarray,
    chance: np.random.Generator,
) -> np.ndarray:
    """Draw learners who are not enrolled in the cohort that they walk in on."""
    first_row = np.searchsorted(enrolled.cohort, np.arange(len(cohorts) + 1))
    found = []
    for one in session:
        at = held[one][0]
        members = set(enrolled.person[first_row[at] : first_row[at + 1]].tolist())
        stranger = int(chance.integers(people.learner_count))
        while stranger in members:
            stranger = (stranger + 1) % people.learner_count
        found.append(stranger)
    return np.array(found, dtype=np.int64)


def _stays(
    opens: np.ndarray,
    closes: np.ndarray,
    is_partial: np.ndarray,
    is_host: np.ndarray,
    chance: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw first join and last leave; early birds come before the planned start."""
    size, length = len(opens), closes - opens
    late = np.minimum(chance.gamma(1.2, 60, size), 0.03 * length)
    early = np.minimum(chance.exponential(40, size), 0.02 * length)
    joined, left = opens + late, closes - early
    share = chance.uniform(0.12, 0.6, size)
    comes_late = chance.random(size) < 0.35
    joined = np.where(is_partial & comes_late, closes - share * length, joined)
    left = np.where(is_partial & ~comes_late, opens + late + share * length, left)
    joined, left = np.where(is_host, opens, joined), np.where(is_host, closes, left)
    return joined.astype(np.int64), np.minimum(left, closes).astype(np.int64)


def _split(
    whole: Connections, is_host: np.ndarray, chance: np.random.Generator
) -> Connections:
    """Cut stays at rejoins; add overlapping second devices and waiting-room rows."""
    size, length = len(whole.session), whole.left - whole.joined
    rejoins = ~is_host & (chance.random(size) < REJOINS_AN_HOUR * length / 3_600)
    cut = whole.joined + (length * chance.uniform(0.15, 0.8, size)).astype(np.int64)
    gap = np.where(
        chance.random(size) < 0.15, 0, chance.integers(4, 75, size)
    )  # a change of network: the same second
    first_left = np.where(rejoins, cut, whole.left)
    second_device = ~is_host & (chance.random(size) < SECOND_DEVICE_SHARE)
    device_at = whole.joined + (length * chance.uniform(0.05, 0.5, size)).astype(int)
    waited = ~is_host & (chance.random(size) < WAITED_SHARE)
    wait = chance.integers(20, 180, size)
    parts = [
        (np.ones(size, bool), whole.joined, first_left, False),
        (rejoins, np.minimum(cut + gap, whole.left), whole.left, False),
        (second_device, device_at, np.maximum(whole.left - 20, device_at), False),
        (waited, whole.joined - wait, whole.joined, True),
    ]
    return Connections(
        session=np.concatenate([whole.session[keep] for keep, *_rest in parts]),
        person=np.concatenate([whole.person[keep] for keep, *_rest in parts]),
        joined=np.concatenate([joined[keep] for keep, joined, _l, _w in parts]),
        left=np.concatenate([left[keep] for keep, _j, left, _w in parts]),
        is_unmatched=np.concatenate([whole.is_unmatched[keep] for keep, *_r in parts]),
        is_waiting=np.concatenate(
            [np.full(keep.sum(), w) for keep, _j, _l, w in parts]
        ),
    )


def _in_order(rows: Connections) -> Connections:
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
