"""`tandem person`: answer a request for access, or for restriction."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from tandem.core.files import Home
from tandem.core.progress import console

people = typer.Typer(help="Answer a person's request for access, or for restriction.")
Identifier = Annotated[
    str,
    typer.Argument(
        help="E-mail, mailto:, sha1, openid, homePage|name, account name or key."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(people, name="person")


@people.command()
def report(person: Identifier) -> None:
    """Print all data held about a person as JSON; it contains their names in clear.

    Other people in their statements appear as keys.
    """
    from ingest.identity import vault
    from ingest.identity.data_requests import data_held

    home = Home.from_environment()
    found = data_held(home, person, vault.secret_of(home))
    typer.echo(json.dumps(found.__dict__, ensure_ascii=False, indent=2))


@people.command()
def restrict(
    person: Identifier,
    lift: Annotated[bool, typer.Option("--lift", help="End the restriction.")] = False,
    role: Annotated[str, typer.Option(help="Your role; for the journal.")] = "operator",
    reason: Annotated[
        str, typer.Option(help="Why; for the journal. Do not name anyone.")
    ] = "",
) -> None:
    """Leave a person out of analytics from the next build on; nothing is deleted."""
    from ingest.identity import vault
    from ingest.identity.data_requests import restrict as restrict_person
    from tandem.core import journal

    home = Home.from_environment()
    now = datetime.now(UTC)
    with home.writing():
        secret = vault.unlock(home)
        at = now.replace(tzinfo=None)
        count = restrict_person(home, person, secret, at, is_lifted=lift)
        kind = "restriction_lifted" if lift else "restriction"
        entry = journal.Entry(role, kind, "a person", {"accounts": count}, reason)
        journal.append(home.journal, [entry], now)
    done = "is in analytics again" if lift else "is left out of analytics"
    console.print(
        f"From the next tandem run on, the person ({count} accounts) {done}",
        highlight=False,
    )
