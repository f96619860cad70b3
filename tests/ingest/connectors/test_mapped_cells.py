"""Mapped tables: an optional cell never vetoes the fact of its row."""

import json
from pathlib import Path

import duckdb
import pytest

from ingest.inspection.open_questions import with_open_questions
from ingest.inspection.recognition import inspect_one
from ingest.landing.delivery import ReadOptions
from ingest.mapping.proposal import proposal
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

HEADER = "User ID,Email,Course,Status,Completion Date,Time Spent,Score,Max Score\n"
MAPPING = """
source: academy
person: Mail
activity: Course
verb: completed
time: When
tz: UTC
duration: {column: [Spent]}
score: {raw: [Points], max: 20}
success: {column: [Passed]}
"""
ROOM = """
source: rooms
person: Mail
activity: Room
verb: [joined, left]
times: {joined: In, left: Out}
time: In
tz: UTC
session: Room
duration: [Spent]
"""


def landed(
    home: Home, path: Path, options: ReadOptions | None = None
) -> tuple[list[tuple], list[tuple]]:
    """Land a file; return seconds and score of its statements, and its rejections."""
    (report,) = ingest([path], home, Settings.load(home), options or ReadOptions())
    assert report.error is None
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        facts = warehouse.sql(
            "select regexp_extract(verb_id, '[^/]+$'), duration_seconds, score_raw "
            "from raw.statements order by occurred_at, actor_key, verb_id"
        ).fetchall()
        rejected = warehouse.sql(
            "select line, code, message from raw.rejections order by all"
        ).fetchall()
    return facts, rejected


@pytest.mark.parametrize(
    ("cell", "code", "column"),
    [
        ("about an hour,,", "cell.duration", "Spent"),
        ("14:75,,", "cell.duration", "Spent"),
        ("-5 min,,", "cell.duration", "Spent"),
        (",many,", "cell.number", "Points"),
        (",21,", "cell.score", "Points"),
        (",,perhaps", "cell.flag", "Passed"),
    ],
)
def test_an_unreadable_optional_cell_is_rejected_alone(
    cell: str, code: str, column: str, home: Home, tmp_path: Path
):
    table = tmp_path / "results.csv"
    table.write_text(
        "Mail,Course,When,Spent,Points,Passed\n"
        f"a@example.org,C,2026-04-01 09:00,{cell}\n",
        encoding="utf-8",
    )
    table.with_suffix(".yml").write_text(MAPPING, encoding="utf-8")

    facts, rejected = landed(home, table)

    assert [fact[0] for fact in facts] == ["completed"]
    assert [(line, found) for line, found, _message in rejected] == [(2, code)]
    assert f"line 2, column {column}:" in rejected[0][2]


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("0009:20:00.50", 33_600.5),  # SCORM 1.2
        ("P0DT9H20M0.5S", 33_600.5),  # SCORM 2004
        ("9:20:00", 33_600),
        ("9.5 hrs", 34_200),
        ("0", 0),
    ],
)
def test_time_spans_of_courses_are_read(
    cell: str, seconds: float, home: Home, tmp_path: Path
):
    table = tmp_path / "report.csv"
    row = f"u1,a@example.org,C,Completed,2026-04-01 09:00,{cell},,\n"
    table.write_text(HEADER + row, encoding="utf-8")

    facts, rejected = landed(home, table, ReadOptions(tz="UTC"))

    assert (facts, rejected) == ([("completed", seconds, None)], [])


def test_a_clock_of_two_parts_is_asked_with_examples_and_then_read(
    home: Home, tmp_path: Path
):
    table = tmp_path / "report.csv"
    rows = [
        f"u{n},a{n}@example.org,C,Completed,2026-04-0{n} 09:00,{cell},,\n"
        for n, cell in enumerate(("7:15", "11:40", "0:30", "12:05", "PT7H15M"), 1)
    ]
    table.write_text(HEADER + "".join(rows), encoding="utf-8")
    tz = ReadOptions(tz="UTC")

    (asked,) = ingest([table], home, Settings.load(home), tz)
    recognition = with_open_questions(table, inspect_one(table))
    facts, _ = landed(home, table, ReadOptions(tz="UTC", duration_format="h:mm"))

    assert "'Time Spent' prints '7:15', '11:40', '0:30': it could be" in asked.error
    assert "--duration-format h:mm or m:ss" in asked.error
    assert recognition.needs == ("--tz", "--duration-format")
    assert "'7:15'" in recognition.evidence["--duration-format"]
    assert [fact[1] for fact in facts] == [26_100, 42_000, 1800, 43_500, 26_100]


def test_a_mapping_states_the_format(home: Home, tmp_path: Path):
    table = tmp_path / "results.csv"
    table.write_text(
        "Mail,Course,When,Spent\n"
        "a@example.org,C,2026-04-01 09:00,14:32\n"
        "b@example.org,C,2026-04-02 09:00,1.234\n"
        "c@example.org,C,2026-04-03 09:00,1 saat\n",
        encoding="utf-8",
    )
    stated = "[Spent], unit: seconds, format: m:ss, decimal: comma, language: tr}"
    mapping = MAPPING.replace("[Spent]}", stated)
    table.with_suffix(".yml").write_text(mapping, encoding="utf-8")

    facts, rejected = landed(home, table)

    assert ([fact[1] for fact in facts], rejected) == ([872, 1234, 3600], [])


