"""`tandem export`: what leaves Tandem for others, without any person."""

from pathlib import Path
from typing import Annotated

import typer

from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.progress import console
from tandem.core.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(export)


def export(
    vendor_test: Annotated[
        Path | None,
        typer.Option(
            "--vendor-test",
            metavar="DIR",
            help="The structure of a mostly live and a mostly self-paced programme, "
            "to try a vendor with.",
        ),
    ] = None,
) -> None:
    """Write structures for others: no person, no count below the smallest group.

    Example: `tandem export --vendor-test for-the-vendor`
    """
    if vendor_test is None:
        raise WrongUse("what is to be exported?", "export", "give --vendor-test DIR")
    from publishing.vendor_test import write_vendor_test

    home = Home.from_environment()
    k = Settings.load(home).minimum_people
    files = write_vendor_test(home, vendor_test, k)
    console.print(f"{vendor_test}: {', '.join(files)}", markup=False, soft_wrap=True)
