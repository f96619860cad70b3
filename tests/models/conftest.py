"""An empty warehouse, built once, and what dbt reports about the project."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.storage.layout import DDL
from tandem.cli.modelling import build
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.conftest import Once


def empty_warehouse(root: Path) -> Home:
    """Return a home whose raw tables exist and are empty."""
    home = Home(root)
    root.mkdir(parents=True)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(DDL)
    return home


@pytest.fixture(scope="session")
def built(
    once: Once, tmp_path_factory: pytest.TempPathFactory, parsed_project: None
) -> Home:
    """An empty warehouse after one build; tests read it, or build in a copy of it.

    It is this process's own copy: dbt opens the warehouse as one that writes.
    """

    def fill(folder: Path) -> None:
        home = empty_warehouse(folder / "home")
        build(home, Settings.load(home))

    own = tmp_path_factory.mktemp("models")
    return Home(shutil.copytree(once("models", fill) / "home", own / "home"))


@pytest.fixture(scope="session")
def manifest(built: Home) -> dict[str, Any]:
    """dbt's description of models, sources, tests and exposures."""
    return json.loads((built.dbt_target / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def models(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The project's models by name."""
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
