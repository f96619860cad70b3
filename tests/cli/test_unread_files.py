"""`tandem status` lists files that were not read until they land or are gone."""

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from ingest.storage.programme_sheets import Row
from tandem.cli.main import app
from tandem.core.files import Home
from tests.ingest.proposals.filled import read, save

HEADINGS = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
AMBIGUOUS = (
    HEADINGS + "Ida Holm,ida@example.org,03/02/2026 09:00:00 AM,"
    "03/02/2026 10:00:00 AM,60,No\n"
)
NAME = "participants_84512349876.csv"
SETTINGS = '[sources.zoom]\ntz = "UTC"\n'
PDF = b"%PDF-1.4\n"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def unread() -> list[str]:
    listed = json.loads(call("status", "--json").stdout)["unread_files"]
    return [Path(file["place"]).name for file in listed]


@pytest.fixture
def folder(home: Home, tmp_path: Path) -> Path:
    """Return a folder with an ambiguous report, a PDF and a table of one's own."""
    home.root.mkdir()
    home.settings.write_text(SETTINGS)
    files = tmp_path / "files"
    files.mkdir()
    (files / NAME).write_text(AMBIGUOUS)
    (files / "handout.pdf").write_bytes(PDF)
    (files / "own.csv").write_text("who,what,when\na@example.org,Course,2026-01-02\n")
    return files


def test_each_file_comes_with_its_next_step(home: Home, folder: Path):
    call("ingest", folder)
    text = " ".join(call("status").output.split())
    assert "3 files were not read; the reasons and what to do are below." in text
    assert "handout.pdf: it is a PDF" in text
    assert "Next: pass --date-order dmy or --date-order mdy" in text
    assert "own.csv: nothing here reads this. Next: `tandem map` proposes" in text


def test_a_file_that_landed_by_an_option_is_read_ever_after(home: Home, folder: Path):
    begun = call("init", folder, "--yes").output
    assert f"{NAME}: day and month cannot be told apart" in begun
    assert NAME in unread()
    assert call("ingest", folder / NAME, "--date-order", "mdy").exit_code == 0
    assert NAME not in unread()
    again = call("init", folder, "--yes").output
    assert "Read 1 file of zoom" in again
    assert "2 not read" in again
    assert NAME not in again
    assert sorted(unread()) == ["handout.pdf", "own.csv"]
    report = json.loads(call("ingest", folder / NAME, "--json").stdout)[0]
    assert report["error"] is None
    assert report["notes"][0].startswith("it landed on ")


def test_a_copy_of_what_landed_is_read_and_a_changed_file_is_not(
    home: Home, folder: Path
):
    call("ingest", folder / NAME, "--date-order", "mdy")
    copy = folder / "copy_of_participants_84512349876.csv"
    copy.write_text(AMBIGUOUS)
    assert call("ingest", copy).exit_code == 0
    (folder / NAME).write_text(AMBIGUOUS.replace("Ida", "Ada"))
    assert call("ingest", folder / NAME).exit_code == 1
    assert unread() == [NAME]


def test_an_option_of_the_call_is_answered_by_reading(home: Home, folder: Path):
    """A call that states something is not told that the file landed before."""
    call("ingest", folder / NAME, "--date-order", "mdy")
    refused = call("ingest", folder / NAME, "--locale", "en")
    assert refused.exit_code == 1
    assert "day and month cannot be told apart" in refused.output


def test_a_file_that_is_gone_or_corrected_is_listed_no_longer(home: Home, folder: Path):
    call("ingest", folder)
    (folder / "handout.pdf").unlink()
    assert sorted(unread()) == sorted([NAME, "own.csv"])
    (folder / NAME).write_text(AMBIGUOUS.replace("03/02/", "03/22/"))
    call("ingest", folder / NAME)
    assert unread() == ["own.csv"]


def test_wrong_cells_are_named(home: Home, folder: Path):
    workbook = folder / "tandem-programmes.xlsx"
    call("init", folder, "--yes")
    rows = read(workbook)
    cells = {"programme_name": "Safety", "default_delivery_mode": "Classroom"}
    rows["programmes"].append(Row("", cells))
    save(workbook, rows)
    assert call("ingest", workbook).exit_code == 1
    listed = " ".join(call("status").output.split())
    assert "tandem-programmes.xlsx: 1 cell is not as needed" in listed
    assert "sheet Programmes, row 2, column Delivery: 'Classroom'" in listed


def test_the_inbox_lists_what_it_rejected_until_it_is_corrected(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tandem.cli.pipeline.refresh", lambda _home, _settings: "one")
    box = home.root / "inbox"
    box.mkdir()
    settings = f'{SETTINGS}[inbox]\nfolder = "{box}"\nsettle_seconds = 0\n'
    home.settings.write_text(settings)
    (folder / NAME).rename(box / NAME)
    call("run", "--from-inbox")
    (file,) = json.loads(call("status", "--json").stdout)["unread_files"]
    assert Path(file["place"]).parent.parent == (box / "rejected").resolve()
    (box / NAME).write_text(AMBIGUOUS.replace("03/02/", "03/22/"))
    call("run", "--from-inbox")
    assert unread() == []


def test_an_erasure_removes_a_file_that_names_the_person(home: Home, folder: Path):
    (folder / "ida@example.org notes.pdf").write_bytes(PDF)
    call("ingest", folder / NAME, "--date-order", "mdy")
    call("ingest", folder)
    assert "ida@example.org notes.pdf" in unread()
    done = call("erase", "ida@example.org")
    assert done.exit_code == 0, done.output
    assert sorted(unread()) == ["handout.pdf", "own.csv"]
    assert b"ida@example.org" not in home.vault.read_bytes()


def test_a_vault_of_before_has_no_such_list(home: Home, folder: Path):
    call("ingest", folder)
    with duckdb.connect(str(home.vault)) as vault:
        vault.execute("drop table unread_files")
    assert unread() == []
    planned = call("erase", "ida@example.org", "--dry-run")
    assert "unread_files" not in planned.output
