"""An agreement with a works council: one switch, and what it removes (decision 32)."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from typer.testing import CliRunner

from comparison.reading import current_thresholds
from tandem.cli.main import app
from tandem.core.access_log import log_access
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.publishing.conftest import Publish
from tests.publishing.warehouse import make_warehouse

SWITCH = "[vars]\nworks_council = true\n"


@pytest.fixture
def agreed(home: Home, judge_and_publish: Publish) -> Home:
    """A home that was published before the agreement, and after it."""
    make_warehouse(home.warehouse)
    judge_and_publish(home)
    assert list(home.published.glob("*/analyst.duckdb"))
    home.settings.write_text(SWITCH, encoding="utf-8")
    judge_and_publish(home)
    return home


def accesses(home: Home) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(home.access_log)) as connection:
        rows = connection.execute("select role, kind, what from accesses")
        return rows.fetchall()


def test_no_file_about_persons_is_left(agreed: Home):
    assert not list(agreed.published.glob("**/analyst.duckdb*"))
    assert agreed.current_snapshot()["analyst"].endswith("/dashboard.duckdb")


def test_without_the_agreement_it_is_written_again(
    agreed: Home, judge_and_publish: Publish
):
    agreed.settings.write_text("", encoding="utf-8")
    judge_and_publish(agreed)
    assert agreed.current_snapshot()["analyst"].endswith("/analyst.duckdb")
    assert (agreed.published / agreed.current_snapshot()["analyst"]).exists()


def test_analysts_read_aggregates_without_a_key_of_a_person(agreed: Home):
    run = CliRunner().invoke(
        app, ["sql", "select count(*) from pub.kpi_cells where state = 'shown'"]
    )
    assert run.exit_code == 0, run.output
    run = CliRunner().invoke(app, ["sql", "select * from marts.fct_enrolments"])
    assert run.exit_code == 1
    path = agreed.published / agreed.current_snapshot()["analyst"]
    with duckdb.connect(str(path), read_only=True) as connection:
        columns = connection.sql(
            "select distinct column_name from duckdb_columns() where not internal"
        ).fetchall()
    assert not [
        name for (name,) in columns if name.endswith(("learner_key", "actor_key"))
    ]


def test_queries_are_logged_without_their_texts(agreed: Home):
    query = "select count(*) from pub.programmes where programme_name = 'Ann O''Hara'"
    assert CliRunner().invoke(app, ["sql", query]).exit_code == 0
    assert accesses(agreed) == [
        (
            "analyst",
            "query",
            "select count(*) from pub.programmes where programme_name = '...'",
        )
    ]
    assert b"Hara" not in agreed.access_log.read_bytes()


@pytest.mark.parametrize(
    "query",
    [
        "select $$Ann O'Hara$$",
        "select $t$Ann O'Hara$t$",
        'select 1 as "Ann O\'Hara"',
        "select 1 -- Ann O'Hara",
        "select /* one /* two */ Ann O'Hara */ 1",
        "select 1 /* Ann O'Hara */ as one, 'Ann O''Hara' as two",
        "select E'Ann O\\'Hara'",
        "select 'Ann O''Hara",
    ],
)
def test_no_text_name_or_comment_of_a_query_is_logged(agreed: Home, query: str):
    CliRunner().invoke(app, ["sql", query])
    ((_role, _kind, what),) = accesses(agreed)
    assert "Hara" not in what
    assert what.startswith("select")


def test_the_switch_holds_before_the_next_publish(
    home: Home, judge_and_publish: Publish
):
    make_warehouse(home.warehouse)
    judge_and_publish(home)
    home.settings.write_text(SWITCH, encoding="utf-8")
    run = CliRunner().invoke(app, ["sql", "select * from marts.fct_enrolments"])
    assert run.exit_code == 1


@pytest.mark.parametrize("value", ['"yes"', '"false"', "1"])
def test_the_switch_is_true_or_false(home: Home, value: str):
    home.root.mkdir(parents=True, exist_ok=True)
    text = f"[vars]\nworks_council = {value}\n"
    home.settings.write_text(text, encoding="utf-8")
    with pytest.raises(WrongUse, match="true or false"):
        _ = Settings.load(home).vars


def test_without_the_agreement_queries_are_not_logged(
    home: Home, judge_and_publish: Publish
):
    make_warehouse(home.warehouse)
    judge_and_publish(home)
    assert CliRunner().invoke(app, ["sql", "select 1"]).exit_code == 0
    assert not home.access_log.exists()


def test_accesses_are_kept_for_a_year(home: Home):
    now = datetime(2026, 6, 1, tzinfo=UTC)
    for days in (366, 365, 364):
        at = now - timedelta(days=days)
        log_access(home.access_log, "analyst", "query", str(days), at)
    log_access(home.access_log, "analyst", "query", "now", now)
    assert [what for _role, _kind, what in accesses(home)] == ["365", "364", "now"]


@pytest.mark.parametrize(
    ("content", "least"),
    [
        ("[vars]\nminimum_people = 3\n", 5),
        ("[vars]\nminimum_people = 4\n", 5),
        ("[vars]\nminimum_people = 5\n", 5),
        ("[vars]\nminimum_people = 6\n", 6),
        ("[vars]\nminimum_people = 12\n", 12),
        ("[vars]\nminimum_people = 9\nworks_council = true\n", 10),
        ("[vars]\nminimum_people = 10\nworks_council = true\n", 10),
        ("[vars]\nminimum_people = 11\nworks_council = true\n", 11),
    ],
)
def test_groups_have_at_least_ten_people(home: Home, content: str, least: int):
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text(content, encoding="utf-8")
    settings = Settings.load(home)
    assert settings.minimum_people == least
    assert current_thresholds(settings).fewest_people == least


@pytest.mark.parametrize("value", ['"ten"', "10.5", "true"])
def test_the_smallest_group_is_a_whole_number(home: Home, value: str):
    home.root.mkdir(parents=True, exist_ok=True)
    text = f"[vars]\nminimum_people = {value}\n"
    home.settings.write_text(text, encoding="utf-8")
    with pytest.raises(WrongUse, match="whole number"):
        _ = Settings.load(home).vars


def test_published_groups_have_at_least_ten_people(
    home: Home, judge_and_publish: Publish
):
    make_warehouse(home.warehouse)
    home.settings.write_text(f"{SWITCH}minimum_people = 5\n", encoding="utf-8")
    judge_and_publish(home)
    path = home.published / home.current_snapshot()["dashboard"]
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.sql("select k from pub.snapshot").fetchall()
    assert found == [(10,)]
