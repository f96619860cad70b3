"""`tandem compare`: live, self-paced and blended, wherever they can be compared."""

import json
from typing import Annotated

import typer

from tandem.core.files import Home
from tandem.core.progress import console
from tandem.core.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(compare)


def compare(
    as_json: Annotated[bool, typer.Option("--json", help="Counts as JSON.")] = False,
) -> None:
    """Compare the delivery modes, and count the verdicts.

    Example: `tandem compare`
    """
    from comparison.run import compare_warehouse
    from tandem.cli.kept_plans import kept_plans

    home = Home.from_environment()
    report = compare_warehouse(home, Settings.load(home), kept_plans(home))
    counts = dict(sorted(report.by_verdict.items()))
    if as_json:
        typer.echo(json.dumps(counts))
        return
    for verdict, count in counts.items():
        console.print(f"{count:6,} {verdict}", highlight=False)
