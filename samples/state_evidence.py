"""States of enrolments: overdue, repeated, waived, abandoned, covered, excluded.

Test accounts work in some self-paced cohorts like learners; the organisation lists
them, so that no KPI counts them.
"""

import json
from datetime import date, datetime, time

import numpy as np
import polars as pl

from samples.catalogue import programmes
from samples.core_evidence import (
    finished_in_time,
    is_rated,
    moment_of_finish,
    presences,
    starts_in_time,
)
from samples.enrolments import uuids
from samples.evidence import Evidence, Truth, truth_by_mode
from samples.learning_sessions import codes, recorded_events
from samples.learning_statements import activity_object, statement_of
from samples.organisation_files import CERTIFICATE_DAYS, leave_moments
from samples.plan import DAY, Plan
from samples.roster_files import ZONE, local_day
from samples.simulation import Simulation
from samples.statements import ADL

TESTED_SHARE = 0.05  # of self-paced cohorts
ABANDONED_AFTER = 30 * DAY
INITIATED = (
    *("launched", "initialized", "passed", "failed"),
    *("video_initialized", "video_played", "video_paused"),
    *("completed", "video_completed", "terminated", "video_terminated"),
)


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return excluded test accounts, and the KPIs of states of enrolments."""
    rows, statements = _test_accounts(plan, made)
    return Evidence(
        tables={"exclusions": rows},
        statements=statements,
        kpis=_of_states(plan, made)
        | {"certificate_coverage": _of_certificates(plan, made)},
    )


def _test_accounts(
    plan: Plan, made: Simulation
) -> tuple[list[dict[str, object]], list[str]]:
    """Return the list of test accounts, and what they did: enrol and finish at once."""
    rng = plan.stream("test accounts")
    whole = {a.programme_id: a for a in made.activities if a.role == "programme"}
    first_row = np.unique(made.enrolments.cohort, return_index=True)
    rows, statements = [], []
    for cohort, row in zip(*first_row, strict=True):
        is_chosen = rng.random() < TESTED_SHARE
        registration, *ids = uuids(rng, 3)
        if made.cohorts[cohort].is_live or not is_chosen:
            continue
        email = f"test.account{len(rows) + 1}@example.org"
        rows.append({"email": email, "programme_id": "", "reason": "test_account"})
        programme = programmes()[made.cohorts[cohort].programme]
        thing = activity_object(whole[programme.programme_id])
        begin = int(made.enrolments.anchor[row]) * 1_000
        for after, verb, statement_id in zip(
            (0, 60_000), ("registered", "completed"), ids, strict=True
        ):
            text = statement_of(
                made, row, begin + after, ADL + verb, thing, statement_id=statement_id
            )
            body = json.loads(text)
            body["actor"] = {"objectType": "Agent", "mbox": f"mailto:{email}"}
            body["context"]["registration"] = registration
            statements.append(json.dumps(body, separators=(",", ":")))
    return rows, statements


def _of_states(plan: Plan, made: Simulation) -> dict[str, Truth]:
    enrolments, outcomes = made.enrolments, made.outcomes
    finished_at, in_time = moment_of_finish(made), finished_in_time(made)
    withdrawn = (outcomes.withdrawn_at >= 0) & (outcomes.withdrawn_at <= plan.cut_off)
    is_waived = outcomes.waived_at >= 0
    until = enrolments.anchor + enrolments.horizon
    is_over = until <= plan.cut_off
    is_due = (outcomes.due_at >= 0) & (outcomes.due_at <= plan.cut_off) & ~is_waived
    seen, started = starts_in_time(plan, made)
    is_active = _last_activity(plan, made) >= until - ABANDONED_AFTER
    bases = {
        "overdue_rate": (is_due, finished_at < 0),
        "retake_share": (np.ones(len(until), dtype=bool), _is_repeated(made)),
        "waived_share": (is_rated(plan, made) | (is_over & is_waived), is_waived),
        "unstarted_completion_share": (seen & in_time, ~started),
        "abandonment_rate": (seen & started, ~(in_time | withdrawn | is_active)),
    }
    return {
        kpi_id: truth_by_mode(enrolments.mode, base, base & hit)
        for kpi_id, (base, hit) in bases.items()
    }


def _is_repeated(made: Simulation) -> np.ndarray:
    """Return which enrolments are not the person's first in the programme."""
    groups = made.enrolments
    order = np.lexsort((groups.enrolled_at, groups.anchor))
    pair = groups.person * 1_000 + groups.programme
    first = order[np.unique(pair[order], return_index=True)[1]]
    repeated = np.ones(len(pair), dtype=bool)
    repeated[first] = False
    return repeated


def _last_activity(plan: Plan, made: Simulation) -> np.ndarray:
    """Return the last seen activity (s) within the horizon of each, -1 without any."""
    until = made.enrolments.anchor + made.enrolments.horizon
    events = recorded_events(plan, made)
    own = events.filter(pl.col("kind").is_in(codes(INITIATED)))
    present, began = presences(made)
    row = np.concatenate([own["enrolment"].to_numpy(), present])
    at = np.concatenate([own["at"].to_numpy() // 1_000, began])
    last = np.full(len(until), -1, dtype=np.int64)
    is_inside = at <= until[row]
    np.maximum.at(last, row[is_inside], at[is_inside])
    return last


def _of_certificates(plan: Plan, made: Simulation) -> Truth:
    """Return the truth of the quarters that are known up to their end.

    A leaver's last day is known as a day, and a certificate lasts whole days.
    """
    groups, outcomes = made.enrolments, made.outcomes
    finished_at, is_waived = moment_of_finish(made), outcomes.waived_at >= 0
    left = leave_moments(plan, made.people, groups)[groups.person]
    gone = np.array([_midnight(local_day(int(at))) if at >= 0 else -1 for at in left])
    withdrawn = (outcomes.withdrawn_at >= 0) & (outcomes.withdrawn_at <= plan.cut_off)
    withdrawn &= (finished_at < 0) & ~is_waived
    mandatory = np.array([p.category.is_mandatory for p in programmes()])
    order = np.lexsort((groups.enrolled_at, groups.anchor))
    mode, base, hit = [], [], []
    for day in plan.quarter_starts:
        end = _midnight(day)
        if end > int(made.events["at"].max()) // 1_000:
            continue
        inside = mandatory[groups.programme] & (groups.enrolled_at < end) & ~withdrawn
        inside &= (gone < 0) | (gone >= end)
        valid = (finished_at >= 0) & (finished_at < end)
        valid &= finished_at + CERTIFICATE_DAYS * DAY >= end
        covered: dict[tuple[int, int], tuple[int, bool]] = {}
        for row in order[inside[order]]:
            key = int(groups.person[row]), int(groups.programme[row])
            before = covered.get(key, (0, False))[1]
            is_covered = bool(before or valid[row] or is_waived[row])
            covered[key] = int(groups.mode[row]), is_covered
        for code, is_covered in covered.values():
            mode.append(code)
            base.append(1)
            hit.append(int(is_covered))
    return truth_by_mode(np.array(mode), np.array(base), np.array(hit))


def _midnight(day: date) -> int:
    """Return when a day begins in the organisation's zone (UTC seconds)."""
    return int(datetime.combine(day, time.min, ZONE).timestamp())
