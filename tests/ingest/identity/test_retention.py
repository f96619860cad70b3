"""What is past its age leaves every file, or analytics, and nothing else does."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ingest.identity.retention import RetentionRules
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from ingest.storage.warehouse import opened
from tandem.cli.commands.retain import applied
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

NOW = datetime(2024, 6, 1, tzinfo=UTC)
SAFETY = "https://lms.example/safety"


def statement(number, when, target="https://lms.example/course/marker"):
    return {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "actor": {"mbox": f"mailto:p{number}@example.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": f"{target}-{number}"},
        "context": {"contextActivities": {"grouping": [{"id": target}]}},
        "timestamp": f"{when}T10:00:00Z",
    }


@pytest.fixture
def aged(home: Home, tmp_path: Path) -> Home:
    """Two old statements, one of a programme with a legal basis, and a new one."""
    path = tmp_path / "a.ndjson"
    found = [
        statement(1, "2024-01-01"),
        statement(2, "2024-01-01", SAFETY),
        statement(3, "2024-05-30"),
    ]
    path.write_text("".join(json.dumps(one) + "\n" for one in found))
    ingest([path], home, Settings.load(home), ReadOptions())
    with opened(home) as connection:
        connection.execute(
            "insert into raw.activities by name select 'l' as load_id, 'o' as source,"
            f" '{SAFETY}' as activity_id, 'FIRE' as programme_id, 'unit' as role"
        )
    home.settings.write_text(
        '[retention]\nraw_days = 90\nkeep_for_legal_basis = ["FIRE"]\n'
    )
    return home


def numbers(home, table):
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        query = f"select statement_id[8:8] from raw.{table} order by 1"
        return [number for (number,) in connection.sql(query).fetchall()]


def test_old_statements_go_and_those_with_a_legal_basis_leave_analytics(aged):
    counts, refusal = applied(aged, Settings.load(aged), NOW, dry_run=False)
    assert (counts, refusal) == (
        {"raw.statements": 1, "raw.retained_statements": 1},
        None,
    )
    assert numbers(aged, "statements") == ["3"]
    assert numbers(aged, "retained_statements") == ["2"]
    assert b"marker-1" not in aged.warehouse.read_bytes()
    assert applied(aged, Settings.load(aged), NOW, dry_run=False) == ({}, None)


@pytest.mark.parametrize(
    ("offset", "kept"),
    [
        (timedelta(microseconds=-1), ["3"]),  # one microsecond older than 90 days
        (timedelta(0), ["1", "3"]),
        (timedelta(microseconds=1), ["1", "3"]),
    ],
)
def test_a_row_exactly_at_its_retention_age_stays(aged, offset, kept):
    with opened(aged) as connection:
        connection.execute(
            "update raw.statements set occurred_at = $at where statement_id[8:8] = '1'",
            {"at": (NOW - timedelta(days=90) + offset).replace(tzinfo=None)},
        )
    applied(aged, Settings.load(aged), NOW, dry_run=False)
    assert numbers(aged, "statements") == kept


def test_a_statement_without_a_time_ages_from_the_moment_it_landed(aged):
    with opened(aged) as connection:
        connection.execute("update raw.statements set occurred_at = null")
    assert applied(aged, Settings.load(aged), NOW, dry_run=False) == ({}, None)
    assert numbers(aged, "statements") == ["1", "2", "3"]


def test_a_dry_run_changes_no_byte(aged):
    before = {p: p.read_bytes() for p in aged.root.rglob("*") if p.is_file()}
    counts, _ = applied(aged, Settings.load(aged), NOW, dry_run=True)
    assert counts == {"raw.statements": 1, "raw.retained_statements": 1}
    assert {p: p.read_bytes() for p in aged.root.rglob("*") if p.is_file()} == before


def test_without_rules_nothing_goes(aged):
    aged.settings.write_text("")
    assert applied(aged, Settings.load(aged), NOW, dry_run=False) == ({}, None)
    assert numbers(aged, "statements") == ["1", "2", "3"]


def test_a_broken_off_run_is_finished_by_the_next(aged):
    applied(aged, Settings.load(aged), NOW, dry_run=False)
    (aged.root / ".retaining").touch()
    applied(aged, Settings.load(aged), NOW, dry_run=False)
    assert not (aged.root / ".retaining").exists()


@pytest.mark.parametrize("name", ["raw_days", "person_marts_days"])
def test_an_age_of_one_day_is_the_shortest(name):
    assert getattr(RetentionRules.of({name: 1}), name) == 1


@pytest.mark.parametrize("section", [{"days": 3}, {"raw_days": 0}, {"raw_days": "9"}])
def test_rules_that_make_no_sense_are_refused(section):
    with pytest.raises(WrongUse, match=r"tandem\.toml"):
        RetentionRules.of(section)
