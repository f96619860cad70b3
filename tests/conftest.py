"""Shared by all tests: their order, an environment, and what is built once a run."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tandem.core.files import Home, project_root
from tandem.core.settings import Settings

KEY = "a-key-for-tests-only-0123456789abcdef"
# Files that take longest, the longest first: a process that began one of them last
# would work on it alone while the other has nothing left to do.
LONGEST = (
    "models/test_increments.py",
    "models/test_order_of_arrival.py",
    "dashboards/test_browser.py",
    "models/test_unit_tests.py",
    "models/test_memory.py",
    "test_lint.py",  # SQL takes the linter two minutes
    "models/test_copies_of_meetings.py",
    "comparison/test_oulad_reversal.py",  # the first to ask for the open data set
    "field/test_cases.py",
    "publishing/test_thresholds.py",
    "lrs/test_real_lrs.py",
    "samples/test_kpi_truth.py",
    "samples/test_cost_recount.py",
)

Fill = Callable[[Path], None]
Once = Callable[[str, Fill], Path]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; all others keep their order."""
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(LONGEST)))


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
def common_folder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    is_one_of_several = hasattr(request.config, "workerinput")
    folder = (own.parent if is_one_of_several else own) / "common"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def once(common_folder: Path) -> Once:
    """A function that returns the folder of some name, which is filled once a run.

    The first process that asks fills it, and another waits until it is filled. Both
    may only read what is there: DuckDB lets no other process read what one writes.
    """

    def filled(name: str, fill: Fill) -> Path:
        folder = common_folder / name
        is_filled = common_folder / f"{name}.filled"
        with FileLock(common_folder / f"{name}.lock"):
            if not is_filled.exists():
                shutil.rmtree(folder, ignore_errors=True)  # another one failed there
                folder.mkdir()
                fill(folder)
                is_filled.touch()
        return folder

    return filled


@pytest.fixture(scope="session")
def parsed_project(common_folder: Path) -> Iterator[None]:
    """The dbt project is parsed once a run for each set of variables.

    dbt keeps what it parsed in its target folder, and discards it where the profile
    differs, which holds the path of the warehouse. No model reads that path, so it is
    left out of the profile's hash, and what one home parsed is copied to the next.
    dbt compares its own version, variables and files as always.
    """
    from dbt.adapters.duckdb.credentials import DuckDBCredentials
    from dbt.parser.manifest import ManifestLoader

    folder = common_folder / "parsed"
    folder.mkdir(exist_ok=True)
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
        # Another process may be reading: it sees the old or the new file, whole.
        new = shared(loader).with_suffix(f".{os.getpid()}")
        shutil.copy(own(loader), new)
        new.replace(shared(loader))

    def keys_without_path(credentials: DuckDBCredentials) -> tuple[str, ...]:
        return tuple(key for key in keys(credentials) if key != "path")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DuckDBCredentials, "_connection_keys", keys_without_path)
        patch.setattr(ManifestLoader, "read_manifest_for_partial_parse", read_shared)
        patch.setattr(ManifestLoader, "write_manifest_for_partial_parse", write_shared)
        yield


@pytest.fixture(scope="session")
def oulad_home(once: Once, parsed_project: None) -> Home:
    """The open data set landed, built, compared, judged and published, once.

    Tests read it; a test that changes anything copies it first.
    """
    from tandem.cli import pipeline

    def fill(folder: Path) -> None:
        home = Home(folder / "home")
        settings = Settings.load(home)
        pipeline.land([project_root() / "samples" / "oulad"], home, settings)
        pipeline.refresh(home, settings)

    return Home(once("oulad", fill) / "home")


@dataclass(frozen=True)
class PublishedSample:
    """A sample organisation: its home, and the truth that it planted."""

    home: Home
    truth: dict[str, Any]


@pytest.fixture(scope="session")
def published_sample(once: Once, parsed_project: None) -> PublishedSample:
    """The sample landed, built, compared, judged and published, once.

    Everybody is matched: who could not be is in bounds, which other tests hold.
    """
    from samples.plan import Plan
    from tandem.cli import pipeline
    from tests.landed_sample import land_sample

    def fill(folder: Path) -> None:
        plan = Plan(enrolments=800, seed=11, unmatched=0)
        home, settings, _truth = land_sample(folder, plan)
        pipeline.refresh(home, settings)

    folder = once("sample", fill)
    truth = json.loads((folder / "files" / "truth.json").read_text("utf-8"))
    return PublishedSample(Home(folder / "home"), truth)
