"""What all tests share: a home of its own, and the open data set built once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tandem.core.files import Home, project_root
from tandem.core.settings import Settings

KEY = "a-key-for-tests-only-0123456789abcdef"


@pytest.fixture(autouse=True, scope="session")
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests off the user's home, key and network settings."""
    before = dict(os.environ)
    os.environ["TANDEM_PSEUDONYM_KEY"] = KEY
    os.environ["TANDEM_HOME"] = str(tmp_path_factory.mktemp("home"))
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home that the environment names too."""
    monkeypatch.setenv("TANDEM_HOME", str(tmp_path / "home"))
    return Home.from_environment()


@pytest.fixture(scope="session")
def oulad_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The open data set landed, built, compared, judged and published, once.

    Tests read it; one that changes anything copies it first.
    """
    from tandem.cli import pipeline

    home = Home(tmp_path_factory.mktemp("oulad") / "home")
    settings = Settings.load(home)
    pipeline.land([project_root() / "samples" / "oulad"], home, settings)
    pipeline.refresh(home, settings)
    return home
