"""Who enrols where and when, and the planted probability of finishing in time.

The probability is planted on the logit scale: the sum of the category's rate in that
mode, a programme effect (SD 0.5, centred within a category), a cohort effect (SD 0.13)
and effects of what is known about the person before the start.
"""

import uuid
from dataclasses import dataclass

import numpy as np

from samples.catalogue import MODES, programmes
from samples.cohorts import Cohort
from samples.people import People
from samples.plan import DAY, Plan

PROGRAMME_SD, COHORT_SD = 0.5, 0.13
SEGMENT_EFFECT = np.array([-0.15, 0.0, 0.2, 0.35])
TENURE_EFFECT = np.array([-0.1, 0.0, 0.05, 0.05])
PRIOR_EFFECT = np.array([-0.35, 0.0, 0.3])
AUDIENCE = {  # weight of frontline, contributor, manager, senior leader
    "everyone": (1.0, 1.0, 1.0, 1.0),
    "frontline": (8.0, 1.0, 1.0, 0.2),
    "managers": (0.3, 1.0, 12.0, 6.0),
    "seniors": (0.1, 0.3, 3.0, 30.0),
    "newcomers": (1.0, 1.0, 1.0, 1.0),
}
NEWCOMER_WEIGHT = 8.0
# In these, more experienced people are in the second mode, which confounds crude rates.
CONFOUNDED = ("leadership", "complex_skill")
RETAKE_SHARE = 0.015
IST = 19_800  # offset (s) of the organisation's time zone; it enrols by local day


@dataclass(frozen=True)
class Enrolments:
    """One row per enrolment; moments are UTC seconds.

    Attributes:
        cohort: index of its cohort.
        person: index of its learner.
        programme: index of its programme.
        mode: index in MODES.
        enrolled_at: when it was made.
        anchor: when its horizon begins: at its cohort's start, or on enrolling later.
        horizon: seconds in which it should be finished.
        rates: the planted probability of finishing within the horizon in each mode;
            shape (enrolments, modes), NaN where the category does not use the mode.
        is_unmatched: whether the conferencing platform does not know the e-mail.
        registration: the learning platform's registration, a UUID.
    """

    cohort: np.ndarray
    person: np.ndarray
    programme: np.ndarray
    mode: np.ndarray
    enrolled_at: np.ndarray
    anchor: np.ndarray
    horizon: np.ndarray
    rates: np.ndarray
    is_unmatched: np.ndarray
    registration: list[str]

    @property
    def rate(self) -> np.ndarray:
        """The planted probability of finishing in time, in the actual mode."""
        return self.rates[np.arange(len(self.mode)), self.mode]


def logit(share: np.ndarray | float) -> np.ndarray:
    """Return ln(p / (1 - p))."""
    return np.log(share) - np.log1p(-np.asarray(share))


def expit(score: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-score))


