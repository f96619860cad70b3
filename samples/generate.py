"""Generates a sample: people, cohorts, outcomes, events, files, and the truth."""

import csv
import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from samples import (
    calendar_files,
    lms_files,
    organisation_files,
    poll_files,
    roster_files,
    teams_files,
    zoom_files,
)
from samples.activities import cohort_activities
from samples.areas import AREAS
from samples.declared_tests import test_activities
from samples.evidence import Truth, add_truth
from samples.meetings import build_reports
from samples.plan import FISCAL_YEAR_START_MONTH, Plan
from samples.plan_evidence import planted_plans
from samples.polls import draw_polls
from samples.simulation import Simulation, simulate
from samples.truth import describe_truth
from tandem.core.errors import WrongUse

COMPRESSION = 3  # a third of the default's time, a tenth more bytes
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

# Kinds of devices are off unless an entity allows them; here one does.
[collection.entities.example_group]
sources = ["xapi"]
allow = [
    "access", "assessment", "attendance", "completion", "device", "enrolment",
    "interaction", "other", "progress", "video",
]

"""


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
    kpis = _write_areas(folder, plan, made, on_part)
    truth = describe_truth(
        plan,
        *groups,
        made.outcomes,
        made.finished_at,
        made.attendance,
        made.connections,
        planted,
    ) | {"kpis": kpis, "plans": planted_plans(plan, made)}
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
    polls = draw_polls(plan, made.cohorts, made.held, made.connections)
    poll_files.write(folder / "zoom", made.people, made.cohorts, made.held, polls)
    teams_files.write(folder / "teams", reports)
    calendar_files.write(
        plan, folder / "calendar", made.people, made.cohorts, made.enrolments
    )


def _write_tables(folder: Path, plan: Plan, made: Simulation) -> None:
    groups = (made.people, made.cohorts, made.enrolments, made.outcomes)
    roster_files.write(plan, folder / "roster", *groups)
    declared = [
        *made.activities,
        *cohort_activities(made.cohorts),
        *test_activities(),
    ]
    organisation_files.write(plan, folder / "organisation", *groups, declared)


def _write_areas(
    folder: Path, plan: Plan, made: Simulation, on_part: Callable[[str], None]
) -> dict[str, Truth]:
    """Write what the areas add, and return what their KPIs must be."""
    tables: dict[str, list[dict[str, object]]] = {}
    kpis: dict[str, Truth] = {}
    for name, area in AREAS.items():
        on_part(name)
        evidence = area(plan, made)
        add_truth(kpis, evidence.kpis)
        for table, rows in evidence.tables.items():
            tables.setdefault(table, []).extend(rows)
        if evidence.statements:
            text = "\n".join(evidence.statements) + "\n"
            path = folder / "lms" / f"{name.replace(' ', '-')}.ndjson.gz"
            path.write_bytes(gzip.compress(text.encode(), COMPRESSION, mtime=0))
    for table, rows in tables.items():
        columns = list(dict.fromkeys(name for row in rows for name in row))
        path = folder / "organisation" / f"{table}.csv"
        with path.open("x", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return kpis


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
