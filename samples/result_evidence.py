"""What learners do at work: observations, rated tasks, and credentials."""

import numpy as np

from samples.activities import programme_iri
from samples.catalogue import MODES, programmes
from samples.evidence import Evidence, Truth, truth_by_mode
from samples.plan import DAY, Plan
from samples.simulation import Simulation
from samples.table_rows import EnrolledRows, Row, local_moment

HOUR = 3_600
BEHAVIOURS = ("gives feedback", "asks before advising")
OBSERVED = ("leadership", "self_directed")
RATED = ("complex_skill", "distributed_workforce")
CERTIFIED = ("cohort_credential", "distributed_workforce")
OBSERVED_SHARE, OBSERVED_AGAIN_SHARE, IMPROVED_SHARE = 0.5, 0.6, 0.55
RATED_SHARE, PROFICIENT_SHARE = 0.9, 0.72
VERIFIED_SHARE = 0.6
STANDARD = 3
FOLLOW_UP_DAYS = 90
# Live sources end some hours before the sample does; what is due then is left out.
MARGIN = 13 * HOUR


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return observations, ratings and credentials, and the KPIs that follow."""
    observations, of_behaviours = _observations(plan, made)
    ratings, finals, of_ratings = _ratings(plan, made)
    credentials, of_credentials = _credentials(plan, made)
    tables = {
        "observations": observations,
        "ratings": ratings,
        "assessments": finals,
        "credentials": credentials,
    }
    return Evidence(tables, kpis=of_behaviours | of_ratings | of_credentials)


def _in_categories(made: Simulation, slugs: tuple[str, ...]) -> np.ndarray:
    own = np.array([p.category.slug in slugs for p in programmes()])
    return own[made.enrolments.programme]


def _is_rated(plan: Plan, made: Simulation) -> np.ndarray:
    """Return whose horizon is over, without the waived."""
    over = made.enrolments.anchor + made.enrolments.horizon
    return (over <= plan.cut_off - MARGIN) & (made.outcomes.waived_at < 0)


def _first_of_each_learner(made: Simulation, chosen: np.ndarray) -> np.ndarray:
    """Return the chosen enrolments without a learner's later ones in a programme.

    A task has one rating of one person by one rater, and a stage one observation.
    """
    enrolments = made.enrolments
    rows = np.flatnonzero(chosen)
    pairs = np.stack([enrolments.person[rows], enrolments.programme[rows]])
    _found, first = np.unique(pairs, axis=1, return_index=True)
    kept = np.zeros(len(chosen), dtype=bool)
    kept[rows[first]] = True
    return kept


def _observations(plan: Plan, made: Simulation) -> tuple[list[Row], dict[str, Truth]]:
    """Observe some before, and some of the finishers of them 75 days after."""
    rng = plan.stream("observations")
    size, mode = len(made.enrolments.mode), made.enrolments.mode
    finished = made.finished_at
    over = np.maximum(made.enrolments.anchor + made.enrolments.horizon, finished)
    before = _in_categories(made, OBSERVED) & (rng.random(size) < OBSERVED_SHARE)
    before &= (made.outcomes.waived_at < 0) & (
        over + (FOLLOW_UP_DAYS + 5) * DAY <= plan.cut_off
    )
    before = _first_of_each_learner(made, before)
    after = before & (finished >= 0) & (rng.random(size) < OBSERVED_AGAIN_SHARE)
    improves = rng.random(size) < IMPROVED_SHARE
    who, rows = EnrolledRows(made), []
    for row in np.flatnonzero(before):
        for number, behaviour in enumerate(BEHAVIOURS):
            first = {
                "stage": "baseline",
                "behaviour": behaviour,
                "score": 2,
                "observed_at": local_moment(made.enrolments.enrolled_at[row]),
                "observer_kind": "manager",
            }
            rows.append(who.start(row) | first)
            if after[row]:
                is_better = improves[row] and number == 0
                again = {
                    "stage": "follow_up",
                    "score": 3 if is_better else 2,
                    "observed_at": local_moment(finished[row] + 75 * DAY),
                }
                rows.append(who.start(row) | first | again)
    kpis = {
        "behaviour_change": truth_by_mode(mode, after, after & improves),
        "observed_again_share": truth_by_mode(mode, before & (finished >= 0), after),
    }
    return rows, kpis


def _ratings(
    plan: Plan, made: Simulation
) -> tuple[list[Row], list[Row], dict[str, Truth]]:
    """Rate the final task of most who take part; one of a cohort is rated always."""
    rng = plan.stream("ratings of finals")
    mode, cohort = made.enrolments.mode, made.enrolments.cohort
    size = len(mode)
    gone = made.outcomes.withdrawn_at
    stays = (gone < 0) | (gone > plan.cut_off)
    due = _in_categories(made, RATED) & _is_rated(plan, made) & stays
    rated = due & made.outcomes.participates & (rng.random(size) < RATED_SHARE)
    rated = _first_of_each_learner(made, rated)
    proficient = rng.random(size) < PROFICIENT_SHARE
    has_ratings = np.isin(cohort, cohort[rated])
    who, rows = EnrolledRows(made), []
    over = made.enrolments.anchor + made.enrolments.horizon
    for row in np.flatnonzero(rated):
        programme = programmes()[made.enrolments.programme[row]]
        rows.append(
            who.start(row)
            | {
                "activity_id": programme_iri(programme) + "/final-practical",
                "rater_no": 1,
                "rater_kind": "person",
                "score": STANDARD if proficient[row] else STANDARD - 1,
                "standard": STANDARD,
                "rated_at": local_moment(over[row] - DAY),
            }
        )
    finals: list[Row] = [
        {
            "activity_id": programme_iri(programme) + "/final-practical",
            "programme_id": programme.programme_id,
            "kind": "final",
            "is_live": "yes",
        }
        for programme in programmes()
        if programme.category.slug in RATED
    ]
    base = due & has_ratings
    live = base & (mode != MODES.index("async"))
    kpis = {
        "observed_proficiency": truth_by_mode(mode, base, rated & proficient),
        "live_assessment_completion": truth_by_mode(mode, live, live & rated),
    }
    return rows, finals, kpis


def credentials_awarded(plan: Plan, made: Simulation) -> list[tuple[int, int]]:
    """Return enrolment and moment (UTC ms) of the credentials."""
    finished = made.finished_at
    awarded = _in_categories(made, CERTIFIED) & (finished >= 0)
    awarded &= (made.outcomes.waived_at < 0) & (finished + HOUR <= plan.cut_off)
    return [
        (int(row), int(finished[row] + HOUR) * 1_000) for row in np.flatnonzero(awarded)
    ]


def _credentials(plan: Plan, made: Simulation) -> tuple[list[Row], dict[str, Truth]]:
    """Award a credential to all who finish; a part of them is checked by somebody."""
    rng = plan.stream("credentials")
    mode, programme = made.enrolments.mode, made.enrolments.programme
    finished = made.finished_at
    own = _in_categories(made, CERTIFIED)
    over = made.enrolments.anchor + made.enrolments.horizon
    awarded = own & (finished >= 0) & (made.outcomes.waived_at < 0)
    awarded &= finished + HOUR <= plan.cut_off
    checked = awarded & (rng.random(len(mode)) < VERIFIED_SHARE)
    checked &= finished + 31 * DAY <= plan.cut_off
    who, rows = EnrolledRows(made), []
    for row in np.flatnonzero(awarded):
        start = who.start(row)
        rows.append(
            {
                "email": start["email"],
                "programme_id": start["programme_id"],
                "credential_name": f"Certificate {start['cohort_id']}",
                "awarded_at": local_moment(finished[row] + HOUR),
                "first_verified_at": local_moment(finished[row] + 30 * DAY)
                if checked[row]
                else "",
            }
        )
    is_rated = _is_rated(plan, made)
    base = own & is_rated & np.isin(programme, programme[awarded])
    old = awarded & is_rated & np.isin(programme, programme[checked])
    old &= finished + HOUR + FOLLOW_UP_DAYS * DAY <= plan.cut_off - MARGIN
    kpis = {
        "credential_yield": truth_by_mode(
            mode, base, base & awarded & (finished + HOUR <= over)
        ),
        "credential_verified_share": truth_by_mode(mode, old, old & checked),
    }
    return rows, kpis
