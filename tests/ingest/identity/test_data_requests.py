"""A person sees what is held about them, and can be left out of analytics."""

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.cli.main import app
from tandem.core import journal
from tandem.core.files import Home
from tandem.core.settings import Settings

ANNA = {"mbox": "mailto:anna@example.org", "name": "Anna Schmidt"}
BEN = {"account": {"homePage": "https://hr.example", "name": "ben"}}


def statement(number, actor, **changed):
    return {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "actor": actor,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://lms.example/course/1"},
        "timestamp": "2024-05-01T10:00:00Z",
    } | changed


@pytest.fixture
def two(home: Home, tmp_path: Path) -> Home:
    """A home with two statements of Anna and one of Ben."""
    path = tmp_path / "a.ndjson"
    about_anna = {"context": {"instructor": ANNA}}
    found = [statement(1, ANNA), statement(2, ANNA), statement(3, BEN, **about_anna)]
    path.write_text("".join(json.dumps(one) + "\n" for one in found))
    ingest([path], home, Settings.load(home), ReadOptions())
    return home


def run(*words):
    return CliRunner().invoke(app, ["person", *words])


def test_a_report_says_all_that_is_held_and_changes_no_byte(two):
    files = [path for path in two.root.rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    result = run("report", "anna@example.org")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    (key,) = {row["key"] for row in found["identifiers"]}
    assert found["identifiers"] == [
        {"key": key, "mbox": "mailto:anna@example.org"},
        {"key": key, "name": "Anna Schmidt"},
    ]
    assert found["counts"] == {"raw.statements": 2, "raw.statements mentioning": 1}
    assert found["sources"] == [
        {
            "source": "xapi",
            "statements": 2,
            "first_at": "2024-05-01T10:00:00",
            "last_at": "2024-05-01T10:00:00",
        }
    ]
    assert [one["id"][:8] for one in found["statements"]] == ["00000001", "00000002"]
    assert found["restricted"] is False
    assert {path: path.read_bytes() for path in files} == before


def test_an_objection_is_noted_and_lifted_by_further_rows(two):
    assert run("restrict", "anna@example.org").exit_code == 0
    assert json.loads(run("report", "anna@example.org").stdout)["restricted"] is True
    assert run("restrict", "anna@example.org", "--lift").exit_code == 0
    assert json.loads(run("report", "anna@example.org").stdout)["restricted"] is False
    with duckdb.connect(str(two.warehouse), read_only=True) as connection:
        query = "select is_lifted from raw.restrictions order by restricted_at"
        assert connection.sql(query).fetchall() == [(False,), (True,)]


def test_the_journal_notes_an_objection_without_identity(two):
    run("restrict", "anna@example.org", "--reason", "asked")
    (entry,) = journal.read(two.journal, "restriction")
    assert (entry["subject"], entry["payload"]) == ("a person", {"accounts": 1})
    assert entry["reason"] == "asked"


def test_a_report_on_an_unknown_person_is_refused(two):
    result = run("report", "nobody@example.org")
    assert result.exit_code == 1
    assert "nothing is held" in str(result.exception)
