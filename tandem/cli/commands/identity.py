"""`tandem identity`: whose account is whose: explain, link, review, accept and undo."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.core.counted import counted
from tandem.core.errors import WrongCells, WrongUse
from tandem.core.files import Home
from tandem.core.progress import console
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from ingest.review.decisions import Read

accounts = typer.Typer(
    help="Whose account is whose: explain, link, review, accept, undo."
)
HOW_TOLD = "E-mail, mailto:, sha1, openid, homePage|name, account name or key."
Account = Annotated[str, typer.Argument(help=HOW_TOLD)]
Person = Annotated[str, typer.Argument(help=f"Whose it is. {HOW_TOLD}")]
Role = Annotated[
    str, typer.Option(help="The role of whoever decides; for the journal.")
]
NamesRole = Annotated[
    str,
    typer.Option(
        help="Your role: operator or data_protection_officer; others see no names."
    ),
]
Reason = Annotated[
    str, typer.Option(help="Why; for the journal. Do not name the person.")
]
AsJson = Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")]
NEXT = "marts follow with the next `tandem build`"
OWN_AGAIN = "account is its own again", "accounts are their own again"


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
        _note(home, "link", {"accounts": count}, role, reason, now)
    console.print(f"{counted(count, 'account')} linked; {NEXT}", highlight=False)


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
        _note(home, "unlink", {"accounts": count}, role, reason, now)
    console.print(f"{counted(count, *OWN_AGAIN)}; {NEXT}", highlight=False)


@accounts.command()
def review(
    out: Annotated[
        Path | None,
        typer.Option(
            help="Where to write it, instead of TANDEM_HOME; .csv gives a CSV file."
        ),
    ] = None,
    role: NamesRole = "",
) -> None:
    """Write a workbook of unmatched people, with candidates, for a person to decide.

    Example: `tandem identity review --role operator --out people.xlsx`
    """
    from ingest.review.candidates import Chooser
    from ingest.review.sheet import lines, write
    from ingest.review.unmatched import look
    from tandem.cli.names_policy import check_place, check_review_allowed
    from tandem.core.access_log import log_access

    home, now = Home.from_environment(), datetime.now(UTC)
    settings = Settings.load(home)
    path = out or home.identity_review
    check_review_allowed(settings, role)
    check_place(home, path)
    with home.writing():
        found = look(home, settings)
        chosen = list(Chooser(found, settings.vars["identity_likeness"]).all())
        write(path, lines(chosen, found))
        count = len(chosen)
        log_access(
            home.access_log,
            role,
            "identity_review",
            counted(count, "person", "people"),
            now,
        )
        _note(home, "identity_review", {"people": count}, role, "", now)
    with_candidate = sum(bool(candidates) for _one, candidates in chosen)
    minutes = round(sum(one.minutes for one, _candidates in chosen))
    for line in (
        f"Wrote {path}: {counted(count, 'unmatched person', 'unmatched people')} with "
        f"{counted(minutes, 'minute')}, {with_candidate:,} of them with a candidate",
        "It names people: only you can read it (mode 600). Delete it when you are done",
        "Next: decide in column Decision, save, then: "
        f"tandem identity accept {path} --role {role}",
    ):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


@accounts.command()
def accept(
    path: Annotated[
        Path | None, typer.Argument(help="The workbook with its decisions.")
    ] = None,
    is_applied: Annotated[
        bool,
        typer.Option("--apply", help="Apply them; without it, only what they change."),
    ] = False,
    role: NamesRole = "",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Say what the decisions of a reviewed workbook change, and apply them.

    Example: `tandem identity accept people.xlsx --role operator --apply`
    """
    from ingest.review.decisions import read_decisions
    from ingest.review.preview import preview
    from ingest.review.unmatched import look
    from tandem.cli.identity_words import as_dict, words
    from tandem.cli.names_policy import check_review_allowed

    home, now = Home.from_environment(), datetime.now(UTC)
    settings = Settings.load(home)
    check_review_allowed(settings, role)
    batch = None
    with home.writing():
        found = look(home, settings)
        try:
            read = read_decisions(path or home.identity_review, found)
        except WrongCells as error:
            _print_problems(error, as_json)
            raise
        changes = preview(home, read.decisions, found)
        if is_applied and read.decisions:
            batch = _apply(home, read, role, reason, now)
    if as_json:
        typer.echo(json.dumps(as_dict(changes, read, batch), ensure_ascii=False))
        return
    for line in words(changes, read, batch):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


@accounts.command()
def undo(
    batch: Annotated[
        str, typer.Argument(help="Its name; without it, the batches are listed.")
    ] = "",
    role: Role = "operator",
    reason: Reason = "",
) -> None:
    """Take a batch of decisions back, whatever was decided after it.

    Example: `tandem identity undo links-20260401-101500`
    """
    from ingest.identity.link_batches import batches, undo_batch

    home, now = Home.from_environment(), datetime.now(UTC)
    if not home.warehouse.exists():
        raise WrongUse("nothing is landed yet", str(home.warehouse), "tandem ingest")
    with home.writing():
        if not batch:
            known = batches(home)
            for one in known:
                linked = counted(one.link_count, "account")
                guests = counted(one.guest_count, "account")
                typer.echo(
                    f"{one.name}: {linked} linked, {guests} of guests, "
                    f"{one.applied_at:%Y-%m-%d %H:%M} UTC"
                )
            if not known:
                typer.echo("No batch was applied.")
            return
        done = undo_batch(home, batch)
        counts = {"batch": batch, "accounts": done.link_count}
        _note(home, "unlink", counts | {"guests": done.guest_count}, role, reason, now)
    console.print(
        f"{batch}: {counted(done.link_count, *OWN_AGAIN)}, "
        f"{counted(done.guest_count, 'is no guest', 'are no guests')} any more; {NEXT}",
        highlight=False,
        soft_wrap=True,
    )


def _apply(home: Home, read: "Read", role: str, reason: str, now: datetime) -> str:
    """Write the links and guests of a workbook as one batch; return its name."""
    from ingest.identity.link_batches import apply_batch

    some = read.decisions
    links = [(a, one.link_to) for one in some if one.link_to for a in one.accounts]
    guests = [a for one in some if one.link_to is None for a in one.accounts]
    done = apply_batch(home, links, guests, _naive(now))
    counts = {"batch": done.name, "accounts": done.link_count}
    counts |= {"guests": done.guest_count, "decisions": len(some)}
    _note(home, "link", counts, role, reason, now)
    return done.name


def _print_problems(error: WrongCells, as_json: bool) -> None:
    if as_json:
        problems = [problem.__dict__ for problem in error.problems]
        typer.echo(json.dumps({"problems": problems}, ensure_ascii=False))
        return
    for problem in error.problems:
        console.print(f"  {problem.words()}", markup=False, soft_wrap=True)


def _note(
    home: Home, kind: str, counts: dict, role: str, reason: str, now: datetime
) -> None:
    from tandem.core import journal

    entry = journal.Entry(role, kind, "a person", counts, reason)
    journal.append(home.journal, [entry], now)


def _naive(now: datetime) -> datetime:
    return now.replace(tzinfo=None)
