"""A database or file that cannot be used is named with what helps, in one line."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ingest.identity import vault
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from ingest.storage import warehouse
from tandem.cli.main import app
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home
from tandem.core.settings import Settings

HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""
STORES = {"vault.duckdb": vault.opened, "warehouse.duckdb": warehouse.opened}


def refusal(home: Home, name: str) -> str:
    with pytest.raises(WarehouseProblem) as refused, STORES[name](home):
        pass
    return refused.value.one_line()


@pytest.mark.parametrize("name", STORES)
def test_a_file_that_another_program_has_open_is_not_to_be_moved(home: Home, name: str):
    home.root.mkdir(parents=True)
    path = home.root / name
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout.readline().strip() == b"held"
        line = refusal(home, name)
        holder.stdin.close()
    told = "another program has it open -> close it there, then try again"
    assert line == f"{path}: {told}"


@pytest.mark.parametrize("name", STORES)
@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.EACCES, "allow reading and writing it, then try again"),
        (errno.EROFS, "allow reading and writing it, then try again"),
        (errno.ENOSPC, "free space on the disk, then again"),
    ],
)
def test_a_file_that_may_not_be_written_is_not_to_be_moved(
    home: Home, monkeypatch: pytest.MonkeyPatch, name: str, code: int, advice: str
):
    def refuse(path: str, **_settings: object) -> None:
        text = f'IO Error: Cannot open file "{path}": {os.strerror(code)}'
        raise duckdb.IOException(text)

    monkeypatch.setattr(duckdb, "connect", refuse)
    line = refusal(home, name)
    what = f"nothing can be written here ({os.strerror(code)})"
    assert line == f"{home.root / name}: {what} -> {advice}"


@pytest.mark.parametrize("name", STORES)
def test_a_file_of_another_kind_is_to_be_moved(home: Home, name: str):
    home.root.mkdir(parents=True)
    (home.root / name).write_bytes(b"no database, block by block " * 1000)
    assert "move it away" in refusal(home, name)


@pytest.mark.parametrize("command", ["ingest", "inspect", "validate", "map"])
def test_a_file_that_may_not_be_read_is_no_wrong_use(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
):
    """The command reads it itself, and names it among the others."""
    file = tmp_path / "secret.ndjson"
    file.write_text(json.dumps({"id": "x"}))
    opened = Path.open

    def forbid(path: object) -> None:
        if str(path).endswith(file.name):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    def path_open(self: Path, *args: object, **named: object) -> object:
        forbid(self)
        return opened(self, *args, **named)

    monkeypatch.setattr(Path, "open", path_open)
    monkeypatch.setattr(os, "access", lambda path, *_: str(path) != str(file))
    result = CliRunner().invoke(app, [command, str(file)])
    told = f"{result.output} {result.exception}"
    assert result.exit_code == 1, told
    assert "secret.ndjson: it cannot be read (Permission denied)" in told


def test_a_file_whose_name_is_no_utf_8_lands(home: Home, tmp_path: Path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xffob.ndjson"))
    one = {
        "id": "00000001-0000-4000-8000-000000000000",
        "actor": {"mbox": "mailto:ben@corp.example"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://lms.example/course/1"},
        "timestamp": "2024-05-01T10:00:00Z",
    }
    try:
        path.write_text(json.dumps(one) + "\n")
    except OSError:
        pytest.skip("this file system has no such names")
    (report,) = ingest([path], home, Settings.load(home), ReadOptions())
    assert (report.error, report.landed_count) == (None, 1)
    assert report.path.name == "b\\xffob.ndjson"
    with vault.opened(home) as connection:
        names = connection.sql("select file_name from deliveries").fetchall()
    assert names == [("b\\xffob.ndjson",)]
