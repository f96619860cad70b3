"""A stage imports no other stage: the warehouse is the only interface."""

import ast
import subprocess
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


def tracked() -> list[str]:
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(
        command, cwd=project_root(), capture_output=True, check=True
    )
    return [name for name in listed.stdout.decode().split("\0") if name]


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
    outside = (b"/" + b"work/", b"../" + b"shared", b"../" + b".library")
    kinds = (".py", ".sql", ".yml", ".toml", ".md", ".csv", ".json", "")
    offenders = [
        name
        for name in tracked()
        if Path(name).suffix in kinds and (project_root() / name).is_file()
        if any(word in (project_root() / name).read_bytes() for word in outside)
    ]
    assert offenders == []
