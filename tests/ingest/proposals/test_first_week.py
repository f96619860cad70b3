"""`tandem init` on the invented organisation's files, without its own tables."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import Result

from bench.first_week import addresses, judged
from bench.titled_sample import write
from ingest.mapping.tables import sheet_names
from ingest.proposals.workbook_file import SENTENCES, cells_to_fill
from ingest.storage.programme_ids import group_of
from ingest.storage.programme_sheets import programme_sheets
from samples import catalogue
from samples.plan import Plan
from tests.ingest.proposals.filled import read, row_of, save
from tests.ingest.proposals.newcomer import FirstWeek

MOST_CELLS = 120
RIGHT = 0.8
BEGIN = ("--name", "Example Group", "--fiscal-year-start", "April", "--yes")


class Week(FirstWeek):
    """The files of the invented organisation, and what would be right for them."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.root, self.answers = root, root / "answers" / "organisation"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Week, Result]:
    """Files of 800 enrolments, and what the first `tandem init` printed."""
    week = Week(tmp_path_factory.mktemp("week"))
    own = catalogue.LISTS
    write(week.files, week.root / "answers", "sample", Plan(800, 11), is_plain=False)
    catalogue.LISTS = own
    (week.files / "handout.pdf").write_bytes(b"%PDF-1.7 a handout")
    return week, week.tandem("init", week.files, *BEGIN)


@pytest.fixture
def week(begun: tuple[Week, Result], tmp_path: Path) -> Iterator[Week]:
    """A copy of the files and the home after the first `tandem init`."""
    shutil.copytree(begun[0].root, tmp_path / "week", copy_function=os.link)
    copied = Week(tmp_path / "week")
    for path in (copied.home.warehouse, copied.home.vault, copied.workbook):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
    return copied


def test_it_finds_out_clocks_and_accounts_from_the_files(begun: tuple[Week, Result]):
    week, result = begun
    assert result.exception is None
    settings = week.home.settings.read_text(encoding="utf-8")
    assert 'organisation_time_zone = "Asia/Kolkata"' in settings
    assert '[sources.teams]\ntz = "Europe/Warsaw"\ndate_order = "dmy"' in settings
    assert '[sources.zoom]\ntz = "Asia/Kolkata"\ndate_order = "mdy"' in settings
    assert 'account_home_pages = { identifier = "https://lms.example.org" }' in settings


def test_it_says_what_to_do_with_a_file_that_it_does_not_know(
    begun: tuple[Week, Result],
):
    assert "handout.pdf: it is a PDF" in begun[1].output
    assert "1 not read" in begun[1].output


def test_suggestions_are_right_in_eight_of_ten(begun: tuple[Week, Result]):
    week, _result = begun
    for kind, counts in judged(read(week.workbook), week.answers).items():
        made = counts.get("right", 0) + counts.get("wrong", 0)
        assert made > 50, kind
        assert counts.get("right", 0) >= RIGHT * made, (kind, counts)


def test_few_cells_are_left_and_none_shows_an_address(begun: tuple[Week, Result]):
    rows = read(begun[0].workbook)
    assert len(rows["programmes"]) > 60
    assert 0 < cells_to_fill(rows) <= MOST_CELLS
    assert addresses(rows) == []


def test_the_first_sheet_says_in_five_sentences_what_to_do(begun: tuple[Week, Result]):
    names = sheet_names(begun[0].workbook)
    titles = [sheet.title for sheet in programme_sheets().values()]
    assert names == ["Start here", *titles, "Allowed values"]
    assert len(SENTENCES) == 5


def test_as_suggested_it_lands_as_the_organisation_s_tables(week: Week):
    result = week.tandem("ingest", week.workbook, "--json")
    (report,) = json.loads(result.output)
    assert report["error"] is None
    assert report["problems"] == []
    tables = ("programmes", "cohorts", "sessions", "activities", "phases")
    for table in tables:
        own = f"from raw.{table} where source = 'organisation'"
        assert week.raw(f"select count(*) {own}")[0][0] > 30, table
    modes = (
        "select distinct delivery_mode from raw.cohorts where source = 'organisation'"
    )
    assert {mode for (mode,) in week.raw(modes)} >= {"sync", "async", "hybrid"}


