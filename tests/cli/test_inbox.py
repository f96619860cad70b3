"""`tandem run --from-inbox`: files land once and go to their place."""

import errno
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from tandem.cli import inbox, pipeline
from tandem.cli.main import app
from tandem.core.errors import NotPublished, WarehouseProblem, WrongUse
from tandem.core.files import Home, project_root

HEADINGS = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
REPORT = (
    HEADINGS + "Ida,ida@example.org,2026-03-02 09:00:00,2026-03-02 10:00:00,60,No\n"
)
OTHER = HEADINGS + "Bo,bo@example.org,2026-03-02 09:05:00,2026-03-02 09:50:00,45,No\n"
NAME = "participants_84512349876.csv"
TODAY = datetime.now(UTC).date().isoformat()

# Runs the inbox with a publish that only says so; is killed before it gives
# a file its n-th new name: taken, landed, in its place.
SCRIPT = """
import os, signal, sys, time
from tandem.cli import inbox, pipeline
from tandem.core.files import Home
from tandem.core.settings import Settings

left, wait = int(sys.argv[1]), float(sys.argv[2])

def count(event, _arguments):
    global left
    if event == "os.rename":
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

def refresh(home, settings):
    time.sleep(wait)
    print("published", flush=True)

if left:
    sys.addaudithook(count)
pipeline.refresh = refresh
home = Home.from_environment()
report = inbox.InboxRun()
inbox.run_inbox(home, Settings.load(home), report)
print("landed", *report.done, flush=True)
"""


@pytest.fixture
def folder(home: Home, tmp_path: Path) -> Path:
    """An inbox whose files are complete at once."""
    given = tmp_path / "inbox"
    given.mkdir()
    home.root.mkdir()
    settle(home, given, 0)
    return given


def settle(home: Home, folder: Path, seconds: float) -> None:
    home.settings.write_text(
        f'[inbox]\nfolder = "{folder}"\nsettle_seconds = {seconds}\n'
        '[sources.zoom]\ntz = "UTC"\ndate_order = "ymd"\n'
    )


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[Home]:
    """The homes that were published; building is left out."""
    found: list[Home] = []
    monkeypatch.setattr(pipeline, "refresh", lambda home, _settings: found.append(home))
    return found


def run() -> Result:
    return CliRunner().invoke(app, ["run", "--from-inbox"])


def files_of(folder: Path) -> list[str]:
    """Return every path below the inbox, without the folders of a day."""
    return sorted(
        path.relative_to(folder).as_posix().replace(f"{TODAY}/", "")
        for path in folder.rglob("*")
        if not path.is_dir() or path.is_symlink()
    )


def connections(home: Home) -> int:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql("select count(*) from raw.statements").fetchall()[0][0]


def test_a_file_lands_goes_to_done_and_is_published(
    home: Home, folder: Path, published: list[Home]
):
    (folder / NAME).write_text(REPORT)
    result = run()
    assert result.exit_code == 0
    assert files_of(folder) == [f"done/{NAME}"]
    assert published == [home]


def test_the_same_file_again_changes_nothing(
    home: Home, folder: Path, published: list[Home]
):
    (folder / NAME).write_text(REPORT)
    run()
    before = connections(home)
    (folder / NAME).write_text(REPORT)
    result = run()
    assert result.exit_code == 0
    assert files_of(folder) == [f"done/{NAME}"]
    assert connections(home) == before
    assert len(published) == 1
    assert "What is published stays" in result.output


def test_other_content_under_the_same_name_keeps_both(
    folder: Path, published: list[Home]
):
    for content in (REPORT, OTHER):
        (folder / NAME).write_text(content)
        run()
    second = NAME.replace(".csv", "-2.csv")
    assert files_of(folder) == sorted([f"done/{NAME}", f"done/{second}"])
    assert len(published) == 2


def test_an_empty_inbox_is_no_failure(folder: Path, published: list[Home]):
    result = run()
    assert result.exit_code == 0
    assert "Nothing new" in result.output
    assert files_of(folder) == []
    assert published == []


