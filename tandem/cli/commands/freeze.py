"""`tandem freeze`: keep the current snapshot for ever as that of a quarter."""

from typing import Annotated

import typer

from tandem.core.files import Home
from tandem.core.progress import say


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(freeze)


def freeze(
    quarter: Annotated[str, typer.Argument(help="A quarter that has ended: 2026-Q2.")],
    reason: Annotated[
        str, typer.Option(help="Why it is frozen again, where it is frozen already.")
    ] = "",
    role: Annotated[
        str, typer.Option(help="The role of whoever freezes it.")
    ] = "publisher",
) -> None:
    """Keep what is published now for ever, as the figures of a quarter.

    Example: `tandem freeze 2026-Q2`
    """
    from publishing.freezing import freeze as freeze_quarter
    from tandem.core.restatements import in_english, restatements

    home = Home.from_environment()
    with home.writing():
        restated = [one for one in restatements(home) if one.quarter == quarter]
        snapshot_id = freeze_quarter(home, quarter, role, reason)
    for one in restated:
        say(in_english(one))
    say(f"{quarter} is frozen: snapshot {snapshot_id} is kept for ever.")
