"""A restored home does not know again who was erased since its backup."""

import shutil
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.cli.home_backup import back_up
from tandem.cli.main import app
from tandem.cli.repeated_erasures import later_vault
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.cli.test_backup import statement


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def land(home: Home, folder: Path, *numbers: int) -> None:
    path = folder / "given.ndjson"
    path.write_text("".join(f"{statement(number)}\n" for number in numbers))
    ingest([path], home, Settings.load(home), ReadOptions())


def people(home: Home) -> int:
    with duckdb.connect(str(home.vault), read_only=True) as vault:
        query = "select count(distinct actor_key) from identifiers"
        return vault.sql(query).fetchall()[0][0]


def address(home: Home) -> str:
    with duckdb.connect(str(home.vault), read_only=True) as vault:
        query = "select min(identifier) from identifiers where kind = 'mbox'"
        return vault.sql(query).fetchall()[0][0].removeprefix("mailto:")


@pytest.fixture
def lost(home: Home, tmp_path: Path) -> tuple[Path, Path, str]:
    """Return a backup, the home that was lost, and who was erased between the two."""
    land(home, tmp_path, 1, 2)
    back_up(home, tmp_path / "copy")
    person = address(home)
    assert call("erase", person).exit_code == 0
    moved = tmp_path / "moved"
    shutil.move(home.root, moved)
    return tmp_path / "copy", moved, person


def test_who_was_erased_since_is_erased_again(
    lost: tuple[Path, Path, str], home: Home, tmp_path: Path
):
    copy, moved, person = lost
    said = call("restore", copy, "--erasures", moved)
    assert said.exit_code == 0, said.output
    assert "1 person who had been erased since then: erased again." in said.output
    assert people(home) == 1
    assert person.encode() not in home.vault.read_bytes()
    land(home, tmp_path, 1, 2)  # and they do not land again
    assert people(home) == 1


def test_without_it_the_command_says_who_is_known_again(
    lost: tuple[Path, Path, str], home: Home
):
    copy, _moved, person = lost
    said = " ".join(call("restore", copy).output.split())
    assert "IMPORTANT: people who were erased after" in said
    assert "tandem erase PERSON" in said
    assert people(home) == 2
    assert call("erase", person).exit_code == 0
    assert people(home) == 1


def test_a_vault_of_another_key_and_a_folder_without_one_are_refused(
    lost: tuple[Path, Path, str], home: Home, tmp_path: Path
):
    copy, moved, _person = lost
    with pytest.raises(WrongUse, match="no vault is there"):
        later_vault(tmp_path / "nothing")
    assert later_vault(copy) == copy / "home" / "vault.duckdb"
    with duckdb.connect(str(moved / "vault.duckdb")) as vault:
        vault.execute("update layout set key_fingerprint = 'other'")
    refused = call("restore", copy, "--erasures", moved)
    assert "another pseudonym key" in str(refused.exception)
