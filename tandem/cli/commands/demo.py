"""`tandem demo`: everything, from data to dashboard, in one command."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tandem.cli.outcome import AFTER_DEMO, say_outcome
from tandem.core.files import Home, project_root
from tandem.core.progress import narrated, step
from tandem.core.settings import Settings


class DemoData(StrEnum):
    """The data of the demonstration."""

    sample = "sample"
    oulad = "oulad"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(demo)


def demo(
    data: Annotated[
        DemoData,
        typer.Option(help="sample: an invented organisation. oulad: real, self-paced."),
    ] = DemoData.sample,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Open the dashboard at the end.")
    ] = True,
    port: Annotated[int, typer.Option(help="Where the dashboard listens.")] = 8501,
) -> None:
    """Try Tandem out: from an invented organisation's files to the dashboard.

    Example: `tandem demo --no-serve`
    """
    from tandem.cli import pipeline

    home = Home.from_environment()
    with narrated():
        with _deliveries(data, home) as deliveries:
            settings = Settings.load(home)
            pipeline.land(deliveries, home, settings)
        pipeline.refresh(home, settings)
    say_outcome(home, AFTER_DEMO, is_served=serve)
    if serve:
        from tandem.cli.commands.dashboard import dashboard

        dashboard(port=port)


@contextmanager
def _deliveries(data: DemoData, home: Home) -> Iterator[list[Path]]:
    """Yield what to land; the invented organisation's files are removed afterwards."""
    if data is DemoData.oulad:
        yield [project_root() / "samples" / "oulad"]
        return
    from samples.generate import generate
    from samples.plan import Plan

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "sample"
        with step("Inventing an organisation"):
            generate(folder, Plan())
        if not home.settings.exists():
            home.root.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / "tandem.toml", home.settings)
        yield sorted(path for path in folder.iterdir() if path.is_dir())
