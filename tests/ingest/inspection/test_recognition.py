"""`tandem inspect` names what a file is, and the ground for every part of it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.connectors.teams import attendance
from ingest.inspection.recognition import inspect_one
from tandem.cli.main import app
from tandem.core.errors import TandemError, UndecidedFile, UnknownFile

ROWS = "Name (Original Name);User Email;Join Time;Leave Time;Duration (Minutes)\n"
ROWS += "Ana;ana@example.org;03/25/2026 10:00:01 AM;03/25/2026 10:45:00 AM;45\n"


@pytest.fixture
def deliveries(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_bytes(ROWS.encode("utf-16"))
    (tmp_path / "b.csv").write_bytes(ROWS.encode("utf-16"))
    (tmp_path / "notes.txt").write_text("Dear all,\n", encoding="utf-8")
    return tmp_path


def test_every_finding_comes_with_its_ground(deliveries: Path):
    result = CliRunner().invoke(app, ["inspect", str(deliveries)])
    said = result.output.splitlines()
    assert said[0] == "a.csv, b.csv"
    assert said[1].startswith("  zoom, participants: ")
    assert "  encoding utf-16: byte order mark" in said
    assert "  delimiter semicolon: most lines agree on it" in said
    assert any(line.startswith("  locale en: ") for line in said)


def test_a_file_that_nothing_reads_is_named_in_a_line_and_fails(deliveries: Path):
    result = CliRunner().invoke(app, ["inspect", str(deliveries)])
    assert result.exit_code == 1
    assert [line for line in result.output.splitlines() if "notes.txt" in line] == [
        result.output.splitlines()[-1]
    ]


def test_a_script_reads_the_same_as_json(deliveries: Path):
    result = CliRunner().invoke(app, ["inspect", "--json", str(deliveries)])
    first, _second, unknown = json.loads(result.output)
    assert first["evidence"]["encoding"] == "byte order mark"
    assert first["needs"] == ["--tz"]
    assert unknown["error"].startswith("notes.txt: ")


HEADER = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
NEEDS = {
    "03/04/2026 09:00:00 AM,03/04/2026 10:00:00 AM": ["--tz", "--date-order"],
    "03/25/2026 09:00:00 AM,03/25/2026 10:00:00 AM": ["--tz"],
    "2026-03-04T09:00:00Z,2026-03-04T10:00:00Z": [],
}


@pytest.mark.parametrize("times", NEEDS)
def test_it_asks_for_what_the_file_leaves_open_and_nothing_else(
    tmp_path: Path, times: str
):
    file = tmp_path / "participants_84512349876.csv"
    file.write_text(f"{HEADER}Ana,ana@example.org,{times},60,No\n", encoding="utf-8")

    result = CliRunner().invoke(app, ["inspect", "--json", str(file)])

    assert json.loads(result.output)[0]["needs"] == NEEDS[times]


FIXTURES = Path(__file__).parents[1] / "fixtures"


def test_no_two_connectors_are_equally_sure_of_a_file():
    """Evidence of different groups never adds up to the same confidence by chance."""
    undecided = []
    files = [file for file in FIXTURES.glob("*/*/given/**/*") if file.is_file()]
    for file in files:
        try:
            inspect_one(file)
        except UndecidedFile as error:
            undecided.append((file.name, error.what))
        except TandemError:
            continue
    assert len(files) > 400
    assert undecided == []


def test_a_report_of_zoom_is_no_report_of_teams():
    """A meeting's block holds two times and a duration, as a row of Teams does."""
    for file in FIXTURES.glob("zoom/*/given/*.csv"):
        head = file.read_bytes()[:65_536]
        assert attendance.recognise(file, head) is None, file


def test_a_sentence_with_a_comma_is_no_row_of_headings(tmp_path: Path):
    file = tmp_path / "notes.txt"
    file.write_text("Room 3, please bring the list of names.\n", encoding="utf-8")
    with pytest.raises(UnknownFile):
        inspect_one(file)
    file.write_text("Name, Reg. No., Date of the last login\n", encoding="utf-8")
    assert inspect_one(file).variant == "empty"
