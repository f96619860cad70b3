"""Reviews of whether assessments were honest."""

import numpy as np
import polars as pl

from samples.activities import programme_iri
from samples.catalogue import programmes
from samples.core_evidence import is_rated
from samples.events import CODE
from samples.evidence import Evidence, truth_by_mode
from samples.feedback_evidence import rated_essays
from samples.plan import DAY, Plan
from samples.score_evidence import tests_taken
from samples.simulation import Simulation
from samples.table_rows import EnrolledRows, Row, local_moment

REVIEWED = ("high_stakes", "compliance", "high_volume")
REVIEWED_SHARE, UPHELD_SHARE = 0.15, 0.4


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return reviews of final tests, and the KPI that follows.

    Nobody is reviewed who is enrolled in the programme twice: the table names no
    enrolment.
    """
    rng = plan.stream("integrity reviews")
    enrolments = made.enrolments
    attempts = (
        made.events.filter(pl.col("kind").is_in([CODE["passed"], CODE["failed"]]))
        .group_by("enrolment")
        .agg(pl.col("at").max())
        .sort("enrolment")
    )
    pair = enrolments.person * 1_000 + enrolments.programme
    _values, inverse, counts = np.unique(pair, return_inverse=True, return_counts=True)
    slugs = [p.category.slug for p in programmes()]
    reviewed: set[int] = set()
    upheld = np.zeros(len(pair), dtype=bool)
    finals = np.zeros(len(pair))
    who, rows = EnrolledRows(made), list[Row]()
    for enrolment, at in attempts.rows():
        finals[enrolment] = 1
        draws = rng.random(2)
        programme = int(enrolments.programme[enrolment])
        is_chosen = slugs[programme] in REVIEWED and draws[0] < REVIEWED_SHARE
        is_chosen &= (
            counts[inverse[enrolment]] == 1 and at < (plan.cut_off - DAY) * 1_000
        )
        if not is_chosen:
            continue
        reviewed.add(programme)
        upheld[enrolment] = draws[1] < UPHELD_SHARE
        start = who.start(enrolment)
        rows.append(
            {
                "email": start["email"],
                "programme_id": start["programme_id"],
                "activity_id": programme_iri(programmes()[programme]) + "/final-test",
                "reviewed_at": local_moment(at // 1_000 + DAY),
                "is_upheld": "yes" if upheld[enrolment] else "no",
            }
        )
    taken = finals.copy()
    for enrolment, _kind in tests_taken(plan, made):
        taken[enrolment] += 1
    taken[rated_essays(plan, made)] += 1
    base = is_rated(plan, made) & np.isin(enrolments.programme, list(reviewed))
    return Evidence(
        tables={"integrity_reviews": rows},
        kpis={
            "integrity_exception_rate": truth_by_mode(
                enrolments.mode, base * taken, base & upheld
            )
        },
    )
