"""Sittings at the learning platform: units, preparation, exams, recordings.

A visit is one sitting with one activity. Visits of an enrolment follow each other with
at least half an hour between their starts. Moments are UTC seconds.
"""

from dataclasses import dataclass, fields

import numpy as np

from samples.activities import Activity
from samples.attendance import ATTENDED, NO_SHOW, Seats
from samples.catalogue import MODES, programmes
from samples.clock import waking_hours
from samples.cohorts import Cohort, Session
from samples.enrolments import Enrolments
from samples.outcomes import Outcomes, last_ends
from samples.people import People
from samples.plan import DAY, Plan

HOUR, APART = 3_600, 1_800
LESSON, VIDEO, PASS, FAIL = 0, 1, 2, 3
PREWORK_SKIPPED_SHARE = 0.1
CAUGHT_UP_SHARE, REVISITED_SHARE = 0.35, 0.12


@dataclass(frozen=True)
class Visits:
    """One row a visit: whose, at what, when, how long (s), and whether finished."""

    enrolment: np.ndarray
    activity: np.ndarray
    form: np.ndarray
    at: np.ndarray
    seconds: np.ndarray
    is_done: np.ndarray


def joined(parts: list[Visits]) -> Visits:
    """Return visits below each other."""
    names = [field.name for field in fields(Visits)]
    return Visits(**{n: np.concatenate([getattr(p, n) for p in parts]) for n in names})


def unit_visits(
    plan: Plan,
    people: People,
    cohorts: list[Cohort],
    enrolled: Enrolments,
    became: Outcomes,
    activities: list[Activity],
) -> Visits:
    """Return visits to units, preparation and follow-up."""
    chance = plan.stream("units")
    slots = _slots(activities)
    visited, done = _reach(enrolled, became, slots)
    enrolment, ordinal = counted(visited)
    programme = enrolled.programme[enrolment].tolist()
    pairs = zip(programme, ordinal.tolist(), strict=True)
    activity = np.array([slots[p][n] for p, n in pairs], dtype=np.int64)
    begin, end = _windows(plan, cohorts, enrolled, became, enrolment, ordinal)
    draw = chance.random(len(enrolment))
    draw = draw[np.lexsort((draw, enrolment))]
    offset = people.offset_seconds[enrolled.person[enrolment]]
    at = waking_hours(begin + draw * (end - begin), offset, chance)
    at = np.clip(at, begin, np.maximum(begin, end))
    at = _apart(at[np.lexsort((at, enrolment))], enrolment)
    is_done = ordinal < done[enrolment]
    is_video = np.array([one.is_video for one in activities])[activity]
    visits = Visits(
        enrolment=enrolment,
        activity=activity,
        form=np.where(is_video, VIDEO, LESSON),
        at=at.astype(np.int64),
        seconds=_lengths(activities, activity, is_video & is_done, chance),
        is_done=is_done,
    )
    prework = np.array([p.has_prework for p in programmes()])[programme]
    return kept(visits, ~prework | (chance.random(len(at)) >= PREWORK_SKIPPED_SHARE))


