"""Learners who withdraw so shortly before a session that they are still expected."""

import numpy as np

from samples.attendance import NO_SHOW, ExpectedAttendance
from samples.plan import DAY
from samples.simulation import Simulation


def expected_attendances(made: Simulation) -> ExpectedAttendance:
    """Return the expected attendances, late withdrawals included.

    They are absent, and follow the others.
    """
    enrolments, withdrawn = made.enrolments, made.outcomes.withdrawn_at
    sessions, rows = [made.attendance.session], [made.attendance.enrolment]
    for number, (cohort, session) in enumerate(made.held):
        left = (withdrawn > session.starts - DAY) & (withdrawn <= session.starts)
        was_there = enrolments.enrolled_at <= session.starts
        late = np.flatnonzero((enrolments.cohort == cohort) & left & was_there)
        sessions.append(np.full(len(late), number))
        rows.append(late)
    enrolment = np.concatenate(rows)
    absent = np.full(len(enrolment) - len(made.attendance.status), NO_SHOW)
    return ExpectedAttendance(
        np.concatenate(sessions),
        enrolment,
        np.concatenate([made.attendance.status, absent]),
    )
