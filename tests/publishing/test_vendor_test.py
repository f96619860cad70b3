"""The structure for a vendor: what is in it, and that no person is."""

import csv
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ingest.storage.organisation_tables import organisation_tables
from publishing.vendor_test import write_vendor_test
from tandem.cli.main import app
from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

TABLES = """
create schema marts; create schema intermediate; create schema staging;
create table marts.fct_enrolments (
    learner_key text, programme_id text, cohort_id text, delivery_mode text);
create table marts.dim_learners (learner_key text, language text);
create table marts.dim_programmes as select * from (values
    ('TALK', 'leadership', 'prework_live_followup', 'attendance', 90, 0.75, false,
        false),
    ('READ', 'compliance', null, 'content', 30, 0.75, true, false)
) as p(programme_id, outcome_category, hybrid_pattern, completion_class, horizon_days,
    attendance_threshold, is_mandatory, is_high_stakes);
create table marts.dim_cohorts as select * from (values
    ('TALK', 'T1', 'Europe/Warsaw', timestamp '2026-01-01 00:00:00'),
    ('READ', 'R1', 'UTC', null)
) as c(programme_id, cohort_id, time_zone, starts_at);
create table marts.dim_sessions as select * from (values
    ('s2', 'TALK', 'T1', 2, 'record', null, 'confirmed',
        timestamp '2026-01-15 09:00:00', timestamp '2026-01-15 10:30:00', null, null),
    ('s1', 'TALK', 'T1', 2, null, null, 'confirmed', timestamp '2026-01-08 09:00:00',
        timestamp '2026-01-08 10:00:00', null, null),
    ('s0', 'TALK', 'T1', 2, null, null, 'cancelled', timestamp '2026-01-02 09:00:00',
        timestamp '2026-01-02 10:00:00', null, null)
) as s(session_id, programme_id, cohort_id, phase_no, policy, time_zone, status,
    planned_start_at, planned_end_at, opened_at, closed_at);
create table marts.dim_activities as select * from (values
    ('READ', 'https://lms/unit-of-asha', 'unit'),
    ('READ', 'https://lms/course', 'programme'),
    ('TALK', 'https://lms/prep', 'pre_work')
) as a(programme_id, activity_id, role);
create table intermediate.int_cohort_phases as select * from (values
    ('TALK', 'T1', 1, 'async', true), ('TALK', 'T1', 2, 'sync', true)
) as p(programme_id, cohort_id, phase_no, phase_mode, is_required);
create table intermediate.int_cohort_activities as select * from (values
    ('READ', 'R1', 'https://lms/unit-of-asha', 'unit', 1),
    ('TALK', 'T1', 'https://lms/prep', 'pre_work', 1)
) as a(programme_id, cohort_id, activity_id, role, phase_no);
create table intermediate.int_phase_activities as select * from (values
    ('TALK', 'T1', 1, 'https://lms/prep', null), ('TALK', 'T1', 2, null, 's1')
) as p(programme_id, cohort_id, phase_no, activity_id, session_id);
create table staging.stg_organisation__content as select * from (values
    ('https://lms/unit-of-asha', 'READ', 'en', 'original', 'video', 12.0),
    ('https://lms/unit-of-asha', 'READ', 'hi', 'machine', 'video', 12.0)
) as c(activity_id, programme_id, content_language, translation_kind, content_format,
    minutes);
alter table staging.stg_organisation__content add column has_captions boolean;
alter table staging.stg_organisation__content add column has_transcript boolean;
alter table staging.stg_organisation__content add column is_mobile_ready boolean;
alter table staging.stg_organisation__content add column is_offline_ready boolean;
"""
PEOPLE = """
insert into marts.dim_learners
select '{programme}-' || n, case when n <= {hindi} then 'hi' else 'en' end
from range(1, {count} + 1) as r(n);
insert into marts.fct_enrolments
select '{programme}-' || n, '{programme}', '{cohort}', '{mode}'
from range(1, {count} + 1) as r(n);
"""


