"""A stage imports no other stage: the warehouse is the only interface."""

import ast
from pathlib import Path

import pytest

from tandem.files import project_root

STAGES = {"ingest", "comparison", "expectations", "publishing", "dashboards", "samples"}
GROUND = {"tandem.settings", "tandem.files", "tandem.errors", "tandem.wording"}
GROUND |= {"tandem.progress"}
CONDUCTORS = {"cli.py", "pipeline.py", "modelling.py"}


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def modules(package: str) -> list[Path]:
    return sorted((project_root() / package).rglob("*.py"))


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_imports_no_other_stage(stage: str):
    offenders = {
        (str(path.relative_to(project_root())), name)
        for path in modules(stage)
        for name in imported(path)
        if name.split(".")[0] in STAGES - {stage}
    }
    assert offenders == set()


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_stands_on_the_ground_alone(stage: str):
    offenders = {
        (str(path.relative_to(project_root())), name)
        for path in modules(stage)
        for name in imported(path)
        if name.startswith("tandem")
        and name != "tandem"
        and not any(name == g or name.startswith(f"{g}.") for g in GROUND)
    }
    assert offenders == set()


def test_the_ground_imports_no_stage():
    offenders = {
        (path.name, name)
        for path in sorted((project_root() / "tandem").glob("*.py"))
        if path.name not in CONDUCTORS
        for name in imported(path)
        if name.split(".")[0] in STAGES
    }
    assert offenders == set()


def test_no_package_is_called_utils_helpers_or_common():
    banned = {"utils", "helpers", "common"}
    everything = [path for stage in [*STAGES, "tandem"] for path in modules(stage)]
    assert [p for p in everything if {p.stem, p.parent.name} & banned] == []


def test_the_repository_needs_nothing_from_outside_itself():
    """Nothing may name the machine that it happens to be developed on."""
    outside = ("/" + "work/", "../" + "shared", "../" + ".library")
    texts = ("*.py", "*.sql", "*.yml", "*.toml", "*.md", "*.csv", "Makefile", "run")
    offenders = [
        str(path)
        for pattern in texts
        for path in project_root().rglob(pattern)
        if not {".venv", "data", ".git"} & set(path.relative_to(project_root()).parts)
        if any(word in path.read_text(encoding="utf-8") for word in outside)
    ]
    assert offenders == []
