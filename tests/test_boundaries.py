"""A stage imports no other stage: the warehouse is the only interface."""

import ast
import subprocess
from pathlib import Path

import pytest

from tandem.core.files import project_root

STAGES = {"ingest", "comparison", "expectations", "publishing", "dashboards", "samples"}
# Inside ingest a package imports only those of earlier rows, and itself.
INGEST_ORDER = (
    {"parsing", "xapi", "unpacking", "choice_lists"},
    {"storage"},
    {"identity"},
    {"landing"},
    {"mapping"},
    {"connectors", "pull"},
    {"inspection", "review"},
    {"proposals", "exports"},
    {"run", "templates"},
)
ROOT = project_root()
VENDORS = sorted(
    path.parent.name for path in (ROOT / "ingest" / "connectors").glob("*/__init__.py")
)


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, wherever in it."""
    return {
        name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in names_of(node)
    }


def imported_at_start(path: Path) -> set[str]:
    """Return the modules that importing a file imports; types alone do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in names_of(node)
    }


def names_of(node: ast.Import | ast.ImportFrom) -> set[str]:
    """Return the modules that one statement imports."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if not node.module:
        return set()
    return {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}


def is_below(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def place_of(package: str) -> int:
    """Return which row of the order a package of ingest is in."""
    return next(n for n, row in enumerate(INGEST_ORDER) if package in row)


def tracked() -> list[str]:
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(
        command, cwd=project_root(), capture_output=True, check=True
    )
    return [name for name in listed.stdout.decode().split("\0") if name]


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_imports_no_other_stage(stage: str):
    offenders = {
        (str(path.relative_to(ROOT)), name)
        for path in modules(stage)
        for name in imported(path)
        if name.split(".")[0] in STAGES - {stage}
    }
    assert offenders == set()


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_imports_nothing_of_tandem_but_its_core(stage: str):
    offenders = {
        (str(path.relative_to(ROOT)), name)
        for path in modules(stage)
        for name in imported(path)
        if name.split(".")[0] == "tandem" and not is_below(name, "tandem.core")
    }
    assert offenders == set()


def test_the_core_imports_no_stage_and_no_command():
    offenders = {
        (path.name, name)
        for path in modules("tandem/core")
        for name in imported(path)
        if name.split(".")[0] in STAGES or is_below(name, "tandem.cli")
    }
    assert offenders == set()


def test_commands_import_stages_only_while_they_run():
    """A command that is not called costs the start of `tandem` no stage."""
    offenders = {
        (path.name, name)
        for path in modules("tandem/cli")
        for name in imported_at_start(path)
        if name.split(".")[0] in STAGES
    }
    assert offenders == set()


def test_only_the_command_line_knows_the_stages():
    offenders = {
        (str(path.relative_to(ROOT)), name)
        for path in modules("tandem")
        if not path.is_relative_to(ROOT / "tandem" / "cli")
        for name in imported(path)
        if name.split(".")[0] in STAGES
    }
    assert offenders == set()


def test_every_package_of_ingest_has_its_place_in_the_order():
    found = {
        path.stem
        for path in (ROOT / "ingest").iterdir()
        if not path.name.startswith("__")
    }
    assert found == set().union(*INGEST_ORDER)


@pytest.mark.parametrize("package", sorted(set().union(*INGEST_ORDER)))
def test_inside_ingest_no_package_imports_a_later_one(package: str):
    paths = modules(f"ingest/{package}") or [ROOT / "ingest" / f"{package}.py"]
    place = place_of(package)
    offenders = {
        (str(path.relative_to(ROOT)), name)
        for path in paths
        for name in imported(path)
        if name.startswith("ingest.")
        and (other := name.split(".")[1]) != package
        and place_of(other) >= place
    }
    assert offenders == set()


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_vendor_imports_another_vendor(vendor: str):
    """Code that two vendors use is a module directly in ingest/connectors/."""
    others = [f"ingest.connectors.{name}" for name in VENDORS if name != vendor]
    offenders = {
        (str(path.relative_to(ROOT)), name)
        for path in modules(f"ingest/connectors/{vendor}")
        for name in imported(path)
        if any(is_below(name, other) for other in others)
    }
    assert offenders == set()


def test_no_module_hides_behind_an_underscore():
    """Directories and packages say what is private."""
    offenders = [
        name
        for name in tracked()
        if Path(name).suffix == ".py"
        and Path(name).name.startswith("_")
        and Path(name).name != "__init__.py"
        and Path(name).name != "__main__.py"
    ]
    assert offenders == []


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
