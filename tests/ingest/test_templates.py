"""Templates of the organisation's tables: what they offer is what the reader takes."""

import csv
import io
import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from typer.testing import CliRunner
from xlsxwriter.utility import xl_col_to_name

from ingest import templates as template
from ingest.connectors.organisation.format.table_columns import UNTYPED, layout
from ingest.landing.delivery import ReadOptions
from ingest.landing.report import LoadReport
from ingest.mapping.tables import sheet_lines, sheet_names
from ingest.run import ingest
from ingest.storage.organisation_tables import organisation_tables
from ingest.templates import Template, UnknownTable
from tandem.cli.main import app
from tandem.core.files import Home
from tandem.core.settings import Settings


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LoadReport]:
    """Reports of landing the examples of every table, by table."""
    folder = tmp_path_factory.mktemp("tables")
    paths = []
    for name in organisation_tables():
        header = next(csv.reader(io.StringIO(Template.of([name]).as_csv())))
        columns = layout()[name]
        assert header == [column.name for column in columns]
        # A session has typed keys or an untyped one, which the reader would refuse.
        examples = {c.name: c.example for c in columns if c.name != UNTYPED}
        paths.append(folder / f"{name}.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, restval="")
            writer.writeheader()
            writer.writerow(examples)
    home = Home(folder / "home")
    home.root.mkdir()
    home.settings.write_text('tz = "Europe/Warsaw"\n', encoding="utf-8")
    found = ingest(paths, home, Settings.load(home), ReadOptions())
    return {report.path.stem: report for report in found}


@pytest.mark.parametrize("name", organisation_tables())
def test_a_row_of_the_examples_lands(name: str, reports: dict[str, LoadReport]):
    assert reports[name].rejected_count == 0
    assert reports[name].row_count > 0


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def fill(path: Path, sheet: str, values: list[str]) -> None:
    """Type a row below the headings of a sheet, as a person would."""
    position = sheet_names(path).index(sheet) + 1
    name = f"xl/worksheets/sheet{position}.xml"
    content = parts(path)
    cells = "".join(
        f'<c r="{chr(65 + at)}2" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        for at, value in enumerate(values)
    )
    row = f'<row r="2">{cells}</row></sheetData>'.encode()
    content[name] = content[name].replace(b"</sheetData>", row)
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in content.items():
            archive.writestr(part, data)


def test_a_filled_workbook_lands(tmp_path: Path):
    path = tmp_path / "tables.xlsx"
    Template.of(["programmes", "cohorts"]).write_workbook(path)
    fill(path, "programmes", ["SAFE-01", "Safety at work", "async"])
    fill(path, "cohorts", ["SAFE-01-A", "SAFE-01", "Spring", "sync"])
    home = Home(tmp_path / "home")
    (report,) = ingest([path], home, Settings.load(home), ReadOptions())
    assert (report.rejected_count, report.row_count) == (0, 2)


def test_a_workbook_explains_each_column_and_offers_its_values(tmp_path: Path):
    path = tmp_path / "tables.xlsx"
    Template.of([]).write_workbook(path)
    content = parts(path)
    tables = organisation_tables()
    assert sheet_names(path) == [template.GUIDE, *tables, template.LISTS]
    guide = [cells for _line, cells in sheet_lines(path, template.GUIDE)]
    for position, name in enumerate(tables, start=2):
        columns = [column.name for column in layout()[name]]
        assert [row[1] for row in guide if row[0] == name and row[1]] == columns
        fill(path, name, ["typed"])
        assert sheet_lines(path, name)[0] == (1, columns)
        sheet = content[f"xl/worksheets/sheet{position}.xml"].decode()
        chosen = re.findall(r'<dataValidation [^>]*sqref="([A-Z]+)2:', sheet)
        assert chosen == [
            xl_col_to_name(at)
            for at, column in enumerate(layout()[name])
            if template.allowed_values(column)
        ]
    notes = b"".join(data for part, data in content.items() if "comments" in part)
    assert notes.count(b"<comment ") == sum(len(layout()[name]) for name in tables)


def test_choices_are_those_of_the_reader():
    category = next(c for c in layout()["programmes"] if c.name == "outcome_category")
    assert "compliance" in template.allowed_values(category)
    threshold = next(
        c for c in layout()["programmes"] if c.name == "attendance_threshold"
    )
    assert template.value_words(threshold) == "number above 0 to 1"


def test_an_unknown_table_names_the_known_ones():
    with pytest.raises(UnknownTable, match="there is no table programs"):
        Template.of(["programs"])


def test_a_csv_holds_one_table():
    with pytest.raises(UnknownTable, match="a CSV holds one table"):
        Template.of(["programmes", "cohorts"]).as_csv()


def test_the_command_writes_a_header_and_never_overwrites(tmp_path: Path):
    run = CliRunner().invoke
    shown = run(app, ["template", "cohorts"])
    assert shown.stdout.startswith("cohort_id,programme_id,")
    path = tmp_path / "mine.xlsx"
    assert run(app, ["template", "cohorts", "--out", str(path)]).exit_code == 0
    written = path.read_bytes()
    again = run(app, ["template", "cohorts", "--out", str(path)])
    assert again.exit_code != 0
    assert path.read_bytes() == written
    assert run(app, ["template", "cohorts", "--out", "x.pdf"]).exit_code != 0
