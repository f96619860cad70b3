"""Every kind of file and setting that gives numbers their meaning is fingerprinted.

The files are changed in a copy of the project, one at a time.
"""

import shutil
from pathlib import Path

import pytest
import yaml

from tandem.cli.fingerprint import changed_kinds, fingerprint_of
from tandem.core.files import Home, project_root
from tandem.core.settings import Settings

READ_BY_DBT = {".sql", ".yml", ".csv"}
IRI = "https://vr.riverbank.example/verbs/calibrated"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what dbt reads to build; each test leaves it as it found it."""
    root = tmp_path_factory.mktemp("project")
    shutil.copy(project_root() / "dbt_project.yml", root)
    for folder in folders():
        shutil.copytree(project_root() / folder, root / folder)
    return root


def folders() -> list[str]:
    """Return the folders of models, macros and seeds that dbt_project.yml names."""
    content = yaml.safe_load((project_root() / "dbt_project.yml").read_text("utf-8"))
    kinds = ("model-paths", "macro-paths", "seed-paths")
    return [folder for kind in kinds for folder in content[kind]]


@pytest.fixture
def settings(home: Home) -> Settings:
    home.root.mkdir(parents=True)
    return Settings.load(home)


def changed(settings: Settings, project: Path, before: dict[str, str]) -> list[str]:
    return changed_kinds(before, fingerprint_of(settings, project))


def test_the_copy_has_the_fingerprint_of_the_project(settings: Settings, project: Path):
    assert fingerprint_of(settings, project) == fingerprint_of(settings)


def test_each_file_that_dbt_builds_from_changes_the_fingerprint_of_its_kind(
    settings: Settings, project: Path
):
    before = fingerprint_of(settings, project)
    paths = [path for path in project.rglob("*") if path.suffix in READ_BY_DBT]
    found = {}
    for path in paths:
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        found[path.relative_to(project)] = changed(settings, project, before)
        path.write_bytes(content)
    assert found == {path: [path.parts[0]] for path in found}
    assert {(path.parts[0], path.suffix) for path in found} == {
        ("dbt_project.yml", ".yml"),
        ("seeds", ".csv"),
        ("seeds", ".yml"),
        ("macros", ".sql"),
        ("models", ".sql"),
        ("models", ".yml"),
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("seeds/own.csv", "seeds"),
        ("seeds/own.yml", "seeds"),
        ("macros/own.sql", "macros"),
        ("models/marts/core/own.sql", "models"),
        ("models/marts/core/own.yml", "models"),
    ],
)
def test_a_file_added_renamed_or_removed_changes_the_fingerprint(
    settings: Settings, project: Path, name: str, kind: str
):
    before = fingerprint_of(settings, project)
    path = project / name
    path.write_text("", encoding="utf-8")
    added = fingerprint_of(settings, project)
    assert changed_kinds(before, added) == [kind]
    renamed = path.rename(path.with_stem("another"))
    assert changed(settings, project, added) == [kind]
    renamed.unlink()
    assert changed(settings, project, before) == []


def test_text_moved_from_one_file_to_the_next_changes_the_fingerprint(
    settings: Settings, project: Path
):
    first, second = sorted((project / "macros").glob("*.sql"))[:2]
    contents = first.read_bytes(), second.read_bytes()
    before = fingerprint_of(settings, project)
    name = b"macros/" + second.name.encode()
    first.write_bytes(contents[0] + name)
    second.write_bytes(contents[1][len(name) :])
    assert changed(settings, project, before) == ["macros"]
    first.write_bytes(contents[0])
    second.write_bytes(contents[1])


def test_a_threshold_of_the_organisation_changes_the_fingerprint(home: Home):
    home.root.mkdir(parents=True)
    before = fingerprint_of(Settings.load(home))
    home.settings.write_text("[vars]\nhorizon_days = 30\n", encoding="utf-8")
    assert changed_kinds(before, fingerprint_of(Settings.load(home))) == ["thresholds"]


def test_every_threshold_is_in_the_fingerprint(home: Home):
    before = fingerprint_of(Settings(home))
    defaults = Settings(home).defaults
    for name in set(defaults) - {"own_verbs", "own_activity_types"}:
        value = defaults[name]
        other: object = "another value"
        if isinstance(value, bool):
            other = not value
        elif isinstance(value, int | float):
            other = value + 1
        now = fingerprint_of(Settings(home, {"vars": {name: other}}))
        assert changed_kinds(before, now) == ["thresholds"], name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("verbs", f"verb_iri,verb\n{IRI},attempted\n"),
        ("activity_types", f"activity_type_iri,activity_kind\n{IRI},simulation\n"),
    ],
)
def test_an_own_word_of_the_organisation_changes_the_fingerprint(
    home: Home, name: str, text: str
):
    before = fingerprint_of(Settings.load(home))
    path = home.root / "extensions" / f"{name}.csv"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert changed_kinds(before, fingerprint_of(Settings.load(home))) == ["vocabulary"]
    path.write_text(text.replace(IRI, f"{IRI}/2"), encoding="utf-8")
    with_another = fingerprint_of(Settings.load(home))
    path.write_text(text, encoding="utf-8")
    assert changed_kinds(with_another, fingerprint_of(Settings.load(home))) == [
        "vocabulary"
    ]
