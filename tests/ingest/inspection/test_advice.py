"""A file that nothing reads is told what it is, with the next step of its kind."""

import zipfile
from pathlib import Path

import pytest

from ingest.inspection.advice import KINDS
from ingest.inspection.recognition import inspect_one
from tandem.core.errors import DamagedFile, UndecidedFile, UnknownFile

SPREADSHEET = "export it as CSV, a spreadsheet"
FILES = {
    "plan.ics": (b"hello", "iCalendar"),
    "report.pdf": (b"%PDF-1.7 report", "from the system that it comes from"),
    "board.png": (b"\x89PNG\r\n\x1a\n", "from the system that it shows"),
    "photo.heic": (b"\x00\x00\x00\x18", "from the system that it shows"),
    "class.mp4": (b"\x00\x00\x00\x20ftypisom", "attendance report"),
    "call.m4a": (b"sound", "attendance report"),
    "minutes.docx": (None, "as .vtt"),
    "notes.rtf": (b"{\\rtf1 notes}", "as .vtt"),
    "talk.pptx": (None, "CSV or a spreadsheet"),
    "page.html": (b"<!DOCTYPE html><p>", "export or download of that page"),
    "old.7z": (b"7z\xbc\xaf\x27\x1c..", "unpack it"),
    "all.rar": (b"Rar!\x1a\x07", "unpack it"),
    "course.mbz": (b"backup", "course's log"),
    "mail.eml": (b"From: a", "attached"),
    "anna.vcf": (b"BEGIN:VCARD", "e-mail column"),
    "list.gsheet": (b"doc", "download it as .xlsx"),
    "data.sqlite": (b"SQLite format 3\x00", "tables as CSV"),
    "report.csv.part": (b"half", "wait until it has"),
    "film.srt": (b"1\n", "as .vtt"),
    "odd.xml": (b"<odd/>", "JSON or xAPI"),
    "setup.exe": (b"MZ\x90\x00", "that it exports"),
    "map.toml": (b"a = 1", "--map"),
    # The content decides, whatever the name says.
    "figures.csv": (b"%PDF-1.4 figures", "from the system that it comes from"),
    "export.xls": (b"<html><table>", "save it as .xlsx"),
    "locked.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1", "take the password out"),
    # Nothing is known of the kind.
    "thing.xyz": (b"thing", "a spreadsheet, iCalendar, JSON"),
    "table.csv": (b"a,1\nb,2\n", "`tandem map`"),
}


def written(folder: Path, name: str, content: bytes | None) -> Path:
    path = folder / name
    if content is None:
        with zipfile.ZipFile(path, "w") as office:
            office.writestr("[Content_Types].xml", "<Types/>")
    else:
        path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", FILES)
def test_each_kind_of_file_has_its_own_next_step(tmp_path: Path, name: str):
    content, next_step = FILES[name]
    path = written(tmp_path, name, content)

    with pytest.raises((UnknownFile, DamagedFile, UndecidedFile)) as refused:
        inspect_one(path)

    line = refused.value.one_line()
    assert line.startswith(f"{name}: ")
    assert next_step in line.partition(" -> ")[2]
    assert "\n" not in line


def test_no_ending_belongs_to_two_kinds_and_none_becomes_a_spreadsheet_by_default():
    endings = [ending for kind in KINDS for ending in kind.endings.split()]
    assert len(endings) == len(set(endings))
    calendar = next(kind for kind in KINDS if ".ics" in kind.endings.split())
    assert "spreadsheet" not in calendar.next_step
    assert {".zip", ".pdf", ".mp4", ".png", ".docx", ".ics"} <= set(endings)
