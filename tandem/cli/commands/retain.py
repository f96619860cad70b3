"""`tandem retain`: delete what is older than [retention] allows."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from tandem.core.counted import counted
from tandem.core.errors import TandemError
from tandem.core.files import Home
from tandem.core.progress import console
from tandem.core.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(retain)


def retain(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count only; change no byte.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the counts as JSON on stdout.")
    ] = False,
) -> None:
    """Delete what is older than [retention] in tandem.toml allows; off by default.

    Example: `tandem retain --dry-run`
    """
    home = Home.from_environment()
    counts, refusal = applied(home, Settings.load(home), datetime.now(UTC), dry_run)
    if as_json:
        typer.echo(json.dumps({"is_dry_run": dry_run, "counts": counts}))
    else:
        _print(counts, dry_run)
    if refusal:
        console.print(f"Nothing new is published: {refusal}", markup=False)
        raise typer.Exit(1)


def applied(
    home: Home, settings: Settings, now: datetime, dry_run: bool
) -> tuple[dict[str, int], str | None]:
    """Apply the rules; return counts, and why nothing was published if so."""
    from ingest.identity import retention, vault
    from publishing import person_level
    from tandem.cli import pipeline
    from tandem.core import journal

    rules = retention.RetentionRules.of(settings.section("retention"))
    at = now.replace(tzinfo=None)
    days = rules.person_marts_days
    files = (
        person_level.find_files_before(home, now - timedelta(days=days)) if days else []
    )
    if dry_run:
        counts = retention.expired(home, rules, at)
        return counts | ({"person-level files": len(files)} if files else {}), None
    with home.writing():
        vault.unlock(home)
        was_published = home.pointer.exists()
        counts = retention.retain(home, rules, at)
        if counts:
            files = person_level.find_files(home)
        person_level.delete_files(home, files)
        if files:
            counts["person-level files"] = len(files)
        if not counts:
            return {}, None
        entry = journal.Entry("operator", "retention", "all", counts, "[retention]")
        journal.append(home.journal, [entry], now)
        if was_published:
            try:
                pipeline.refresh(home, settings, full_refresh=True)
            except TandemError as error:
                return counts, error.one_line()
    return counts, None


def _print(counts: dict[str, int], dry_run: bool) -> None:
    would = "Would remove" if dry_run else "Removed"
    for name, count in sorted(counts.items()):
        if name == "raw.retained_statements":
            console.print(
                "Kept for a legal basis, out of analytics: "
                + counted(count, "statement"),
                highlight=False,
            )
        else:
            console.print(f"{would} {name}: {count:,}", highlight=False, markup=False)
    if not counts:
        console.print("Nothing is past its age")
