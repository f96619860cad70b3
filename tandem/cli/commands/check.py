"""`tandem check`: is what was delivered plausible enough to publish?"""

import json
from typing import Annotated

import typer

from tandem.core.counted import counted
from tandem.core.files import Home
from tandem.core.likely_causes import likely_causes
from tandem.core.progress import console
from tandem.core.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(check)


def check(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the judgement as JSON on stdout.")
    ] = False,
) -> None:
    """Check whether what is built may be published; one line for each failure.

    Exit status 1 if there is a failure.

    Example: `tandem check`
    """
    from expectations.run import judge

    home = Home.from_environment()
    settings = Settings.load(home)
    with home.writing():
        judgement = judge(home, settings)
    if as_json:
        typer.echo(json.dumps(judgement.as_dict(), indent=2, default=str))
    else:
        for note in judgement.notes:
            console.print(f"Note: {note}", markup=False, soft_wrap=True)
        for line in judgement.reported:
            console.print(f"Reported: {line}", markup=False, soft_wrap=True)
        for finding in judgement.findings:
            line = f"Failed: {finding.expectation}: {finding.message}"
            console.print(line, markup=False, soft_wrap=True, highlight=False)
        if not judgement.passed:
            for cause in likely_causes(home):
                console.print(f"Since the last publish: {cause}", markup=False)
        failed = len(judgement.findings)
        words = (
            f"{counted(judgement.checked, 'expectation')}, {counted(failed, 'failure')}"
        )
        console.print(
            f"{words}. Pages: {home.data_docs / 'index.html'}", soft_wrap=True
        )
    if not judgement.passed:
        raise typer.Exit(1)
