"""`tandem status` reads like a report: what to do first, and how everything stands."""

import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tandem.cli.main import app
from tandem.cli.standing import Source, Standing
from tandem.cli.status_report import report
from tandem.cli.status_sections import WIDTH
from tandem.core.files import Home, record_status
from tandem.core.settings import Settings
from tests.conftest import PublishedSample

NOW = datetime(2026, 10, 15, 12)  # noqa: DTZ001 - UTC, as the warehouse writes it
NAME = "participants_84512349876.csv"
REPORT = (
    "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
    "Ida,ida@example.org,2026-03-02 09:00:00,2026-03-02 10:00:00,60,No\n"
)
# What a person does not need: hashes, names of counters and of columns.
INTERNAL = re.compile(r"[0-9a-f]{12,}|fingerprint|\w+_count\b|snapshot_id|\bNone\b,")


def shown() -> str:
    result = CliRunner().invoke(app, ["status"])
    assert result.exit_code == 0
    assert [line for line in result.output.splitlines() if len(line) > WIDTH] == []
    return " ".join(result.output.split())


def said(home: Home, found: Standing, status: dict | None = None) -> str:
    lines = report(home, found, status or {}, Settings(home).vars, NOW)
    return " ".join(" ".join(lines).split())


def source(lag: timedelta | None, **named: object) -> Source:
    newest = None if lag is None else NOW - lag
    return Source("zoom", "zoom", NOW - timedelta(days=1), newest, **named)


def first(text: str) -> str:
    """Return what needs doing first."""
    return text.partition("To do first")[2].partition(" Sources ")[0]


def test_an_empty_home_says_where_to_begin(home: Home):
    assert "Nothing is published yet." in shown()
    assert "tandem inspect FILE" in shown()


def test_what_landed_and_is_not_published_comes_with_its_next_step(home: Home):
    home.root.mkdir()
    home.settings.write_text('[sources.zoom]\ntz = "UTC"\ndate_order = "ymd"\n')
    (home.root / NAME).write_text(REPORT)
    assert CliRunner().invoke(app, ["ingest", str(home.root / NAME)]).exit_code == 0
    text = shown()
    assert "What landed is not published. Build and publish it: tandem run" in text
    assert re.search(r"zoom \S+ \d{4}-\d\d-\d\d", text)


def test_a_warehouse_in_use_is_named_and_the_rest_is_shown(home: Home):
    home.root.mkdir()
    hold = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True);"
        "sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, str(home.warehouse)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        other.stdout.readline()
        text = shown()
        other.communicate("")
    assert "another program has it open" in text
    assert "Nothing is published yet." in text


@pytest.mark.parametrize(
    ("beyond", "is_late"),
    [(timedelta(-1), False), (timedelta(0), False), (timedelta(seconds=1), True)],
)
def test_a_source_is_late_beyond_the_threshold(
    home: Home, beyond: timedelta, is_late: bool
):
    text = said(home, Standing([source(timedelta(days=14) + beyond)]))
    assert ("zoom is late" in first(text)) is is_late
    assert ("LATE" in text) is is_late


def test_an_ended_or_invented_source_is_never_late(home: Home):
    old = timedelta(days=400)
    assert "LATE" not in said(home, Standing([source(old, is_ended=True)]))
    sample = {
        "as_of": NOW,
        "published_at": NOW,
        "organisation_name": "Invented",
        "is_sample": True,
    }
    text = said(home, Standing([source(old)], published=sample))
    assert "LATE" not in text
    assert "deleted" not in text


@pytest.mark.parametrize(
    ("lag", "words"),
    [
        (15, ""),
        (16, "will be deleted by the vendor in 14 days"),
        (30, "will be deleted by the vendor in 0 days"),
        (31, "the oldest was lost 1 days ago"),
    ],
)
def test_what_a_vendor_deletes_comes_first(home: Home, lag: int, words: str):
    text = first(said(home, Standing([source(timedelta(days=lag))])))
    assert text.startswith(" ----------- 1. zoom: who joined") is bool(words)
    assert words in text


def test_a_refused_publish_and_a_failed_pull_are_said(home: Home):
    status = {
        "check": {"failed": ["source_volume"]},
        "lrs": {"main": {"error": "it answers a web page"}, "other": {"error": None}},
    }
    text = first(said(home, Standing([source(timedelta(1))]), status))
    assert "refused to publish (source_volume)" in text
    assert "pull of main failed: it answers a web page" in text
    assert "other" not in text


def test_refused_rows_unbound_records_and_people_have_next_steps(home: Home):
    zoom = source(timedelta(1), people=(100, 94), unbound=(50, 5))
    refused = [
        {
            "source": "zoom",
            "code": "format.duration",
            "rule": "Send a duration as in ISO 8601, PT1H30M",
            "row_count": 6,
            "is_finding": False,
        }
    ]
    text = said(home, Standing([zoom], refused, sessions=(20, 2)))
    assert "zoom: 6 rows. Send a duration" in text
    assert "2 of 20 live sessions belong to no cohort" in text
    assert "template sessions" in text
    assert "5 of 50 statements belong to no programme" in text
    assert "template content activities" in text
    assert "94 of 100 accounts belong to known people (94 %)" in text
    assert "tandem identity review" in text


@pytest.mark.parametrize(
    ("known", "is_said"), [(49, True), (50, False), (51, False), (100, False)]
)
def test_where_most_are_unknown_the_roster_may_have_a_column_of_user_ids(
    home: Home, known: int, is_said: bool
):
    text = said(home, Standing([source(timedelta(1), people=(100, known))]))
    assert ("the platform's user ids" in text) == is_said


@pytest.mark.parametrize("tables", [["sessions"], ["content", "activities"]])
def test_the_tables_that_it_names_can_be_written(tmp_path: Path, tables: list[str]):
    out = str(tmp_path / "tables.xlsx")
    result = CliRunner().invoke(app, ["template", *tables, "--out", out])
    assert result.exit_code == 0


def test_json_is_whole(home: Home):
    record_status(home, "build", {"fingerprint": {"models": "ab"}, "seconds": 3})
    result = CliRunner().invoke(app, ["status", "--json"])
    counters = json.loads(home.status.read_text())
    assert json.loads(result.stdout) == counters | {"unread_files": []}


def test_a_published_sample_is_told_without_anything_internal(
    published_sample: PublishedSample, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TANDEM_HOME", str(published_sample.home.root))
    text = shown()
    assert re.match(r"Published for .+: figures of the data up to \d{4}-", text)
    assert INTERNAL.search(text) is None
    titles = ("To do first", "Sources", "Refused rows", "People")
    assert [text.count(title) >= 1 for title in titles] == [True] * 4


@pytest.mark.parametrize("text", ["472821cb4bd1dde3", "landed_count", "fingerprint"])
def test_something_internal_would_be_noticed(text: str):
    assert INTERNAL.search(text)
