"""`tandem build`: build the marts from raw, and run the data tests."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from tandem.core.files import Home
from tandem.core.progress import console
from tandem.core.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(build)


def build(
    full_refresh: Annotated[
        bool,
        typer.Option(
            "--full-refresh", help="Build everything from all that is landed."
        ),
    ] = False,
    cluster: Annotated[
        bool | None,
        typer.Option(
            "--cluster/--no-cluster",
            help="Build on a Spark cluster, or here; else where the last build ran.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON on stdout.")
    ] = False,
) -> None:
    """Build all tables of results from what is landed, and test them.

    What did not change since the last build is not built again.

    Example: `tandem build`
    """
    from tandem.cli import pipeline

    home = Home.from_environment()
    settings = Settings.load(home)
    with home.writing():
        report = pipeline.model(
            home, settings, full_refresh=full_refresh, is_on_cluster=cluster
        )
    if as_json:
        typer.echo(json.dumps(asdict(report), indent=2))
        return
    console.print(report.summary, highlight=False, markup=False, soft_wrap=True)