def home_of(root: Path, live: int = 10, self_paced: int = 10, hindi: int = 0) -> Home:
    """Return a home with so many learners in a live and in a self-paced programme."""
    home = Home(root / "home")
    home.root.mkdir()
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(TABLES)
        connection.execute(
            PEOPLE.format(
                programme="TALK", cohort="T1", mode="sync", count=live, hindi=hindi
            )
            + PEOPLE.format(
                programme="READ", cohort="R1", mode="async", count=self_paced, hindi=0
            )
        )
    return home


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_both_programmes_are_described(tmp_path: Path):
    folder = tmp_path / "vendor"
    names = write_vendor_test(home_of(tmp_path), folder, 10)
    assert names == [
        "README.md",
        "content.csv",
        "judgements.csv",
        "languages.csv",
        "phases.csv",
        "programmes.csv",
        "sessions.csv",
    ]
    live, self_paced = rows_of(folder, "programmes")
    assert (live["programme"], live["delivery_mode"]) == ("A", "sync")
    assert (live["session_count"], live["learners_of_a_cohort"]) == ("2", "10")
    assert (self_paced["programme"], self_paced["content_count"]) == ("B", "1")
    assert [row["phase_mode"] for row in rows_of(folder, "phases")] == ["async", "sync"]
    sessions = rows_of(folder, "sessions")
    assert [row["days_from_start"] for row in sessions] == ["7", "14"]
    assert [row["minutes"] for row in sessions] == ["60", "90"]
    assert [row["is_recorded"] for row in sessions] == ["False", "True"]
    assert [row["phase_no"] for row in sessions] == ["2", ""]
    content = [row for row in rows_of(folder, "content") if row["programme"] == "B"]
    assert [row["language"] for row in content] == ["en", "hi"]
    assert {row["content_no"] for row in content} == {"1"}


def test_no_identifier_and_no_name_is_in_any_file(tmp_path: Path):
    folder = tmp_path / "vendor"
    write_vendor_test(home_of(tmp_path), folder, 10)
    text = "".join(path.read_text("utf-8") for path in folder.iterdir())
    for hidden in ("TALK", "READ", "T1", "R1", "asha", "https://", "s1"):
        assert hidden not in text


@pytest.mark.parametrize(("hindi", "shown"), [(9, False), (10, True), (11, True)])
def test_a_language_is_shown_from_k_people_on(tmp_path: Path, hindi: int, shown: bool):
    folder = tmp_path / "vendor"
    write_vendor_test(home_of(tmp_path, live=30, hindi=hindi), folder, 10)
    languages = {
        row["language"]
        for row in rows_of(folder, "languages")
        if row["programme"] == "A"
    }
    assert ("hi" in languages) == shown
    assert "en" in languages


@pytest.mark.parametrize("count", [10, 11])
def test_a_programme_of_k_people_is_enough(tmp_path: Path, count: int):
    write_vendor_test(home_of(tmp_path, live=count), tmp_path / "vendor", 10)


def test_a_programme_of_fewer_people_is_none(tmp_path: Path):
    with pytest.raises(WarehouseProblem, match="has 10 people"):
        write_vendor_test(home_of(tmp_path, live=9), tmp_path / "vendor", 10)
    assert not (tmp_path / "vendor").exists()


def test_k_is_never_below_five(tmp_path: Path):
    home = home_of(tmp_path, live=4)
    home.settings.write_text("[vars]\nminimum_people = 1\n", encoding="utf-8")
    k = Settings.load(home).minimum_people
    with pytest.raises(WarehouseProblem, match="has 5 people"):
        write_vendor_test(home, tmp_path / "vendor", k)


def test_the_template_has_the_columns_of_the_table(tmp_path: Path):
    folder = tmp_path / "vendor"
    write_vendor_test(home_of(tmp_path), folder, 10)
    rows = rows_of(folder, "judgements")
    assert [row["question"] for row in rows] == [f"E{n}" for n in range(1, 9)]
    columns = organisation_tables()["judgements"].columns
    assert set(rows[0]) == {column.name for column in columns}


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path):
    home = home_of(tmp_path)
    with pytest.raises(WrongUse, match="not empty"):
        write_vendor_test(home, home.root, 10)


def test_without_a_warehouse_the_next_step_is_named(tmp_path: Path):
    with pytest.raises(WarehouseProblem, match="tandem build"):
        write_vendor_test(Home(tmp_path / "none"), tmp_path / "vendor", 10)


def test_the_command_writes_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    home = home_of(tmp_path)
    monkeypatch.setenv("TANDEM_HOME", str(home.root))
    folder = tmp_path / "vendor"
    result = CliRunner().invoke(app, ["export", "--vendor-test", str(folder)])
    assert result.exit_code == 0
    assert (folder / "README.md").exists()
    assert isinstance(CliRunner().invoke(app, ["export"]).exception, WrongUse)
