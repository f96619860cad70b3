"""A build ends before dbt where nothing changed; every kind of change is noticed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ingest.identity import vault
from ingest.identity.data_requests import restrict
from ingest.identity.linking import link
from ingest.identity.resolution import resolve_identities
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from ingest.storage.warehouse import LAYOUT_VERSION, opened
from tandem.cli import build_state, fingerprint, modelling, pipeline
from tandem.cli.build_report import NOTHING_TO_BUILD
from tandem.cli.main import app
from tandem.cli.modelling import nothing_to_build
from tandem.core.errors import BuildFailed
from tandem.core.files import Home, project_root
from tandem.core.settings import Settings

FULL_REFRESH = "--full-refresh"
NOW = datetime(2026, 5, 1)  # noqa: DTZ001 - naive UTC
HOME_PAGE = "https://lms.example"
ROSA = "rosa@corp.example"


def uuid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def land(home: Home, name: str, **changed: object) -> None:
    """Land one statement of a file."""
    one = {
        "id": uuid(1),
        "actor": {"mbox": f"mailto:{ROSA}", "name": "Rosa Lindqvist"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": f"{HOME_PAGE}/1"},
        "timestamp": "2026-04-01T10:00:00Z",
    }
    path = home.root.parent / name
    path.write_text(json.dumps(one | changed) + "\n", encoding="utf-8")
    (report,) = ingest([path], home, Settings.load(home), ReadOptions())
    assert report.error is None


def pretend_a_build(home: Home) -> None:
    """Record a finished build over the tables that there are, as a build does."""
    with opened(home) as connection:
        changes = build_state.changes_of(connection)
        inputs = build_state.inputs_of(home, Settings.load(home), connection)
        build_state.begin(connection)
        build_state.finish(connection, inputs, changes.last, has_data_tests=True)


@pytest.fixture(scope="module")
def finished(built: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two people's statements, landed, resolved and recorded as built."""
    home = Home(tmp_path_factory.mktemp("finished") / "home")
    land(home, "zeroth.ndjson")  # makes the vault
    shutil.copy(built.warehouse, home.warehouse)
    sql(home, f"insert into raw.layout values ({LAYOUT_VERSION})")
    land(home, "first.ndjson")
    account = {"account": {"homePage": HOME_PAGE, "name": "rl-7"}}
    land(home, "second.ndjson", id=uuid(2), actor=account)
    resolve_identities(home, Settings.load(home))
    pretend_a_build(home)
    return home


@pytest.fixture
def copy(finished: Home, home: Home) -> Home:
    """A copy of the finished home, for a test to change."""
    shutil.copytree(finished.root, home.root)
    return home


def sql(home: Home, text: str) -> None:
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(text)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def name_in_vault(home: Home) -> None:
    with vault.opened(home) as connection:
        connection.execute(
            "insert into names select actor_key, 'R. L.', false from names"
        )


VERB = "https://vr.riverbank.example/verbs/calibrated"
ROSTER = """
insert into raw.enrolments by name
select 'l' as load_id, 'hr' as source, 'k' as actor_key, 'P' as programme_id
"""
CHANGES: dict[str, Callable[[Home], object]] = {
    "a statement": lambda home: land(home, "3.ndjson", id=uuid(3)),
    "the same statement in another delivery": lambda home: land(
        home, "4.ndjson", context={"platform": "another"}
    ),
    "a roster row": lambda home: sql(home, ROSTER),
    "a corrected row": lambda home: sql(home, "update raw.loads set source = 'b'"),
    "a link": lambda home: link(
        home, f"{HOME_PAGE}|rl-7", ROSA, vault.unlock(home), NOW
    ),
    "a restriction": lambda home: restrict(
        home, ROSA, vault.unlock(home), NOW, is_lifted=False
    ),
    "a name in the vault": name_in_vault,
    "a threshold": lambda home: write(home.settings, "[vars]\nhorizon_days = 30\n"),
    "a rule of identities": lambda home: write(
        home.settings, "[identity]\nmatch_names_in_cohort = true\n"
    ),
    "an own word": lambda home: write(
        home.root / "extensions" / "verbs.csv", f"verb_iri,verb\n{VERB},attempted\n"
    ),
    "a mart dropped": lambda home: sql(home, "drop table marts.fct_kpis"),
    "a mart emptied": lambda home: sql(home, "delete from marts.dim_dates"),
    "a column dropped": lambda home: sql(
        home, "alter table marts.fct_kpis drop column region"
    ),
    "a schema dropped": lambda home: sql(home, "drop schema intermediate cascade"),
    "a view replaced": lambda home: sql(
        home, "create or replace view staging.stg_xapi__loads as select 1 as load_id"
    ),
    "a statement removed by another program": lambda home: sql(
        home, "delete from raw.statements where statement_id like '%1-0000%'"
    ),
    "no vault": lambda home: home.vault.unlink(),
    "no record": lambda home: sql(home, "drop table raw.last_build"),
}


def test_nothing_is_built_where_nothing_changed(copy: Home):
    report = nothing_to_build(copy, Settings.load(copy))
    assert report is not None
    assert (report.scope, report.summary) == ("unchanged", NOTHING_TO_BUILD)
    assert (report.model_count, report.test_count, report.seed_count) == (0, 0, 0)
    assert not report.full_refresh


def test_resolving_identities_again_changes_nothing(copy: Home):
    resolve_identities(copy, Settings.load(copy))
    assert nothing_to_build(copy, Settings.load(copy)) is not None


