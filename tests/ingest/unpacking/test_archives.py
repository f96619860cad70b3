"""Archives of reports are read file by file, and unpacked files are deleted."""

import gzip
import zipfile
from pathlib import Path

import duckdb
import pytest

from ingest.inspection.recognition import (
    deliveries,
    is_recognised,
    recognition_or_refusal,
)
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from ingest.unpacking.archives import unpacked
from tandem.core.errors import UnknownFile
from tandem.core.files import Home
from tandem.core.settings import Settings

HEADER = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
REPORT = (
    HEADER + "Bo,bo@example.org,2026-03-{:02} 09:00:00,2026-03-{:02} 10:00:00,60,No\n"
)
STATEMENT = (
    '{"id": "0b6f0a4e-6f0e-4a9c-9c3e-00000000000%d",'
    ' "timestamp": "2026-03-01T00:00:00Z",'
    ' "actor": {"mbox": "mailto:bo@example.org"},'
    ' "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},'
    ' "object": {"id": "https://example.org/course"}}\n'
)
OPTIONS = ReadOptions(tz="UTC")


def test_an_archive_lands_the_files_in_it(home: Home, tmp_path: Path):
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("participants_84512349877.csv", REPORT.format(3, 3))
        archive.writestr("__MACOSX/._participants_84512349877.csv", b"\0\0")
    outer = tmp_path / "exports.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("zoom/participants_84512349876.csv", REPORT.format(2, 2))
        archive.writestr("lrs/statements.ndjson", STATEMENT % 1)
        archive.write(inner, "inner.zip")
    packed = tmp_path / "participants_84512349878.csv.gz"
    packed.write_bytes(gzip.compress(REPORT.format(4, 4).encode()))

    reports = ingest([outer, packed], home, Settings.load(home), OPTIONS)

    assert {str(report.path): report.error for report in reports} == {
        "exports.zip/zoom/participants_84512349876.csv": None,
        "exports.zip/lrs/statements.ndjson": None,
        "inner.zip/participants_84512349877.csv": None,
        "participants_84512349878.csv.gz/participants_84512349878.csv": None,
    }
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        rooms = "select join_key from raw.technical_sessions order by 1"
        assert warehouse.sql(rooms).fetchall() == [
            ("84512349876",),
            ("84512349877",),
            ("84512349878",),
        ]
    assert not home.landing.exists() or not list(home.landing.iterdir())


def test_an_archive_of_statements_alone_is_one_delivery(tmp_path: Path):
    file = tmp_path / "statements.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.ndjson", STATEMENT % 1)
        archive.writestr("b.ndjson", STATEMENT % 2)

    with unpacked([file], tmp_path / "unpacked", deliveries, is_recognised) as found:
        assert [one.path for one in found] == [file]


def test_no_member_is_written_outside_the_folder(tmp_path: Path):
    file = tmp_path / "exports.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../outside.csv", REPORT.format(2, 2))

    with unpacked(
        [file], tmp_path / "below" / "unpacked", deliveries, is_recognised
    ) as found:
        (inside,) = found
        assert inside.path.is_relative_to(tmp_path / "below" / "unpacked")
    assert not list(tmp_path.rglob("outside.csv"))


def test_an_encrypted_archive_is_refused_with_a_next_step(tmp_path: Path):
    file = tmp_path / "exports.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("report.csv", REPORT.format(2, 2))
    content = bytearray(file.read_bytes())
    content[6] |= 1  # encrypted flag in the member's header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and in the central directory
    file.write_bytes(content)

    with unpacked([file], tmp_path / "unpacked", deliveries, is_recognised) as found:
        assert [one.path for one in found] == [file]
        refused = recognition_or_refusal(file)

    assert isinstance(refused, UnknownFile)
    assert "unpack it" in refused.one_line()
    assert not (tmp_path / "unpacked").exists()


@pytest.mark.parametrize("mark", ["[Content_Types].xml", "mimetype"])
def test_an_office_document_is_not_unpacked(tmp_path: Path, mark: str):
    file = tmp_path / "letter.docx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(mark, "")
        archive.writestr("notes.csv", REPORT.format(2, 2))

    with unpacked([file], tmp_path / "unpacked", deliveries, is_recognised) as found:
        assert [one.path for one in found] == [file]