def test_what_nobody_reads_is_rejected_beside_a_note_and_the_rest_lands(
    folder: Path, published: list[Home]
):
    (folder / "junk.bin").write_bytes(b"junk")
    (folder / NAME).write_text(REPORT)
    result = run()
    assert result.exit_code == 1
    assert files_of(folder) == [
        f"done/{NAME}",
        "rejected/junk.bin",
        "rejected/junk.bin.note.txt",
    ]
    assert len(published) == 1
    note = (folder / "rejected" / TODAY / "junk.bin.note.txt").read_text()
    assert "nothing here reads this" in note
    assert "What next" in note


def test_refused_rows_are_named_by_line_without_their_values(
    folder: Path, published: list[Home]
):
    (folder / "statements.json").write_text('{"actor": {"name": "Ida"}}\n')
    run()
    note = next(folder.rglob("statements.json.note.txt")).read_text()
    assert "line 1: " in note
    assert "tandem replay" in note
    assert "Ida" not in note


@pytest.mark.parametrize(
    "name",
    [".hidden.csv", "~$book.xlsx", "a.csv.part", "a.csv.TMP", "a.crdownload", "a.csv~"],
)
def test_hidden_and_temporary_names_stay(
    folder: Path, published: list[Home], name: str
):
    (folder / name).write_text(REPORT)
    assert run().exit_code == 0
    assert files_of(folder) == [name]


def test_a_link_is_refused_and_what_it_leads_to_is_not_read(
    home: Home, folder: Path, tmp_path: Path, published: list[Home]
):
    outside = tmp_path / NAME
    outside.write_text(REPORT)
    (folder / NAME).symlink_to(outside)
    result = run()
    assert result.exit_code == 1
    assert files_of(folder) == [f"rejected/{NAME}", f"rejected/{NAME}.note.txt"]
    assert outside.read_text() == REPORT
    assert not home.warehouse.exists()
    assert published == []


def test_a_folder_of_ours_that_is_a_link_is_refused(folder: Path, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (folder / "done").symlink_to(tmp_path / "elsewhere")
    (folder / NAME).write_text(REPORT)
    assert isinstance(run().exception, WrongUse)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_folder_is_left_and_named(folder: Path):
    (folder / "sub").mkdir()
    (folder / "sub" / NAME).write_text(REPORT)
    result = run()
    assert "sub: it is a folder" in result.output
    assert files_of(folder) == [f"sub/{NAME}"]


@pytest.mark.parametrize(("age", "is_taken"), [(59.0, False), (60.5, True)])
def test_a_file_is_complete_when_it_has_settled(
    home: Home,
    folder: Path,
    published: list[Home],
    monkeypatch: pytest.MonkeyPatch,
    age: float,
    is_taken: bool,
):
    settle(home, folder, 60)
    (folder / NAME).write_text(REPORT)
    changed_at = (folder / NAME).stat().st_ctime
    monkeypatch.setattr("tandem.cli.inbox_files.time.sleep", lambda _seconds: None)
    monkeypatch.setattr("tandem.cli.inbox_files.time.time", lambda: changed_at + age)
    result = run()
    assert result.exit_code == 0
    assert files_of(folder) == [f"done/{NAME}" if is_taken else NAME]
    assert ("it changed less than 60 s ago" in result.output) is not is_taken


def test_a_file_that_grows_between_two_looks_is_left(
    folder: Path, published: list[Home], monkeypatch: pytest.MonkeyPatch
):
    (folder / NAME).write_text(REPORT)

    def write_more(_seconds: float) -> None:
        with (folder / NAME).open("a") as file:
            file.write("more")

    monkeypatch.setattr("tandem.cli.inbox_files.time.sleep", write_more)
    assert "still being written" in run().output
    assert files_of(folder) == [NAME]


@pytest.mark.parametrize(
    ("number", "next_step"),
    [
        (errno.ENOSPC, "free space on the disk"),
        (errno.EROFS, "allow writing to it"),
        (errno.EACCES, "allow writing to it"),
    ],
)
def test_a_full_disk_or_a_read_only_folder_is_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, next_step: str
):
    (folder / NAME).write_text(REPORT)

    def refuse(*_arguments: object, **_named: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "rename", refuse)
    error = run().exception
    assert isinstance(error, WarehouseProblem)
    assert str(folder) in str(error)
    assert next_step in str(error)
    assert files_of(folder) == [NAME]


