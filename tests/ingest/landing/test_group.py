"""Deliveries committed together land and count as if each had come alone."""

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ingest.landing import group
from ingest.landing.delivery import ReadOptions
from ingest.landing.report import LoadReport
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

RAW = """
select columns(lambda c: c not in ('load_id', 'landed_at'))
from raw.{table}
order by all
"""
COUNTS = ("read", "landed", "replayed", "conflicting", "rejected", "undated", "row")
PEOPLE = "person_id,email,business_unit\n{rows}"


def counted(reports: list[LoadReport]) -> list[tuple]:
    return [tuple(getattr(one, f"{n}_count") for n in COUNTS) for one in reports]


@pytest.fixture
def files(tmp_path: Path, statement: Callable, write: Callable) -> list[Path]:
    """Deliveries that repeat, contradict, complete and spoil each other."""
    other = statement(1, object={"id": "https://lms.example/other"})
    early = statement(2, stored="2024-05-02T00:00:00Z")
    late = statement(2, stored="2024-05-03T00:00:00Z")
    nameless = statement(0, id=None)
    people = tmp_path / "second" / "people.csv"
    people.parent.mkdir()
    people.write_text(
        PEOPLE.format(rows="a,a@example.org,Sales\nb,b@example.org,Legal\n")
    )
    first = tmp_path / "people.csv"
    first.write_text(PEOPLE.format(rows="a,a@example.org,Sales\n"))
    return [
        write("a.ndjson", [statement(1), late, nameless, nameless]),
        write("b.ndjson", [other, early, nameless]),
        first,
        write("c.ndjson", [statement(1), statement(3), "{broken", other]),
        people,
        write("d.ndjson", [statement(3), statement(4, timestamp=None), nameless]),
    ]


def landed(home: Home, batches: list[list[Path]]) -> tuple[list[tuple], dict]:
    settings = Settings.load(home)
    reports = [
        report
        for batch in batches
        for report in ingest(batch, home, settings, ReadOptions())
    ]
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        raw = {
            table: warehouse.sql(RAW.format(table=table)).fetchall()
            for table in ("statements", "conflicts", "rejections", "people")
        }
    return counted(reports), raw


@pytest.mark.parametrize("is_backwards", [False, True])
def test_together_is_as_one_by_one(
    home: Home, tmp_path: Path, files: list[Path], is_backwards: bool
):
    if is_backwards:
        files.reverse()
    together = landed(home, [files])
    alone = landed(Home(tmp_path / "alone"), [[file] for file in files])
    assert together == alone
    assert sum(row[COUNTS.index("conflicting")] for row in together[0]) == 1
    assert sum(row[COUNTS.index("row")] for row in together[0]) == 2


def test_full_groups_are_committed_on_the_way(
    home: Home, tmp_path: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch
):
    together = landed(home, [files])
    monkeypatch.setattr(group, "DELIVERIES_A_GROUP", 2)
    in_pairs = landed(Home(tmp_path / "pairs"), [files])
    assert in_pairs == together


def test_one_that_cannot_be_committed_does_not_stop_the_others(
    home: Home, files: list[Path], monkeypatch: pytest.MonkeyPatch
):
    add = group.Group.add

    def spoil(waiting: group.Group, one: group.Converted) -> list[LoadReport]:
        if one.report.path.name == "b.ndjson":
            for part in (one.load.folder / "statements").glob("*.parquet"):
                part.write_bytes(b"PAR1 and then nothing")
        return add(waiting, one)

    monkeypatch.setattr(group.Group, "add", spoil)
    reports = ingest(files, home, Settings.load(home), ReadOptions())
    assert [report.path.name for report in reports if report.error] == ["b.ndjson"]
    assert "nothing of it has landed" in str(reports[1].error)
    assert [one.landed_count for one in reports] == [4, 0, 0, 1, 0, 1]
    assert not list(home.landing.iterdir())
    json.dumps([report.as_json() for report in reports], default=str)
