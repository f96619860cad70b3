"""`tandem map`: propose a mapping for a table that no connector reads."""

from pathlib import Path
from typing import Annotated

import typer

from tandem.core.errors import DamagedFile
from tandem.core.files import Home, unreadable_as_error
from tandem.core.limits import applied
from tandem.core.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("map")(propose)


def propose(
    file: Annotated[
        Path,
        typer.Argument(help="A CSV, spreadsheet or JSON to map.", readable=False),
    ],
    duration_format: Annotated[
        str | None,
        typer.Option(help="What its durations leave open: h:mm, m:ss, minutes, ..."),
    ] = None,
) -> None:
    """Propose a mapping for a table that no connector reads; questions are comments.

    Check what it wrote, then: `tandem ingest FILE --map FILE.yml`

    Example: `tandem map attendance.csv > attendance.yml`
    """
    from ingest.inspection.proposing import recognised
    from ingest.mapping.proposal import proposal

    if not file.is_file():
        raise DamagedFile("there is no such file", str(file), "check the path")
    limits = Settings.load(Home.from_environment()).limits
    with applied(limits), unreadable_as_error(file):
        found = recognised(file) or proposal(file, duration_format)
    typer.echo(found, nl=False)
