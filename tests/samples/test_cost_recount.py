"""The completions that costs are shared among, recounted from the written files.

Two kinds of people finish and are in no denominator: test accounts, which the
organisation excludes, and people of live sessions whom no file names, where attending
finishes the programme. Whoever counts all completions finds these more.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from samples.plan import Plan
from tandem.cli import pipeline
from tandem.core.files import Home
from tests.landed_sample import land_sample
from tests.samples import recount

CUT_OFF = datetime(2026, 10, 1, tzinfo=UTC)
IN_FACT = """
    select delivery_mode, cast(sum(cost_per_completion_denominator) as bigint)
    from marts.kpi_cost_per_completion group by delivery_mode
"""
OF_KPI = """
    select delivery_mode, cast(sum(denominator) as bigint) from marts.fct_kpis
    where kpi_id = 'cost_per_completion' group by delivery_mode
"""


@dataclass(frozen=True)
class Recounted:
    """Finished enrolments by delivery mode, from the files alone.

    Attributes:
        certified: by a completion of the learning platform.
        excluded: likewise, of accounts that the organisation excludes.
        attended: by attendance of every session of the cohort.
    """

    certified: Counter[str]
    excluded: Counter[str]
    attended: Counter[str]


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, parsed_project: None
) -> tuple[Path, dict[str, Any], Home]:
    """A sample of which a third of the people in live sessions have no name."""
    root = tmp_path_factory.mktemp("recount")
    plan = Plan(enrolments=400, seed=11, unmatched=0.3)
    home, settings, truth = land_sample(root, plan)
    pipeline.model(home, settings)
    return root / "files", truth, home


@pytest.fixture(scope="module")
def recounted(built: tuple[Path, dict[str, Any], Home]) -> Recounted:
    folder = built[0]
    organisation = folder / "organisation"
    modes = {
        row["cohort_id"]: row["delivery_mode"]
        for row in recount.table(organisation, "cohorts")
    }
    by_attendance = {
        row["programme_id"]
        for row in recount.table(organisation, "programmes")
        if row["completion_class"] == "attendance"
    }
    listed = {row["email"] for row in recount.table(organisation, "exclusions")}
    lines = recount.without_voided(recount.all_statement_lines(folder))
    finished = {
        (_account(statement["actor"]), _cohort(statement))
        for statement in recount.completions(lines)
    }
    certified: Counter[str] = Counter()
    excluded: Counter[str] = Counter()
    for who, cohort in finished:
        if cohort[:6] not in by_attendance:
            (excluded if who in listed else certified)[modes[cohort]] += 1
    return Recounted(certified, excluded, _attended(folder, by_attendance, modes))


def _account(actor: dict[str, Any]) -> str:
    return actor.get("mbox", "").removeprefix("mailto:") or actor["account"]["name"]


def _cohort(statement: dict[str, Any]) -> str:
    grouping = statement["context"]["contextActivities"]["grouping"]
    return str(grouping[-1]["id"].rsplit("/", 1)[1])


def _attended(
    folder: Path, by_attendance: set[str], modes: dict[str, str]
) -> Counter[str]:
    attended = recount.attended_sessions(folder, CUT_OFF)
    expected = recount.expected_sessions(folder)
    users = recount.table(folder / "roster", "users")
    emails = {user["sourcedId"]: user["email"] for user in users}
    found: Counter[str] = Counter()
    for row in recount.table(folder / "roster", "enrollments"):
        cohort = row["classSourcedId"]
        if cohort[:6] in by_attendance and row["role"] == "student":
            seen = attended[cohort, emails[row["userSourcedId"]]]
            found[modes[cohort]] += 0 < expected[cohort] == seen
    return found


def test_the_denominator_is_what_the_files_say_was_finished(
    built: tuple[Path, dict[str, Any], Home], recounted: Recounted
):
    with duckdb.connect(str(built[2].warehouse), read_only=True) as marts:
        in_fact, of_kpi = (
            dict(marts.sql(query).fetchall()) for query in (IN_FACT, OF_KPI)
        )
    assert in_fact == recounted.certified + recounted.attended
    assert of_kpi == in_fact
    assert set(of_kpi) == {"sync", "async", "hybrid"}


def test_a_count_of_all_completions_has_excluded_and_unnamed_people_more(
    built: tuple[Path, dict[str, Any], Home], recounted: Recounted
):
    finished = Counter(built[1]["counts"]["finished_by_mode"])
    unnamed = finished - recounted.certified - recounted.attended
    assert unnamed["sync"] > 0
    assert unnamed["async"] == 0
    assert recounted.excluded["async"] > 0
    assert set(recounted.excluded) == {"async"}
