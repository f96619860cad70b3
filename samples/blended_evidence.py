"""Blended designs: declared phases, reference material, communities, and judgements.

Some programmes declare no phases: theirs follow from the roles of their activities.
Self-paced cohorts of compliance have a day by which their units are due.
"""

import json

import numpy as np

from samples.activities import BASE, cohort_iri
from samples.attendance import ATTENDED
from samples.blended_base import BlendedBase
from samples.blended_truth import truth_of
from samples.catalogue import MODES, Programme, programmes
from samples.cohorts import Cohort
from samples.enrolments import uuids
from samples.evidence import Evidence
from samples.plan import DAY, Plan
from samples.simulation import Simulation
from samples.statements import LMS
from samples.table_rows import Row, local_moment

UNDECLARED = ("LDR-02", "CPX-03")
THREE_PARTS = (("Preparation", "async"), ("Session", "sync"), ("Follow-up", "async"))
TWO_PARTS = (("Self-study", "async"), ("Milestones", "sync"))
DUE_DAYS = 30
LOOKED_UP_SHARE, POSTED_SHARE = 0.55, 0.3
# The last weeks stay open: a session may still get its report.
FALLOW_DAYS = 20


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return phases, exceptions, judgements, statements and the KPIs that follow."""
    rng = plan.stream("blended")
    opened = _between_sessions(made, rng)
    posted = _posts(plan, made, rng)
    starts = [session.starts for _at, session in made.held]
    kpis = truth_of(
        BlendedBase(plan, made),
        {(enrolment, starts[session]) for enrolment, _at, session in opened},
        dict(posted),
        _due_moments(made),
    )
    uses = [(row, at, "/handbook", "viewed") for row, at, _session in opened]
    uses += [(row, at, "/forum", "posted") for row, at in posted]
    ids = uuids(plan.stream("blended ids"), len(uses))
    return Evidence(
        tables={
            "phases": [*_programme_phases(), *_cohort_phases(made.cohorts)],
            "mode_exceptions": _exceptions(),
            "judgements": _judgements(),
        },
        statements=[
            _statement(made, own_id, *use)
            for own_id, use in zip(ids, uses, strict=True)
        ],
        kpis=kpis,
    )


def parts_of(programme: Programme) -> tuple[tuple[str, str], ...]:
    """Return name and mode of the phases that blended cohorts declare, in order."""
    if "hybrid" not in programme.modes or programme.programme_id in UNDECLARED:
        return ()
    if programme.has_prework:
        return THREE_PARTS
    is_study = programme.category.hybrid_pattern == "self_study_milestones"
    return TWO_PARTS if is_study else ()


def has_due_units(cohort: Cohort) -> bool:
    """Whether the units of a cohort are due on a day."""
    category = programmes()[cohort.programme].category.slug
    return MODES[cohort.mode] == "async" and category == "compliance"


def _programme_phases() -> list[Row]:
    return [
        _phase(programme.programme_id, "", number, name, mode, "")
        for programme in programmes()
        for number, (name, mode) in enumerate(parts_of(programme), start=1)
    ]


def _cohort_phases(cohorts: list[Cohort]) -> list[Row]:
    return [
        _phase(
            programmes()[cohort.programme].programme_id,
            cohort.cohort_id,
            1,
            "Units",
            "async",
            local_moment(cohort.starts + DUE_DAYS * DAY),
        )
        for cohort in cohorts
        if has_due_units(cohort)
    ]


def _due_moments(made: Simulation) -> dict[int, int]:
    return {
        enrolment: made.cohorts[at].starts + DUE_DAYS * DAY
        for enrolment, at in enumerate(made.enrolments.cohort.tolist())
        if has_due_units(made.cohorts[at])
    }


def _phase(
    programme_id: str, cohort_id: str, number: int, name: str, mode: str, ends_at: str
) -> Row:
    return {
        "programme_id": programme_id,
        "cohort_id": cohort_id,
        "phase_no": number,
        "phase_name": name,
        "delivery_mode": mode,
        "is_required": "yes",
        "ends_at": ends_at,
    }


def _exceptions() -> list[Row]:
    return [
        {
            "programme_id": "CMP-02",
            "reason": "an audit asked for a live part",
            "decided_on": "2026-02-02",
            "review_on": "2027-02-01",
        }
    ]


def _judgements() -> list[Row]:
    roles = ("Head of learning", "Head of live delivery", "Learning platform owner")
    words = ("adequate", "strong", "weak")
    in_use = [("", f"E{n}", words[n % 3], roles[n % 3]) for n in range(1, 8)]
    offered = [("Vendor A", f"E{n}", words[(n + 1) % 3], roles[2]) for n in (2, 3, 4)]
    return [
        {
            "question": question,
            "candidate": candidate,
            "judgement": judgement,
            "judged_by_role": role,
            "judged_on": "2026-09-15",
        }
        for candidate, question, judgement, role in in_use + offered
    ]


def _between_sessions(
    made: Simulation, rng: np.random.Generator
) -> list[tuple[int, int, int]]:
    """Return enrolment, moment (s) and session before it of openings of handbooks."""
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


def _posts(
    plan: Plan, made: Simulation, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Return enrolment and moment (s) of posts, half a minute into a visit."""
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


def _statement(
    made: Simulation, own_id: str, enrolment: int, at: int, path: str, verb: str
) -> str:
    cohort = made.cohorts[made.enrolments.cohort[enrolment]]
    programme = programmes()[cohort.programme]
    verbs = {
        "viewed": "http://id.tincanapi.com/verb/viewed",
        "posted": "https://w3id.org/xapi/acrossx/verbs/posted",
    }
    course = f"{BASE}/programmes/{programme.programme_id}"
    person = int(made.enrolments.person[enrolment])
    name = made.people.frame["lms_id"][person]
    moment = np.datetime_as_string(np.datetime64(at, "s"))
    return json.dumps(
        {
            "id": own_id,
            "actor": {
                "objectType": "Agent",
                "account": {"homePage": LMS, "name": name},
            },
            "verb": {"id": verbs[verb], "display": {"en": verb}},
            "object": {"objectType": "Activity", "id": course + path},
            "context": {
                "registration": made.enrolments.registration[enrolment],
                "contextActivities": {
                    "grouping": [{"id": course}, {"id": cohort_iri(cohort)}]
                },
                "platform": "Example LMS",
            },
            "timestamp": f"{moment}Z",
            "stored": f"{moment}Z",
            "version": "1.0.3",
        },
        separators=(",", ":"),
    )
