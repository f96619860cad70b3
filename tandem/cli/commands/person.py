"""`tandem person`: what is held about somebody, and leaving them out of analytics."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from tandem.core.files import Home
from tandem.core.progress import console

people = typer.Typer(help="Answer a person's request for access, or their objection.")
Told = Annotated[
    str,
    typer.Argument(
        help="E-mail, mailto:, sha1, openid, homePage|name, account name or key."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(people, name="person")


@people.command()
def report(person: Told) -> None:
    """Print what is held about a person as JSON: it names them, so mind where it goes.

    Other people in their statements stay keys.
    """
    from ingest.identity import vault
    from ingest.identity.objections import held

    home = Home.from_environment()
    found = held(home, person, vault.secret_of(home))
    typer.echo(json.dumps(found.__dict__, ensure_ascii=False, indent=2))


@people.command()
def restrict(
    person: Told,
    lift: Annotated[
        bool, typer.Option("--lift", help="The objection is taken back.")
    ] = False,
    role: Annotated[
        str, typer.Option(help="The role of whoever notes it; for the journal.")
    ] = "operator",
    reason: Annotated[
        str, typer.Option(help="Why; for the journal. Name nobody.")
    ] = "",
) -> None:
    """Leave a person out of analytics from the next build on; nothing is deleted."""
    from ingest.identity import vault
    from ingest.identity.objections import restrict as note
    from publishing import journal

    home = Home.from_environment()
    now = datetime.now(UTC)
    with home.writing():
        secret = vault.unlock(home)
        at = now.replace(tzinfo=None)
        count = note(home, person, secret, at, is_lifted=lift)
        kind = "restriction_lifted" if lift else "restriction"
        entry = journal.Entry(role, kind, "a person", {"accounts": count}, reason)
        journal.append(home.journal, [entry], now)
    done = "is in analytics again" if lift else "is left out of analytics"
    console.print(
        f"From the next tandem run on, the person ({count} accounts) {done}",
        highlight=False,
    )
