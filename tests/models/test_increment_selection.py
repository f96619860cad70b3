"""What an increment leaves out, and that its audits still find a broken rule."""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tandem.cli import increments
from tandem.core.errors import BuildFailed
from tandem.core.files import Home


@pytest.mark.parametrize(
    ("changed", "affected", "unaffected"),
    [
        (
            ["statements", "changed_statements", "loads"],
            {"int_current_statements", "fct_enrolments", "fct_kpis", "dim_sources"},
            {"stg_organisation__programmes", "dim_dates", "int_roster_entries"},
        ),
        (
            ["enrolments", "loads"],
            {"int_roster_entries", "fct_enrolments", "touched_bindings"},
            {"int_current_statements", "stg_organisation__people", "dim_dates"},
        ),
        (
            ["programmes"],
            {"stg_organisation__programmes", "dim_programmes", "fct_life_table"},
            {"int_current_statements", "int_live_connections", "int_day_numbers"},
        ),
        (["loads"], {"dim_sources"}, {"int_current_statements", "int_roster_entries"}),
        ([], set(), {"int_current_statements", "fct_kpis", "dim_sources"}),
    ],
)
def test_models_that_read_no_changed_table_are_left_out(
    built: Home,
    models: dict[str, Any],
    changed: list[str],
    affected: set[str],
    unaffected: set[str],
):
    left_out = set(increments.unaffected_models(built.dbt_target, changed))
    assert left_out <= set(models)
    assert unaffected <= left_out
    assert left_out & affected == set()


def test_without_a_manifest_nothing_is_left_out(tmp_path: Path):
    assert increments.unaffected_models(tmp_path, ["statements"]) == []


@pytest.fixture
def warehouse(built: Home, tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """A copy of the built warehouse, at the beginning of an increment."""
    path = tmp_path / "warehouse.duckdb"
    shutil.copy(built.warehouse, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create or replace table changes.dim_delivery_modes as"
            " select 'telepathy' as delivery_mode, true as is_new"
        )
        yield connection


def test_a_build_in_full_keeps_its_audits(warehouse: duckdb.DuckDBPyConnection):
    found = warehouse.sql("select count(*), count(sql) from changes.audits").fetchall()
    assert found[0][0] == found[0][1] > 60
    assert increments.has_audits(warehouse)


def test_audits_of_a_table_with_changed_rows_are_run(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
):
    before = increments.audit_changed(warehouse, tmp_path)
    warehouse.execute("delete from changes.dim_delivery_modes")
    assert increments.audit_changed(warehouse, tmp_path) < before


def test_a_broken_rule_stops_an_increment_and_is_named(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
):
    warehouse.execute(
        "insert into marts.dim_delivery_modes from marts.dim_delivery_modes"
    )
    with pytest.raises(BuildFailed) as refused:
        increments.audit_changed(warehouse, tmp_path)
    line = refused.value.one_line()
    assert "dim_delivery_modes" in line
    assert "delivery_mode is not unique" in line


def test_an_increment_begins_without_changed_rows(warehouse: duckdb.DuckDBPyConnection):
    increments.begin(warehouse, ["statements"])
    assert warehouse.sql("from changes.dim_delivery_modes").fetchall() == []
    assert warehouse.sql("from changes.changed_sources").fetchall() == [("statements",)]
    assert increments.has_audits(warehouse)
