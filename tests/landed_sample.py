"""A sample of the invented organisation, landed in a home of its own."""

import shutil
from pathlib import Path
from typing import Any

from samples.generate import generate
from samples.plan import Plan
from tandem.cli import pipeline
from tandem.core.files import Home
from tandem.core.settings import Settings


def land_sample(folder: Path, plan: Plan) -> tuple[Home, Settings, dict[str, Any]]:
    """Write a sample to `files` below a folder and land it in `home` beside them.

    Returns:
        The home, its settings, and the truth about the sample.
    """
    files = folder / "files"
    truth = generate(files, plan)
    home = Home(folder / "home")
    home.root.mkdir()
    shutil.copy(files / "tandem.toml", home.settings)
    settings = Settings.load(home)
    parts = sorted(path for path in files.iterdir() if path.is_dir())
    pipeline.land(parts, home, settings)
    return home, settings, truth