def test_settings_that_no_number_depends_on_change_nothing(copy: Home):
    write(copy.settings, "[limits]\n")
    assert nothing_to_build(copy, Settings.load(copy)) is not None


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_built(copy: Home, change: str):
    CHANGES[change](copy)
    assert nothing_to_build(copy, Settings.load(copy)) is None


@pytest.mark.parametrize(
    "name",
    [
        "seeds/verbs.csv",
        "models/marts/kpis/fct_kpis.sql",
        "tests/models/generic/audit.sql",
        "ingest/identity/matching.py",
    ],
)
def test_a_changed_file_of_the_project_is_built(
    copy: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    root = tmp_path / "project"
    for folder in ("seeds", "models", "macros", "tests/models/generic"):
        shutil.copytree(project_root() / folder, root / folder)
    shutil.copytree(project_root() / "ingest/identity", root / "ingest/identity")
    shutil.copy(project_root() / "dbt_project.yml", root)
    monkeypatch.setattr(fingerprint, "project_root", lambda: root)
    assert nothing_to_build(copy, Settings.load(copy)) is not None
    with (root / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert nothing_to_build(copy, Settings.load(copy)) is None


def test_a_full_refresh_is_built_though_nothing_changed(
    copy: Home, monkeypatch: pytest.MonkeyPatch
):
    asked = []
    monkeypatch.setattr(
        modelling, "build", lambda *_arguments, **options: asked.append(options)
    )
    settings = Settings.load(copy)
    assert pipeline.model(copy, settings).scope == "unchanged"
    assert asked == []
    pipeline.model(copy, settings, full_refresh=True)
    assert asked == [{"full_refresh": True}]


def test_a_build_that_broke_off_is_made_again_in_full(
    copy: Home, monkeypatch: pytest.MonkeyPatch
):
    """A killed process and a failing model leave the same: tables half updated."""
    commands = []

    def fail(_home: Home, _settings: Settings, command: list[str], **_: object) -> None:
        commands.append(command)
        raise BuildFailed("a model failed", "fct_kpis", "")

    monkeypatch.setattr(modelling, "run_dbt", fail)
    land(copy, "more.ndjson", id=uuid(3))
    settings = Settings.load(copy)
    for _ in range(2):
        with pytest.raises(BuildFailed):
            modelling.build(copy, settings)
        assert nothing_to_build(copy, settings) is None
    # One of three statements is more than a fifth.
    assert [FULL_REFRESH in command for command in commands] == [True, True]
    with opened(copy) as connection:
        last = build_state.last_build(connection)
        assert not last.is_finished
        assert build_state.changes_of(connection).statement_count == 1


@pytest.mark.parametrize("is_new", [True, False])
def test_a_build_in_part_is_dbt_s_own_command_without_full_refresh(
    copy: Home, monkeypatch: pytest.MonkeyPatch, is_new: bool
):
    commands = []

    def run(_home: Home, _settings: Settings, command: list[str], **_: object) -> list:
        commands.append(command)
        return []

    monkeypatch.setattr(modelling, "run_dbt", run)
    for number in range(10, 16):
        land(copy, f"{number}.ndjson", id=uuid(number))
    pretend_a_build(copy)
    if is_new:
        land(copy, "new.ndjson", id=uuid(99))
    report = modelling.build(copy, Settings.load(copy))
    modelling.build(copy, Settings.load(copy), full_refresh=True)
    in_part, in_full = commands
    assert in_part[0] == in_full[0] == "build"
    assert FULL_REFRESH in in_full
    assert FULL_REFRESH not in in_part
    assert "config.materialized:incremental" in in_part
    assert report.changed_statement_count == int(is_new)
    assert nothing_to_build(copy, Settings.load(copy)) is not None


def test_a_build_without_data_tests_is_followed_by_one_with_them(copy: Home):
    with opened(copy) as connection:
        inputs = build_state.inputs_of(copy, Settings.load(copy), connection)
        last = build_state.changes_of(connection).last
        build_state.finish(connection, inputs, last, has_data_tests=False)
    assert nothing_to_build(copy, Settings.load(copy)) is None


def test_a_record_of_another_version_counts_as_unfinished(copy: Home):
    sql(copy, 'update raw.last_build set state = \'{"inputs": {"a": 1}}\'')
    with opened(copy) as connection:
        assert not build_state.last_build(connection).is_finished


def test_a_file_that_another_program_has_open_is_left_to_the_build(copy: Home):
    write(copy.warehouse, "this is not a database")
    assert nothing_to_build(copy, Settings.load(copy)) is None


def test_the_command_prints_the_report_as_json(copy: Home):
    done = CliRunner().invoke(app, ["build", "--json"])
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["scope"] == "unchanged"
    assert report["summary"] == NOTHING_TO_BUILD


STOP = """
import sys
from tandem.cli.main import app
try:
    app(["build"])
finally:
    heavy = {"dbt", "ingest.identity.resolution", "pyarrow", "polars"}
    print(sorted(heavy & set(sys.modules)))
"""


def test_dbt_is_not_imported_where_nothing_changed(copy: Home):
    without_key = {k: v for k, v in os.environ.items() if k != "TANDEM_PSEUDONYM_KEY"}
    done = subprocess.run(
        [sys.executable, "-c", STOP],
        env=without_key | {"TANDEM_HOME": str(copy.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    assert done.stderr.split() == NOTHING_TO_BUILD.split()
