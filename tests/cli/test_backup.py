"""`tandem backup` and `tandem restore`: the same home again, or nothing."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.cli.home_backup import back_up, restore
from tandem.cli.main import app
from tandem.core import journal
from tandem.core.errors import (
    DamagedFile,
    KeyProblem,
    TandemError,
    WarehouseProblem,
    WrongUse,
)
from tandem.core.files import Home
from tandem.core.settings import Settings


def statement(number: int) -> str:
    return json.dumps(
        {
            "id": f"{number:08x}-0000-4000-8000-000000000000",
            "actor": {"mbox": f"mailto:p{number}@example.org", "name": "Anna Schmidt"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "https://lms.example/course/1"},
        }
    )


def land(home: Home, folder: Path, *numbers: int) -> None:
    path = folder / f"{numbers[0]}.ndjson"
    path.write_text("".join(f"{statement(number)}\n" for number in numbers))
    (report,) = ingest([path], home, Settings.load(home), ReadOptions())
    assert report.error is None


@pytest.fixture
def filled(home: Home, tmp_path: Path) -> Home:
    """A home with each kind of file, and some that are made again."""
    land(home, tmp_path, 1, 2)
    entry = journal.Entry("owner", "note", "x", {"a": 1}, "why")
    journal.append(home.journal, [entry], datetime.now(UTC))
    names = ("extensions/models/own.sql", "published/a/frozen")
    for name in (*names, "dbt/made.json", ".config/tandem/pseudonym.key"):
        (home.root / name).parent.mkdir(parents=True, exist_ok=True)
        (home.root / name).write_text(name)
    home.settings.write_text("[organisation]\n")
    home.settings.chmod(0o640)
    return home


def names(root: Path) -> set[str]:
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_a_home_is_the_same_after_it_was_lost(filled: Home, tmp_path: Path):
    before = {
        name: (filled.root / name).read_bytes()
        for name in names(filled.root)
        if not name.endswith((".duckdb", ".sqlite"))
        and not name.startswith(("dbt/", ".config/"))
    }
    made = back_up(filled, tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o700
    shutil.rmtree(filled.root)
    assert restore(tmp_path / "copy", filled) == made
    found = names(filled.root)
    assert {n: (filled.root / n).read_bytes() for n in before} == before
    assert found - set(before) == {
        "warehouse.duckdb",
        "vault.duckdb",
        "journal.sqlite",
    }
    assert filled.vault.stat().st_mode & 0o777 == 0o600
    assert filled.settings.stat().st_mode & 0o777 == 0o640
    assert [e["reason"] for e in journal.read(filled.journal, "note")] == ["why"]
    land(filled, tmp_path, 2, 3)  # it works on: one is known, one is new
    with duckdb.connect(str(filled.warehouse), read_only=True) as connection:
        query = "select count(*) from raw.statements"
        assert connection.sql(query).fetchall() == [(3,)]


def test_the_top_of_a_disk_is_filled_from_inside(
    filled: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    back_up(filled, tmp_path / "copy")
    other = Home(tmp_path / "other")
    other.root.mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda path: path == other.root)
    before = other.root.stat().st_ino
    restore(tmp_path / "copy", other)
    assert other.root.stat().st_ino == before
    assert names(other.root) == names(tmp_path / "copy" / "home")
    assert not (other.root / ".restored").exists()


def test_a_restore_never_overwrites(filled: Home, tmp_path: Path):
    back_up(filled, tmp_path / "copy")
    land(filled, tmp_path, 7)
    before = filled.warehouse.read_bytes()
    with pytest.raises(WrongUse, match="never overwrites"):
        restore(tmp_path / "copy", filled)
    assert filled.warehouse.read_bytes() == before


@pytest.mark.parametrize("name", ["vault.duckdb", "journal.sqlite", "tandem.toml"])
@pytest.mark.parametrize("is_missing", [True, False])
def test_a_copy_that_was_changed_is_not_restored(
    filled: Home, tmp_path: Path, name: str, is_missing: bool
):
    back_up(filled, tmp_path / "copy")
    path = tmp_path / "copy" / "home" / name
    if is_missing:
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    other = Home(tmp_path / "other")
    with pytest.raises(DamagedFile, match=name):
        restore(tmp_path / "copy", other)
    assert not other.root.exists()


def test_a_manifest_cannot_write_elsewhere(filled: Home, tmp_path: Path):
    back_up(filled, tmp_path / "copy")
    path = tmp_path / "copy" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"][0]["path"] = "../outside"
    path.write_text(json.dumps(manifest))
    with pytest.raises(DamagedFile, match="leads out"):
        restore(tmp_path / "copy", Home(tmp_path / "other"))


def test_what_is_no_backup_is_refused(tmp_path: Path):
    with pytest.raises(WrongUse, match="no backup"):
        restore(tmp_path, Home(tmp_path / "other"))


def test_an_open_database_a_link_and_a_wrong_place_are_named(
    filled: Home, tmp_path: Path
):
    with pytest.raises(WrongUse, match="TANDEM_HOME"):
        back_up(filled, filled.root / "copy")
    (filled.root / "extensions" / "link").symlink_to(tmp_path)
    with pytest.raises(TandemError, match="is a link"):
        back_up(filled, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    with pytest.raises(WarehouseProblem, match="nothing to back up"):
        back_up(Home(tmp_path / "none"), tmp_path / "copy")


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def test_the_key_goes_its_own_way(
    filled: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    copy, key = tmp_path / "copy", tmp_path / "safe" / "tandem.key"
    for wrong in (copy / "tandem.key", filled.root / "tandem.key"):
        found = run("backup", str(copy), "--key", str(wrong))
        assert isinstance(found.exception, WrongUse)
    assert run("backup", str(copy), "--key", str(key)).exit_code == 0
    assert key.stat().st_mode & 0o777 == 0o600
    secret = key.read_text().strip().encode()
    assert [
        p for p in copy.rglob("*") if p.is_file() and secret in p.read_bytes()
    ] == []

    monkeypatch.setenv("TANDEM_HOME", str(tmp_path / "other"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("TANDEM_PSEUDONYM_KEY")
    without = run("restore", str(copy))
    assert without.exit_code == 0, without.output
    assert "does not fit yet" in without.stderr
    shutil.rmtree(tmp_path / "other")
    again = run("restore", str(copy), "--key", str(key))
    assert again.exit_code == 0, again.output
    assert "The pseudonym key fits the vault." in again.stderr
    shutil.rmtree(tmp_path / "other")
    key.write_text("quite another key 0123456789")
    third = run("restore", str(copy), "--key", str(key))
    assert isinstance(third.exception, KeyProblem)
