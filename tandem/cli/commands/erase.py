"""`tandem erase`: remove a person from every file, and keep them from landing again."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.core.errors import TandemError
from tandem.core.files import Home
from tandem.core.progress import console, step
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from ingest.identity.erasure import Erasure


@dataclass
class Outcome:
    """Counts of what an erasure removed; they identify no person."""

    is_dry_run: bool
    removed: Counter[str] = field(default_factory=Counter)
    left_to_you: list[str] = field(default_factory=list)
    snapshot_id: str | None = None
    not_published: str | None = None


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(erase)


def erase(
    person: Annotated[
        str,
        typer.Argument(
            help="E-mail, mailto:, sha1, openid, homePage|name, account name or key."
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count only; change no byte.")
    ] = False,
    role: Annotated[
        str, typer.Option(help="The role of whoever erases; for the journal.")
    ] = "operator",
    reason: Annotated[
        str, typer.Option(help="Why; for the journal. Do not name the person.")
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the counts as JSON on stdout.")
    ] = False,
) -> None:
    """Remove a person from every file permanently, and keep them from landing again.

    Example: `tandem erase ada@example.org --dry-run`
    """
    home = Home.from_environment()
    if dry_run:
        outcome = look(home, person)
    else:
        outcome = erase_person(home, Settings.load(home), person, (role, reason))
    if as_json:
        typer.echo(json.dumps(outcome.__dict__, sort_keys=True))
    else:
        _print(outcome)
    if outcome.not_published:
        raise typer.Exit(1)


def look(home: Home, person: str) -> Outcome:
    """Return what an erasure would remove; nothing is changed."""
    from ingest.identity import erasure, vault
    from publishing import person_level
    from tandem.core import journal

    planned = erasure.plan(home, person, vault.secret_of(home))
    traces = planned.traces
    counts = Counter(planned.counts)
    counts["published person-level files"] = len(person_level.find_files(home))
    named = journal.entries_naming(home.journal, traces.are_in)
    counts["journal entries"] = len(named)
    return Outcome(is_dry_run=True, removed=+counts, left_to_you=planned.left)


def erase_person(
    home: Home, settings: Settings, person: str, audit: tuple[str, str]
) -> Outcome:
    """Erase a person, finish interrupted erasures, and publish again.

    Args:
        home: folder of all files of Tandem.
        settings: for the build and the publish afterwards.
        person: an identifier of the person.
        audit: role and reason, for the journal.
    """
    from ingest.identity import erasure, vault

    outcome = Outcome(is_dry_run=False)
    with home.writing():
        secret = vault.unlock(home)
        was_published = home.pointer.exists()
        if half_done := erasure.unfinished(home, secret):
            remove(half_done, audit, outcome)
        remove(erasure.plan(home, person, secret), audit, outcome)
        if was_published:
            _publish_anew(home, settings, outcome)
    return outcome


def remove(planned: "Erasure", audit: tuple[str, str], outcome: Outcome) -> None:
    """Remove one person from every file; the journal entry holds counts and no name.

    Args:
        planned: what is to be removed; the caller holds the lock.
        audit: role and reason, for the journal.
        outcome: to which it is added.
    """
    from ingest.identity import erasure
    from ingest.identity.file_search import search_files
    from publishing import person_level
    from tandem.core import journal

    home, traces = planned.home, planned.traces
    counts, left = Counter(planned.counts), list(planned.left)
    with step("Erasing"):
        erasure.begin(planned)
        counts["published person-level files"] = person_level.delete_all_files(home)
        counts["journal entries"] = journal.redact(home.journal, traces.redacted)
        left += erasure.erase_from_warehouse(planned)
        found = search_files(home, traces)
        for file in found.derived:
            file.unlink()  # every build and check writes it again
        counts["derived files"] = len(found.derived)
        left += found.left
        for number in journal.entries_naming(home.journal, traces.may_be_in):
            left.append(f"{home.journal}, entry {number}: it may name the person")
        role, reason = map(traces.redacted, audit)
        entry = journal.Entry(role, "erasure", "a person", dict(+counts), reason)
        journal.append(home.journal, [entry], datetime.now(UTC))
        erasure.erase_from_vault(planned)
    outcome.removed.update(+counts)
    outcome.left_to_you += left


def _publish_anew(home: Home, settings: Settings, outcome: Outcome) -> None:
    """Publish again; where that is refused, no person-level file is published."""
    from tandem.cli import pipeline

    try:
        outcome.snapshot_id = pipeline.refresh(home, settings, full_refresh=True)
    except TandemError as error:
        outcome.not_published = error.one_line()


def _print(outcome: Outcome) -> None:
    would = "Would remove" if outcome.is_dry_run else "Removed"
    for name, count in sorted(outcome.removed.items()):
        console.print(f"{would} {name}: {count:,}", highlight=False, markup=False)
    if not outcome.removed:
        console.print(f"{would} nothing: nothing is held any more")
    for line in outcome.left_to_you:
        console.print(f"Left to you: {line}", markup=False, soft_wrap=True)
    if outcome.snapshot_id:
        console.print(f"Published snapshot {outcome.snapshot_id}", highlight=False)
    if outcome.not_published:
        console.print(
            "The person is erased and the person-level files are gone, but nothing "
            f"new is published: {outcome.not_published}",
            markup=False,
            soft_wrap=True,
        )
