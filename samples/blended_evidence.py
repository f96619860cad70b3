"""Blended designs: declared phases, reference material, communities, and judgements.

Some programmes declare no phases: theirs follow from the roles of their activities.
Self-paced cohorts of compliance have a day by which their units are due.
"""

from samples.blended_base import BlendedBase
from samples.blended_truth import truth_of
from samples.blended_uses import handbook_uses, posts, uses_beside_units
from samples.catalogue import MODES, Programme, programmes
from samples.cohorts import Cohort
from samples.enrolments import uuids
from samples.evidence import Evidence
from samples.learning_statements import activity_object, statement_of
from samples.plan import DAY, Plan
from samples.simulation import Simulation
from samples.table_rows import Row, local_moment

UNDECLARED = ("LDR-02", "CPX-03")
THREE_PARTS = (("Preparation", "async"), ("Session", "sync"), ("Follow-up", "async"))
TWO_PARTS = (("Self-study", "async"), ("Milestones", "sync"))
DUE_DAYS = 30


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return phases, exceptions, judgements, statements and the KPIs that follow."""
    starts = [session.starts for _at, session in made.held]
    kpis = truth_of(
        BlendedBase(plan, made),
        {(row, starts[session]) for row, _at, session in handbook_uses(plan, made)},
        dict(posts(plan, made)),
        _due_moments(made),
    )
    uses = uses_beside_units(plan, made)
    ids = uuids(plan.stream("blended ids"), uses.height)
    return Evidence(
        tables={
            "phases": [*_programme_phases(), *_cohort_phases(made.cohorts)],
            "mode_exceptions": _exceptions(),
            "judgements": _judgements(),
        },
        statements=[
            statement_of(
                made,
                enrolment,
                at,
                verb,
                activity_object(made.activities[activity]),
                statement_id=own_id,
            )
            for own_id, (enrolment, activity, at, verb) in zip(
                ids, uses.iter_rows(), strict=True
            )
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
