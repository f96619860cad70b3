"""Visits to the learning platform: units, preparation, exams, recordings.

A visit is uninterrupted work on one activity. The starts of an enrolment's visits to
units are at least half an hour apart. Moments are UTC seconds.
"""

from dataclasses import dataclass, fields

import numpy as np

from samples.activities import Activity
from samples.attendance import ATTENDED, NO_SHOW, ExpectedAttendance
from samples.catalogue import MODES, programmes
from samples.clock import move_to_waking_hours
from samples.cohorts import Cohort, Session
from samples.enrolments import Enrolments
from samples.outcomes import Outcomes, last_ends
from samples.people import People
from samples.plan import DAY, Plan

HOUR, MINIMUM_GAP = 3_600, 1_800
LESSON, VIDEO, PASS, FAIL = 0, 1, 2, 3
PREWORK_SKIPPED_SHARE = 0.1
CAUGHT_UP_SHARE, REVISITED_SHARE = 0.35, 0.12


@dataclass(frozen=True)
class Visits:
    """One row per visit: enrolment, activity, type, start, length (s), is finished."""

    enrolment: np.ndarray
    activity: np.ndarray
    visit_type: np.ndarray
    at: np.ndarray
    seconds: np.ndarray
    is_done: np.ndarray


def concatenate(parts: list[Visits]) -> Visits:
    """Return the visits of all parts."""
    names = [field.name for field in fields(Visits)]
    return Visits(**{n: np.concatenate([getattr(p, n) for p in parts]) for n in names})


def unit_visits(
    plan: Plan,
    people: People,
    cohorts: list[Cohort],
    enrolments: Enrolments,
    outcomes: Outcomes,
    activities: list[Activity],
) -> Visits:
    """Return visits to units, preparation and follow-up."""
    rng = plan.stream("units")
    self_paced = _self_paced_activities(activities)
    visited, done = _units_reached(enrolments, outcomes, self_paced)
    enrolment, ordinal = repeat_rows(visited)
    programme = enrolments.programme[enrolment].tolist()
    pairs = zip(programme, ordinal.tolist(), strict=True)
    activity = np.array([self_paced[p][n] for p, n in pairs], dtype=np.int64)
    begin, end = _windows(plan, cohorts, enrolments, outcomes, enrolment, ordinal)
    draw = rng.random(len(enrolment))
    draw = draw[np.lexsort((draw, enrolment))]
    offset = people.offset_seconds[enrolments.person[enrolment]]
    at = move_to_waking_hours(begin + draw * (end - begin), offset, rng)
    at = np.clip(at, begin, np.maximum(begin, end))
    at = _spaced(at[np.lexsort((at, enrolment))], enrolment)
    is_done = ordinal < done[enrolment]
    is_video = np.array([a.is_video for a in activities])[activity]
    visits = Visits(
        enrolment=enrolment,
        activity=activity,
        visit_type=np.where(is_video, VIDEO, LESSON),
        at=at.astype(np.int64),
        seconds=_lengths(activities, activity, is_video & is_done, rng),
        is_done=is_done,
    )
    prework = np.array([p.has_prework for p in programmes()])[programme]
    return select(visits, ~prework | (rng.random(len(at)) >= PREWORK_SKIPPED_SHARE))