def test_a_refused_publish_is_tried_again_by_the_next_run(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(_home: Home, _settings: object) -> None:
        raise NotPublished("the judgement said no")

    monkeypatch.setattr(pipeline, "refresh", refuse)
    (folder / NAME).write_text(REPORT)
    assert isinstance(run().exception, NotPublished)
    assert files_of(folder) == [f"done/{NAME}"]
    found: list[Home] = []
    monkeypatch.setattr(pipeline, "refresh", lambda home, _settings: found.append(home))
    again = run()
    assert again.exit_code == 0
    assert "What an earlier run landed is published now." in again.output
    assert found == [home]
    run()
    assert found == [home]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[inbox]\nfolder = 3\n",
        '[inbox]\nfolder = "nowhere"\n',
        '[inbox]\nfolder = "."\n',
        '[inbox]\nfolder = "published"\n',
        '[inbox]\nfolder = "in"\nsettle_seconds = -1\n',
        '[inbox]\nfolder = "in"\nsettle_seconds = "60"\n',
        '[inbox]\nfolder = "in"\nsettle = 1\n',
    ],
)
def test_a_wrong_inbox_is_wrong_use(home: Home, text: str):
    (home.root / "in").mkdir(parents=True)
    home.published.mkdir()
    home.settings.write_text(text)
    assert isinstance(run().exception, WrongUse)


def test_paths_beside_the_inbox_are_wrong_use(folder: Path):
    result = CliRunner().invoke(app, ["run", "--from-inbox", str(folder)])
    assert isinstance(result.exception, WrongUse)


def started(kill_at: int = 0, wait: float = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, str(kill_at), str(wait)]
    return subprocess.Popen(
        command, cwd=project_root(), stdout=subprocess.PIPE, text=True
    )


def test_a_run_that_is_killed_anywhere_is_finished_by_the_next_one(
    home: Home, folder: Path, tmp_path: Path, published: list[Home]
):
    names = [NAME, "participants_84512349877.csv"]
    was_killed, kill_at = True, 0
    while was_killed:
        kill_at += 1
        home.root.rename(tmp_path / f"home{kill_at}")
        home.root.mkdir()
        settle(home, folder, 0)
        for path in folder.rglob("*.csv"):
            path.unlink()
        for name, content in zip(names, (REPORT, OTHER), strict=True):
            (folder / name).write_text(content)
        process = started(kill_at)
        said = process.communicate(timeout=120)[0]
        was_killed = process.returncode == -signal.SIGKILL
        assert was_killed or process.returncode == 0
        published.clear()
        assert run().exit_code == 0
        assert published or "published" in said
        assert files_of(folder) == [f"done/{name}" for name in names]
        assert connections(home) == 4
        assert not list((folder / ".taken").iterdir())
    assert kill_at > 5  # it was killed at several places


def test_two_runs_at_once_land_every_file_once(home: Home, folder: Path):
    (folder / NAME).write_text(REPORT)
    both = [started(wait=1), started(wait=1)]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(said) == ["landed\n", f"published\nlanded {NAME}\n"]
    assert files_of(folder) == [f"done/{NAME}"]


def test_a_mapping_stays_in_the_inbox_for_the_next_table(
    folder: Path, published: list[Home]
):
    (folder / "hours.csv").write_text("who,from,to\nida@example.org,x,y\n")
    (folder / "hours.yml").write_text("source: hours\n")
    run()
    assert "hours.yml" in files_of(folder)
    assert inbox.PENDING not in files_of(folder)