def test_every_wrong_cell_is_named_and_nothing_lands(week: Week):
    rows = read(week.workbook)
    rows["programmes"][2].cells["default_delivery_mode"] = "Classroom"
    rows["groups"][0].cells["programme_id"] = "No such programme"
    rows["groups"][1].cells["ends_at"] = "soon"
    rows["steps"][0].cells["phase_no"] = "0"
    save(week.workbook, rows)
    result = week.tandem("ingest", week.workbook, "--json")
    assert result.exit_code == 1
    (report,) = json.loads(result.output)
    problems = {(p["sheet"], p["row"], p["column"]): p for p in report["problems"]}
    assert set(problems) == {
        ("Programmes", 4, "Delivery"),
        ("Groups", 2, "Programme"),
        ("Groups", 3, "Ends on"),
        ("Steps", 2, "Step"),
    }
    found = problems["Programmes", 4, "Delivery"]
    assert found["value"] == "Classroom"
    assert found["allowed"] == "Live or Self-paced or Blended"
    assert week.raw("select count(*) from raw.phases") == [(0,)]
    shown = week.tandem("ingest", week.workbook).output
    assert (
        "sheet Programmes, row 4, column Delivery: 'Classroom' is not allowed" in shown
    )


def test_init_again_keeps_settings_and_what_a_person_filled_in(week: Week):
    rows = read(week.workbook)
    changed = rows["programmes"][0]
    before = changed.cells["programme_name"]
    changed.cells |= {"programme_name": "Our name for it", "audience": "Drivers"}
    for row in rows["groups"]:
        if row.cells["programme_id"] == before:
            row.cells["programme_id"] = "Our name for it"
    for sheet in ("content", "steps"):
        for row in rows[sheet]:
            if row.cells["programme_id"] == before:
                row.cells["programme_id"] = "Our name for it"
    taken_out = rows["meetings"][0]
    taken_out.cells["cohort_id"] = ""
    forgotten = rows["groups"].pop()
    for row in [*rows["meetings"], *rows["content"]]:
        if row.cells["cohort_id"] == forgotten.cells["cohort_name"]:
            row.cells["cohort_id"] = ""
    save(week.workbook, rows)
    settings = week.home.settings.read_bytes()
    result = week.tandem("init", week.files, "--name", "Another", "--yes")
    assert result.exception is None, result.output
    assert week.home.settings.read_bytes() == settings
    assert "as it is" in result.output
    assert "1 on Groups" in result.output
    again = read(week.workbook)
    assert row_of(again, "programmes", "Our name for it").cells["audience"] == "Drivers"
    assert again["meetings"][0].cells["cohort_id"] == ""
    assert again["groups"][-1].identity == forgotten.identity
    assert len(again["programmes"]) == len(rows["programmes"])
    names = "select arg_max(programme_name, reported_at) from raw.programmes"
    where = f"where programme_id = '{changed.identity}' and source = 'organisation'"
    assert week.raw(f"{names} {where}") == [("Our name for it",)]


def test_csv_files_are_written_and_read_as_the_workbook_is(week: Week, tmp_path: Path):
    tables = tmp_path / "tables"
    result = week.tandem("init", week.files, "--csv", tables, "--yes")
    assert result.exception is None, result.output
    assert len(list(tables.iterdir())) == len(programme_sheets())
    (report,) = json.loads(week.tandem("ingest", tables, "--json").output)
    assert report["error"] is None
    cohorts = week.raw(
        "select distinct cohort_id from raw.cohorts where source = 'organisation'"
    )
    listed = {group_of(row.identity)[0] for row in read(week.workbook)["groups"]}
    assert {cohort for (cohort,) in cohorts} == listed


def test_as_suggested_it_leads_to_a_published_first_page(
    week: Week, parsed_project: None
):
    week.publish_as_suggested()
    shown = week.published(
        "select kpi_id, sum(denominator) from pub.kpi_cells"
        " where cube = 'all' and state = 'shown' group by kpi_id"
    )
    modes = week.published(
        "select count(distinct delivery_mode) from pub.programme_modes"
    )
    assert {"completion_rate", "attendance_rate"} <= {kpi for kpi, _base in shown}
    assert modes == [(3,)]
