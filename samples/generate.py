"""Generates a sample: people, cohorts, outcomes, events, files, and the truth."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from samples import (
    calendar_files,
    lms_files,
    organisation_files,
    roster_files,
    teams_files,
    zoom_files,
)
from samples.activities import (
    Activity,
    cohort_activities,
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
from samples.meetings import build_reports
from samples.outcomes import Outcomes, draw_outcomes
from samples.people import People, draw_people
from samples.plan import FISCAL_YEAR_START_MONTH, Plan
from samples.truth import describe_truth
from samples.visits import (
    Visits,
    concatenate,
    exam_visits,
    recording_visits,
    unit_visits,
)
from tandem.core.errors import WrongUse

PARTS = ("zoom", "teams", "calendar", "roster", "lms", "organisation")
SETTINGS = """\
# The settings of the invented organisation; copy to TANDEM_HOME.

[organisation]
name = "Example Group (invented)"
is_sample = true

[vars]
fiscal_year_start_month = {month}
organisation_time_zone = "Asia/Kolkata"

# Whose clock a source's files print, and whether day or month comes first.
[sources.zoom]
tz = "Asia/Kolkata"
date_order = "mdy"

[sources.teams]
tz = "Europe/Warsaw"
date_order = "dmy"

[sources.roster]
tz = "Asia/Kolkata"
# The roster's identifier is the learning platform's user id.
account_home_pages = {{ identifier = "https://lms.example.org" }}

[sources.organisation]
tz = "Asia/Kolkata"

"""


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


def generate(
    folder: Path, plan: Plan, on_part: Callable[[str], None] = lambda _name: None
) -> dict[str, Any]:
    """Write the sample into a folder and return its truth.

    Args:
        folder: empty or absent; an earlier sample in it is replaced.
        plan: what to make.
        on_part: called with the name of each part before it is made.

    Raises:
        WrongUse: the folder holds something else.
    """
    _clear(folder)
    on_part("people, cohorts and outcomes")
    made = simulate(plan)
    on_part("calendars, meetings, roster and the organisation's tables")
    _write_meetings(folder, plan, made)
    _write_tables(folder, plan, made)
    on_part("the learning platform's statements")
    groups = (made.people, made.cohorts, made.enrolments)
    planted = lms_files.write(
        plan, folder / "lms", *groups, made.activities, made.events
    )
    truth = describe_truth(
        plan,
        *groups,
        made.outcomes,
        made.finished_at,
        made.attendance,
        made.connections,
        planted,
    )
    settings = SETTINGS.format(month=FISCAL_YEAR_START_MONTH)
    (folder / "tandem.toml").write_text(settings, encoding="utf-8")
    text = json.dumps(truth, indent=2, ensure_ascii=False) + "\n"
    (folder / "truth.json").write_text(text, encoding="utf-8")
    return truth


def _write_meetings(folder: Path, plan: Plan, made: Simulation) -> None:
    reports = build_reports(
        plan, made.people, made.cohorts, made.held, made.connections
    )
    zoom_files.write(folder / "zoom", reports)
    teams_files.write(folder / "teams", reports)
    calendar_files.write(
        plan, folder / "calendar", made.people, made.cohorts, made.enrolments
    )


def _write_tables(folder: Path, plan: Plan, made: Simulation) -> None:
    groups = (made.people, made.cohorts, made.enrolments, made.outcomes)
    roster_files.write(plan, folder / "roster", *groups)
    declared = [*made.activities, *cohort_activities(made.cohorts)]
    organisation_files.write(plan, folder / "organisation", *groups, declared)


def _clear(folder: Path) -> None:
    """Delete an earlier sample from a folder; create the folder if it is absent."""
    own = {*PARTS, "truth.json", "tandem.toml"}
    if folder.exists():
        found = {path.name for path in folder.iterdir()}
        if found and (found - own or "truth.json" not in found):
            raise WrongUse(
                "it holds something else than a sample",
                str(folder),
                "name an empty or a new folder",
            )
        for part in PARTS:
            shutil.rmtree(folder / part, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
