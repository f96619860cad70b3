"""`tandem person`: access, restriction, and the names of a cohort for its owner."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from tandem.cli.names_policy import check_names_allowed
from tandem.core.counted import counted
from tandem.core.files import Home
from tandem.core.progress import console
from tandem.core.roles import PROGRAMME_OWNER
from tandem.core.settings import Settings

people = typer.Typer(
    help="Answer a person's request, or list the names of a cohort for its owner."
)
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

    Example: `tandem person report ada@example.org`
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
    """Leave a person out of analytics from the next build on; nothing is deleted.

    Example: `tandem person restrict ada@example.org --reason "request of 3 May"`
    """
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
        f"From the next tandem run on, the person ({counted(count, 'account')}) {done}",
        highlight=False,
    )


@people.command()
def roster(
    cohort: Annotated[str, typer.Argument(help="Identifier of the cohort.")],
    role: Annotated[
        str, typer.Option(help="Your role; only programme_owner may see names.")
    ] = "",
) -> None:
    """Print the names of a cohort, for the owner of its programme; this is logged.

    Only where tandem.toml has rosters = true under [access], never where an agreement
    with a works council is in force, and until 30 days after the cohort has ended.

    Example: `tandem person roster onboarding-2026-05 --role programme_owner`
    """
    from ingest.identity.cohort_names import cohort_names
    from tandem.core.access_log import log_access

    home = Home.from_environment()
    settings = Settings.load(home)
    check_names_allowed(settings, role, PROGRAMME_OWNER, "rosters", "lists of names")
    now = datetime.now(UTC)
    names, unnamed = cohort_names(home, cohort, now.replace(tzinfo=None))
    log_access(home.access_log, role, "roster", f"names of cohort {cohort}", now)
    for name in names:
        typer.echo(name)
    if unnamed:
        console.print(f"{unnamed} more have no known name", highlight=False)
