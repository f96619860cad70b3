"""Tables do not depend on the order of deliveries, their split, or the build.

Rows are compared exactly, doubles to the last bit. `TANDEM_SHUFFLES` sets how many
orders are tried; `make campaign` tries a hundred.
"""

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from samples.generate import generate
from samples.plan import Plan
from tandem.cli.dbt_runner import run_dbt
from tandem.cli.modelling import build
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.models.arrivals import reports_of, statements_of, written
from tests.models.differences import differing_tables

SHUFFLES = int(os.environ.get("TANDEM_SHUFFLES", "1"))
FILES = 12  # into which the statements are split
# A repeated delivery changes the counts of deliveries, and nothing else.
COUNTED = "load read landed replayed rejected conflicting undated row"
BOOKKEEPING = {"marts.dim_sources": {f"{name}_count" for name in COUNTED.split()}}


@pytest.fixture(autouse=True, scope="module")
def divided_tables() -> Iterator[None]:
    """Let DuckDB's threads share every table, however small, while dbt builds.

    By itself DuckDB divides tables of more than 122,880 rows only, so that a small
    sample would hide sums that depend on which thread is first.
    """
    from dbt.adapters.duckdb.environments import Environment

    initialise = Environment.initialize_cursor

    def initialise_divided(
        credentials: Any, cursor: duckdb.DuckDBPyConnection, *rest: Any
    ) -> duckdb.DuckDBPyConnection:
        cursor.execute("pragma verify_parallelism")
        cursor.execute("set threads = 2")
        return initialise(credentials, cursor, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Environment, "initialize_cursor", staticmethod(initialise_divided)
        )
        yield


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    generate(folder, Plan(enrolments=200, seed=3))
    return folder


@pytest.fixture(scope="module")
def statements(sample: Path) -> list[str]:
    """The sample's statements, other bodies of some of them, voidings of others."""
    return statements_of(sample)


def build_after(home: Home, sample: Path, loads: list[list[Path]]) -> None:
    """Land deliveries into an empty home, one load after the other, and build."""
    home.root.mkdir(parents=True)
    shutil.copy(sample / "tandem.toml", home.settings)
    settings = Settings.load(home)
    for paths in loads:
        reports = ingest(paths, home, settings, ReadOptions())
        assert [report.error for report in reports if report.error] == []
    build(home, settings, full_refresh=True, has_data_tests=False)


@pytest.fixture(scope="module")
def in_order(
    sample: Path,
    statements: list[str],
    tmp_path_factory: pytest.TempPathFactory,
    parsed_project: None,
) -> Path:
    """The warehouse after one sorted load and a build."""
    root = tmp_path_factory.mktemp("in-order")
    home = Home(root / "home")
    files = written(root / "statements", sorted(statements), 1)
    build_after(home, sample, [[*files, *reports_of(sample)]])
    return home.warehouse


def test_the_sample_has_what_order_could_change(in_order: Path):
    with duckdb.connect(str(in_order), read_only=True) as connection:
        counts = [
            connection.sql(f"select count(*) from {table}").fetchall()[0][0]
            for table in (
                "raw.conflicts",
                "marts.fct_enrolments",
                "marts.fct_session_attendances",
                "marts.fct_learner_engagement",
            )
        ]
        timed = connection.sql("""
            select count(*) from marts.fct_learner_engagement
            where self_paced_seconds > 0 and live_seconds > 0
        """).fetchall()
    assert min(counts) > 20
    assert timed[0][0] > 20


def test_every_rule_of_tables_and_views_holds_over_the_sample(
    in_order: Path, tmp_path: Path
):
    home = Home(tmp_path)
    shutil.copy(in_order, home.warehouse)
    shutil.copy(in_order.with_name("tandem.toml"), home.settings)
    command = ["test", "--select", "test_type:data"]
    results = run_dbt(home, Settings.load(home), command)
    audits = {result.node.test_metadata.name for result in results}
    assert audits == {"audit", "audit_of_view"}
    assert {str(result.status) for result in results} == {"pass"}


def test_two_builds_of_the_same_raw_give_the_same_tables(
    in_order: Path, tmp_path: Path
):
    home = Home(tmp_path)
    shutil.copy(in_order, home.warehouse)
    shutil.copy(in_order.with_name("tandem.toml"), home.settings)
    build(home, Settings.load(home), full_refresh=True, has_data_tests=False)
    schemas = ("staging", "intermediate", "marts")
    assert differing_tables(in_order, home.warehouse, schemas) == {}


@pytest.mark.parametrize("seed", range(SHUFFLES))
def test_every_mart_is_the_same_in_any_order(
    seed: int, in_order: Path, sample: Path, statements: list[str], tmp_path: Path
):
    chance = random.Random(seed)
    again = chance.sample(statements, len(statements) // 20)
    lines = chance.sample([*statements, *again], len(statements) + len(again))
    reports = reports_of(sample)
    arrivals = [*written(tmp_path / "some", lines, FILES), *reports]
    arrivals += chance.sample(reports, 5)
    chance.shuffle(arrivals)
    middle = chance.randrange(1, len(arrivals))
    home = Home(tmp_path / "home")
    build_after(home, sample, [arrivals[:middle], arrivals[middle:]])
    assert differing_tables(in_order, home.warehouse, ["marts"], BOOKKEEPING) == {}
