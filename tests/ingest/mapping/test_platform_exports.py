"""Exports of many platforms land by their proposed mapping, with answers added.

A completion is never dated by the start or the registration.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ingest.landing.delivery import ReadOptions
from ingest.mapping.proposal import proposal
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings


@dataclass(frozen=True)
class Export:
    """A table, the answers to open questions of its proposal, and expected rows."""

    text: str
    wanted: tuple[tuple[str, str], ...]  # verb and minute, UTC
    answers: tuple[tuple[str, str], ...] = ()  # beginning of a line -> its replacement
    rejected: int = 0


EXPORTS = {
    "first access stands before the completion date": Export(
        "Username,Email,Course Code,Course Name,Enrollment Date,Course First Access "
        "Date,Course Completion Date,Enrollment Status,Final Score,"
        "Total Time in Course\n"
        "ana,ana@example.org,N,Neg,2026-01-05 08:00:00,2026-01-05 08:10:00,"
        "2026-01-16 14:05:00,Completed,88,00:42:10\n"
        "bo,bo@example.org,N,Neg,2026-01-05 08:00:00,,,Subscribed,,00:00:00\n"
        "cy,cy@example.org,N,Neg,2026-01-05 08:00:00,2026-01-06 08:00:00,,Completed,,"
        "\n",
        (("completed", "01-16 14:05"), ("registered", "01-05 08:00")),
        rejected=1,  # completed, without a date
    ),
    "a dash is no date": Export(
        "User,Email,Course,Course code,Enrolled on,Started on,Completed on,Status,"
        'Score,Time\nA,ana@example.org,Neg,N,"05/01/2026, 08:00:00",'
        '"05/01/2026, 08:10:00",'
        '"16/01/2026, 14:05:00",Completed,88.00%,42m 10s\n'
        'B,bo@example.org,Neg,N,"05/01/2026, 08:00:00",-,-,Not attempted,-,-\n'
        'C,cy@example.org,Neg,N,"05/01/2026, 08:00:00",-,-,Not attempted,-,-\n',
        (("completed", "01-16 14:05"),),
    ),
    "states of their own, and a zone in each cell": Export(
        "User ID,Email,Item ID,Item Title,Revision Date,Completion Status,Completion "
        "Date,Grade,Total Hours\n"
        "1,ana@example.org,N,Neg,1/1/2020,COURSE-COMPL (For Credit),"
        "16-Jan-2026 03:05 PM Europe/Berlin,90,1.5\n"
        "2,bo@example.org,N,Neg,1/1/2020,COURSE-INCOMPL (Not For Credit),"
        "16-Jan-2026 03:05 PM Europe/Berlin,,1.5\n",
        (("completed", "01-16 14:05"),),
        (('    "COURSE-COMPL', '    "COURSE-COMPL (For Credit)": completed'),),
    ),
    "a list of completions alone": Export(
        "UserID,CourseID,CompletionDate,ContentType\nE1,C-1,20260116,Course\n",
        (("completed", "01-16 00:00"),),
        (("# verb:", "verb: completed"),),
    ),
    "a column for each activity": Export(
        'First name,Email address,Unit 1,Unit 1 - Completion date,"Course complete",'
        '"Course complete - Completion date"\n'
        'Ana,ana@example.org,Completed,"Monday, 5 January 2026, 10:15 AM",Completed,'
        '"Friday, 16 January 2026, 2:05 PM"\nBo,bo@example.org,"Not completed",,'
        '"Not completed",\n',
        (("completed", "01-05 10:15"), ("completed", "01-16 14:05")),
    ),
    "seconds since 1970": Export(
        "email,course,status,completed\nana@example.org,Neg,completed,1768572300\n",
        (("completed", "01-16 14:05"),),
    ),
    "a spreadsheet's days": Export(
        "Mail,Kurs,Status,Datum\nana@example.org,Neg,bestanden,46038.586805556\n",
        (("passed", "01-16 14:05"),),
        (("# time:", "time: {column: Datum, form: spreadsheet_days}"),),
    ),
    "progress in percent": Export(
        "user_id;user_email;course_id;course_name;progress;completed_at;last_activity_at\n"
        "1;ana@example.org;c;Neg;100.0;2026-01-16T14:05:00Z;2026-01-17T14:05:00Z\n"
        "2;bo@example.org;c;Neg;10.0;;2026-01-06T14:05:00Z\n"
        "3;cy@example.org;c;Neg;0;;\n",
        (("completed", "01-16 14:05"), ("progressed", "01-06 14:05")),
    ),
    "minutes in a live session": Export(
        "Meeting ID,Email,Join time,Minutes attended,Topic\n"
        "123 456 7890,ana@example.org,2026-01-16T14:05:00Z,55,Neg\n",
        (
            ("join", "01-16 14:05"),
            ("leave", "01-16 15:00"),
        ),
    ),
}


@pytest.mark.parametrize("shape", EXPORTS)
def test_an_export_lands_by_its_proposal_and_answers(
    shape: str, home: Home, tmp_path: Path
):
    export = EXPORTS[shape]
    table, written = tmp_path / "report.csv", tmp_path / "answered.yml"
    table.write_text(export.text, encoding="utf-8")
    lines = proposal(table).splitlines()
    for beginning, answer in export.answers:
        places = [n for n, line in enumerate(lines) if line.startswith(beginning)]
        assert len(places) == 1, lines
        lines[places[0]] = answer
    written.write_text("\n".join(lines), encoding="utf-8")

    options = ReadOptions(tz="UTC", mapping=written)
    (report,) = ingest([table], home, Settings.load(home), options)

    assert (report.error, report.rejected_count) == (None, export.rejected)
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        found = warehouse.sql(
            "select regexp_extract(verb_id, '[^/]+$'), "
            "strftime(occurred_at, '%m-%d %H:%M') from raw.statements order by all"
        ).fetchall()
    assert tuple(found) == export.wanted


def test_a_preset_is_proposed_for_a_table_with_its_headings(tmp_path: Path):
    table = tmp_path / "calendar.csv"
    table.write_text(
        "Subject,Start Date,Start Time,End Date,End Time\n"
        "Neg,1/16/2026,9:00:00 AM,1/16/2026,10:00:00 AM\n",
        encoding="utf-8",
    )

    found = proposal(table)

    assert "--map outlook-calendar" in found
    assert "\nmeetings:\n" in found


def test_a_start_is_not_proposed_as_the_time_of_a_completion(tmp_path: Path):
    table = tmp_path / "table.csv"
    table.write_text(
        "email,course,status,Enrolled on\na@example.org,Neg,Completed,2026-01-16\n",
        encoding="utf-8",
    )

    found = proposal(table)

    assert "# time: COLUMN  # not decided: when it was finished" in found
    assert '"Enrolled on" is when it was started or registered' in found
