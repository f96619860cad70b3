"""Reports whose headings several vendors share: what only one writes decides."""

from pathlib import Path

import pytest
import xlsxwriter

from ingest.inspection.recognition import inspect_one
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.core.errors import UndecidedFile
from tandem.core.files import Home
from tandem.core.settings import Settings

SHARED = ["Attended", "Last Name", "First Name", "Email Address", "Join Time"]
SHARED += ["Leave Time", "Time in Session (minutes)"]
PERSON = ["Yes", "Holm", "Ida", "ida@example.org", "2026-03-02 09:00:00"]
PERSON += ["2026-03-02 10:00:00", "60"]
GOTO = [
    ["Attendee Report"],
    ["Generated", "Mar 02 2026 11:00 AM CET"],
    ["Webinar Name", "Webinar ID"],
    ["Safety", "123-456-789"],
    ["Session Details"],
    [*SHARED[:1], "Interest Rating", *SHARED[1:]],
    [*PERSON[:1], "72", *PERSON[1:]],
]
ZOOM = [
    ["Attendee Report"],
    ["Topic", "Webinar ID", "Actual Start Time", "Actual Duration (minutes)"],
    ["Safety", "912 3456 7890", "03/22/2026 09:00:00 AM", "60"],
    ["Attendee Details"],
    [*SHARED, "User Name (Original Name)", "Approval Status"],
    [*PERSON, "Ida", "approved"],
]
PLAIN = [SHARED, PERSON]


def table(path: Path, rows: list[list[str]]) -> Path:
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for at, cells in enumerate(rows):
                sheet.write_row(at, 0, cells)
        return path
    path.write_text("".join(",".join(f'"{c}"' for c in row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_an_attendee_report_of_goto_is_not_taken_for_zoom(tmp_path: Path, ending: str):
    assert inspect_one(table(tmp_path / f"report{ending}", GOTO)).source == "goto"


def test_an_attendee_report_of_zoom_stays_one(tmp_path: Path):
    assert inspect_one(table(tmp_path / "report.csv", ZOOM)).source == "zoom"


def test_a_report_without_a_mark_is_asked_about(tmp_path: Path, home: Home):
    path = table(tmp_path / "report.csv", PLAIN)
    with pytest.raises(UndecidedFile) as refused:
        inspect_one(path)
    assert "a report of zoom or goto" in refused.value.one_line()
    assert "--source zoom or --source goto" in refused.value.one_line()
    for source in ("zoom", "goto"):
        assert inspect_one(path, source).source == source
    options = ReadOptions(source="goto", tz="UTC")
    (report,) = ingest([path], home, Settings.load(home), options)
    assert (report.error, report.source) == (None, "goto")
    assert report.landed_count == 2


def test_marks_of_two_vendors_are_asked_about(tmp_path: Path):
    both = [*GOTO[:4], *ZOOM[3:5], [*ZOOM[5]]]
    with pytest.raises(UndecidedFile):
        inspect_one(table(tmp_path / "report.csv", both))
