"""Up to when each programme is known, by what its sources report last (UTC seconds)."""

import numpy as np

from samples.catalogue import programmes
from samples.meetings import LAST_MEETING_ENDS
from samples.plan import DAY, Plan
from samples.simulation import Simulation


def learning_known_until(plan: Plan, made: Simulation) -> np.ndarray:
    """Return up to when finishing is known, by programme.

    The learning platform reports to the end of the last day; finishing by attendance
    waits for the platforms of live sessions.
    """
    by_attendance = np.array([p.completion_class == "attendance" for p in programmes()])
    return np.where(by_attendance, activity_known_until(plan, made), plan.cut_off)


def activity_known_until(plan: Plan, made: Simulation) -> np.ndarray:
    """Return up to when all activity is known, by programme.

    Each platform of live sessions reports a meeting of no programme on the last day, or
    a session that ends after it.
    """
    last_meeting = plan.cut_off // DAY * DAY + LAST_MEETING_ENDS
    reported: dict[str, int] = {}
    used = set()
    for at, session in made.held:
        cohort = made.cohorts[at]
        until = reported.get(cohort.platform, last_meeting)
        reported[cohort.platform] = max(until, session.actual_ends)
        used.add((cohort.programme, cohort.platform))
    until = np.full(len(programmes()), plan.cut_off)
    for programme, platform in used:
        until[programme] = min(until[programme], reported[platform])
    return until
