"""Snapshots are immutable, appear complete, and disturb no reader."""

import os
import struct
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from publishing import person_level
from publishing.database_files import STORAGE_VERSION
from publishing.snapshots import point_to, prune
from tandem.core.files import Home
from tests.publishing.conftest import Publish, Read
from tests.publishing.warehouse import changed, make_warehouse

READER = Path(__file__).with_name("reader.py")


def test_the_same_content_is_the_same_snapshot(home: Home, judge_and_publish: Publish):
    make_warehouse(home.warehouse)
    first = judge_and_publish(home)
    before = (home.snapshot_folder(first) / "dashboard.duckdb").stat()
    make_warehouse(home.warehouse)
    assert judge_and_publish(home) == first
    after = (home.snapshot_folder(first) / "dashboard.duckdb").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_changed_content_is_a_new_snapshot_beside_the_old_one(
    home: Home, judge_and_publish: Publish
):
    make_warehouse(home.warehouse)
    first = judge_and_publish(home)
    make_warehouse(home.warehouse, changed("selling", finishing=70))
    second = judge_and_publish(home)
    assert second != first
    assert home.current_snapshot()["snapshot_id"] == second
    assert (home.snapshot_folder(first) / "dashboard.duckdb").exists()


def test_readers_are_undisturbed_by_repeated_publishes(
    home: Home, judge_and_publish: Publish, tmp_path: Path
):
    make_warehouse(home.warehouse)
    judge_and_publish(home)
    ready, stop, outcome = (tmp_path / name for name in ("ready", "stop", "outcome"))
    command = [sys.executable, str(READER), str(home.root)]
    reader = subprocess.Popen([*command, str(ready), str(stop), str(outcome)])
    try:
        deadline = time.monotonic() + 60
        while not ready.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        published = set()
        for finishing in (74, 73, 72, 71):
            make_warehouse(home.warehouse, changed("selling", finishing=finishing))
            published.add(judge_and_publish(home))
    finally:
        stop.touch()
        reader.wait(60)
    seen, *failures = outcome.read_text(encoding="utf-8").splitlines()
    assert failures == []
    assert len(published) == 4
    assert int(seen) >= 2


def test_clients_back_to_duckdb_1_2_can_open_both_files(published_home: Home):
    """The header holds the storage version; DuckDB 1.2 writes 64 and reads up to 65."""
    folder = published_home.snapshot_folder(
        published_home.current_snapshot()["snapshot_id"]
    )
    for name in ("dashboard.duckdb", "analyst.duckdb"):
        header = (folder / name).read_bytes()[:24]
        assert header[8:12] == b"DUCK"
        assert struct.unpack("<Q", header[12:20])[0] <= 65, name
        with duckdb.connect(str(folder / name), read_only=True) as connection:
            tags = connection.sql(
                "select tags['storage_version'] from duckdb_databases()"
                " where not internal"
            ).fetchall()
        assert tags[0][0].startswith(STORAGE_VERSION[:4]), tags


def test_the_analyst_file_has_the_marts_with_their_comments(published_home: Home):
    path = published_home.published / published_home.current_snapshot()["analyst"]
    with duckdb.connect(str(path), read_only=True) as connection:
        people = connection.sql(
            "select count(*) > 1000, count(distinct learner_key) > 300"
            " from marts.fct_enrolments"
        ).fetchall()
        comments = connection.sql(
            "select comment from duckdb_tables() where table_name = 'dim_sources'"
            " union all"
            " select comment from duckdb_columns() where column_name = 'is_ended'"
        ).fetchall()
        schemas = connection.sql(
            "select distinct schema_name from duckdb_tables() order by all"
        ).fetchall()
    assert people == [(True, True)]
    assert comments == [("One row per source.",), ("Whether it's over.",)]
    assert schemas == [("compared",), ("marts",)]


def test_every_published_table_has_a_comment(published_home: Home, read: Read):
    undescribed = read(
        published_home,
        """
        select table_name from duckdb_tables()
        where schema_name = 'pub' and comment is null
        """,
    )
    assert undescribed["table_name"].to_list() == []


def test_an_incomplete_snapshot_is_never_seen(
    home: Home, judge_and_publish: Publish, monkeypatch: pytest.MonkeyPatch
):
    make_warehouse(home.warehouse)
    first = judge_and_publish(home)
    make_warehouse(home.warehouse, changed("selling", finishing=60))

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space"):
        judge_and_publish(home)
    assert home.current_snapshot()["snapshot_id"] == first
    folders = [path.name for path in home.published.iterdir() if path.is_dir()]
    assert folders == [first]


def test_only_the_newest_and_the_frozen_snapshots_are_kept(tmp_path: Path):
    home = Home(tmp_path)
    for number, name in enumerate(("a", "b", "c", "d")):
        folder = home.snapshot_folder(name)
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}", encoding="utf-8")
        os.utime(folder, (number, number))
    (home.snapshot_folder("b") / "frozen").touch()
    os.utime(home.snapshot_folder("b"), (1, 1))
    point_to(home, "a")
    assert prune(home, 2) == ["c"]
    left = sorted(path.name for path in home.published.iterdir() if path.is_dir())
    assert left == ["a", "b", "d"]


@pytest.mark.parametrize(
    ("keep", "deleted"),
    [(0, ["a", "b"]), (1, ["a", "b"]), (2, ["a"]), (3, []), (4, [])],
)
def test_prune_keeps_the_newest_snapshots(
    tmp_path: Path, keep: int, deleted: list[str]
):
    home = Home(tmp_path)
    for number, name in enumerate(("a", "b", "c")):
        folder = home.snapshot_folder(name)
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}", encoding="utf-8")
        os.utime(folder, (number, number))
    assert prune(home, keep) == deleted


@pytest.mark.parametrize(("age", "is_found"), [(1, True), (0, False), (-1, False)])
def test_person_level_files_are_found_when_written_before_a_moment(
    tmp_path: Path, age: int, is_found: bool
):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    home = Home(tmp_path)
    file = home.snapshot_folder("a") / "analyst.duckdb"
    file.parent.mkdir(parents=True)
    file.touch()
    written = moment.timestamp() - age
    os.utime(file, (written, written))
    assert person_level.find_files_before(home, moment) == ([file] if is_found else [])
