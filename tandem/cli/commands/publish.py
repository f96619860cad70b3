"""`tandem publish`: check the warehouse and publish a snapshot."""

import json
from typing import Annotated

import typer

from tandem.cli.nobody_enrolled import said_of
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.progress import console
from tandem.core.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(publish)


def publish(
    accept: Annotated[
        list[str] | None,
        typer.Option(help="Let this failing expectation through; never for privacy."),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Why it may go out all the same; readers see it.")
    ] = "",
    role: Annotated[
        str, typer.Option(help="The role of whoever accepts.")
    ] = "publisher",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the snapshot's id as JSON on stdout.")
    ] = False,
) -> None:
    """Check what is built and publish it; if that is refused, the last one stays.

    Example: `tandem publish`
    """
    from expectations.run import judge
    from publishing.gate import Acceptance
    from publishing.run import publish as publish_snapshot

    if reason and not accept:
        raise WrongUse("a reason for what?", "--reason", "add --accept EXPECTATION")
    home = Home.from_environment()
    settings = Settings.load(home)
    accepted = [Acceptance(name, reason, role) for name in accept or []]
    with home.writing():
        judge(home, settings)
        snapshot_id = publish_snapshot(home, settings, accepted)
    if as_json:
        typer.echo(json.dumps({"snapshot_id": snapshot_id}))
    else:
        console.print(f"Published snapshot {snapshot_id}", highlight=False)
        if nobody := said_of(home):
            console.print(f"{nobody}.", markup=False, soft_wrap=True, highlight=False)
