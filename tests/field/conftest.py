"""The cases and the homes that they land in."""

import os
import shutil
from pathlib import Path

import pytest

from tandem.cli import pipeline
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.field.case import Case, read_cases

HERE = Path(__file__).parent
INPUTS = os.environ.get("FIELD_CASES")
CASES = read_cases(HERE / "cases", Path(INPUTS) if INPUTS else None)
ORGANISATION = HERE / "organisation"


def home_of(case: Case, root: Path) -> Home:
    """Return an empty home with the case's settings."""
    home = Home(root)
    root.mkdir(parents=True)
    home.settings.write_text(case.content.get("settings", ""), encoding="utf-8")
    return home


class LandedCases:
    """A home for each case and order of its files, made when it is first asked for."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        """Make homes below the folders of a factory."""
        self._factory = factory
        self._homes: dict[tuple[str, bool], Home] = {}

    def home(self, name: str, *, is_reversed: bool) -> Home:
        """Return the home in which a case, and nothing else, landed."""
        key = (name, is_reversed)
        if key not in self._homes:
            case = next(case for case in CASES if case.folder.name == name)
            home = home_of(case, self._factory.mktemp(name) / "home")
            case.land(home, is_reversed=is_reversed)
            self._homes[key] = home
        return self._homes[key]


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> LandedCases:
    """The homes of the cases; each case lands alone."""
    return LandedCases(tmp_path_factory)


@pytest.fixture(scope="session")
def modelled(tmp_path_factory: pytest.TempPathFactory, parsed_project: None) -> Home:
    """All cases with checks of marts in one home with an organisation, built once."""
    home = Home(tmp_path_factory.mktemp("field") / "home")
    home.root.mkdir(parents=True)
    shutil.copy(ORGANISATION / "tandem.toml", home.settings)
    settings = Settings.load(home)
    tables = sorted(path for path in ORGANISATION.iterdir() if path.suffix != ".toml")
    pipeline.land(tables, home, settings)
    for case in CASES:
        if case.checks("marts"):
            case.land(home)
    with home.writing():
        pipeline.model(home, settings)
    return home
