"""A report whose rows print no time: its day stands above the table or in its name."""

from pathlib import Path

import duckdb
import polars as pl
import pytest
import xlsxwriter

from ingest.inspection.recognition import inspect_one
from ingest.landing.delivery import ReadOptions
from ingest.landing.report import LoadReport
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

LINK = "https://example.zoom.us/j/91234567890"
KAHOOT = ("Question", "Player", "Email", "Answer", "Correct / Incorrect", "Score")
ROW = ("Ready?", "Ana", "ana@example.org", "Yes", "Correct", "900")
MENTIMETER = "Voter,Email,Question,Answer,Session\n1,ana@example.org,Ready?,Yes,1\n"


def land(path: Path, home: Home, source: str, **options: object) -> LoadReport:
    home.root.mkdir(exist_ok=True)
    home.settings.write_text(f'[sources.{source}]\nsession = "{LINK}"\ntz = "UTC"\n')
    (report,) = ingest([path], home, Settings.load(home), ReadOptions(**options))
    return report


def sessions(home: Home) -> list[tuple]:
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        return warehouse.sql(
            "select join_key, starts_at::varchar, ends_at::varchar, precision_seconds"
            " from raw.technical_sessions"
        ).fetchall()


def kahoot(path: Path, day: str | None) -> Path:
    """Write a workbook as Kahoot's: its day is on the first sheet only."""
    with xlsxwriter.Workbook(path) as book:
        overview = book.add_worksheet("Overview")
        overview.write_row(0, 0, ["Safety quiz"])
        overview.write_row(1, 0, ["Played on", day or ""])
        overview.write_row(2, 0, ["Hosted by", "trainer"])
        data = book.add_worksheet("RawReportData")
        for at, cells in enumerate((KAHOOT, ROW)):
            data.write_row(at, 0, cells)
    return path


@pytest.mark.parametrize("day", ["2 Mar 2026", "2026-03-02", "03/22/2026"])
def test_a_day_on_another_sheet_is_the_day_of_the_answers(
    home: Home, tmp_path: Path, day: str
):
    path = kahoot(tmp_path / "report.xlsx", day)
    assert inspect_one(path).variant == "kahoot"
    report = land(path, home, "kahoot")
    assert (report.error, report.rejected_count) == (None, 0)
    on = 22 if "22" in day else 2
    spans = (f"2026-03-{on:02} 00:00:00", f"2026-03-{on + 1:02} 00:00:00")
    assert sessions(home) == [("91234567890", *spans, 86_400)]


@pytest.mark.parametrize(
    ("name", "above", "on"),
    [
        ("results 2026-03-02.csv", "", "2026-03-02"),
        ("results_20260302.csv", "", "2026-03-02"),
        ("results 22.03.2026.csv", "", "2026-03-22"),
        ("results.csv", "Presented on: 2 March 2026\n", "2026-03-02"),
        ("results.csv", "Date,2026-03-02\n", "2026-03-02"),
        # What stands above the table outranks the name, which may be of the export.
        ("results 2026-05-09.csv", "Date,2026-03-02\n", "2026-03-02"),
    ],
)
def test_a_day_above_the_table_or_in_the_name_is_read(
    home: Home, tmp_path: Path, name: str, above: str, on: str
):
    path = tmp_path / name
    path.write_text(above + MENTIMETER)
    report = land(path, home, "mentimeter")
    assert (report.error, report.rejected_count) == (None, 0)
    ((_key, starts, _ends, precision),) = sessions(home)
    assert (starts[:10], precision) == (on, 86_400)


def test_a_day_that_is_nowhere_is_asked_for(home: Home, tmp_path: Path):
    path = tmp_path / "results.csv"
    path.write_text(MENTIMETER)
    refused = land(path, home, "mentimeter").error
    assert "pass --date, e.g. --date 2026-03-02" in str(refused)
    on = pl.Series(["2026-03-02"]).str.to_date()[0]
    assert land(path, home, "mentimeter", date=on).error is None
    assert sessions(home)[0][1] == "2026-03-02 00:00:00"


def test_an_ambiguous_day_in_the_name_is_asked_for(home: Home, tmp_path: Path):
    path = tmp_path / "results 02.03.2026.csv"
    path.write_text(MENTIMETER)
    refused = land(path, home, "mentimeter").error
    assert "pass --date-order dmy or --date-order mdy" in str(refused)
    assert land(path, home, "mentimeter", date_order="dmy").error is None
    assert sessions(home)[0][1] == "2026-03-02 00:00:00"


def test_a_column_of_times_is_read_as_before(home: Home, tmp_path: Path):
    path = tmp_path / "results 2026-05-09.csv"
    lines = MENTIMETER.replace("Session\n", "Session,Timestamp\n")
    path.write_text(lines.replace(",1\n", ",1,2026-03-02 09:30:00\n"))
    assert land(path, home, "mentimeter").error is None
    assert sessions(home)[0][1:] == ("2026-03-02 09:30:00", "2026-03-02 09:30:00", 1)
