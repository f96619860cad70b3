"""A delivery in which there was nothing to land says so, and is no failure."""

from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from tandem.cli.main import app

ZOOM = "Name (Original Name),User Email,"
JOINS = "Join Time,Leave Time,Duration (Minutes)"
HEADINGS = {
    "participants_85218486288.csv": f"{ZOOM}{JOINS},Guest",
    "unique.csv": f"{ZOOM}Total Duration (Minutes),Guest",
    "registration.csv": "First Name,Last Name,Email,Registration Time,Approval Status",
    "meet.csv": "First name,Last name,Email,Duration,Time joined,Time exited",
    "teams.csv": "Full Name\tUser Action\tTimestamp",
    "moodle.csv": "Time,User full name,Affected user,Event context,Component,"
    "Event name,Description,Origin,IP address",
    "LearningDashboard.csv": "Name,Moderator,Activity Score,Talk time,Join,Left",
    "completions.csv": "Email,Course,Status,Enrolment Date,Completion Date,Score",
    "staff.csv": "Email,Name,Department,Hire Date",
    "class.csv": "email,name,cohort,programme",
    "cohorts.csv": "cohort_id,programme_id,delivery_mode",
    "unknown.csv": "Colour;Shape;Weight",
    "empty.json": "[]",
    "graph.json": '{"value": []}',
    "zoom.json": '{"participants": [], "page_size": 30, "next_page_token": ""}',
    "lrs.json": '{"statements": [], "more": ""}',
    "calendar.json": '{"kind": "calendar#events", "items": []}',
    "calendar.ics": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r",
}


@pytest.mark.parametrize("name", HEADINGS)
def test_headings_without_rows_and_empty_lists_are_no_failure(
    land, tmp_path: Path, name: str
):
    path = tmp_path / name
    path.write_text(HEADINGS[name] + "\n", encoding="utf-8")

    (report,) = land(path)

    assert report.error is None
    assert len(report.notes) == 1
    assert (report.read_count, report.landed_count, report.rejected_count) == (0, 0, 0)


def test_the_command_says_so_and_exits_with_0(home, tmp_path: Path):
    path = tmp_path / "meet.csv"
    path.write_text(HEADINGS["meet.csv"] + "\n", encoding="utf-8")

    result = CliRunner().invoke(app, ["ingest", str(path)])

    assert result.exit_code == 0
    assert "meet.csv: there is nothing in it to land" in result.output
    assert CliRunner().invoke(app, ["inspect", str(path)]).exit_code == 0


def test_a_workbook_of_headings_is_empty_too(land, tmp_path: Path):
    with xlsxwriter.Workbook(str(tmp_path / "completions.xlsx")) as book:
        headings = ["Email", "Course", "Status", "Completion Date"]
        book.add_worksheet().write_row(0, 0, headings)

    (report,) = land(tmp_path / "completions.xlsx")

    assert report.error is None
    assert "nothing in it to land" in report.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "anna@example.org,completed,yes",  # a row without headings
        "Room 12,10:00,11:30",
        "Dear all",  # one cell is no row of headings
        "{}",
        '{"kind": "other"}',
    ],
)
def test_what_is_no_empty_report_stays_unknown(land, tmp_path: Path, text: str):
    path = tmp_path / ("a.json" if text.startswith("{") else "a.csv")
    path.write_text(text + "\n", encoding="utf-8")

    (report,) = land(path)

    assert "nothing here reads this" in str(report.error)


def test_a_report_with_rows_still_asks_for_its_zone(land, tmp_path: Path):
    path = tmp_path / "participants_85218486288.csv"
    row = "Ana,ana@example.org,03/25/2026 10:00:01 AM,03/25/2026 10:45:00 AM,45,No"
    text = f"{HEADINGS['participants_85218486288.csv']}\n{row}\n"
    path.write_text(text, encoding="utf-8")

    (report,) = land(path)

    assert "pass --tz" in str(report.error)
