"""Openings of handbooks between live sessions, and posts in forums. Moments: UTC s."""

import numpy as np
import polars as pl

from samples.attendance import ATTENDED
from samples.catalogue import MODES, programmes
from samples.plan import DAY, Plan
from samples.simulation import Simulation

LOOKED_UP_SHARE, POSTED_SHARE = 0.55, 0.3
# The last weeks stay open: a session may still get its report.
FALLOW_DAYS = 20
VIEWED = "http://id.tincanapi.com/verb/viewed"
POSTED = "https://w3id.org/xapi/acrossx/verbs/posted"


def handbook_uses(plan: Plan, made: Simulation) -> list[tuple[int, int, int]]:
    """Return enrolment, moment (s) and session before it of openings of handbooks."""
    rng = plan.stream("handbooks")
    found = []
    own = {
        number
        for number, p in enumerate(programmes())
        if p.category.hybrid_pattern == "live_core_reference"
    }
    after: dict[int, tuple[int, int]] = {}
    rows = zip(
        made.attendance.session.tolist(),
        made.attendance.enrolment.tolist(),
        made.attendance.status.tolist(),
        strict=True,
    )
    for session, enrolment, status in rows:
        at, planned = made.held[session]
        cohort = made.cohorts[at]
        if cohort.programme not in own or MODES[cohort.mode] != "hybrid":
            continue
        before = after.get(enrolment)
        if before and before[1] and status == ATTENDED:
            ends = made.held[before[0]][1].ends
            moment = ends + rng.uniform(0.2, 0.8) * (planned.starts - ends)
            if rng.random() < LOOKED_UP_SHARE:
                found.append((enrolment, int(moment), before[0]))
        after[enrolment] = (session, status == ATTENDED)
    return found


def posts(plan: Plan, made: Simulation) -> list[tuple[int, int]]:
    """Return enrolment and moment (s) of posts, half a minute into a visit."""
    rng = plan.stream("forums")
    own = np.array(
        [p.category.hybrid_pattern == "micro_community" for p in programmes()]
    )
    visits, enrolments = made.visits, made.enrolments
    is_own = own[enrolments.programme] & (enrolments.mode == MODES.index("hybrid"))
    chosen = np.flatnonzero(is_own[visits.enrolment])
    chosen = chosen[rng.random(len(chosen)) < POSTED_SHARE]
    first: dict[int, int] = {}
    until = made.outcomes.active_until(plan.cut_off - FALLOW_DAYS * DAY)
    for visit in chosen.tolist():
        enrolment, at = int(visits.enrolment[visit]), int(visits.at[visit]) + 30
        if (
            enrolments.enrolled_at[enrolment] <= visits.at[visit]
            and at < until[enrolment] - 60
        ):
            first.setdefault(enrolment, at)
    return sorted(first.items())


def uses_beside_units(plan: Plan, made: Simulation) -> pl.DataFrame:
    """Return all of them as enrolment, activity (index), at (UTC ms) and verb."""
    own = {
        (activity.programme_id, activity.role): at
        for at, activity in enumerate(made.activities)
    }
    found = [
        *((row, "reference", at, VIEWED) for row, at, _s in handbook_uses(plan, made)),
        *((row, "community", at, POSTED) for row, at in posts(plan, made)),
    ]
    programme = made.enrolments.programme
    rows = [
        (row, own[programmes()[programme[row]].programme_id, role], at * 1_000, verb)
        for row, role, at, verb in found
    ]
    return pl.DataFrame(
        rows, schema=["enrolment", "activity", "at", "verb"], orient="row"
    )