def _units_reached(
    enrolments: Enrolments, outcomes: Outcomes, self_paced: list[list[int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return how many units each enrolment opens, and how many it finishes."""
    number = np.array([len(own) for own in self_paced])[enrolments.programme]
    is_sync = enrolments.mode == MODES.index("sync")
    number = np.where(is_sync | ~outcomes.participates, 0, number)
    for_good = (outcomes.finished_at < 0) & (outcomes.failed_attempts > 0)
    done = np.where((outcomes.finished_at >= 0) | for_good, number, 0)
    done = np.maximum(done, np.floor(outcomes.progress * number)).astype(int)
    return np.minimum(number, done + 1), done


def repeat_rows(number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Repeat row n `number[n]` times; return the rows, and ordinals from 0 in each."""
    row = np.repeat(np.arange(len(number)), number)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)


def _lengths(
    activities: list[Activity],
    activity: np.ndarray,
    is_watched: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw the lengths of visits (s), of a finished video at least its own length."""
    minutes = np.array([a.minutes for a in activities])[activity]
    seconds = minutes * 60 * np.exp(rng.normal(-0.1, 0.35, len(activity)))
    seconds = np.where(is_watched, minutes * 63, seconds)
    return np.clip(seconds, 40, 3_000).astype(np.int64)


def select(visits: Visits, keep: np.ndarray) -> Visits:
    """Return the visits where `keep` holds."""
    names = [field.name for field in fields(Visits)]
    return Visits(**{name: getattr(visits, name)[keep] for name in names})


def _self_paced_activities(activities: list[Activity]) -> list[list[int]]:
    """Return the self-paced activities of each programme, in their order."""
    roles = ("unit", "pre_work", "follow_up")
    own: dict[str, list[int]] = {p.programme_id: [] for p in programmes()}
    for at, activity in enumerate(activities):
        if activity.role in roles:
            own[activity.programme_id].append(at)
    return list(own.values())


def _windows(
    plan: Plan,
    cohorts: list[Cohort],
    enrolments: Enrolments,
    outcomes: Outcomes,
    enrolment: np.ndarray,
    ordinal: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the earliest and the latest start of each visit."""
    begin = np.maximum(enrolments.enrolled_at + 10 * HOUR, enrolments.anchor)
    tests = (outcomes.failed_attempts * 30 + 1) * HOUR
    fading = (0.1 + 0.9 * outcomes.progress) * 0.6 * enrolments.horizon
    end = np.where(
        outcomes.finished_at >= 0, outcomes.finished_at - tests, begin + fading
    )
    begin, end = begin[enrolment], end[enrolment]
    prework = np.array([p.has_prework for p in programmes()])
    prework = prework[enrolments.programme[enrolment]]
    first = np.array([c.sessions[0].starts if c.sessions else 0 for c in cohorts])
    first = first[enrolments.cohort[enrolment]]
    last = last_ends(cohorts)[enrolments.cohort[enrolment]]
    prepares, follows = prework & (ordinal == 0), prework & (ordinal == 1)
    earliest = np.maximum(
        first - 10 * DAY, enrolments.enrolled_at[enrolment] + 10 * HOUR
    )
    begin = np.where(prepares, earliest, np.where(follows, last + HOUR, begin))
    done = outcomes.finished_at[enrolment]
    until_done = np.where(done > last + 3 * HOUR, done - HOUR, last + 12 * DAY)
    end = np.where(prepares, first - HOUR, np.where(follows, until_done, end))
    return begin, np.maximum(np.minimum(end, plan.cut_off), begin)


def _spaced(at: np.ndarray, enrolment: np.ndarray) -> np.ndarray:
    """Delay starts until those of one enrolment are half an hour apart."""
    place = np.arange(len(at)) * MINIMUM_GAP
    group = enrolment * (1 << 34)  # wider than any span of seconds
    return np.maximum.accumulate(at - place + group) + place - group


def exam_visits(
    plan: Plan, enrolments: Enrolments, outcomes: Outcomes, activities: list[Activity]
) -> Visits:
    """Return the attempts at final tests: failed ones first, then the passed one."""
    rng = plan.stream("exams")
    exam = {a.programme_id: n for n, a in enumerate(activities) if "final" in a.role}
    of_programme = np.array([exam.get(p.programme_id, -1) for p in programmes()])
    activity = of_programme[enrolments.programme]
    passes = (outcomes.finished_at >= 0) & (activity >= 0)
    attempts = np.where(activity >= 0, outcomes.failed_attempts + passes, 0)
    enrolment, ordinal = repeat_rows(attempts)
    left_to_go = attempts[enrolment] - 1 - ordinal
    passed = passes[enrolment] & (left_to_go == 0)
    seconds = np.clip(rng.normal(1_080, 240, len(enrolment)), 300, 1_700)
    final = np.where(
        outcomes.finished_at >= 0,
        outcomes.finished_at - 1_800,
        enrolments.anchor + enrolments.horizon * 0.7,
    )
    between = rng.uniform(3, 28, len(enrolment)) * HOUR
    at = final[enrolment] - left_to_go * between
    at = np.maximum(at, enrolments.anchor[enrolment] + HOUR + ordinal * HOUR)
    return Visits(
        enrolment=enrolment,
        activity=activity[enrolment],
        visit_type=np.where(passed, PASS, FAIL),
        at=at.astype(np.int64),
        seconds=seconds.astype(np.int64),
        is_done=np.ones(len(enrolment), dtype=bool),
    )


def recording_visits(
    plan: Plan,
    held: list[tuple[int, Session]],
    attendance: ExpectedAttendance,
    outcomes: Outcomes,
    recorded: dict[int, int],
) -> Visits:
    """Return views of recordings: catching up after a no-show, or watching again.

    Args:
        plan: the sample.
        held: the held sessions with their cohorts.
        attendance: the expected learners of those sessions.
        outcomes: who participates.
        recorded: the activity of each cohort's recording, by index.
    """
    rng = plan.stream("recordings")
    activity = np.array([recorded.get(at, -1) for at, _s in held], dtype=np.int64)
    ends = np.array([s.actual_ends for _at, s in held], dtype=np.int64)
    share = np.select(
        [attendance.status == NO_SHOW, attendance.status == ATTENDED],
        [CAUGHT_UP_SHARE, REVISITED_SHARE],
        0.25,
    )
    views = (activity[attendance.session] >= 0) & (rng.random(len(share)) < share)
    views &= outcomes.participates[attendance.enrolment]
    session, enrolment = attendance.session[views], attendance.enrolment[views]
    wait = 4 * HOUR + rng.exponential(3 * DAY, len(session))
    return Visits(
        enrolment=enrolment,
        activity=activity[session],
        visit_type=np.full(len(session), VIDEO),
        at=(ends[session] + wait).astype(np.int64),
        seconds=rng.integers(120, 3_600, len(session)),
        is_done=np.zeros(len(session), dtype=bool),
    )
