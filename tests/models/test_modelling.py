"""`tandem build`: what it builds and reports, and how it refuses."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from typer.testing import CliRunner

from tandem.cli import pipeline
from tandem.cli.build_state import last_build
from tandem.cli.fingerprint import fingerprint_of
from tandem.cli.main import app
from tandem.cli.modelling import build, scope_of_build
from tandem.core.errors import BuildFailed, WarehouseProblem
from tandem.core.files import Home, read_status
from tandem.core.settings import Settings

LOAD = """
insert into raw.loads by name
select 'l' as load_id, 'hr' as source, 'csv' as connector, 'x' as sha256,
    0 as byte_count, 0 as read_count, 0 as landed_count,
    0 as replayed_count, 0 as rejected_count, 0 as conflicting_count,
    0 as undated_count, 0 as row_count,
    timestamp '2026-01-01' as started_at,
    timestamp '2026-01-01' as committed_at
"""
TANDEM = [sys.executable, "-c", "from tandem.cli.main import main; main()"]


def test_without_a_warehouse_the_next_step_is_to_land(home: Home):
    with pytest.raises(WarehouseProblem, match="land something first"):
        build(home, Settings.load(home))


def test_a_file_that_is_no_warehouse_is_named(home: Home):
    home.root.mkdir(parents=True)
    home.warehouse.write_bytes(b"this is not a database" * 1000)
    with pytest.raises(WarehouseProblem, match=r"warehouse\.duckdb"):
        build(home, Settings.load(home))


def test_a_database_without_landed_tables_is_refused(home: Home):
    home.root.mkdir(parents=True)
    duckdb.connect(str(home.warehouse)).close()
    with pytest.raises(WarehouseProblem, match="holds no landed data"):
        build(home, Settings.load(home))


def test_the_first_build_is_in_full_and_leaves_its_counters(built: Home):
    counters = read_status(built)["build"]
    assert (counters["scope"], counters["full_refresh"]) == ("full", True)
    assert counters["reason"] == "there was no build before"
    assert counters["model_count"] > 80
    assert counters["test_count"] > 60
    assert counters["fingerprint"] == fingerprint_of(Settings.load(built))


def test_the_summary_gives_scope_reason_counts_and_duration(built: Home):
    counters = read_status(built)["build"]
    assert counters["summary"] == (
        "Full build, because there was no build before: "
        f"{counters['model_count']} models built and {counters['test_count']} data "
        f"tests passed in {counters['seconds']:.0f} s."
    )


def result_of(resource_type: str, *materialized: str) -> SimpleNamespace:
    """Return a result of dbt for one node; only a model is materialised."""
    config = SimpleNamespace(**dict(zip(["materialized"], materialized, strict=False)))
    return SimpleNamespace(
        node=SimpleNamespace(resource_type=resource_type, config=config)
    )


@pytest.mark.parametrize(
    ("kinds", "reason", "scope"),
    [
        (["view", "table"], "", ("full", "no model is incremental")),
        (["view", "incremental"], "", ("partial", "3 statements changed")),
        (["incremental"], "seeds changed", ("full", "seeds changed")),
    ],
)
def test_a_build_is_partial_where_incremental_models_keep_rows(
    kinds: list[str], reason: str, scope: tuple[str, str]
):
    results = [result_of("model", kind) for kind in kinds] + [result_of("exposure")]
    name, why = scope_of_build(results, reason, "3 statements changed")
    assert name == scope[0]
    assert why.startswith(scope[1])


def test_a_build_closes_the_warehouse(built: Home):
    with duckdb.connect(str(built.warehouse)) as connection:
        found = connection.sql("select count(*) from marts.fct_enrolments").fetchall()
    assert found == [(0,)]


def comments_of_marts(home: Home) -> dict[str, str | None]:
    """Return the comment of each column of the marts."""
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        rows = connection.sql("""
            select table_name || '.' || column_name, comment from duckdb_columns()
            where schema_name = 'marts'
        """).fetchall()
    return dict(rows)


def test_every_column_that_analysts_read_has_its_comment(built: Home):
    found = comments_of_marts(built)
    assert found["fct_enrolments.learner_key"] == "Pseudonymous key of the person."
    assert [name for name, comment in found.items() if not comment] == []


def copied(built: Home, root: Path) -> Home:
    """Return a copy of a built home: its warehouse and the status of its build."""
    home = Home(root)
    home.root.mkdir()
    shutil.copy(built.warehouse, home.warehouse)
    shutil.copy(built.status, home.status)
    return home


def test_what_a_rule_refuses_is_one_line_with_table_and_rule(
    built: Home, tmp_path: Path
):
    home = copied(built, tmp_path / "broken")
    before = read_status(home)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(LOAD)
        connection.execute("""
            insert into raw.programmes by name
            select 'l' as load_id, 'hr' as source, 'P' as programme_id,
                'telepathy' as default_delivery_mode, 'whim' as legal_basis
        """)
    with pytest.raises(BuildFailed) as refused:
        build(home, Settings.load(home))
    line = refused.value.one_line()
    assert line.startswith(
        "stg_organisation__programmes "
        "(models/staging/organisation/stg_organisation__programmes.yml): "
        "default_delivery_mode is none of sync, async, hybrid (1 row); "
        "legal_basis is none of contract, legitimate_interest, legal_obligation, "
        "consent, none (1 row) -> "
    )
    assert "\n" not in line
    assert read_status(home) == before
    with duckdb.connect(str(home.warehouse)) as connection:
        assert not last_build(connection).is_finished


def test_the_command_says_in_one_line_what_is_wrong(tmp_path: Path):
    done = subprocess.run(
        [*TANDEM, "build"],
        env={**os.environ, "TANDEM_HOME": str(tmp_path / "nothing")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "land something first" in done.stderr


def test_the_command_reports_a_build_of_what_was_landed_since(
    built: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home = copied(built, tmp_path / "again")
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(LOAD)
    monkeypatch.setenv("TANDEM_HOME", str(home.root))
    done = CliRunner().invoke(app, ["build", "--json"])
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["full_refresh"] is False
    assert report["scope"] == "partial"
    assert report["reason"] == "raw.loads changed since the last build"
    first = read_status(built)["build"]
    assert report["seed_count"] == 0
    assert 0 < report["model_count"] < first["model_count"]
    assert report["test_count"] < first["test_count"]
    assert comments_of_marts(home) == comments_of_marts(built)


def test_the_command_prints_the_summary_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
):
    report = SimpleNamespace(summary="Full build, because [seeds] changed: ...")
    monkeypatch.setattr(pipeline, "model", lambda *_args, **_options: report)
    done = CliRunner().invoke(app, ["build"])
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"{report.summary}\n"