def test_a_column_with_decimal_commas_reads_points_as_thousands(
    home: Home, tmp_path: Path
):
    table = tmp_path / "results.csv"
    table.write_text(
        "Mail;Course;When;Points\n"
        "a@example.org;C;2026-04-01 09:00;12,5\n"
        "b@example.org;C;2026-04-02 09:00;1.234\n",
        encoding="utf-8",
    )
    mapping = MAPPING.replace("max: 20", "max: 2000")
    table.with_suffix(".yml").write_text(mapping, encoding="utf-8")

    facts, _rejected = landed(home, table)

    assert [fact[2] for fact in facts] == [12.5, 1234.0]


def test_a_row_with_join_and_leave_is_a_connection_and_its_duration_a_claim(
    home: Home, tmp_path: Path
):
    table = tmp_path / "room.csv"
    table.write_text(
        "Mail,Room,In,Out,Spent\n"
        "a@example.org,Lab,2026-04-01 09:00:00,2026-04-01 09:20:00,25 mins\n"
        "b@example.org,Lab,2026-04-01 09:01:00,,\n"
        "c@example.org,Lab,2026-04-01 09:30:00,2026-04-01 09:10:00,5 mins\n",
        encoding="utf-8",
    )
    table.with_suffix(".yml").write_text(ROOM, encoding="utf-8")

    facts, rejected = landed(home, table)

    assert [fact[:2] for fact in facts] == [
        ("join", None),
        ("join", None),
        ("leave", 1200.0),
    ]
    assert sorted(row[1] for row in rejected) == [
        "claim.longer_than_session",
        "mapped.time",
    ]
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        claims = warehouse.sql("select claim, value from raw.session_claims").fetchall()
    assert claims == [("duration_seconds", None)]  # longer than the session


@pytest.mark.parametrize(
    ("enrolled", "status"),
    [
        ("Einschreibedatum", "In Bearbeitung"),
        ("Date d'inscription", "En cours"),
        ("Fecha de inscripción", "En curso"),
        ("Data di iscrizione", "In corso"),
        ("Inschrijfdatum", "In Progress"),
        ("Data zapisania", "In Progress"),
        ("Data de inscrição", "In Progress"),
    ],
)
def test_an_enrolment_lands_by_its_date_in_each_language(
    enrolled: str, status: str, home: Home, tmp_path: Path
):
    table = tmp_path / "report.csv"
    table.write_text(
        f"User ID,Email,Course,Status,Completion Date,{enrolled}\n"
        f"u1,a@example.org,C,{status},,2026-04-01\n",
        encoding="utf-8",
    )

    facts, rejected = landed(home, table, ReadOptions(tz="UTC"))

    assert ([fact[0] for fact in facts], rejected) == (["registered"], [])


def test_a_row_that_dates_nothing_is_said_to_land_nothing(home: Home, tmp_path: Path):
    table = tmp_path / "report.csv"
    table.write_text(
        "User ID,Email,Course,Status,Completion Date,Enrollment Date\n"
        "u1,a@example.org,C,In Progress,,2026-04-01\n"
        "u2,b@example.org,C,In Progress,,\n"
        "u3,c@example.org,C,,,\n"
        "u4,d@example.org,C,Waitlisted,,\n",
        encoding="utf-8",
    )

    (report,) = ingest([table], home, Settings.load(home), ReadOptions(tz="UTC"))

    notes = "; ".join(report.notes)
    nothing = "nothing lands, because no date of enrolment is printed"
    assert f"1 row in progress without a date of use: {nothing}" in notes
    assert "1 row in progress without a date of use: only the enrolment" in notes
    assert f"1 row without a status: {nothing}" in notes
    assert "1 row on a waiting list, so not enrolled" in notes


@pytest.mark.parametrize(
    ("heading", "cell", "seconds"),
    [
        ("Time Spent (hours)", "2.25", 8100),
        ("Time Spent (hours)", "1:30", 5400),
        ("Time Spent (minutes)", "90", 5400),
        ("Time Spent (hh:mm:ss)", "01:30:00", 5400),
        ("Total Time (hh:mm)", "01:30", 5400),
        ("Lernzeit (Std.)", "1.5", 5400),
        ("Lernzeit in Minuten", "90", 5400),
        ("Temps passé en heures", "2", 7200),
        ("Hours Viewed (h)", "1.5", 5400),
        ("Total Time Spent", "1h", 3600),
        ("Time spent in course", "1:15:00", 4500),
        ("total_time_seconds", "5400", 5400),
        ("timeSpentMinutes", "90", 5400),
        ("Session Time", "01:15:30", 4530),
        ("Total Hours", "1.5", 5400),
        ("Time", "1h 20m 5s", 4805),
        ("Time", "10:05 AM", None),  # a time of day
        ("Time Spent (last week)", "2 h", None),
        ("Duration", "1h 15m", None),  # it may be planned
        ("Duration (minutes)", "75", None),
        ("Training Hours", "2", None),
    ],
)
def test_a_unit_in_the_heading_is_no_other_heading(
    heading: str, cell: str, seconds: float | None, home: Home, tmp_path: Path
):
    table = tmp_path / "report.csv"
    table.write_text(
        f"User ID,Email,Course,Status,Completion Date,{heading}\n"
        f"u1,a@example.org,C,Completed,2026-04-01 09:00,{cell}\n",
        encoding="utf-8",
    )

    facts, rejected = landed(home, table, ReadOptions(tz="UTC"))

    assert (facts, rejected) == ([("completed", seconds, None)], [])
    if seconds is not None:
        assert f"column: {json.dumps(heading, ensure_ascii=False)}" in proposal(table)
