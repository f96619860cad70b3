"""`tandem reconcile --lms-file`: a platform's report beside the enrolments here."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tandem.core.errors import DeliveryError, WrongUse
from tandem.core.files import Home
from tests.cli.calls import asked, called, done
from tests.conftest import PublishedSample

HEAD = ("Email", "Course ID", "Course", "Status", "Completion Date", "Enrolled on")
PROGRAMMES = ("CMP-01", "CMP-02")
ENROLLED = f"""
select
    programme_id, identifier[8:], arg_max(is_completed, episode_no),
    arg_max(completed_at, episode_no)::date::varchar
from persons.marts.fct_enrolments
inner join vault.identifiers on learner_key = actor_key and kind = 'mbox'
where programme_id in {PROGRAMMES}
group by all order by all
"""
ADDED = ("report", "all", "base", "value")


@pytest.fixture
def sample(
    published_sample: PublishedSample, home: Home, monkeypatch: pytest.MonkeyPatch
) -> Home:
    """A copy of the published sample, which the environment names."""
    shutil.copytree(published_sample.home.root, home.root)
    monkeypatch.setenv("TANDEM_HOME", str(home.root))
    return home


@pytest.fixture
def enrolled(sample: Home) -> list[tuple[Any, ...]]:
    analyst = sample.published / sample.current_snapshot()["analyst"]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{analyst}' as persons (read_only)")
        connection.execute(f"attach '{sample.vault}' as vault (read_only)")
        return connection.sql(ENROLLED).fetchall()


def report(path: Path, rows: list[tuple[str, ...]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    return path


def row(email: str, course: str, day: str | None, name: str = "") -> tuple[str, ...]:
    status = "Completed" if day else "In progress"
    return (email, course, name or course, status, day or "", "2024-01-01")


def steps_of(path: Path, *words: str) -> dict[str, dict]:
    found = json.loads(
        done(called("reconcile", "--lms-file", str(path), *words, "--json"))
    )
    return {step["step"]: step for step in found}


def test_every_difference_has_its_step_and_they_add_up(
    sample: Home, enrolled: list, tmp_path: Path
):
    finished = [e for e in enrolled if e[2]]
    open_ones = [e for e in enrolled if not e[2]]
    left_out, not_there = finished[0], finished[1]
    only_there = open_ones[0]
    rows = [
        row(mail, course, day if is_done else None)
        for course, mail, is_done, day in enrolled
        if (course, mail) not in (left_out[:2], not_there[:2], only_there[:2])
    ]
    rows += [
        row(not_there[1], not_there[0], None),
        row(only_there[1], only_there[0], "2026-01-10"),
        row("ghost@example.org", PROGRAMMES[0], "2026-01-10"),
        row(finished[2][1], "Z-9", "2026-01-10", "Unbound course"),
    ]
    path = report(tmp_path / "lms.csv", rows)
    loads = asked(sample.warehouse, "select count(*) from raw.loads")
    steps = steps_of(path)
    assert (steps["report"]["row_count"], steps["unbound"]["row_count"]) == (
        len(rows),
        -1,
    )
    assert (steps["unknown_person"]["row_count"], steps["other"]["row_count"]) == (
        -1,
        0,
    )
    assert steps["finished_there"]["finished_count"] == -1
    assert steps["finished_here"]["finished_count"] == 1
    assert (steps["only_here"]["row_count"], steps["only_here"]["finished_count"]) == (
        1,
        1,
    )
    ((count, done_count),) = asked(
        sample.warehouse,
        "select count(*), count(*) filter (is_completed) from marts.fct_enrolments"
        f" where programme_id in {PROGRAMMES}",
    )
    assert (steps["all"]["row_count"], steps["all"]["finished_count"]) == (
        count,
        done_count,
    )
    between = [s for n, s in steps.items() if n not in ADDED]
    first = between[: [*steps].index("all") - 1]
    for name in ("row_count", "finished_count"):
        told = steps["report"][name] + sum(step[name] for step in first)
        assert told == steps["all"][name]
    # Nothing of the report has landed, and nothing of it is left.
    assert asked(sample.warehouse, "select count(*) from raw.loads") == loads
    assert list(sample.root.glob(".preview-*")) == []
    said = done(called("reconcile", "--lms-file", str(path)))
    assert "Courses in no programme: Unbound course" in said
    assert "not counting those who finished in the report, and not here (1)" in said


def test_one_programme_leaves_the_others_of_the_report_out(
    sample: Home, enrolled: list, tmp_path: Path
):
    rows = [row(mail, course, day) for course, mail, _is_done, day in enrolled]
    path = report(tmp_path / "lms.csv", rows)
    steps = steps_of(path, "--programme", PROGRAMMES[0])
    others = sum(course != PROGRAMMES[0] for course, *_rest in enrolled)
    assert steps["other"]["row_count"] == -others != 0
    assert steps["only_here"]["row_count"] == 0


def test_a_course_is_known_by_the_name_of_its_programme_too(
    sample: Home, enrolled: list, tmp_path: Path
):
    ((name,),) = asked(
        sample.warehouse,
        "select programme_name from marts.dim_programmes"
        f" where programme_id = '{PROGRAMMES[0]}'",
    )
    mail = next(mail for course, mail, *_rest in enrolled if course == PROGRAMMES[0])
    path = report(tmp_path / "lms.csv", [row(mail, "17", None, name.upper())])
    assert steps_of(path)["unbound"]["row_count"] == 0


def test_what_is_no_report_is_refused(sample: Home, tmp_path: Path):
    unknown = report(tmp_path / "a.csv", [row("a@example.org", "Z-9", "2026-01-10")])
    error = called("reconcile", "--lms-file", str(unknown)).exception
    assert isinstance(error, WrongUse)
    assert "no course of it is in a programme" in str(error)
    other = tmp_path / "b.csv"
    other.write_text("a,b\n1,2\n")
    error = called("reconcile", "--lms-file", str(other)).exception
    assert isinstance(error, DeliveryError)
    assert list(sample.root.glob(".preview-*")) == []