def _reach(
    enrolled: Enrolments, became: Outcomes, slots: list[list[int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return how many units each enrolment opens, and how many it finishes."""
    number = np.array([len(own) for own in slots])[enrolled.programme]
    is_sync = enrolled.mode == MODES.index("sync")
    number = np.where(is_sync | ~became.comes, 0, number)
    for_good = (became.done < 0) & (became.failed_attempts > 0)
    done = np.where((became.done >= 0) | for_good, number, 0)
    done = np.maximum(done, np.floor(became.progress * number)).astype(int)
    return np.minimum(number, done + 1), done


def counted(number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Repeat each row as often as it says; return rows and ordinals from 0."""
    row = np.repeat(np.arange(len(number)), number)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)


def _lengths(
    activities: list[Activity],
    activity: np.ndarray,
    is_watched: np.ndarray,
    chance: np.random.Generator,
) -> np.ndarray:
    """Draw how long sittings last (s); a finished video lasts at least its length."""
    minutes = np.array([one.minutes for one in activities])[activity]
    seconds = minutes * 60 * np.exp(chance.normal(-0.1, 0.35, len(activity)))
    seconds = np.where(is_watched, minutes * 63, seconds)
    return np.clip(seconds, 40, 3_000).astype(np.int64)


def kept(visits: Visits, keep: np.ndarray) -> Visits:
    """Return the visits where `keep` holds."""
    names = [field.name for field in fields(Visits)]
    return Visits(**{name: getattr(visits, name)[keep] for name in names})


def _slots(activities: list[Activity]) -> list[list[int]]:
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
    enrolled: Enrolments,
    became: Outcomes,
    enrolment: np.ndarray,
    ordinal: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return from when to when each visit may begin."""
    begin = np.maximum(enrolled.enrolled + 10 * HOUR, enrolled.anchor)
    tests = (became.failed_attempts * 30 + 1) * HOUR
    fading = (0.1 + 0.9 * became.progress) * 0.6 * enrolled.horizon
    end = np.where(became.done >= 0, became.done - tests, begin + fading)
    begin, end = begin[enrolment], end[enrolment]
    prework = np.array([p.has_prework for p in programmes()])
    prework = prework[enrolled.programme[enrolment]]
    first = np.array([c.sessions[0].starts if c.sessions else 0 for c in cohorts])
    first = first[enrolled.cohort[enrolment]]
    last = last_ends(cohorts)[enrolled.cohort[enrolment]]
    prepares, follows = prework & (ordinal == 0), prework & (ordinal == 1)
    earliest = np.maximum(first - 10 * DAY, enrolled.enrolled[enrolment] + 10 * HOUR)
    begin = np.where(prepares, earliest, np.where(follows, last + HOUR, begin))
    done = became.done[enrolment]
    until_done = np.where(done > last + 3 * HOUR, done - HOUR, last + 12 * DAY)
    end = np.where(prepares, first - HOUR, np.where(follows, until_done, end))
    return begin, np.maximum(np.minimum(end, plan.cut_off), begin)


def _apart(at: np.ndarray, enrolment: np.ndarray) -> np.ndarray:
    """Push starts back until those of one enrolment are half an hour apart."""
    place = np.arange(len(at)) * APART
    group = enrolment * (1 << 34)  # wider than any span of seconds
    return np.maximum.accumulate(at - place + group) + place - group


def exam_visits(
    plan: Plan, enrolled: Enrolments, became: Outcomes, activities: list[Activity]
) -> Visits:
    """Return the attempts at final tests: failures first, then the pass."""
    chance = plan.stream("exams")
    exam = {a.programme_id: n for n, a in enumerate(activities) if "final" in a.role}
    of_programme = np.array([exam.get(p.programme_id, -1) for p in programmes()])
    activity = of_programme[enrolled.programme]
    passes = (became.done >= 0) & (activity >= 0)
    attempts = np.where(activity >= 0, became.failed_attempts + passes, 0)
    enrolment, ordinal = counted(attempts)
    left_to_go = attempts[enrolment] - 1 - ordinal
    passed = passes[enrolment] & (left_to_go == 0)
    seconds = np.clip(chance.normal(1_080, 240, len(enrolment)), 300, 1_700)
    final = np.where(
        became.done >= 0, became.done - 1_800, enrolled.anchor + enrolled.horizon * 0.7
    )
    between = chance.uniform(3, 28, len(enrolment)) * HOUR
    at = final[enrolment] - left_to_go * between
    at = np.maximum(at, enrolled.anchor[enrolment] + HOUR + ordinal * HOUR)
    return Visits(
        enrolment=enrolment,
        activity=activity[enrolment],
        form=np.where(passed, PASS, FAIL),
        at=at.astype(np.int64),
        seconds=seconds.astype(np.int64),
        is_done=np.ones(len(enrolment), dtype=bool),
    )


def recording_visits(
    plan: Plan,
    held: list[tuple[int, Session]],
    taken: Seats,
    became: Outcomes,
    recorded: dict[int, int],
) -> Visits:
    """Return views of recordings: catching up after a no-show, or watching again.

    Args:
        plan: the sample.
        held: sessions with their cohorts.
        taken: seats of those sessions.
        became: who takes part at all.
        recorded: cohort -> activity of its recording.
    """
    chance = plan.stream("recordings")
    activity = np.array([recorded.get(at, -1) for at, _s in held], dtype=np.int64)
    ends = np.array([s.actual_ends for _at, s in held], dtype=np.int64)
    share = np.select(
        [taken.status == NO_SHOW, taken.status == ATTENDED],
        [CAUGHT_UP_SHARE, REVISITED_SHARE],
        0.25,
    )
    views = (activity[taken.session] >= 0) & (chance.random(len(share)) < share)
    views &= became.comes[taken.enrolment]
    session, enrolment = taken.session[views], taken.enrolment[views]
    wait = 4 * HOUR + chance.exponential(3 * DAY, len(session))
    return Visits(
        enrolment=enrolment,
        activity=activity[session],
        form=np.full(len(session), VIDEO),
        at=(ends[session] + wait).astype(np.int64),
        seconds=chance.integers(120, 3_600, len(session)),
        is_done=np.zeros(len(session), dtype=bool),
    )
