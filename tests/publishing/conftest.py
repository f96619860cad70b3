"""A small warehouse, judged and published, for the tests of publishing."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from expectations.run import judge
from publishing.gate import Acceptance
from publishing.run import publish
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.publishing.warehouse import OFFERS, make_warehouse

Publish = Callable[..., str]
Read = Callable[..., pl.DataFrame]


@pytest.fixture(scope="session")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one snapshot, for tests that only read."""
    home = Home(tmp_path_factory.mktemp("published") / "home")
    make_warehouse(home.warehouse, OFFERS)
    judge(home, Settings.load(home))
    publish(home, Settings.load(home), [])
    return home


@pytest.fixture
def judge_and_publish() -> Publish:
    """Judge and publish a home, with acceptances."""

    def run(home: Home, accepted: list[Acceptance] | None = None) -> str:
        settings = Settings.load(home)
        judge(home, settings)
        return publish(home, settings, accepted or [])

    return run


def dashboard_file(home: Home) -> Path:
    return home.published / home.current_snapshot()["dashboard"]


@pytest.fixture
def read() -> Read:
    """Query the current dashboard file."""

    def query(home: Home, sql: str) -> pl.DataFrame:
        with duckdb.connect(str(dashboard_file(home)), read_only=True) as connection:
            return connection.sql(sql).pl()

    return query
