"""`tandem compare`: live, self-paced and blended, wherever they can be compared."""

import typer

from tandem.files import Home
from tandem.progress import console
from tandem.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(compare)


def compare() -> None:
    """Compare the delivery modes; write verdicts beside the marts."""
    from comparison.run import compare as compare_modes

    home = Home.from_environment()
    report = compare_modes(home, Settings.load(home))
    for verdict, count in sorted(report.by_verdict.items()):
        console.print(f"{count:6,} {verdict}", highlight=False)
