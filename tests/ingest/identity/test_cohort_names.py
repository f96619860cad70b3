"""Names of a cohort: for its owner, by policy, until a month after its end."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from ingest.identity.cohort_names import cohort_names
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.cli.main import app
from tandem.core.errors import TandemError, WarehouseProblem, WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

ENDED = datetime(2026, 6, 1, 12, tzinfo=UTC).replace(tzinfo=None)
NAMES = ["Anna Schmidt", "Ben Osei", "Carla Ruiz", "Dev Rao"]
ALLOWED = "[access]\nrosters = true\n"


def statement(number: int, name: str) -> str:
    mail = f"mailto:{name.split()[0].lower()}@example.org"
    return json.dumps(
        {
            "id": f"{number:08x}-0000-4000-8000-000000000000",
            "actor": {"mbox": mail, "name": name},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "https://lms.example/course/1"},
            "timestamp": "2024-05-01T10:00:00Z",
        }
    )


@pytest.fixture
def built(home: Home, tmp_path: Path) -> Home:
    """A cohort of four, of whom Carla withdrew; one more has no name."""
    path = tmp_path / "a.ndjson"
    path.write_text("".join(f"{statement(n, x)}\n" for n, x in enumerate(NAMES, 1)))
    ingest([path], home, Settings.load(home), ReadOptions())
    with duckdb.connect(str(home.vault)) as vault:
        keys = dict(vault.execute("select name, actor_key from names").fetchall())
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.dim_cohorts (cohort_id varchar, ends_at timestamp)"
        )
        connection.execute(
            "create table marts.fct_enrolments (cohort_id varchar,"
            " learner_key varchar, is_withdrawn boolean, is_excluded boolean)"
        )
        connection.executemany(
            "insert into marts.dim_cohorts values (?, ?)",
            [
                ("c1", ENDED),
                ("c2", None),
                ("now", datetime.now(UTC).replace(tzinfo=None)),
            ],
        )
        everybody = [keys[name] for name in NAMES] + ["0" * 32]
        rows = [
            (cohort, key, key == keys["Carla Ruiz"], False)
            for cohort in ("c1", "now")
            for key in everybody
        ]
        connection.executemany(
            "insert into marts.fct_enrolments values (?, ?, ?, ?)", rows
        )
    return home


def roster(*words: str) -> Result:
    return CliRunner().invoke(app, ["person", "roster", *words])


def test_the_names_are_those_of_the_cohort(built: Home):
    assert cohort_names(built, "c1", ENDED) == (
        ["Anna Schmidt", "Ben Osei", "Dev Rao"],
        1,
    )


@pytest.mark.parametrize(("seconds", "is_shown"), [(-1, True), (0, False), (1, False)])
def test_names_are_refused_thirty_days_after_the_end(
    built: Home, seconds: int, is_shown: bool
):
    now = ENDED + timedelta(days=30, seconds=seconds)
    if is_shown:
        assert cohort_names(built, "c1", now)[0]
    else:
        with pytest.raises(TandemError, match="not shown any more"):
            cohort_names(built, "c1", now)


def test_a_cohort_without_an_end_or_a_name_is_refused(built: Home):
    with pytest.raises(TandemError, match="end is not known"):
        cohort_names(built, "c2", ENDED)
    with pytest.raises(WrongUse, match="no such cohort"):
        cohort_names(built, "c3", ENDED)


def test_before_a_build_it_says_what_to_do(home: Home, tmp_path: Path):
    path = tmp_path / "a.ndjson"
    path.write_text(f"{statement(1, NAMES[0])}\n")
    ingest([path], home, Settings.load(home), ReadOptions())
    with pytest.raises(WarehouseProblem, match="tandem run"):
        cohort_names(home, "c1", ENDED)


def test_who_asked_to_be_left_out_is_not_listed(built: Home):
    run = CliRunner().invoke(app, ["person", "restrict", "ben@example.org"])
    assert run.exit_code == 0, run.output
    assert "Ben Osei" not in cohort_names(built, "c1", ENDED)[0]


@pytest.mark.parametrize(
    ("settings", "role", "words"),
    [
        (ALLOWED, "leader", "owner of the programme"),
        (ALLOWED, "", "owner of the programme"),
        ("", "programme_owner", "policy does not allow"),
        ("[access]\nrosters = false\n", "programme_owner", "policy does not allow"),
        (f"{ALLOWED}[vars]\nworks_council = true\n", "programme_owner", "agreement"),
    ],
)
def test_names_need_the_role_and_the_policy(
    built: Home, settings: str, role: str, words: str
):
    built.settings.write_text(settings, encoding="utf-8")
    result = roster("now", "--role", role)
    assert isinstance(result.exception, WrongUse)
    assert words in str(result.exception)
    assert not built.access_log.exists()


def test_the_owner_sees_names_only_and_it_is_logged(built: Home):
    built.settings.write_text(ALLOWED, encoding="utf-8")
    result = roster("now", "--role", "programme_owner")
    assert result.stdout.splitlines() == ["Anna Schmidt", "Ben Osei", "Dev Rao"]
    with closing(sqlite3.connect(built.access_log)) as connection:
        logged = connection.execute("select role, kind, what from accesses").fetchall()
    assert logged == [("programme_owner", "roster", "names of cohort now")]
    for name in NAMES:
        assert name.encode() not in built.access_log.read_bytes()
