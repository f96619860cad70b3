"""Small groups in which learners of a cohort meet, and the ties that follow."""

from datetime import UTC, date, datetime, timedelta

import numpy as np

from samples.attendance import ATTENDED
from samples.catalogue import MODES, programmes
from samples.cohorts import Cohort
from samples.evidence import Truth, truth_by_mode
from samples.plan import Plan
from samples.simulation import Simulation
from samples.table_rows import EnrolledRows, Row
from samples.watermarks import learning_known_until

GROUP_SIZE, STAYS_SHARE, MEETS_AGAIN_SHARE, DAYS_BETWEEN = 4, 0.7, 0.75, 7
TIE_DAYS = 2
Meeting = tuple[int, date, str, list[int]]  # cohort, day, group, enrolments


def group_meetings(plan: Plan, made: Simulation) -> list[Meeting]:
    """Return breakout rooms of sessions, and meetings of the same groups a week later.

    Live cohorts for peer networks and blended ones for leadership have them.
    """
    rng = plan.stream("peer groups")
    found: list[Meeting] = []
    order: dict[int, list[int]] = {}
    for number, (at, session) in enumerate(made.held):
        cohort = made.cohorts[at]
        if not _has_groups(cohort):
            continue
        came = set(
            made.attendance.enrolment[
                (made.attendance.session == number)
                & (made.attendance.status == ATTENDED)
            ].tolist()
        )
        before = order.get(at, [])
        if not before or rng.random() >= STAYS_SHARE:
            before = rng.permutation(
                np.flatnonzero(made.enrolments.cohort == at)
            ).tolist()
        order[at] = before
        day = datetime.fromtimestamp(session.starts, UTC).astimezone(cohort.zone).date()
        again = day + timedelta(days=DAYS_BETWEEN)
        for place in range(0, len(before), GROUP_SIZE):
            group, name = before[place : place + GROUP_SIZE], f"Group {place + 1}"
            present = [row for row in group if row in came]
            later = [row for row in present if rng.random() < MEETS_AGAIN_SHARE]
            found.append((at, day, name, present))
            if again <= plan.as_of:
                found.append((at, again, name, later))
    return found


def _has_groups(cohort: Cohort) -> bool:
    slug, mode = programmes()[cohort.programme].category.slug, MODES[cohort.mode]
    return (slug, mode) in (("cohort_identity", "sync"), ("leadership", "hybrid"))


def group_rows(made: Simulation, meetings: list[Meeting]) -> list[Row]:
    """Return who was in which group, as the organisation lists it."""
    who = EnrolledRows(made)
    return [
        {
            "email": who.start(row)["email"],
            "cohort_id": who.start(row)["cohort_id"],
            "group_name": name,
            "met_on": day.isoformat(),
        }
        for _cohort, day, name, present in meetings
        for row in present
    ]


def truth_of_ties(
    plan: Plan,
    made: Simulation,
    over: np.ndarray,
    meetings: list[Meeting],
    replies: list[tuple[int, int, int]],
) -> dict[str, Truth]:
    """Return the ties in cohorts in which two learners had contact.

    Args:
        plan: the sample.
        made: what was drawn.
        over: when the time of each enrolment is over (UTC seconds).
        meetings: as of `group_meetings`.
        replies: enrolments of a post and its reply, and the moment of the reply (ms).
    """
    enrolments = made.enrolments
    is_member = made.outcomes.waived_at < 0
    days: dict[tuple[int, int, int], set[date]] = {}
    for cohort, day, _name, present in meetings:
        for row in present:
            for other in present:
                if row < other:
                    days.setdefault((cohort, row, other), set()).add(day)
    for row, other, at in replies:
        cohort = int(enrolments.cohort[row])
        moment = datetime.fromtimestamp(at / 1_000, UTC)
        if cohort == enrolments.cohort[other]:
            day = moment.astimezone(made.cohorts[cohort].zone).date()
            key = (cohort, min(row, other), max(row, other))
            days.setdefault(key, set()).add(day)
    known = learning_known_until(plan, made)[enrolments.programme]
    mode, possible, ties = [], [], []
    pairs: dict[int, list[set[date]]] = {}
    for (cohort, row, other), found in days.items():
        if is_member[row] and is_member[other]:
            pairs.setdefault(cohort, []).append(found)
    for cohort, contacts in sorted(pairs.items()):
        members = np.flatnonzero(is_member & (enrolments.cohort == cohort))
        end = datetime.fromtimestamp(int(over[members].max()), UTC)
        last = end.astimezone(made.cohorts[cohort].zone).date()
        counts = [len([day for day in found if day <= last]) for found in contacts]
        if not any(counts) or (over[members] > known[members]).any():
            continue
        mode.append(made.cohorts[cohort].mode)
        possible.append(len(members) * (len(members) - 1) / 2)
        ties.append(sum(count >= TIE_DAYS for count in counts))
    columns = (np.array(mode), np.array(possible), np.array(ties))
    return {"peer_tie_density": truth_by_mode(*columns)}
