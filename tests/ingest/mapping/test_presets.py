"""Each preset lands a small file of its layout to the right statements."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ingest.inspection.recognition import inspect_one
from ingest.landing.delivery import ReadOptions
from ingest.mapping.mapping_fields import Column, Person
from ingest.mapping.mapping_file import mapping_of, preset, presets
from ingest.run import ingest
from tandem.core.errors import DamagedFile
from tandem.core.files import Home, project_root
from tandem.core.settings import Settings

MINUTE = "%m-%d %H:%M"
FACTS = f"""
select regexp_extract(verb_id, '[^/]+$'),
    coalesce(strftime(occurred_at, '{MINUTE}'), ''),
    regexp_replace(object_id, '^.*/activities/[^/]+/', ''),
    coalesce(round(score_scaled, 3)::varchar, '')
from raw.statements order by all
"""


@dataclass(frozen=True)
class File:
    """A file, and its statements: verb, minute in UTC, object and scaled score."""

    name: str
    text: str
    facts: tuple[tuple[str, str, str, str], ...]
    encoding: str = "utf-8"
    refused: int = 0


FILES = {
    "moodle-activities": File(
        "progress.neg101 (1).csv",
        ',"Email address","Unit 1","","Quiz","2026-02-01 00:00:00"\n'
        '"Ana R","ana@example.org","Completed","2026-01-05 10:15:00",'
        '"Completed (achieved pass grade)","2026-01-06 09:00:00"\n'
        '"Bo L","bo@example.org","Completed (set by Kim T)","2026-01-05 11:15:00",'
        '"Completed (did not achieve pass grade)","2026-01-06 09:20:00"\n'
        '"Cy M","cy@example.org","Not completed","","Not completed",""\n',
        (
            ("completed", "01-05 10:15", "neg101%2FUnit%201", ""),
            ("completed", "01-05 11:15", "neg101%2FUnit%201", ""),
            ("failed", "01-06 09:20", "neg101%2FQuiz", ""),
            ("passed", "01-06 09:00", "neg101%2FQuiz", ""),
        ),
    ),
    "moodle-course-completion": File(
        "completion-neg101.csv",
        'ID,Name,"Email address","Unit 1","Unit 1 - Completion date",Grade,'
        '"Course complete"\n'
        '31,"Ana R",ana@example.org,Completed,"5/01/26, 10:15","16/01/26, 14:00",'
        '"16/01/26, 14:05"\n'
        '32,"Bo L",bo@example.org,"Not completed",,,\n',
        (
            ("completed", "01-05 10:15", "neg101%2FUnit%201", ""),
            ("completed", "01-16 14:05", "neg101", ""),
        ),
    ),
    "canvas-gradebook": File(
        "2026-03-01T1015_Grades-NEG101.csv",
        "Student,ID,SIS User ID,SIS Login ID,Section,Essay (501),Quiz (502),"
        "Final Score\n"
        "    Points Possible,,,,,10,20,(read only)\n"
        '"R, Ana",7,S7,ana@example.org,Group 1,9,15,80\n'
        '"L, Bo",8,S8,bo@example.org,Group 1,EX,,\n',
        (
            ("scored", "", "NEG101%2F501", "0.9"),
            ("scored", "", "NEG101%2F502", "0.75"),
        ),
    ),
    "successfactors": File(
        "history.csv",
        "User ID,Last Name,First Name,Item Type,Item ID,Item Title,Completion Date,"
        "Completion Status,Grade\n"
        "100,R,Ana,COURSE,N,Negotiation,2026-01-16 14:05,COURSE-COMPL,90\n",
        (("completed", "01-16 14:05", "N", ""),),
    ),
    "workday": File(
        "learning.csv",
        "Worker,Employee ID,Learning Content,Learning Content Type,Completion Status,"
        "Completion Date\n"
        "Ana R,100,Negotiation,Course,Completed,2026-01-16\n"
        "Bo L,101,Negotiation,Course,Not Started,\n",
        (("completed", "01-16 00:00", "Negotiation", ""),),
    ),
    "cornerstone": File(
        "transcript.csv",
        "User ID,User Full Name,User Email,Training Title,Training Type,"
        "Transcript Status,Transcript Registration Date,Transcript Completed Date\n"
        "100,Ana R,ana@example.org,Negotiation,Online Class,Completed,2026-01-05,"
        "2026-01-16\n"
        "101,Bo L,bo@example.org,Negotiation,Online Class,Exempt,2026-01-05,\n",
        (
            ("completed", "01-16 00:00", "Negotiation", ""),
            ("registered", "01-05 00:00", "Negotiation", ""),
            ("registered", "01-05 00:00", "Negotiation", ""),
            ("waived", "", "Negotiation", ""),
        ),
    ),
    "docebo": File(
        "users_courses.csv",
        "Username,Email,Course Code,Course Name,Enrollment Date,"
        "Course First Access Date,Course Completion Date,Enrollment Status,"
        "Total Time in Course\n"
        "ana,ana@example.org,N,Negotiation,2026-01-05 08:00:00,2026-01-05 08:10:00,"
        "2026-01-16 14:05:00,Completed,00:42:10\n",
        (
            ("completed", "01-16 14:05", "N", ""),
            ("registered", "01-05 08:00", "N", ""),
        ),
    ),
    "talentlms": File(
        "matrix.csv",
        "User,Email,Course,Course code,Enrolled on,Started on,Completed on,Status,"
        "Score\n"
        'A,ana@example.org,Neg,N,"05/01/2026, 08:00:00","05/01/2026, 08:10:00",'
        '"16/01/2026, 14:05:00",Completed,88.00%\n',
        (
            ("completed", "01-16 14:05", "N", "0.88"),
            ("registered", "01-05 08:00", "N", ""),
        ),
    ),
    "skillsoft": File(
        "activity.csv",
        "User ID,Email Address,Content Title,Content ID,Content Type,Status,"
        "First Access,Last Access,Completed Date\n"
        "u1,ana@example.org,Negotiation,N,Course,Completed,2026-01-05,2026-01-16,"
        "2026-01-16\n"
        "u2,bo@example.org,Negotiation,N,Course,Started,2026-01-05,2026-01-07,\n",
        (
            ("completed", "01-16 00:00", "N", ""),
            ("initialized", "01-05 00:00", "N", ""),
        ),
    ),
    "adobe-learning-manager": File(
        "transcript.csv",
        "Name,Email,Profile,Training,Enrollment Date,Completion Date,Status,"
        "Progress %\n"
        "Ana R,ana@example.org,Sales,Negotiation,2026-01-05,2026-01-16,Completed,100\n",
        (
            ("completed", "01-16 00:00", "Negotiation", ""),
            ("registered", "01-05 00:00", "Negotiation", ""),
        ),
    ),
    "linkedin-learning": File(
        "details.csv",
        "Name,Email,User Unique ID,Content Name,Content ID,Hours Viewed,"
        "Percent Completed,Start (PST/PDT),Last Viewed (PST/PDT),Completed (PST/PDT)\n"
        "Ana,ana@example.org,u1,Tables,c1,1.25,100%,01/13/2026 09:00:00,"
        "01/14/2026 10:10:00,01/14/2026 10:10:00\n"
        "Bo,bo@example.org,u2,Tables,c1,0.2,13%,01/13/2026 09:00:00,"
        "01/13/2026 09:20:00,\n",
        (
            ("completed", "01-14 18:10", "c1", ""),
            ("progressed", "01-13 17:20", "c1", ""),
        ),
    ),
    "sign-in-sheet": File(
        "list.csv",
        "Session,Date,Time,Name,E-mail,Signature\n"
        "Forklift,2026-03-02,09:00,Ana R,ana@example.org,A. R.\n"
        "Forklift,2026-03-02,09:05,Bo L,bo@example.org,\n"
        "Forklift,2026-03-02,09:05,Cy M,cy@example.org,no\n",
        (("join", "03-02 09:00", "SESSION", ""),),
    ),
    "webex": File(
        "attendees.csv",
        "Meeting Name\tDisplay Name\tAttendee Email\tJoin Time\tLeave Time\t"
        "Attendance Duration\n"
        "Lab\tAna R\tana@example.org\t2026-03-02 09:00:00\t2026-03-02 10:00:00\t"
        "60 mins\n",
        (
            ("join", "03-02 09:00", "SESSION", ""),
            ("leave", "03-02 10:00", "SESSION", ""),
        ),
        encoding="utf-16",
    ),
    "goto": File(
        "Lab.csv",
        "First Name,Last Name,Email Address,Join Time,Leave Time,"
        "Time in Session (minutes)\n"
        "Ana,R,ana@example.org,2026-03-02 09:00:00,2026-03-02 10:00:00,60\n",
        (
            ("join", "03-02 09:00", "SESSION", ""),
            ("leave", "03-02 10:00", "SESSION", ""),
        ),
    ),
    "collaborate": File(
        "Lab.csv",
        "Name,Username,Role,First join,Last leave,Total time,Joins\n"
        "Ana R,ana@example.org,Participant,2026-03-02 09:00:00,2026-03-02 10:00:00,"
        "00:45:00,2\n",
        (
            ("join", "03-02 09:00", "SESSION", ""),
            ("leave", "03-02 09:45", "SESSION", ""),
        ),
    ),
    "adobe-connect": File(
        "Lab.csv",
        "Participant Name,E-mail,Time Entered,Time Exited\n"
        "Ana R,ana@example.org,2026-03-02 09:00:00,2026-03-02 10:00:00\n",
        (
            ("join", "03-02 09:00", "SESSION", ""),
            ("leave", "03-02 10:00", "SESSION", ""),
        ),
    ),
}
POLLS = {
    "slido": "Poll question,Answer,Participant name,Email,Event code,Submitted at\n"
    "Ready?,Yes,Ana R,ana@example.org,77,2026-03-02 09:30:00\n",
    "mentimeter": "Voter,Email,Question,Answer,Session,Timestamp\n"
    "1,ana@example.org,Ready?,Yes,1,2026-03-02 09:30:00\n",
    "kahoot": "Question,Player,Email,Answer,Correct / Incorrect,Score (points),"
    "Played on\n"
    "Ready?,Ana,ana@example.org,Yes,Correct,900,2026-03-02 09:30:00\n",
    "poll-everywhere": "Response,Via,Screen name,Email,Received at,Activity title\n"
    "Yes,web,Ana,ana@example.org,2026-03-02 09:30:00,Ready?\n",
}


def landed(path: Path, home: Home) -> tuple[tuple[str, str, str, str], ...]:
    order = "dmy" if "/01/" in path.read_text("utf-8", errors="ignore") else None
    order = None if "(PST" in path.read_text("utf-8", errors="ignore") else order
    tz = preset(inspect_one(path).variant).tz or "UTC"
    options = ReadOptions(tz=tz, date_order=order)
    (report,) = ingest([path], home, Settings.load(home), options)
    assert (report.error, report.rejected_by_code) == (None, {})
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        found = warehouse.sql(FACTS).fetchall()
    return tuple(
        (verb, at, "SESSION" if "/classrooms/" in what else what, score)
        for verb, at, what, score in found
    )


@pytest.mark.parametrize("name", FILES)
def test_a_preset_lands_its_layout(name: str, home: Home, tmp_path: Path):
    file = FILES[name]
    path = tmp_path / file.name
    path.write_text(file.text, encoding=file.encoding)

    assert inspect_one(path).variant == name
    assert landed(path, home) == file.facts


@pytest.mark.parametrize("name", POLLS)
def test_answers_belong_to_the_session_that_the_settings_link(
    name: str, home: Home, tmp_path: Path
):
    path = tmp_path / f"{name}.csv"
    path.write_text(POLLS[name], encoding="utf-8")
    home.root.mkdir(exist_ok=True)
    link = "https://example.zoom.us/j/91234567890"
    home.settings.write_text(f'[sources.{name}]\nsession = "{link}"\ntz = "UTC"\n')

    assert inspect_one(path).variant == name
    (report,) = ingest([path], home, Settings.load(home), ReadOptions())
    assert (report.error, report.rejected_count) == (None, 0)
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        sessions = warehouse.sql(
            "select join_key, starts_at::varchar from raw.technical_sessions"
        ).fetchall()
        texts = warehouse.sql("select statement from raw.statements").fetchall()
    assert sessions == [("91234567890", "2026-03-02 09:30:00")]
    assert "Ready?" not in str(texts)
    assert "Yes" not in str(texts)


@pytest.mark.parametrize("name", presets())
def test_a_preset_says_how_sure_it_is_and_what_it_lacks(name: str):
    found = preset(name)

    assert found.layout
    assert found.lacks
    assert f"| `{name}` |" in (project_root() / "docs" / "presets.md").read_text()


def test_every_report_of_a_platform_is_tried():
    assert {name for name in presets() if preset(name).report} == {*FILES, *POLLS}


def test_a_mapping_may_state_only_what_differs_from_a_preset(tmp_path: Path):
    own = tmp_path / "own.yml"
    own.write_text("like: cornerstone\nperson: {email: Work mail}\n", "utf-8")

    found = mapping_of(own)

    assert found.person == Person(email=Column(names=("Work mail",)))
    assert found.times == preset("cornerstone").times


def test_a_mapping_like_no_preset_is_refused_with_those_that_there_are(tmp_path: Path):
    own = tmp_path / "own.yml"
    own.write_text("like: corner\n", "utf-8")

    with pytest.raises(DamagedFile, match=r"'corner' is none of .*cornerstone"):
        mapping_of(own)
