"""Surveys: what learners think of a programme, and whether they use it at work.

Self-paced programmes are found as useful as live ones, but fewer people answer.
"""

import numpy as np

from samples.catalogue import MODES, programmes
from samples.evidence import Evidence, Truth, truth_by_mode
from samples.plan import DAY, Plan
from samples.simulation import Simulation
from samples.table_rows import EnrolledRows, Row, local_moment

ASKED_SHARE = 0.25
ANSWERED_SHARE = np.array([0.62, 0.41, 0.55])  # by mode
APPLIED_SHARE = np.array([0.6, 0.45, 0.66])
INTENT_SHARE = 0.7
OPINIONS = {  # question -> shares of each answer, from the lowest of the scale
    "usefulness": (1, (0.03, 0.09, 0.25, 0.4, 0.23)),
    "recommend": (5, (0.1, 0.12, 0.16, 0.24, 0.22, 0.16)),
    "belonging": (1, (0.05, 0.1, 0.25, 0.35, 0.25)),
}
KPI_OF = {"usefulness": "usefulness_score", "belonging": "belonging_score"}
APPLIED_AFTER_DAYS = 75
# Questions that are asked later would be open at the end of the sample.
LAST_DAYS = 40


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Ask a part of the enrolments; return their answers and the KPIs that follow."""
    rng = plan.stream("surveys")
    mode, size = made.enrolments.mode, len(made.enrolments.mode)
    rows: list[Row] = []
    kpis: dict[str, Truth] = {}
    asked_of_all = np.zeros(size)
    answered_of_all = np.zeros(size)
    ends = made.enrolments.anchor + made.enrolments.horizon
    is_live = np.array([cohort.is_live for cohort in made.cohorts])
    is_over = _is_over(plan, ends)
    for question, (lowest, shares) in OPINIONS.items():
        asked = is_over & made.outcomes.participates & (rng.random(size) < ASKED_SHARE)
        if question == "belonging":
            asked &= is_live[made.enrolments.cohort]
        answer = lowest + rng.choice(len(shares), size, p=shares)
        answered = asked & (rng.random(size) < ANSWERED_SHARE[mode])
        rows += _rows(made, question, asked, answered, ends, answer)
        asked_of_all += asked
        answered_of_all += answered
        if question in KPI_OF:
            kpis[KPI_OF[question]] = truth_by_mode(mode, answered, answered * answer)
    promoters = [row for row in rows if row["question"] == "recommend"]
    kpis["recommend_share"] = _share_of_promoters(made, promoters)
    finished = made.finished_at
    later = finished + APPLIED_AFTER_DAYS * DAY
    asked = (finished >= 0) & _is_over(plan, later) & (rng.random(size) < ASKED_SHARE)
    answered = asked & (rng.random(size) < ANSWERED_SHARE[mode])
    applies = rng.random(size) < APPLIED_SHARE[mode]
    rows += _rows(made, "applied", asked, answered, later, applies)
    asked_of_all += asked
    answered_of_all += answered
    kpis["application_rate"] = truth_by_mode(mode, answered, answered & applies)
    kpis["application_rate_worst_case"] = truth_by_mode(mode, asked, answered & applies)
    asked = _is_voluntary(made) & is_over & (rng.random(size) < ASKED_SHARE)
    intends = rng.random(size) < INTENT_SHARE
    rows += _rows(
        made, "intends_to_finish", asked, asked, made.enrolments.enrolled_at, intends
    )
    asked_of_all += asked
    answered_of_all += asked
    base = asked & intends & (made.outcomes.waived_at < 0)
    in_time = (finished >= 0) & made.outcomes.finishes_in_time
    kpis["intent_adjusted_completion"] = truth_by_mode(mode, base, base & in_time)
    kpis["survey_response_rate"] = truth_by_mode(mode, asked_of_all, answered_of_all)
    return Evidence({"surveys": rows}, kpis=kpis)


def _is_over(plan: Plan, moment: np.ndarray) -> np.ndarray:
    return moment <= plan.cut_off - LAST_DAYS * DAY


def _is_voluntary(made: Simulation) -> np.ndarray:
    mandatory = np.array([p.category.is_mandatory for p in programmes()])
    return ~mandatory[made.enrolments.programme]


def _rows(
    made: Simulation,
    question: str,
    asked: np.ndarray,
    answered: np.ndarray,
    moment: np.ndarray,
    answer: np.ndarray,
) -> list[Row]:
    """Return a row of the table per question that was asked."""
    who = EnrolledRows(made)
    found = []
    for row in np.flatnonzero(asked):
        at = int(moment[row])
        given: Row = {"answered_at": "", "answer": ""}
        if answered[row]:
            given = {
                "answered_at": local_moment(at + 2 * DAY),
                "answer": int(answer[row]),
            }
        found.append(
            who.start(row)
            | {"question": question, "asked_at": local_moment(at)}
            | given
        )
    return found


def _share_of_promoters(made: Simulation, rows: list[Row]) -> Truth:
    """Count answers of 9 and 10 among the answers by the mode of their cohort."""
    mode_of = {cohort.cohort_id: MODES[cohort.mode] for cohort in made.cohorts}
    found: Truth = {}
    for row in rows:
        if row["answer"] != "":
            mode = mode_of[str(row["cohort_id"])]
            sums = found.setdefault(mode, {"numerator": 0.0, "denominator": 0.0})
            sums["denominator"] += 1
            sums["numerator"] += int(str(row["answer"])) >= 9
    return found
