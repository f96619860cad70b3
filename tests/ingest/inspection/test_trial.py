"""A large file is first read in a process that may fail; its end refuses the file."""

import datetime as dt
import json
from pathlib import Path

import pytest

from ingest.inspection import trial
from ingest.inspection.trial_process import given, written
from ingest.landing.delivery import ReadOptions

HEADER = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
ROW = "P{0},p{0}@example.org,2026-03-02 09:00:00,2026-03-02 10:00:00,60,No\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "participants_84512349876.csv"
    path.write_text(HEADER + "".join(map(ROW.format, range(12_000))))
    return path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "participants_84512349877.csv"
    path.write_text(HEADER + ROW.format(1))
    return path


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("reader_mb = 5", "limit reader_mb = 5"),
        ("seconds = 0.3", "limit seconds = 0.3"),
        ("parsed_mb = 0.5", "limit parsed_mb = 0.5"),
        ("reader_mb = 1500", None),
    ],
)
def test_what_takes_too_much_is_refused_and_the_next_file_lands(
    report, good, home, land, monkeypatch, limit, words
):
    monkeypatch.setattr(trial, "TRIED_BYTES", 100_000)
    home.root.mkdir(parents=True)
    home.settings.write_text(f"[limits]\n{limit}\n")
    refused, landed = land(report, good, tz="UTC")
    assert landed.error is None
    if words is None:
        assert (refused.error, refused.landed_count) == (None, 24_000)
    else:
        assert words in refused.error


def test_a_small_file_is_not_tried(good, land, monkeypatch):
    monkeypatch.setattr(trial, "LimitedProcess", None)
    assert land(good, tz="UTC")[0].error is None


@pytest.mark.parametrize(("extra", "is_tried"), [(-1, 0), (0, 1), (1, 1)])
def test_a_file_of_a_size_is_tried(good, land, monkeypatch, extra, is_tried):
    monkeypatch.setattr(trial, "TRIED_BYTES", good.stat().st_size - extra)
    monkeypatch.setattr(trial, "LimitedProcess", None)  # a call of it is a defect
    assert ("defect" in str(land(good, tz="UTC")[0].error)) == bool(is_tried)


@pytest.mark.parametrize(("extra", "is_refused"), [(-1, 1), (0, 0), (1, 0)])
def test_a_file_may_be_as_large_as_the_limit(good, home, land, extra, is_refused):
    home.root.mkdir(parents=True)
    limit = (good.stat().st_size + extra) / 1e6
    home.settings.write_text(f"[limits]\nparsed_mb = {limit}\n")
    assert ("parsed_mb" in str(land(good, tz="UTC")[0].error)) == bool(is_refused)


def test_statements_are_read_in_blocks_and_not_tried(
    home, land, statement, write, monkeypatch
):
    home.root.mkdir(parents=True)
    home.settings.write_text("[limits]\nparsed_mb = 0.0001\n")
    monkeypatch.setattr(trial, "LimitedProcess", None)
    (landed,) = land(write("a.ndjson", [statement(1)]))
    assert (landed.error, landed.landed_count) == (None, 1)


def test_options_survive_the_way_to_the_process():
    options = ReadOptions("a", "UTC", "dmy", dt.date(2026, 3, 2), mapping=Path("m.yml"))
    assert given(json.loads(json.dumps(written(options)))) == options
