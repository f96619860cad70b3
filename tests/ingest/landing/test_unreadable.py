"""A file or folder that cannot be read is named, and the rest lands."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.connectors.bigbluebutton.format.meetings import xml_root
from tandem.cli.main import app, stopped
from tandem.core.errors import DamagedFile, WarehouseProblem
from tandem.core.files import Home

REPORT = (
    "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
    "Ida,ida@example.org,2026-03-02 09:00:00,2026-03-02 10:00:00,60,No\n"
)


@pytest.fixture
def forbid(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Forbid reading a file, or listing a folder, also to the root user."""
    forbidden: list[str] = []

    def guard(real: Callable[..., object]) -> Callable[..., object]:
        def guarded(path: object, *arguments: object, **named: object) -> object:
            if isinstance(path, str | os.PathLike) and os.fspath(path) in forbidden:
                raise PermissionError(13, "Permission denied", os.fspath(path))
            return real(path, *arguments, **named)

        return guarded

    monkeypatch.setattr(io, "open", guard(io.open))
    monkeypatch.setattr(os, "listdir", guard(os.listdir))
    monkeypatch.setattr(os, "scandir", guard(os.scandir))
    return lambda path: forbidden.append(str(path))


@pytest.fixture
def folder(tmp_path: Path, forbid: Callable[[Path], None]) -> Path:
    """A folder with a report, a file and a folder that cannot be read."""
    given = tmp_path / "given"
    (given / "sub").mkdir(parents=True)
    for name in ("participants_84512349876.csv", "closed.csv", "sub/a.csv"):
        (given / name).write_text(REPORT)
    forbid(given / "closed.csv")
    forbid(given / "sub")
    return given


def test_ingest_names_them_and_lands_the_rest(folder, land):
    reports = land(folder, tz="UTC")
    assert {report.path.name: report.error for report in reports} == {
        "closed.csv": "closed.csv: it cannot be read (Permission denied) -> "
        "allow reading it, then again",
        "participants_84512349876.csv": None,
        "sub": "sub: it cannot be read (Permission denied) -> "
        "allow reading it, then again",
    }


def test_inspect_names_them_and_recognises_the_rest(folder, home):
    result = CliRunner().invoke(app, ["inspect", str(folder)])
    assert result.exit_code == 1
    assert "closed.csv: it cannot be read" in result.stdout
    assert "sub: it cannot be read" in result.stdout
    assert "zoom" in result.stdout


def test_run_names_them_and_lands_the_rest(folder, home, ask):
    home.root.mkdir(parents=True)
    home.settings.write_text('[sources.zoom]\ntz = "UTC"\n')
    result = CliRunner().invoke(app, ["run", str(folder)])
    assert "2 of 3 deliveries could not be landed" in str(result.exception)
    assert ask("select count(*) from raw.technical_sessions") == [(1,)]


def test_validate_names_the_file(folder, home):
    result = CliRunner().invoke(app, ["validate", str(folder / "closed.csv")])
    assert isinstance(result.exception, DamagedFile)
    assert "it cannot be read (Permission denied)" in str(result.exception)


@pytest.mark.parametrize(
    ("error", "next_step"),
    [
        (OSError(30, "Read-only file system"), "set TANDEM_HOME to another folder"),
        (PermissionError(13, "Permission denied"), "set TANDEM_HOME to another folder"),
        (OSError(28, "No space left on device"), "free space on the disk"),
    ],
)
def test_a_home_that_cannot_be_written_is_said_plainly(
    home: Home, monkeypatch, error, next_step
):
    def refuse(*_arguments: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr("tandem.core.files.FileLock.acquire", refuse)
    with pytest.raises(WarehouseProblem) as raised, home.writing():
        pass
    message = raised.value.one_line()
    assert message.startswith(f"{home.root}: nothing can be written here (")
    assert next_step in message
    assert "Errno" not in message


def test_an_error_of_any_command_names_the_file_and_the_reason():
    refused = stopped(OSError(30, "Read-only file system", "/srv/tandem/x.csv"))
    assert refused.one_line() == (
        "/srv/tandem/x.csv: it cannot be read or written (Read-only file system) -> "
        "allow it, or set TANDEM_HOME to another folder"
    )
    full = stopped(OSError(28, "No space left on device", "/srv/x"))
    assert "check disk and memory" in full.one_line()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
            "<response><recordings>&b;</recordings></response>",
            "it defines entities of its own",
        ),
        (
            "<response><returncode>SUCCESS</returncode>\n<recordings>",
            "breaks off or is malformed (line 2)",
        ),
    ],
)
def test_xml_that_is_not_read_is_refused_in_plain_words(body, words, tmp_path):
    path = tmp_path / "recordings.xml"
    path.write_text(body)
    with pytest.raises(DamagedFile) as raised:
        xml_root(path)
    assert words in raised.value.one_line()
    assert "Forbidden" not in raised.value.one_line()
