"""The order of things: people, cohorts, outcomes, traces, files, truth."""

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
    Seats,
    connections,
    held_sessions,
    seats,
)
from samples.catalogue import programmes
from samples.cohorts import Cohort, Session, cohorts
from samples.enrolments import Enrolments, enrolments
from samples.events import events, finished, library_visits
from samples.meetings import reports
from samples.outcomes import Outcomes, outcomes
from samples.people import People, people
from samples.plan import FISCAL_YEAR_START_MONTH, Plan
from samples.truth import truth
from samples.visits import Visits, exam_visits, joined, recording_visits, unit_visits
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
class World:
    """Everything that happened, before it is written as anybody's file."""

    people: People
    cohorts: list[Cohort]
    held: list[tuple[int, Session]]
    enrolled: Enrolments
    became: Outcomes
    taken: Seats
    connected: Connections
    activities: list[Activity]
    finish: np.ndarray
    events: pl.DataFrame


def world(plan: Plan) -> World:
    """Let two years happen."""
    staff = people(plan)
    groups = cohorts(plan, staff)
    held = held_sessions(plan, groups)
    enrolled = enrolments(plan, staff, groups)
    became = outcomes(plan, staff, enrolled, groups)
    taken = seats(plan, groups, held, enrolled, became)
    connected = connections(plan, staff, groups, held, enrolled, taken)
    recorded = recordings(groups)
    activities = [*programme_activities(), *recorded.values()]
    place = {at: len(programme_activities()) + n for n, at in enumerate(recorded)}
    sittings = joined(
        [
            unit_visits(plan, staff, groups, enrolled, became, activities),
            exam_visits(plan, enrolled, became, activities),
            recording_visits(plan, held, taken, became, place),
        ]
    )
    return _told(
        plan,
        staff,
        groups,
        held,
        enrolled,
        became,
        taken,
        connected,
        activities,
        sittings,
    )


def _told(
    plan: Plan,
    staff: People,
    groups: list[Cohort],
    held: list[tuple[int, Session]],
    enrolled: Enrolments,
    became: Outcomes,
    taken: Seats,
    connected: Connections,
    activities: list[Activity],
    sittings: Visits,
) -> World:
    finish = finished(plan, enrolled, became, sittings)
    classes = np.array([p.completion_class != "attendance" for p in programmes()])
    certified = classes[enrolled.programme]
    happened = events(plan, enrolled, became, sittings, finish, certified)
    happened = pl.concat([happened, library_visits(plan, staff.learner_count)])
    return World(
        staff,
        groups,
        held,
        enrolled,
        became,
        taken,
        connected,
        activities,
        finish,
        happened.sort("at", "kind", "enrolment", "visit", maintain_order=True),
    )


def generate(
    folder: Path, plan: Plan, say: Callable[[str], None] = lambda _words: None
) -> dict[str, Any]:
    """Write the sample into a folder and return its truth.

    Args:
        folder: empty or absent; an earlier sample in it is replaced.
        plan: what to make.
        say: told the name of each part before it is made.

    Raises:
        WrongUse: the folder holds something else.
    """
    _make_room(folder)
    say("people, cohorts and what became of them")
    one = world(plan)
    say("calendars, meetings, roster and the organisation's tables")
    _write_live(folder, plan, one)
    _write_tables(folder, plan, one)
    say("the learning platform's statements")
    known = (one.people, one.cohorts, one.enrolled)
    planted = lms_files.write(plan, folder / "lms", *known, one.activities, one.events)
    told = truth(
        plan, *known, one.became, one.finish, one.taken, one.connected, planted
    )
    settings = SETTINGS.format(month=FISCAL_YEAR_START_MONTH)
    (folder / "tandem.toml").write_text(settings, encoding="utf-8")
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    (folder / "truth.json").write_text(text, encoding="utf-8")
    return told


def _write_live(folder: Path, plan: Plan, one: World) -> None:
    rooms = reports(plan, one.people, one.cohorts, one.held, one.connected)
    zoom_files.write(folder / "zoom", rooms)
    teams_files.write(folder / "teams", rooms)
    calendar_files.write(
        plan, folder / "calendar", one.people, one.cohorts, one.enrolled
    )


def _write_tables(folder: Path, plan: Plan, one: World) -> None:
    known = (one.people, one.cohorts, one.enrolled, one.became)
    roster_files.write(plan, folder / "roster", *known)
    declared = [*one.activities, *cohort_activities(one.cohorts)]
    organisation_files.write(plan, folder / "organisation", *known, declared)


def _make_room(folder: Path) -> None:
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
