"""Shared by all tests: an environment, the parsed dbt project, the open data set."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tandem.core.files import Home, project_root
from tandem.core.settings import Settings

KEY = "a-key-for-tests-only-0123456789abcdef"


@pytest.fixture(autouse=True, scope="session")
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests away from the user's home, key and network settings."""
    before = dict(os.environ)
    os.environ["TANDEM_PSEUDONYM_KEY"] = KEY
    os.environ["TANDEM_HOME"] = str(tmp_path_factory.mktemp("home"))
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(autouse=True)
def _own_main_module() -> Iterator[None]:
    """Put the main module back: Streamlit's AppTest leaves a page in its place.

    A process that is spawned later would import that page.
    """
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home that the environment names too."""
    monkeypatch.setenv("TANDEM_HOME", str(tmp_path / "home"))
    return Home.from_environment()


@pytest.fixture(scope="session")
def parsed_project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The dbt project is parsed once a session for each set of variables.

    dbt keeps what it parsed in its target folder, and discards it where the profile
    differs, which holds the path of the warehouse. No model reads that path, so it is
    left out of the profile's hash, and what one home parsed is copied to the next.
    dbt compares its own version, variables and files as always.
    """
    from dbt.adapters.duckdb.credentials import DuckDBCredentials
    from dbt.parser.manifest import ManifestLoader

    folder = tmp_path_factory.mktemp("parsed")
    keys = DuckDBCredentials._connection_keys
    read = ManifestLoader.read_manifest_for_partial_parse
    write = ManifestLoader.write_manifest_for_partial_parse

    def own(loader: ManifestLoader) -> Path:
        return Path(loader.root_project.project_target_path) / "partial_parse.msgpack"

    def shared(loader: ManifestLoader) -> Path:
        return folder / loader.manifest.state_check.vars_hash.checksum

    def read_shared(loader: ManifestLoader) -> object:
        if shared(loader).exists():
            own(loader).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(shared(loader), own(loader))
        return read(loader)

    def write_shared(loader: ManifestLoader) -> None:
        write(loader)
        shutil.copy(own(loader), shared(loader))

    def keys_without_path(credentials: DuckDBCredentials) -> tuple[str, ...]:
        return tuple(key for key in keys(credentials) if key != "path")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DuckDBCredentials, "_connection_keys", keys_without_path)
        patch.setattr(ManifestLoader, "read_manifest_for_partial_parse", read_shared)
        patch.setattr(ManifestLoader, "write_manifest_for_partial_parse", write_shared)
        yield


@pytest.fixture(scope="session")
def oulad_home(tmp_path_factory: pytest.TempPathFactory, parsed_project: None) -> Home:
    """The open data set landed, built, compared, judged and published, once.

    Tests read it; a test that changes anything copies it first.
    """
    from tandem.cli import pipeline

    home = Home(tmp_path_factory.mktemp("oulad") / "home")
    settings = Settings.load(home)
    pipeline.land([project_root() / "samples" / "oulad"], home, settings)
    pipeline.refresh(home, settings)
    return home


@dataclass(frozen=True)
class PublishedSample:
    """A sample organisation: its home, and the truth that it planted."""

    home: Home
    truth: dict[str, Any]


@pytest.fixture(scope="session")
def published_sample(
    tmp_path_factory: pytest.TempPathFactory, parsed_project: None
) -> PublishedSample:
    """The sample landed, built, compared, judged and published, once.

    Everybody is matched: who could not be is in bounds, which other tests hold.
    """
    from samples.generate import generate
    from samples.plan import Plan
    from tandem.cli import pipeline

    folder = tmp_path_factory.mktemp("sample")
    truth = generate(folder / "files", Plan(enrolments=800, seed=11, unmatched=0))
    home = Home(folder / "home")
    home.root.mkdir()
    shutil.copy(folder / "files" / "tandem.toml", home.root)
    settings = Settings.load(home)
    parts = sorted(path for path in (folder / "files").iterdir() if path.is_dir())
    pipeline.land(parts, home, settings)
    pipeline.refresh(home, settings)
    return PublishedSample(home, truth)
