"""A large file that landed whole is not read again, and raw is as if it had been."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

import ingest.run
from ingest.landing import same_bytes
from ingest.landing.report import LoadReport
from tandem.core.files import Home

Land = Callable[..., list[LoadReport]]
Ask = Callable[[str], list[tuple]]
Write = Callable[..., Path]
Json = dict[str, Any]
COUNT = 6
STATEMENTS = "select * exclude (load_id, landed_at) from raw.statements order by all"
LOADS = """
select * exclude (load_id, started_at, committed_at, superseded_by, reading_hash)
from raw.loads order by load_id
"""


@pytest.fixture(autouse=True)
def _small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_bytes, "LEAST_BYTES", 1)


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read, in order."""
    found: list[str] = []
    convert = ingest.run.convert

    def noted(delivery: Any, *arguments: Any) -> Any:
        found.append(delivery.path.name)
        return convert(delivery, *arguments)

    monkeypatch.setattr(ingest.run, "convert", noted)
    return found


@pytest.fixture
def file(write: Write, statement: Callable[..., Json]) -> Path:
    return write("a.ndjson", [statement(number) for number in range(1, COUNT + 1)])


def test_the_same_bytes_are_read_once_and_counted_as_known(
    file: Path, land: Land, ask: Ask, readings: list[str]
):
    (first,) = land(file)
    before = ask(STATEMENTS)
    (again,) = land(file)
    assert readings == ["a.ndjson"]
    assert (first.landed_count, first.replayed_count) == (COUNT, 0)
    counts = (again.read_count, again.landed_count, again.replayed_count)
    assert counts == (COUNT, 0, COUNT)
    assert ask(STATEMENTS) == before
    assert ask("select count(*) from raw.loads where superseded_by is null") == [(1,)]
    (third,) = land(file)
    assert third.replayed_count == COUNT
    assert readings == ["a.ndjson"]


def test_its_load_is_recorded_as_if_it_had_been_read(
    file: Path, land: Land, ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    for _number in range(2):
        land(file)
    monkeypatch.setattr(same_bytes, "LEAST_BYTES", file.stat().st_size + 1)
    land(file)
    _first, quick, whole = ask(LOADS)
    assert quick == whole


@pytest.mark.parametrize(("more", "expected"), [(-1, 1), (0, 1), (1, 2)])
def test_only_files_of_a_size_are_left_unread(
    file: Path,
    land: Land,
    readings: list[str],
    monkeypatch: pytest.MonkeyPatch,
    more: int,
    expected: int,
):
    monkeypatch.setattr(same_bytes, "LEAST_BYTES", file.stat().st_size + more)
    for _number in range(2):
        land(file)
    assert len(readings) == expected


def changed_settings(home: Home, _file: Path) -> None:
    home.settings.write_text('[sources.lrs]\ntz = "Asia/Kolkata"\n', encoding="utf-8")


def changed_code(_home: Home, _file: Path) -> None:
    same_bytes._code_hash.cache_clear()
    same_bytes.CODE = (*same_bytes.CODE, ("docs", "*.md"))


def changed_bytes(_home: Home, file: Path) -> None:
    content = file.read_text(encoding="utf-8")
    file.write_text(content.replace("course/1", "course/2", 1), encoding="utf-8")


def lost_statement(home: Home, _file: Path) -> None:
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(
            "delete from raw.statements where statement_id in"
            " (select min(statement_id) from raw.statements)"
        )


@pytest.mark.parametrize(
    "change", [changed_settings, changed_code, changed_bytes, lost_statement]
)
def test_whatever_could_change_what_lands_has_it_read_again(
    home: Home,
    file: Path,
    land: Land,
    ask: Ask,
    readings: list[str],
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Home, Path], None],
):
    monkeypatch.setattr(same_bytes, "CODE", same_bytes.CODE)
    land(file)
    change(home, file)
    land(file)
    same_bytes._code_hash.cache_clear()
    assert len(readings) == 2
    assert ask("select count(*) from raw.statements") == [(COUNT,)]


def test_a_file_with_a_refused_or_a_repeated_statement_is_read_again(
    write: Write, statement: Callable[..., Json], land: Land, readings: list[str]
):
    refused = write("refused.ndjson", [statement(1), "{}"])
    repeated = write("repeated.ndjson", [statement(2), statement(2)])
    (first, other) = land(refused, repeated)
    (again, other_again) = land(refused, repeated)
    assert len(readings) == 4
    assert (first.rejected_count, again.rejected_count) == (1, 1)
    assert (other.replayed_count, other_again.replayed_count) == (1, 2)


def test_the_source_that_the_user_states_has_it_read_again(
    file: Path, land: Land, readings: list[str]
):
    land(file)
    land(file, source="other")
    assert len(readings) == 2