def draw_enrolments(plan: Plan, people: People, cohorts: list[Cohort]) -> Enrolments:
    """Assign people to the cohorts and plant each one's probability of finishing."""
    rng = plan.stream("enrolments")
    cohort = np.repeat(np.arange(len(cohorts)), [c.size for c in cohorts])
    programme = np.array([c.programme for c in cohorts])[cohort]
    mode = np.array([c.mode for c in cohorts])[cohort]
    person = _assign_people(people, cohorts, cohort, programme, rng)
    person = _with_retakes(person, cohort, programme, cohorts, rng)
    starts = np.array([c.starts for c in cohorts])[cohort]
    is_live = np.array([c.is_live for c in cohorts])[cohort]
    enrolled_at = _enrolment_moments(programme, starts, is_live, rng)
    last_day = _midnight(np.array([plan.cut_off - DAY // 2]))
    enrolled_at = np.minimum(enrolled_at, last_day)
    horizon = np.array([p.category.horizon_days for p in programmes()])[programme]
    rates = _rates(plan, people, cohort, programme, person)
    has_platform = np.array([c.platform != "" for c in cohorts])[cohort]
    unmatched = has_platform & (rng.random(len(cohort)) < plan.unmatched)
    return Enrolments(
        cohort=cohort,
        person=person,
        programme=programme,
        mode=mode,
        enrolled_at=enrolled_at,
        anchor=np.maximum(enrolled_at, starts),
        horizon=horizon * DAY,
        rates=rates,
        is_unmatched=unmatched,
        registration=uuids(plan.stream("registrations"), len(cohort)),
    )


def uuids(rng: np.random.Generator, count: int) -> list[str]:
    """Return random version 4 UUIDs."""
    digits = rng.bytes(16 * count).hex()
    return [
        str(uuid.UUID(hex=digits[at : at + 32], version=4))
        for at in range(0, 32 * count, 32)
    ]


def _assign_people(
    people: People,
    cohorts: list[Cohort],
    cohort: np.ndarray,
    programme: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    person = np.zeros(len(cohort), dtype=np.int64)
    mode_of = np.array([c.mode for c in cohorts])
    for number, entry in enumerate(programmes()):
        rows = np.flatnonzero(programme == number)
        drawn = _draw_audience(people, entry.audience, len(rows), rng)
        if entry.category.slug in CONFOUNDED and len(entry.modes) == 2:
            second = MODES.index(entry.modes[1])
            in_second = mode_of[cohort[rows]] == second
            ability = 0.9 * (people.segment[drawn] >= 2) + 0.7 * people.prior[drawn]
            order = np.argsort(ability + rng.normal(0, 1.6, len(drawn)))
            person[rows[~in_second]] = drawn[order[: (~in_second).sum()]]
            person[rows[in_second]] = drawn[order[(~in_second).sum() :]]
        else:
            person[rows] = drawn
    return person


def _draw_audience(
    people: People, audience: str, count: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw people by weight, each at most once more often than any other."""
    weight = np.array(AUDIENCE[audience])[people.segment[: people.learner_count]]
    if audience == "newcomers":
        weight *= np.where(people.tenure[: len(weight)] == 0, NEWCOMER_WEIGHT, 1)
    rounds = []
    for _round in range(-(-count // len(weight))):
        keys = np.log(weight) + rng.gumbel(size=len(weight))
        rounds.append(np.argsort(-keys, kind="stable"))
    return rng.permutation(np.concatenate(rounds)[:count])


def _with_retakes(
    person: np.ndarray,
    cohort: np.ndarray,
    programme: np.ndarray,
    cohorts: list[Cohort],
    rng: np.random.Generator,
) -> np.ndarray:
    """Let a few people take a programme again, two horizons after their first start."""
    starts = np.array([c.starts for c in cohorts])[cohort]
    wait = np.array([2 * p.category.horizon_days * DAY for p in programmes()])
    person = person.copy()
    chosen = np.flatnonzero(rng.random(len(cohort)) < RETAKE_SHARE)
    partners = rng.integers(0, 1 << 30, len(chosen))
    first_row = np.searchsorted(programme, np.arange(len(programmes()) + 1))
    seen = set(zip(cohort.tolist(), person.tolist(), strict=True))
    for row, draw in zip(chosen, partners, strict=True):
        low, high = first_row[programme[row]], first_row[programme[row] + 1]
        earlier = low + draw % (high - low)
        pair = (int(cohort[row]), int(person[earlier]))
        if starts[earlier] + wait[programme[row]] < starts[row] and pair not in seen:
            seen.add(pair)
            person[row] = person[earlier]
    return _without_duplicates(person, cohort, rng)


def _without_duplicates(
    person: np.ndarray, cohort: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Replace a person who is in the same cohort twice by somebody else."""
    everyone = np.unique(person)
    seen: set[tuple[int, int]] = set()
    for row in range(len(person)):
        while (int(cohort[row]), int(person[row])) in seen:
            person[row] = rng.choice(everyone)
        seen.add((int(cohort[row]), int(person[row])))
    return person


def _midnight(moment: np.ndarray) -> np.ndarray:
    """Return the start of the day in the organisation's zone."""
    return (moment + IST) // DAY * DAY - IST


def _enrolment_moments(
    programme: np.ndarray,
    starts: np.ndarray,
    is_live: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw the days: weeks ahead if live, at the start if assigned, else in a month."""
    mandatory = np.array([p.category.is_mandatory for p in programmes()])[programme]
    draw = rng.random(len(programme))
    ahead = starts - (4 + 22 * draw) * DAY
    assigned = starts + 2 * draw * DAY
    rolling = starts + 25 * draw * DAY
    moment = np.where(is_live, ahead, np.where(mandatory, assigned, rolling))
    return _midnight(moment.astype(np.int64))


def _rates(
    plan: Plan,
    people: People,
    cohort: np.ndarray,
    programme: np.ndarray,
    person: np.ndarray,
) -> np.ndarray:
    rng = plan.stream("effects")
    score = _programme_effects(rng)[programme]
    score += rng.normal(0, COHORT_SD, cohort.max() + 1)[cohort]
    score += SEGMENT_EFFECT[people.segment[person]]
    score += TENURE_EFFECT[people.tenure[person]] + PRIOR_EFFECT[people.prior[person]]
    base = np.array(
        [[p.category.rates.get(mode, np.nan) for mode in MODES] for p in programmes()]
    )
    return expit(logit(base)[programme] + score[:, None])


def _programme_effects(rng: np.random.Generator) -> np.ndarray:
    """Draw programme effects, centred and with the planted SD in each category."""
    slugs = np.array([p.category.slug for p in programmes()])
    effects = rng.normal(0, 1, len(slugs))
    for slug in dict.fromkeys(slugs.tolist()):
        is_own = slugs == slug
        effects[is_own] -= effects[is_own].mean()
        effects[is_own] *= PROGRAMME_SD / effects[is_own].std()
    return effects
