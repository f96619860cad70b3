"""`tandem doctor`: check the set-up, or an interface with its credentials."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from tandem.core.checks import MISSING, RIGHT, Check
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.secret import hidden
from tandem.core.settings import Settings

MARKS = {RIGHT: "right  ", MISSING: "MISSING"}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(doctor)


def doctor(
    source: Annotated[
        str | None,
        typer.Argument(
            help="bigbluebutton, graph, meet or zoom, or NAME of [lrs.NAME] in "
            "tandem.toml; nothing checks this machine and its files."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print every check as JSON.")
    ] = False,
) -> None:
    """Check the set-up; with a source, ask it live what its credentials may read.

    Nothing lands and no secret is shown. A missing permission is named, with a sentence
    to send to IT. Exit status 1 if something is missing.

    Example: `tandem doctor zoom`
    """
    checks = _checks(Home.from_environment(), source)
    is_right = all(check.state != MISSING for check in checks)
    if as_json:
        found = {"is_right": is_right, "checks": [asdict(check) for check in checks]}
        typer.echo(hidden(json.dumps(found)))
    else:
        for check in checks:
            _print(check)
    if not is_right:
        raise typer.Exit(1)


def _checks(home: Home, source: str | None) -> list[Check]:
    now = datetime.now(UTC)
    if source is None:
        from tandem.cli.home_check import examine_home

        return examine_home(home, now.replace(tzinfo=None))
    from ingest.pull.lrs.examination import examine_lrs
    from ingest.pull.vendors.examination import examine
    from ingest.pull.vendors.run import APIS

    settings = Settings.load(home)
    stores = settings.section("lrs")
    if source in stores:
        return examine_lrs(source, settings)
    if source not in APIS:
        raise WrongUse(
            f"nothing is called {source}",
            "doctor",
            f"there are {', '.join([*sorted(APIS), *sorted(stores)])}",
        )
    return examine(source, settings, now.date())


def _print(check: Check) -> None:
    mark = MARKS.get(check.state, "unknown")
    typer.echo(hidden(f"{mark}  {check.what}: {check.found}"))
    if check.next_step:
        typer.echo(hidden(f"         what to do: {check.next_step}"))
    if check.for_it:
        typer.echo(hidden(f"         for IT: {check.for_it}"))
