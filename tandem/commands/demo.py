"""`tandem demo`: everything, from data to dashboard, in one command."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tandem.files import Home, project_root
from tandem.progress import console
from tandem.settings import Settings


class DemoData(StrEnum):
    """What the demonstration runs on."""

    oulad = "oulad"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(demo)


def demo(
    data: Annotated[
        DemoData, typer.Option(help="oulad: real, open, self-paced.")
    ] = DemoData.oulad,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Open the dashboard at the end.")
    ] = True,
    port: Annotated[int, typer.Option(help="Where the dashboard listens.")] = 8501,
) -> None:
    """Land, build, compare, check, publish and open the dashboard."""
    from tandem import pipeline

    home = Home.from_environment()
    settings = Settings.load(home)
    pipeline.land(_deliveries(data), home, settings)
    snapshot_id = pipeline.refresh(home, settings)
    console.print(f"Published snapshot {snapshot_id}", highlight=False)
    if serve:
        from tandem.commands.dashboard import dashboard

        dashboard(port=port)


def _deliveries(data: DemoData) -> list[Path]:
    return [project_root() / "samples" / data.value]
