"""`tandem run`: every stage, in order."""

from pathlib import Path
from typing import Annotated

import typer

from tandem.core.files import Home
from tandem.core.progress import console
from tandem.core.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(run)


def run(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Deliveries to land first.")
    ] = None,
    lrs: Annotated[
        list[str] | None,
        typer.Option(help="An LRS to pull first, as in `tandem ingest --lrs`."),
    ] = None,
    full_refresh: Annotated[
        bool,
        typer.Option(
            "--full-refresh", help="Build everything from all that is landed."
        ),
    ] = False,
) -> None:
    """Land, build, compare, check and publish, in that order.

    Example: `tandem run exports`
    """
    from tandem.cli import pipeline

    home = Home.from_environment()
    settings = Settings.load(home)
    if paths or lrs:
        pipeline.land(paths or [], home, settings, lrs or [])
    snapshot_id = pipeline.refresh(home, settings, full_refresh=full_refresh)
    console.print(f"Published snapshot {snapshot_id}", highlight=False)
