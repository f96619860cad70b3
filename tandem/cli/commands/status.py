"""`tandem status`: how everything stands, and what needs doing first."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from tandem.core.files import Home, read_status
from tandem.core.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(status)


def status(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print every counter as JSON.")
    ] = False,
) -> None:
    """Show how everything stands, and what needs doing first.

    Sources and how late they are, refused rows, what has no place, unknown people, and
    what is published.

    Example: `tandem status`
    """
    home = Home.from_environment()
    everything = read_status(home)
    from tandem.cli.standing import standing_of, utc_now
    from tandem.cli.status_report import report
    from tandem.core.restatements import in_english, restatements

    found = standing_of(home)
    if as_json:
        everything["unread_files"] = [asdict(file) for file in found.unread]
        typer.echo(json.dumps(everything))
        return
    thresholds = Settings.load(home).vars
    for line in report(home, found, everything, thresholds, utc_now()):
        typer.echo(line)
    for one in restatements(home):
        typer.echo(in_english(one))
