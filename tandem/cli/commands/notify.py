"""`tandem notify`: tell readers what is late, about to be lost or newly clear."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.core.files import Home
from tandem.core.progress import say
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from tandem.notices.run import Report


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(notify)


def notify(
    pack: Annotated[
        list[Path] | None,
        typer.Option(
            "--pack",
            metavar="FILE",
            help="A file that tandem review wrote, attached for those whose role and "
            "business unit it was built for; may be given several times.",
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Say also what was said before.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Print what would be sent, and send nothing."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON on stdout.")
    ] = False,
) -> None:
    """Tell the recipients of [notify] in tandem.toml what is new, by mail or webhook.

    Exit status 0 done or nothing to say, 1 something was not delivered, 2 wrong use.

    Example: `tandem notify --dry-run`
    """
    from tandem.notices.run import notify as notify_recipients

    home = Home.from_environment()
    report = notify_recipients(
        home,
        Settings.load(home),
        datetime.now(UTC),
        pack_files=pack or [],
        again=again,
        dry_run=dry_run,
    )
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _print(report)
    if not report.is_complete:
        raise typer.Exit(1)


def _print(report: "Report") -> None:
    from tandem.notices.run import counts

    for outcome in report.outcomes:
        name = f"{outcome.recipient.name}, {outcome.recipient.channel}"
        if report.is_dry_run:
            for message in outcome.messages:
                files = ", ".join(file.name for file in message.attachments)
                typer.echo(f"--- {name}\n{message.subject}\n")
                typer.echo(message.text + (f"\n[{files}]\n" if files else ""))
        sent = ", ".join(f"{count} {kind}" for kind, count in counts(outcome).items())
        told = "would be sent" if report.is_dry_run else "sent"
        if sent:
            say(f"{name}: {told} {sent}")
        elif not outcome.failures and not outcome.withheld:
            say(f"{name}: nothing new")
        for topic in outcome.withheld:
            say(f"{name}: withheld, because it names somebody: {topic.split(':')[0]}")
        for reason in outcome.failures:
            say(f"{name}: not delivered: {reason}")
    for pack in report.packs_for_nobody:
        say(f"No recipient may have the pack of {pack}")
