"""`tandem replay`: land quarantined statements that are valid now."""

import json
from typing import Annotated

import typer
from rich.console import Console

from tandem.core.files import Home
from tandem.core.settings import Settings

out = Console()


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(replay)


def replay(
    xapi_version: Annotated[
        str | None, typer.Option(help="Version to check statements by: 1.0.3 or 2.0.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a source.")
    ] = False,
) -> None:
    """Land refused statements that are valid now; the others stay in quarantine.

    Example: `tandem replay`
    """
    from ingest.landing.delivery import ReadOptions
    from ingest.landing.replay import replay as land_again

    home = Home.from_environment()
    options = ReadOptions(xapi_version=xapi_version)
    reports = land_again(home, Settings.load(home), options)
    if as_json:
        typer.echo(json.dumps([report.as_json() for report in reports]))
        return
    if not reports:
        out.print("Nothing is in quarantine.")
    for report in reports:
        out.print(
            f"{report.source}: {report.landed_count:,} landed, "
            f"{report.replayed_count:,} known already, "
            f"{report.rejected_count:,} still refused",
            markup=False,
        )
