"""Two years of learning in an invented organisation, before they are written."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from samples.activities import (
    Activity,
    programme_activities,
    recordings,
)
from samples.attendance import (
    Connections,
    ExpectedAttendance,
    draw_attendance,
    draw_connections,
    held_sessions,
)
from samples.catalogue import programmes
from samples.cohorts import Cohort, Session, plan_cohorts
from samples.enrolments import Enrolments, draw_enrolments
from samples.events import build_events, finish_moments, library_visits
from samples.outcomes import Outcomes, draw_outcomes
from samples.people import People, draw_people
from samples.plan import Plan
from samples.visits import (
    Visits,
    concatenate,
    exam_visits,
    recording_visits,
    unit_visits,
)


@dataclass(frozen=True)
class Simulation:
    """Two years of learning, before they are written as any vendor's files.

    Attributes:
        people: learners and facilitators.
        cohorts: in order of programme and start.
        held: the sessions that took place, each with the index of its cohort.
        enrolments: one row per enrolment.
        outcomes: one row per enrolment.
        attendance: one row per expected learner of a session.
        connections: one row per connection to a session.
        activities: the activities that events refer to by index.
        finished_at: UTC seconds per enrolment, -1 where not finished by the last day.
        visits: uninterrupted work on one activity each; events follow from them.
        events: what the learning platform recorded, in order of time.
    """

    people: People
    cohorts: list[Cohort]
    held: list[tuple[int, Session]]
    enrolments: Enrolments
    outcomes: Outcomes
    attendance: ExpectedAttendance
    connections: Connections
    activities: list[Activity]
    finished_at: np.ndarray
    visits: Visits
    events: pl.DataFrame


def simulate(plan: Plan) -> Simulation:
    """Draw two years of learning."""
    people = draw_people(plan)
    cohorts = plan_cohorts(plan, people)
    held = held_sessions(plan, cohorts)
    enrolments = draw_enrolments(plan, people, cohorts)
    outcomes = draw_outcomes(plan, people, enrolments, cohorts)
    attendance = draw_attendance(plan, cohorts, held, enrolments, outcomes)
    connections = draw_connections(plan, people, cohorts, held, enrolments, attendance)
    recorded = recordings(cohorts)
    activities = [*programme_activities(), *recorded.values()]
    first_recording = len(programme_activities())
    recording_of = {at: first_recording + n for n, at in enumerate(recorded)}
    visits = concatenate(
        [
            unit_visits(plan, people, cohorts, enrolments, outcomes, activities),
            exam_visits(plan, enrolments, outcomes, activities),
            recording_visits(plan, held, attendance, outcomes, recording_of),
        ]
    )
    finished_at = finish_moments(plan, enrolments, outcomes, visits)
    return Simulation(
        people,
        cohorts,
        held,
        enrolments,
        outcomes,
        attendance,
        connections,
        activities,
        finished_at,
        visits,
        _all_events(plan, people, enrolments, outcomes, visits, finished_at),
    )


def _all_events(
    plan: Plan,
    people: People,
    enrolments: Enrolments,
    outcomes: Outcomes,
    visits: Visits,
    finished_at: np.ndarray,
) -> pl.DataFrame:
    """Return the events of enrolments and of the library, in order of time."""
    classes = np.array([p.completion_class != "attendance" for p in programmes()])
    is_certified = classes[enrolments.programme]
    events = build_events(plan, enrolments, outcomes, visits, finished_at, is_certified)
    events = pl.concat([events, library_visits(plan, people.learner_count)])
    return events.sort("at", "kind", "enrolment", "visit", maintain_order=True)
