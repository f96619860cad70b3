"""Who enrols where and when, and with what planted chance to finish in time.

The chance is planted on the logit scale: the category's rate in that mode, the
programme (SD 0.5, centred within a category), the cohort (SD 0.13) and what is known
about the person before they begin.
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
# In these, more experienced people go to the second mode: crude rates mislead.
CONFOUNDED = ("leadership", "complex_skill")
RETAKE_SHARE = 0.015
IST = 19_800  # the learning desk enrols by the day, in the organisation's own zone


@dataclass(frozen=True)
class Enrolments:
    """A row per enrolment; moments are UTC seconds.

    `rates` has the planted chance under each mode, sync async hybrid, NaN where the
    category does not use it; `rate` is the one under the mode that it was in.
    """

    cohort: np.ndarray
    person: np.ndarray
    programme: np.ndarray
    mode: np.ndarray
    enrolled: np.ndarray
    anchor: np.ndarray
    horizon: np.ndarray
    rates: np.ndarray
    is_unmatched: np.ndarray
    registration: list[str]

    @property
    def rate(self) -> np.ndarray:
        """The planted chance to finish within the horizon, as delivered."""
        return self.rates[np.arange(len(self.mode)), self.mode]


def logit(share: np.ndarray | float) -> np.ndarray:
    """Return ln(p / (1 - p))."""
    return np.log(share) - np.log1p(-np.asarray(share))


def expit(score: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-score))


def enrolments(plan: Plan, people: People, cohorts: list[Cohort]) -> Enrolments:
    """Fill the cohorts with people and plant each one's chance."""
    chance = plan.stream("enrolments")
    cohort = np.repeat(np.arange(len(cohorts)), [one.size for one in cohorts])
    programme = np.array([one.programme for one in cohorts])[cohort]
    mode = np.array([one.mode for one in cohorts])[cohort]
    person = _people(people, cohorts, cohort, programme, chance)
    person = _retakes(person, cohort, programme, cohorts, chance)
    starts = np.array([one.starts for one in cohorts])[cohort]
    is_live = np.array([one.is_live for one in cohorts])[cohort]
    enrolled = _enrolled(programme, starts, is_live, chance)
    last_day = _midnight(np.array([plan.cut_off - DAY // 2]))
    enrolled = np.minimum(enrolled, last_day)
    horizon = np.array([p.category.horizon_days for p in programmes()])[programme]
    rates = _rates(plan, people, cohort, programme, person)
    platform = np.array([one.platform != "" for one in cohorts])[cohort]
    unmatched = platform & (chance.random(len(cohort)) < plan.unmatched)
    return Enrolments(
        cohort=cohort,
        person=person,
        programme=programme,
        mode=mode,
        enrolled=enrolled,
        anchor=np.maximum(enrolled, starts),
        horizon=horizon * DAY,
        rates=rates,
        is_unmatched=unmatched,
        registration=uuids(plan.stream("registrations"), len(cohort)),
    )


def uuids(chance: np.random.Generator, count: int) -> list[str]:
    """Return random version 4 UUIDs."""
    digits = chance.bytes(16 * count).hex()
    return [
        str(uuid.UUID(hex=digits[at : at + 32], version=4))
        for at in range(0, 32 * count, 32)
    ]


def _people(
    people: People,
    cohorts: list[Cohort],
    cohort: np.ndarray,
    programme: np.ndarray,
    chance: np.random.Generator,
) -> np.ndarray:
    person = np.zeros(len(cohort), dtype=np.int64)
    mode_of = np.array([one.mode for one in cohorts])
    for number, entry in enumerate(programmes()):
        rows = np.flatnonzero(programme == number)
        drawn = _audience(people, entry.audience, len(rows), chance)
        if entry.category.slug in CONFOUNDED and len(entry.modes) == 2:
            second = MODES.index(entry.modes[1])
            in_second = mode_of[cohort[rows]] == second
            ability = 0.9 * (people.segment[drawn] >= 2) + 0.7 * people.prior[drawn]
            order = np.argsort(ability + chance.normal(0, 1.6, len(drawn)))
            person[rows[~in_second]] = drawn[order[: (~in_second).sum()]]
            person[rows[in_second]] = drawn[order[(~in_second).sum() :]]
        else:
            person[rows] = drawn
    return person


def _audience(
    people: People, audience: str, count: int, chance: np.random.Generator
) -> np.ndarray:
    """Draw people without replacement, weighted; again from all if they run out."""
    weight = np.array(AUDIENCE[audience])[people.segment[: people.learner_count]]
    if audience == "newcomers":
        weight *= np.where(people.tenure[: len(weight)] == 0, NEWCOMER_WEIGHT, 1)
    rounds = []
    for _round in range(-(-count // len(weight))):
        keys = np.log(weight) + chance.gumbel(size=len(weight))
        rounds.append(np.argsort(-keys, kind="stable"))
    return chance.permutation(np.concatenate(rounds)[:count])


def _retakes(
    person: np.ndarray,
    cohort: np.ndarray,
    programme: np.ndarray,
    cohorts: list[Cohort],
    chance: np.random.Generator,
) -> np.ndarray:
    """Let a few come a second time, two horizons after they began."""
    starts = np.array([one.starts for one in cohorts])[cohort]
    wait = np.array([2 * p.category.horizon_days * DAY for p in programmes()])
    person = person.copy()
    chosen = np.flatnonzero(chance.random(len(cohort)) < RETAKE_SHARE)
    partners = chance.integers(0, 1 << 30, len(chosen))
    first_row = np.searchsorted(programme, np.arange(len(programmes()) + 1))
    seen = set(zip(cohort.tolist(), person.tolist(), strict=True))
    for row, draw in zip(chosen, partners, strict=True):
        low, high = first_row[programme[row]], first_row[programme[row] + 1]
        earlier = low + draw % (high - low)
        pair = (int(cohort[row]), int(person[earlier]))
        if starts[earlier] + wait[programme[row]] < starts[row] and pair not in seen:
            seen.add(pair)
            person[row] = person[earlier]
    return _without_doubles(person, cohort, chance)


def _without_doubles(
    person: np.ndarray, cohort: np.ndarray, chance: np.random.Generator
) -> np.ndarray:
    """Nobody sits twice in one cohort: a second seat goes to somebody else."""
    everyone = np.unique(person)
    seen: set[tuple[int, int]] = set()
    for row in range(len(person)):
        while (int(cohort[row]), int(person[row])) in seen:
            person[row] = chance.choice(everyone)
        seen.add((int(cohort[row]), int(person[row])))
    return person


def _midnight(moment: np.ndarray) -> np.ndarray:
    """Return the start of the day in the organisation's zone."""
    return (moment + IST) // DAY * DAY - IST


def _enrolled(
    programme: np.ndarray,
    starts: np.ndarray,
    is_live: np.ndarray,
    chance: np.random.Generator,
) -> np.ndarray:
    """Live: some weeks ahead; assigned: on the first days; rolling: over a month."""
    mandatory = np.array([p.category.is_mandatory for p in programmes()])[programme]
    draw = chance.random(len(programme))
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
    chance = plan.stream("effects")
    score = _programme_effects(chance)[programme]
    score += chance.normal(0, COHORT_SD, cohort.max() + 1)[cohort]
    score += SEGMENT_EFFECT[people.segment[person]]
    score += TENURE_EFFECT[people.tenure[person]] + PRIOR_EFFECT[people.prior[person]]
    base = np.array(
        [[p.category.rates.get(mode, np.nan) for mode in MODES] for p in programmes()]
    )
    return expit(logit(base)[programme] + score[:, None])


def _programme_effects(chance: np.random.Generator) -> np.ndarray:
    """Draw programme effects, centred and of the planted SD in each category."""
    slugs = np.array([p.category.slug for p in programmes()])
    effects = chance.normal(0, 1, len(slugs))
    for slug in dict.fromkeys(slugs.tolist()):
        mine = slugs == slug
        effects[mine] -= effects[mine].mean()
        effects[mine] *= PROGRAMME_SD / effects[mine].std()
    return effects
