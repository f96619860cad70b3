"""`tandem run`: every stage, in order."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.cli.outcome import AFTER_RUN, say_outcome
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.progress import narrated, say
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from tandem.cli.inbox import InboxRun


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(run)


def run(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Deliveries to land first.")
    ] = None,
    lrs: Annotated[
        list[str] | None,
        typer.Option(help="An LRS to pull first, as in `tandem ingest --lrs`."),
    ] = None,
    from_inbox: Annotated[
        bool,
        typer.Option(
            "--from-inbox",
            help="Land every complete file of the folder under [inbox] in tandem.toml, "
            "and publish only if something new landed.",
        ),
    ] = False,
    full_refresh: Annotated[
        bool,
        typer.Option(
            "--full-refresh", help="Build everything from all that is landed."
        ),
    ] = False,
) -> None:
    """Land, build, compare, check and publish, in that order.

    Exit status 0 done or nothing new, 1 a file or the publish was refused, 2 wrong use.

    Example: `tandem run exports`

    Example: `tandem run --from-inbox`
    """
    from tandem.cli import pipeline

    home = Home.from_environment()
    settings = Settings.load(home)
    if from_inbox:
        if paths or lrs or full_refresh:
            raise WrongUse(
                "nothing else goes with it", "--from-inbox", "run tandem twice"
            )
        _run_inbox(home, settings)
        return
    with narrated():
        if paths or lrs:
            pipeline.land(paths or [], home, settings, lrs or [])
        pipeline.refresh(home, settings, full_refresh=full_refresh)
    say_outcome(home, AFTER_RUN)


def _run_inbox(home: Home, settings: Settings) -> None:
    from tandem.cli.inbox import InboxRun, run_inbox

    report = InboxRun()
    try:
        with narrated():
            run_inbox(home, settings, report)
    finally:  # a refused publish comes after files have moved
        _print(report)
    if report.rejected:
        raise typer.Exit(1)


def _print(report: "InboxRun") -> None:
    for name, why in report.waiting.items():
        say(f"Left in the inbox: {name}: {why}")
    for why in report.rejected.values():
        say(f"Rejected: {why}")
    if report.done or report.rejected:
        say(
            f"Files landed: {len(report.done):,}, rejected: {len(report.rejected):,}. "
            f"New statements and rows: {report.landed_count:,}."
        )
    else:
        say("Nothing new is in the inbox.")
    if report.is_published and not report.landed_count:
        say("What an earlier run landed is published now.")
    elif report.is_published:
        say("The new figures are published.")
    elif report.done or report.rejected:
        say("What is published stays: nothing new has landed.")
