"""`tandem pull`: land the reports that a vendor's API gives."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from tandem.core.counted import counted
from tandem.core.files import Home
from tandem.core.progress import console
from tandem.core.settings import Settings

DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(pull)


def pull(
    interface: Annotated[
        str, typer.Argument(help="bigbluebutton, graph, meet or zoom.")
    ],
    since: Annotated[
        datetime | None,
        typer.Option(formats=DAY, help="First day (UTC), instead of the cursor's."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Last day (UTC), else today.")
    ] = None,
) -> None:
    """Land a vendor's reports since the last pull; secrets come from the environment.

    Exit status 1 if the interface could not be read to the end; what has landed stays.

    Example: `tandem pull zoom --since 2026-09-01`
    """
    from ingest.pull.vendors.run import pull as pull_interface
    from ingest.run import ingest

    home = Home.from_environment()
    last = (until or datetime.now(UTC)).date()
    first = since.date() if since else None
    found = pull_interface(interface, home, Settings.load(home), first, last, ingest)
    landed = sum(report.landed_count for report in found.reports)
    refused = sum(report.rejected_count for report in found.reports)
    meetings = counted(found.documents, "meeting")
    console.print(
        f"{interface}, {found.since} to {found.until}: {meetings}, "
        f"{counted(landed, 'statement')} landed, {refused:,} refused",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    if found.error:
        console.print(f"tandem: {found.error}", markup=False, soft_wrap=True)
        raise typer.Exit(1)
