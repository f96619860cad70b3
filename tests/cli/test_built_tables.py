"""What the last build made is read, or the next step is said."""

import subprocess
import sys
from contextlib import closing

import duckdb
import pytest

from tandem.cli.built_tables import built_tables
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home

HOLD = (
    "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True);"
    "sys.stdin.read()"
)


def asked(home: Home) -> list[tuple[int]]:
    with built_tables(home) as connection:
        return connection.sql(
            "select enrolment_id from marts.fct_enrolments"
        ).fetchall()


def test_without_a_warehouse_something_has_to_land(home: Home):
    with pytest.raises(WarehouseProblem, match="land something first"):
        asked(home)


def test_before_a_build_and_after_it(home: Home):
    home.root.mkdir()
    with closing(duckdb.connect(str(home.warehouse))) as connection:
        connection.execute("create schema marts")
    with pytest.raises(WarehouseProblem, match="run tandem build"):
        asked(home)
    with closing(duckdb.connect(str(home.warehouse))) as connection:
        connection.execute("create table marts.fct_enrolments as select 1 enrolment_id")
    assert asked(home) == [(1,)]


def test_a_warehouse_in_use_is_named(home: Home):
    home.root.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        other.stdout.readline()
        with pytest.raises(WarehouseProblem, match="another program has it open"):
            asked(home)
        other.communicate("")
