"""`attended` statements that are derived from the marts, and never count twice."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from ingest.exports.statements import export_statements
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from ingest.xapi.validation import check_text
from tandem.cli.main import app
from tandem.core.files import Home
from tandem.core.settings import Settings

Json = dict[str, Any]
OWN = "https://tandem.example/xapi/extensions"
ENDS = datetime(2026, 2, 2, 11, tzinfo=UTC).replace(tzinfo=None)
COLUMNS = """
    session_id varchar, learner_key varchar, programme_id varchar, cohort_id varchar,
    attendance_status varchar, attended_seconds double, attendance_ratio double,
    attendance_threshold double, reported_seconds double, join_count bigint,
    late_seconds double, left_early_seconds double, is_imputed boolean,
    session_started_at timestamp, session_ended_at timestamp
"""
# Status, seconds, ratio: and what is said to be completed, None where nothing is said.
ATTENDANCES = [
    ("attended", 2700.0, 0.75, True),
    ("partial", 2699.5, 0.7499, False),
    ("no_show", 0.0, 0.0, None),
    ("excused", 0.0, 0.0, None),
    ("walk_in", 2700.0, 0.75, True),
    ("walk_in", 2699.0, 0.7497, False),
    ("unknown", None, None, None),
    ("excluded", 3600.0, 1.0, None),
]


def key(number: int) -> str:
    return f"{number:032x}"


@pytest.fixture
def built(home: Home, tmp_path: Path) -> Home:
    """A home with one landed statement, and an attendance of each status."""
    path = tmp_path / "given.ndjson"
    statement = {
        "actor": {"mbox": "mailto:anna@example.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://lms.example/course/1"},
    }
    path.write_text(json.dumps(statement))
    ingest([path], home, Settings.load(home), ReadOptions())
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.fct_session_attendances ({COLUMNS})")
        for number, (status, seconds, ratio, _done) in enumerate(ATTENDANCES):
            connection.execute(
                "insert into marts.fct_session_attendances values"
                " ('s/1@x', ?, 'P', 'C', ?, ?, ?, 0.75, null, 2, 60, null, ?, null, ?)",
                [key(number), status, seconds, ratio, number == 0, ENDS],
            )
    return home


def derived(home: Home, folder: Path) -> list[Json]:
    with home.writing():
        found = export_statements(home, folder)
    text = (folder / "derived-attended-1.0.ndjson").read_text(encoding="utf-8")
    assert found.derived == len(text.splitlines())
    assert all(check_text(line, "1.0.3").is_valid for line in text.splitlines())
    assert all(check_text(line, "2.0.0").is_valid for line in text.splitlines())
    return [json.loads(line) for line in text.splitlines()]


def test_what_is_known_is_said_and_flagged_as_derived(built: Home, tmp_path: Path):
    found = derived(built, tmp_path / "out")
    said = {
        int(one["actor"]["account"]["name"], 16): one["result"]["completion"]
        for one in found
    }
    assert said == {
        number: done
        for number, (*_rest, done) in enumerate(ATTENDANCES)
        if done is not None
    }
    for one in found:
        assert one["context"]["extensions"][f"{OWN}/derived"] is True
        assert one["timestamp"] == "2026-02-02T11:00:00.000Z"
    first = found[0]
    assert first["result"] == {
        "completion": True,
        "duration": "PT2700S",
        "extensions": {
            f"{OWN}/attendance-ratio": 0.75,
            f"{OWN}/interval-count": 2,
            f"{OWN}/late-seconds": 60.0,
            f"{OWN}/imputed": True,
        },
    }
    assert found[1]["result"]["duration"] == "PT2699.5S"
    assert first["object"]["id"] == "https://tandem.example/live-sessions/s%2F1%40x"


def test_the_same_attendance_has_the_same_id_and_another_has_another(
    built: Home, tmp_path: Path
):
    before = {one["id"] for one in derived(built, tmp_path / "a")}
    assert {one["id"] for one in derived(built, tmp_path / "b")} == before
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute(
            "update marts.fct_session_attendances set join_count = 3"
            f" where learner_key = '{key(1)}'"
        )
    changed = {one["id"] for one in derived(built, tmp_path / "c")}
    assert len(changed - before) == len(before - changed) == 1


def test_who_is_left_out_of_analytics_has_none(built: Home, tmp_path: Path):
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute(
            f"insert into raw.restrictions values ('{key(0)}', now()::timestamp, false)"
        )
    names = {
        one["actor"]["account"]["name"] for one in derived(built, tmp_path / "out")
    }
    assert key(0) not in names
    assert key(1) in names


def test_landed_again_they_are_marked_and_do_not_leave_again(
    built: Home, tmp_path: Path
):
    count = len(derived(built, tmp_path / "out"))
    path = tmp_path / "out" / "derived-attended-1.0.ndjson"
    ingest([path], built, Settings.load(built), ReadOptions())
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        marked = connection.sql(
            "select coalesce(is_derived, false), count(*) from raw.statements"
            " group by all order by all"
        ).fetchall()
    assert marked == [(False, 1), (True, count)]
    with built.writing():
        assert export_statements(built, tmp_path / "again").statements == 1


def test_before_a_build_it_says_that_none_was_derived(home: Home, tmp_path: Path):
    path = tmp_path / "given.ndjson"
    path.write_text(
        json.dumps(
            {
                "actor": {"mbox": "mailto:anna@example.org"},
                "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
                "object": {"id": "https://lms.example/course/1"},
            }
        )
    )
    ingest([path], home, Settings.load(home), ReadOptions())
    words = ["export", "--xapi", "--out", str(tmp_path / "out")]
    said = CliRunner().invoke(app, words)
    assert said.exit_code == 0
    assert "nothing is built yet" in said.stderr
    assert not list((tmp_path / "out").glob("derived*"))
