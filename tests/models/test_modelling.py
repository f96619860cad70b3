"""`tandem build`: what it rebuilds, what it leaves behind, how it refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tandem.cli.modelling import build, fingerprint_of
from tandem.core.errors import BuildFailed, WarehouseProblem
from tandem.core.files import Home, read_status
from tandem.core.settings import Settings

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
    assert counters["full_refresh"] is True
    assert counters["reason"] == "there was no build before"
    assert counters["node_count"] > 100
    assert counters["fingerprint"] == fingerprint_of(Settings.load(built))


def test_a_threshold_of_the_organisation_changes_the_fingerprint(home: Home):
    home.root.mkdir(parents=True)
    before = fingerprint_of(Settings.load(home))
    home.settings.write_text("[vars]\nhorizon_days = 30\n", encoding="utf-8")
    assert fingerprint_of(Settings.load(home)) != before


def test_a_build_lets_go_of_the_file(built: Home):
    with duckdb.connect(str(built.warehouse)) as connection:
        found = connection.sql("select count(*) from marts.fct_enrolments").fetchall()
    assert found == [(0,)]


def test_people_are_keys_in_the_comments_that_analysts_read(built: Home):
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        found = connection.sql(
            """
            select comment from duckdb_columns()
            where table_name = 'fct_enrolments' and column_name = 'learner_key'
            """
        ).fetchall()
    assert found == [("Pseudonymous key of the person.",)]


def test_what_dbt_refuses_is_one_line_that_names_the_node(built: Home, tmp_path: Path):
    home = Home(tmp_path / "broken")
    home.root.mkdir()
    home.warehouse.write_bytes(built.warehouse.read_bytes())
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("""
            insert into raw.loads by name
            select 'l' as load_id, 'hr' as source, 'csv' as connector, 'x' as sha256,
                0 as byte_count, 0 as read_count, 0 as landed_count,
                0 as replayed_count, 0 as rejected_count, 0 as conflicting_count,
                0 as undated_count, 0 as row_count,
                timestamp '2026-01-01' as started_at,
                timestamp '2026-01-01' as committed_at
        """)
        connection.execute("""
            insert into raw.programmes by name
            select 'l' as load_id, 'hr' as source, 'P' as programme_id,
                'telepathy' as default_delivery_mode
        """)
    with pytest.raises(BuildFailed) as refused:
        build(home, Settings.load(home))
    line = refused.value.one_line()
    assert "accepted_values_stg_organisation__programmes_default_delivery_mode" in line
    assert "\n" not in line
    assert "build" not in read_status(home)


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


def test_the_command_reports_as_json(built: Home, tmp_path: Path):
    home = Home(tmp_path / "again")
    home.root.mkdir()
    home.warehouse.write_bytes(built.warehouse.read_bytes())
    home.status.write_bytes(built.status.read_bytes())
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tandem.cli.main import main; main()",
            "build",
            "--json",
        ],
        env={**os.environ, "TANDEM_HOME": str(home.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["full_refresh"] is False
    assert report["reason"] == ""
