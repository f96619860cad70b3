"""`tandem identity`: accounts and people: explain, link, unlink and review."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tandem.core.errors import TandemError
from tandem.core.files import Home
from tandem.core.progress import console
from tandem.core.settings import Settings

accounts = typer.Typer(help="Whose account is whose: explain, link, unlink, review.")
HOW_TOLD = "E-mail, mailto:, sha1, openid, homePage|name, account name or key."
Account = Annotated[str, typer.Argument(help=HOW_TOLD)]
Person = Annotated[str, typer.Argument(help=f"Whose it is. {HOW_TOLD}")]
Role = Annotated[
    str, typer.Option(help="The role of whoever decides; for the journal.")
]
Reason = Annotated[
    str, typer.Option(help="Why; for the journal. Do not name the person.")
]
NEXT = "marts follow with the next `tandem build`"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(accounts, name="identity")


@accounts.command()
def explain(person: Account) -> None:
    """Print a person's accounts and the rule of each as JSON, in clear.

    Example: `tandem identity explain ada@example.org`
    """
    from ingest.identity import vault
    from ingest.identity.linking import explained

    home = Home.from_environment()
    found = explained(home, person, vault.secret_of(home))
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))


@accounts.command()
def link(
    account: Account, person: Person, role: Role = "operator", reason: Reason = ""
) -> None:
    """Say whose account this is; `tandem identity unlink` revokes it.

    Example: `tandem identity link ada.l@example.com ada@example.org`
    """
    from ingest.identity import vault
    from ingest.identity.linking import link as say

    home, now = Home.from_environment(), datetime.now(UTC)
    with home.writing():
        count = say(home, account, person, vault.unlock(home), _naive(now))
        _note(home, "link", count, role, reason, now)
    console.print(f"{count} accounts linked; {NEXT}", highlight=False)


@accounts.command()
def unlink(account: Account, role: Role = "operator", reason: Reason = "") -> None:
    """Revoke the link of an account, whether stated or derived.

    Example: `tandem identity unlink ada.l@example.com`
    """
    from ingest.identity import vault
    from ingest.identity.linking import unlink as take_back

    home, now = Home.from_environment(), datetime.now(UTC)
    with home.writing():
        count = take_back(home, account, vault.unlock(home), _naive(now))
        _note(home, "unlink", count, role, reason, now)
    console.print(f"{count} account is its own again; {NEXT}", highlight=False)


@accounts.command()
def review(
    out: Annotated[
        Path | None, typer.Option(help="Where to write it, instead of TANDEM_HOME.")
    ] = None,
) -> None:
    """Write near matches to a CSV for a person to decide; nothing is linked.

    Example: `tandem identity review --out near-matches.csv`
    """
    from ingest.identity.review import candidates, write

    home = Home.from_environment()
    path = out or home.identity_review
    with home.writing():
        found = candidates(home, Settings.load(home))
        write(path, found)
    console.print(
        f"{len(found)} near matches in {path}: write yes beside those that are right, "
        "then `tandem identity decide`. It names people: delete it when done.",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


@accounts.command()
def decide(
    path: Annotated[
        Path | None, typer.Argument(help="The list with its decisions.")
    ] = None,
    role: Role = "operator",
    reason: Reason = "",
) -> None:
    """Link the accounts that a reviewed list confirms.

    Example: `tandem identity decide near-matches.csv`
    """
    from ingest.identity import vault
    from ingest.identity.linking import link as say
    from ingest.identity.review import decided

    home, now = Home.from_environment(), datetime.now(UTC)
    with home.writing():
        secret, count = vault.unlock(home), 0
        for account, person in decided(path or home.identity_review):
            try:
                count += say(home, account, person, secret, _naive(now))
            except TandemError as error:
                console.print(f"tandem: {error.one_line()}", markup=False)
        _note(home, "link", count, role, reason, now)
    console.print(f"{count} accounts linked; {NEXT}", highlight=False)


def _note(
    home: Home, kind: str, count: int, role: str, reason: str, now: datetime
) -> None:
    from tandem.core import journal

    entry = journal.Entry(role, kind, "a person", {"accounts": count}, reason)
    journal.append(home.journal, [entry], now)


def _naive(now: datetime) -> datetime:
    return now.replace(tzinfo=None)
