"""One small sample on disk, and one larger simulation that is not written."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from samples.generate import generate
from samples.plan import Plan
from samples.simulation import Simulation, simulate

SMALL = Plan(enrolments=2_500, seed=3)
LARGE = Plan(enrolments=30_000, seed=5)


@dataclass(frozen=True)
class Sample:
    """A written sample: its folder, and its truth.json."""

    folder: Path
    truth: dict[str, Any]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("sample") / "files"
    generate(folder, SMALL)
    return Sample(folder, json.loads((folder / "truth.json").read_text("utf-8")))


@pytest.fixture(scope="session")
def large() -> Simulation:
    return simulate(LARGE)
