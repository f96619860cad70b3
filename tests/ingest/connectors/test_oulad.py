"""OULAD: a small invented data set in its format."""

from pathlib import Path

import duckdb
import pytest

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

TABLES = {
    "courses": "code_module,code_presentation,module_presentation_length\n"
    "AAA,2013J,268\nAAA,2014B,240\n",
    "studentInfo": "code_module,code_presentation,id_student,gender,region,"
    "highest_education,imd_band,age_band,num_of_prev_attempts,studied_credits,"
    "disability,final_result\n"
    "AAA,2013J,1,M,Wales,HE Qualification,?,0-35,0,60,N,Pass\n"
    "AAA,2013J,2,F,Scotland,A Level,20-30%,0-35,1,120,Y,Withdrawn\n"
    "AAA,2014B,2,F,Scotland,A Level,20-30%,0-35,2,60,Y,Fail\n"
    "AAA,2013J,3,F,Wales,A Level,,0-35,0,60,N,Withdrawn\n",
    "studentRegistration": "code_module,code_presentation,id_student,"
    "date_registration,date_unregistration\n"
    "AAA,2013J,1,-20,\nAAA,2013J,2,?,12\nAAA,2014B,2,3,\nAAA,2013J,3,-5,\n",
    "assessments": "code_module,code_presentation,id_assessment,assessment_type,date,"
    "weight\nAAA,2013J,1752,TMA,19,10\nAAA,2013J,1757,Exam,,100\n",
    "studentAssessment": "id_assessment,id_student,date_submitted,is_banked,score\n"
    "1752,1,18,0,78\n1752,2,20,0,39\n1752,3,-1,1,?\n",
    "vle": "id_site,code_module,code_presentation,activity_type,week_from,week_to\n"
    "546614,AAA,2013J,homepage,?,?\n546615,AAA,2013J,forumng,1,2\n",
    "studentVle_part_1": "code_module,code_presentation,id_student,id_site,date,"
    "sum_click\n"
    "AAA,2013J,1,546614,0,4\nAAA,2013J,1,546614,0,4\nAAA,2013J,1,546615,200,1\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "oulad"
    folder.mkdir()
    for name, content in TABLES.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


@pytest.fixture
def land(home: Home):
    def land_folder(folder: Path):
        return ingest([folder], home, Settings.load(home), ReadOptions())

    return land_folder


@pytest.fixture
def ask(home: Home):
    def answer(query: str) -> list[tuple]:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            return connection.sql(query).fetchall()

    return answer


def test_every_row_becomes_statements_by_the_documented_rules(folder, land, ask):
    (report,) = land(folder)
    assert (report.connector, report.variant, report.error) == ("oulad", "csv", None)
    assert (report.landed_count, report.rejected_count) == (16, 0)
    assert ask("""
        select verb_id, count(*), count(occurred_at), sum(interaction_count)
        from raw.statements group by all order by all
    """) == [
        ("http://activitystrea.ms/submit", 1, 1, None),
        ("http://adlnet.gov/expapi/verbs/completed", 1, 1, None),
        ("http://adlnet.gov/expapi/verbs/failed", 2, 2, None),
        ("http://adlnet.gov/expapi/verbs/interacted", 3, 3, 9),
        ("http://adlnet.gov/expapi/verbs/passed", 1, 1, None),
        ("http://adlnet.gov/expapi/verbs/registered", 4, 3, None),
        ("http://adlnet.gov/expapi/verbs/scored", 2, 2, None),
        ("http://id.tincanapi.com/verb/unregistered", 2, 1, None),
    ]


def test_days_are_counted_from_local_midnight_of_the_start(folder, land, ask):
    land(folder)
    assert ask("""
        select occurred_at::varchar from raw.statements
        where verb_id like '%/interacted' order by all
    """) == [
        ("2013-09-30 23:00:00",),
        ("2013-09-30 23:00:00",),
        ("2014-04-18 23:00:00",),
    ]


def test_an_undated_end_is_imputed(folder, land, ask):
    land(folder)
    assert ask("""
        select verb_id, occurred_at::varchar, success, completion
        from raw.statements where is_imputed order by all
    """) == [
        ("http://adlnet.gov/expapi/verbs/completed", "2014-06-25 23:00:00", True, True),
        ("http://adlnet.gov/expapi/verbs/failed", "2014-09-28 23:00:00", False, None),
    ]


def test_missing_enrolment_dates_stay_null(folder, land, ask):
    land(folder)
    assert ask("""
        select cohort_id, enrolled_at::varchar, withdrawn_at::varchar, is_withdrawn,
            previous_attempts, segment
        from raw.enrolments order by all
    """) == [
        ("AAA-2013J", "2013-09-10 23:00:00", None, False, 0, "HE Qualification"),
        ("AAA-2013J", "2013-09-25 23:00:00", None, True, 0, "A Level"),
        ("AAA-2013J", None, "2013-10-12 23:00:00", True, 1, "A Level"),
        ("AAA-2014B", "2014-02-04 00:00:00", None, False, 2, "A Level"),
    ]


def test_banked_results_are_marked(folder, land, ask):
    land(folder)
    query = "select verb_id from raw.statements where is_banked"
    assert ask(query) == [("http://activitystrea.ms/submit",)]


def test_statements_and_enrolments_have_the_same_actors_and_registrations(
    folder, land, ask
):
    land(folder)
    assert ask("""
        select count(*) from raw.statements
        anti join raw.enrolments using (actor_key, registration)
    """) == [(0,)]


def test_no_protected_attribute_is_landed(folder, land, ask):
    land(folder)
    columns = {name for (name,) in ask("select column_name from duckdb_columns()")}
    assert not columns & {"gender", "age_band", "disability", "imd_band"}


def test_landing_the_folder_again_adds_nothing(folder, land, ask):
    land(folder)
    (report,) = land(folder)
    assert (report.landed_count, report.replayed_count, report.row_count) == (0, 16, 0)


def test_parquet_tables_land_the_same_as_csv(folder, land, ask, tmp_path):
    land(folder)
    parquet = tmp_path / "parquet"
    parquet.mkdir()
    for file in folder.glob("*.csv"):
        table = duckdb.read_csv(str(file), na_values=["", "?"])
        table.write_parquet(str(parquet / f"{file.stem}.parquet"))
    (report,) = land(parquet)
    assert (report.landed_count, report.conflicting_count) == (0, 0)
    assert (report.replayed_count, report.row_count) == (16, 0)


@pytest.mark.parametrize("name", [n for n in TABLES if not n.startswith("studentVle")])
def test_the_error_names_a_missing_table(folder, land, ask, name):
    (folder / f"{name}.csv").unlink()
    (report,) = land(folder)
    assert name in report.error
    assert ask("select count(*) from raw.loads") == [(0,)]


def test_other_tables_land_without_a_click_log(folder, land):
    (folder / "studentVle_part_1.csv").unlink()
    (report,) = land(folder)
    assert (report.error, report.landed_count) == (None, 13)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("courses.csv", "code_module,code_presentation\nAAA,2013J\n"),
        ("vle.csv", "id_site,code_module\nnot a number,AAA\n"),
        ("studentInfo.parquet", "PAR1 cut off"),
    ],
)
def test_the_error_names_an_invalid_table(folder, land, ask, name, content):
    (folder / name).write_text(content, encoding="utf-8")
    (report,) = land(folder)
    assert name in report.error
    assert "\n" not in report.error
    assert ask("select count(*) from raw.statements") == [(0,)]
